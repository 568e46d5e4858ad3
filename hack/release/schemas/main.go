// The schemas program writes the kinds as JSON schemas, for editors (the YAML language
// server) and for kubeconform: a file for each kind and version, as the catalogue of
// schemas names them, group/kind_version.json.
//
//	schemas config/crd/bases dist/schemas
package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"

	"github.com/reseller-operator/reseller-operator/hack/release/spoken"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: schemas <CRDs> <into>")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "schemas:", err)
		os.Exit(1)
	}
}

func run(crds, into string) error {
	files, err := fs.Glob(os.DirFS(crds), "*.yaml")
	if err != nil || len(files) == 0 {
		return fmt.Errorf("%s has no CRDs", crds)
	}
	for _, file := range files {
		content, err := os.ReadFile(filepath.Join(crds, file))
		if err != nil {
			return err
		}
		crd := &apiextensionsv1.CustomResourceDefinition{}
		if err := yaml.UnmarshalStrict(content, crd); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if err := write(spoken.Plain(crd), into); err != nil {
			return err
		}
	}
	return nil
}

func write(crd *apiextensionsv1.CustomResourceDefinition, into string) error {
	folder := filepath.Join(into, crd.Spec.Group)
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	for _, version := range crd.Spec.Versions {
		schema, err := schemaOf(version.Schema.OpenAPIV3Schema)
		if err != nil {
			return err
		}
		schema["$schema"] = "http://json-schema.org/draft-07/schema#"
		text, err := json.MarshalIndent(schema, "", "  ")
		if err != nil {
			return err
		}
		name := fmt.Sprintf("%s_%s.json", strings.ToLower(crd.Spec.Names.Kind), version.Name)
		if err := os.WriteFile(filepath.Join(folder, name), append(text, '\n'), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// schemaOf is the JSON schema that an OpenAPI schema means: null is a type of its own, and
// a field that is not named is a mistake.
func schemaOf(openAPI *apiextensionsv1.JSONSchemaProps) (map[string]any, error) {
	text, err := json.Marshal(openAPI)
	if err != nil {
		return nil, err
	}
	schema := map[string]any{}
	if err := json.Unmarshal(text, &schema); err != nil {
		return nil, err
	}
	translate(schema)
	return schema, nil
}

func translate(schema map[string]any) {
	if schema["nullable"] == true {
		schema["type"] = []any{schema["type"], "null"}
		if words, ok := schema["enum"].([]any); ok {
			schema["enum"] = append(words, nil)
		}
	}
	for name := range schema {
		if name == "nullable" || strings.HasPrefix(name, "x-kubernetes-") {
			delete(schema, name)
		}
	}
	properties, _ := schema["properties"].(map[string]any)
	if len(properties) > 0 {
		schema["additionalProperties"] = false
	}
	for _, property := range properties {
		translate(property.(map[string]any))
	}
	if items, ok := schema["items"].(map[string]any); ok {
		translate(items)
	}
}
