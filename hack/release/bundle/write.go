package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

const pkg = "reseller-operator"

// annotations say what the folder is, in its metadata and on its image. The channel
// is that of versions that nobody promises to be mature.
var annotations = map[string]string{
	"operators.operatorframework.io.bundle.mediatype.v1":       "registry+v1",
	"operators.operatorframework.io.bundle.manifests.v1":       "manifests/",
	"operators.operatorframework.io.bundle.metadata.v1":        "metadata/",
	"operators.operatorframework.io.bundle.package.v1":         pkg,
	"operators.operatorframework.io.bundle.channels.v1":        "candidate",
	"operators.operatorframework.io.bundle.channel.default.v1": "candidate",
}

// write replaces the folder.
func (p *parts) write(folder string) error {
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	files := map[string]any{
		"manifests/" + pkg + ".clusterserviceversion.yaml": p.csv,
		"metadata/annotations.yaml":                        map[string]any{"annotations": annotations},
	}
	for _, crd := range p.crds {
		files[fmt.Sprintf("manifests/%s_%s.yaml", crd.Spec.Group, crd.Spec.Names.Plural)] = crd
	}
	for _, role := range p.roles {
		if !p.bound(role) {
			files["manifests/"+role.Name+"_clusterrole.yaml"] = role
		}
	}
	for _, object := range p.whole {
		files[fmt.Sprintf("manifests/%s_%s.yaml", object.GetName(), strings.ToLower(object.GetKind()))] = object
	}
	for name, content := range files {
		if err := save(filepath.Join(folder, name), content); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(folder, "bundle.Dockerfile"), []byte(dockerfile()), 0o600)
}

// save writes YAML without what only a cluster fills in.
func save(path string, content any) error {
	text, err := json.Marshal(content)
	if err != nil {
		return err
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		return err
	}
	delete(fields, "status")
	manifest, err := yaml.Marshal(fields)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	return os.WriteFile(path, manifest, 0o600)
}

func dockerfile() string {
	var text strings.Builder
	text.WriteString("FROM scratch\n")
	for _, name := range slices.Sorted(maps.Keys(annotations)) {
		fmt.Fprintf(&text, "LABEL %s=%s\n", name, annotations[name])
	}
	text.WriteString("COPY manifests /manifests/\nCOPY metadata /metadata/\n")
	return text.String()
}
