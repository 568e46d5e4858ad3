package main

import (
	"os"
	"path/filepath"
	"testing"

	"k8s.io/kube-openapi/pkg/validation/spec"
	"k8s.io/kube-openapi/pkg/validation/strfmt"
	"k8s.io/kube-openapi/pkg/validation/validate"
	"sigs.k8s.io/yaml"
)

// written are the schemas of today's CRDs, by kind.
func written(t *testing.T) map[string]*spec.Schema {
	t.Helper()
	into := t.TempDir()
	if err := run("../../../config/crd/bases", into); err != nil {
		t.Fatal(err)
	}
	all := map[string]*spec.Schema{}
	for _, kind := range []string{"Reseller", "Seller", "ClusterSeller"} {
		schema := &spec.Schema{}
		read(t, filepath.Join(into, "cloudmore.com", lower(kind)+"_v1alpha1.json"), schema)
		all[kind] = schema
	}
	return all
}

func lower(kind string) string {
	return map[string]string{"Reseller": "reseller", "Seller": "seller", "ClusterSeller": "clusterseller"}[kind]
}

func read(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatal(path, err)
	}
}

func valid(schema *spec.Schema, object map[string]any) bool {
	return validate.NewSchemaValidator(schema, nil, "", strfmt.Default).Validate(object).IsValid()
}

func TestSamplesAreValid(t *testing.T) {
	schemas, found := written(t), 0
	files, err := filepath.Glob("../../../config/samples/cloudmore_v1alpha1_*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		object := map[string]any{}
		read(t, file, &object)
		if !valid(schemas[object["kind"].(string)], object) {
			t.Errorf("%s is not valid", file)
		}
		found++
	}
	if found < 5 {
		t.Errorf("there are %d samples", found)
	}
}

func TestAnEditorSeesMistakes(t *testing.T) {
	schema := written(t)["Reseller"]
	for name, row := range map[string]struct {
		field string
		value any
		valid bool
	}{
		"a choice":                 {"driftPolicy", "Report", true},
		"a word that is no choice": {"driftPolicy", "report", false},
		"a field that is misspelt": {"driftpolicy", "Report", false},
		"a number for text":        {"registrationNumber", 123456789, false},
	} {
		object := map[string]any{}
		read(t, "../../../config/samples/cloudmore_v1alpha1_reseller.yaml", &object)
		object["spec"].(map[string]any)[row.field] = row.value
		if got := valid(schema, object); got != row.valid {
			t.Errorf("%s: valid is %t", name, got)
		}
	}
}
