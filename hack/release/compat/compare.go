package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/crdify/pkg/config"
	"sigs.k8s.io/crdify/pkg/runner"
	"sigs.k8s.io/crdify/pkg/validations"
	"sigs.k8s.io/crdify/pkg/validations/crd/existingfieldremoval"
	"sigs.k8s.io/crdify/pkg/validations/crd/scope"
	"sigs.k8s.io/crdify/pkg/validations/crd/storedversionremoval"
	"sigs.k8s.io/crdify/pkg/validations/property"

	"github.com/reseller-operator/reseller-operator/hack/release/spoken"
)

// policy is crdify's judgement with two exceptions: a description breaks no
// object, and neither does one more word that an enum permits.
var policy = config.Config{Validations: []config.ValidationConfig{
	{Name: "description", Enforcement: config.EnforcementPolicyNone},
	{Name: "enum", Enforcement: config.EnforcementPolicyError, Configuration: map[string]any{"additionPolicy": "Allow"}},
}}

// registry is all that crdify can judge, and what it can't: rules in CEL, and the
// parts of a CRD outside its schema.
func registry() validations.Registry {
	r := validations.NewRegistry()
	for _, register := range []func(validations.Registry){
		existingfieldremoval.Register, scope.Register, storedversionremoval.Register,
		property.RegisterDefault, property.RegisterDescription, property.RegisterEnum,
		property.RegisterMaximum, property.RegisterMaxItems, property.RegisterMaxLength, property.RegisterMaxProperties,
		property.RegisterMinimum, property.RegisterMinItems, property.RegisterMinLength, property.RegisterMinProperties,
		property.RegisterRequired, property.RegisterType,
		registerRules, registerNullable, registerSurface,
	} {
		register(r)
	}
	return r
}

// compare lists what breaks stored objects, one "kind version field: fault" each.
func compare(older, newer *apiextensionsv1.CustomResourceDefinition) ([]string, error) {
	run, err := runner.New(&policy, registry())
	if err != nil {
		return nil, err
	}
	kind := older.Spec.Names.Kind
	older, newer = spoken.Plain(older), spoken.Plain(newer)
	results := run.Run(older, newer)
	var all []string
	for _, result := range results.CRDValidation {
		for _, fault := range result.Errors {
			all = append(all, kind+" "+tidy(fault))
		}
	}
	for version, fields := range results.SameVersionValidation {
		remain := fieldsOf(newer, version)
		for field, verdicts := range fields {
			if slices.Contains(remain, field) { // one that is gone is named above
				all = append(all, faults(kind+" "+version+" "+tidy(field), verdicts)...)
			}
		}
	}
	for versions, fields := range results.ServedVersionValidation {
		for field, verdicts := range fields {
			all = append(all, faults(kind+" "+versions+" "+tidy(field), verdicts)...)
		}
	}
	return all, nil
}

func faults(where string, verdicts []validations.ComparisonResult) []string {
	var all []string
	for _, verdict := range verdicts {
		for _, fault := range verdict.Errors {
			all = append(all, fmt.Sprintf("%s: %s: %s", where, verdict.Name, strings.ReplaceAll(fault, " : ", ": ")))
		}
	}
	return all
}

func fieldsOf(crd *apiextensionsv1.CustomResourceDefinition, version string) []string {
	return slices.Collect(maps.Keys(validations.FlattenCRDVersion(*validations.GetCRDVersionByName(crd, version))))
}

// tidy writes a field as manifests do: spec.drift[] for ^.spec.drift[*].
func tidy(text string) string {
	return strings.NewReplacer(".^.", " ", "^.", "", "[*]", "[]", " : ", ": ").Replace(text)
}
