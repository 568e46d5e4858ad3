package v1alpha1_test

import (
	"os"
	"regexp"
	"testing"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	"k8s.io/apimachinery/pkg/util/version"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/cel/environment"
)

// oldest is the oldest Kubernetes that the chart installs on.
func oldest(t *testing.T) *version.Version {
	t.Helper()
	chart, err := os.ReadFile("../../config/chart/Chart.yaml")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile(`kubeVersion: ">=([0-9.]+)-0"`).FindSubmatch(chart)
	if named == nil {
		t.Fatal("the chart names no oldest Kubernetes")
	}
	return version.MustParseGeneric(string(named[1])).WithPatch(0)
}

// TestRulesNeedNoNewerKubernetes compiles every rule with what the API server of the
// oldest supported Kubernetes knows of CEL, and within what it lets a rule cost.
func TestRulesNeedNoNewerKubernetes(t *testing.T) {
	known := environment.MustBaseEnvSet(version.MajorMinor(oldest(t).Major(), oldest(t).Minor()))
	compiled := 0
	for _, plural := range plurals {
		internal := &apiextensions.JSONSchemaProps{}
		schema := crdIn(crdDir, plural).Spec.Versions[0].Schema.OpenAPIV3Schema
		if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(schema, internal, nil); err != nil {
			t.Fatal(err)
		}
		structural, err := structuralschema.NewStructural(internal)
		if err != nil {
			t.Fatal(err)
		}
		compiled += compileRules(t, known, plural, structural, true)
	}
	if compiled < 100 {
		t.Errorf("only %d rules were compiled", compiled)
	}
}

// compileRules compiles the rules of a schema and of all that it holds.
func compileRules(t *testing.T, known *environment.EnvSet, path string, schema *structuralschema.Structural, root bool) int {
	t.Helper()
	rules, err := cel.Compile(schema, model.SchemaDeclType(schema, root), celconfig.PerCallLimit, known, cel.NewExpressionsEnvLoader())
	if err != nil {
		t.Fatal(path, err)
	}
	for i, rule := range rules {
		if rule.Error != nil {
			t.Errorf("%s: %s: %v", path, schema.XValidations[i].Rule, rule.Error)
		}
	}
	n := len(rules)
	for name, property := range schema.Properties {
		n += compileRules(t, known, path+"."+name, &property, false)
	}
	if schema.Items != nil {
		n += compileRules(t, known, path+"[]", schema.Items, false)
	}
	return n
}
