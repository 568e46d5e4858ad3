// Package spoken reads what CRDs say in CEL about choices and lengths. OpenAPI has
// words for both, but an API server that finds such a fault looks for no other; so our
// CRDs say it in rules, and who judges or shows a schema reads them here.
package spoken

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// These rules mean an enum and a maxLength.
var (
	choice = regexp.MustCompile(`^self in \[((?:'[^']*'(?:, )?)+)\]$`)
	length = regexp.MustCompile(`^size\(self\) <= ([0-9]+)$`)
)

// Plain is the CRD with such rules as the enums and lengths that they mean.
func Plain(crd *apiextensionsv1.CustomResourceDefinition) *apiextensionsv1.CustomResourceDefinition {
	crd = crd.DeepCopy()
	for _, version := range crd.Spec.Versions {
		speak(version.Schema.OpenAPIV3Schema)
	}
	return crd
}

func speak(schema *apiextensionsv1.JSONSchemaProps) {
	schema.XValidations = slices.DeleteFunc(schema.XValidations, func(rule apiextensionsv1.ValidationRule) bool {
		if words := choice.FindStringSubmatch(rule.Rule); words != nil {
			schema.Enum, schema.MaxLength = enumOf(words[1]), nil
			return true
		}
		if limit := length.FindStringSubmatch(rule.Rule); limit != nil {
			most, err := strconv.ParseInt(limit[1], 10, 64)
			schema.MaxLength = &most
			return err == nil
		}
		return false
	})
	for name, property := range schema.Properties {
		speak(&property)
		schema.Properties[name] = property
	}
	if schema.Items != nil {
		speak(schema.Items.Schema)
	}
}

func enumOf(words string) []apiextensionsv1.JSON {
	var all []apiextensionsv1.JSON
	for word := range strings.SplitSeq(words, ", ") {
		quoted, _ := json.Marshal(strings.Trim(word, "'")) // a string can always be quoted
		all = append(all, apiextensionsv1.JSON{Raw: quoted})
	}
	return all
}
