package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/onboard"
)

const (
	kustomization = "kustomization.yaml"
	reportFile    = "import-report.json"
)

// folder is where manifests are written.
type folder struct {
	path string
	// before are the Resellers that it described before; names are the files that it has.
	before []onboard.Known
	names  []string
}

func (f *folder) known() []onboard.Known { return f.before }

// openFolder makes a folder where there is none, and reads what it describes.
func openFolder(path string) (*folder, error) {
	if err := os.MkdirAll(path, 0o750); err != nil {
		return nil, err
	}
	f := &folder{path: path}
	files, err := filepath.Glob(filepath.Join(path, "*.yaml"))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if filepath.Base(file) == kustomization {
			continue
		}
		text, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			return nil, err
		}
		f.names = append(f.names, filepath.Base(file))
		for _, document := range bytes.Split(text, []byte("\n---\n")) {
			r := &v1alpha1.Reseller{}
			if err := yaml.Unmarshal(document, r); err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			if r.Kind == "Reseller" {
				f.before = append(f.before, knownOf(r))
			}
		}
	}
	return f, nil
}

// write writes a manifest, what was left out as comments before it. They hold what the
// broker's contacts are, so they are for their owner only.
func (f *folder) write(_ context.Context, name string, object map[string]any, left []onboard.LeftOut) error {
	text, err := yaml.Marshal(object)
	if err != nil {
		return err
	}
	var notes strings.Builder
	for _, l := range left {
		fmt.Fprintf(&notes, "# %s is left out: Cloudmore has %q; it %s", l.Field, l.Value, l.Why)
		if l.Proposal != "" {
			fmt.Fprintf(&notes, "; perhaps %q", l.Proposal)
		}
		notes.WriteString(".\n")
	}
	file := name + ".yaml"
	f.names = append(f.names, file)
	return os.WriteFile(filepath.Join(f.path, file), append([]byte(notes.String()), text...), 0o600)
}

// finish writes kustomization.yaml for all manifests, and the report.
func (f *folder) finish(r *report) error {
	slices.Sort(f.names)
	text, err := yaml.Marshal(map[string]any{
		"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "resources": slices.Compact(f.names),
	})
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(f.path, kustomization), text, 0o600); err != nil {
		return err
	}
	if text, err = json.MarshalIndent(r, "", "  "); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(f.path, reportFile), append(text, '\n'), 0o600)
}
