package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yannh/kubeconform/pkg/validator"
)

// kubeconform judges manifests by today's schemas, as people have it in their pipelines.
// Kinds of others are theirs to judge.
func kubeconform(t *testing.T) validator.Validator {
	t.Helper()
	into := t.TempDir()
	if err := run("../../../config/crd/bases", into); err != nil {
		t.Fatal(err)
	}
	v, err := validator.New([]string{into + "/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json"},
		validator.Opts{Strict: true, SkipKinds: map[string]struct{}{"Secret": {}}})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// manifests are all files below the folders that people copy manifests from.
func manifests(t *testing.T) []string {
	t.Helper()
	var files []string
	for _, pattern := range []string{"samples/cloudmore_*.yaml", "samples/kustomize/*seller.yaml"} {
		found, err := filepath.Glob(filepath.Join("../../../config", pattern))
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(found), err)
		}
		files = append(files, found...)
	}
	return files
}

func TestKubeconformTakesTheSamples(t *testing.T) {
	v, valid := kubeconform(t), 0
	for _, file := range manifests(t) {
		content, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, result := range v.Validate(file, content) {
			switch result.Status {
			case validator.Valid:
				valid++
			case validator.Skipped, validator.Empty:
			default:
				t.Errorf("%s: %v", file, result.Err)
			}
		}
	}
	if valid < 7 {
		t.Errorf("%d manifests were judged", valid)
	}
}

func TestKubeconformSeesMistakes(t *testing.T) {
	sample, err := os.ReadFile("../../../config/samples/cloudmore_v1alpha1_reseller.yaml")
	if err != nil {
		t.Fatal(err)
	}
	v := kubeconform(t)
	for name, row := range map[string]struct {
		has, becomes string
		want         validator.Status
	}{
		"a sample as it is":           {"kind: Reseller", "kind: Reseller", validator.Valid},
		"a kind that does not exist":  {"kind: Reseller", "kind: Broker", validator.Error},
		"a field that is misspelt":    {"notificationEmail:", "notificationMail:", validator.Invalid},
		"a number for text":           {"registrationNumber: ", "registrationNumber: 12345678 # ", validator.Invalid},
		"a yes for text":              {"registrationNumber: ", "registrationNumber: yes # ", validator.Invalid},
		"a date for text":             {"registrationNumber: ", "registrationNumber: 2026-01-01 # ", validator.Valid},
		"null for an optional field":  {"vat: ", "vat: null # ", validator.Valid},
		"a field that is there twice": {"vat: ", "vat: a\n  vat: ", validator.Error},
	} {
		t.Run(name, func(t *testing.T) {
			if !strings.Contains(string(sample), row.has) {
				t.Fatalf("the sample has no %q", row.has)
			}
			manifest := strings.Replace(string(sample), row.has, row.becomes, 1)
			results := v.Validate(name, io.NopCloser(strings.NewReader(manifest)))
			if len(results) != 1 || results[0].Status != row.want {
				t.Errorf("%d of them, the first one %d: %v", len(results), results[0].Status, results[0].Err)
			}
		})
	}
}
