// Package admission judges Resellers as an API server would that has our CRDs: by the same
// schema and rules, evaluated by the same code, without a cluster.
package admission

import (
	"context"
	"fmt"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"

	"github.com/reseller-operator/reseller-operator/config/crd"
)

// Refusal is one thing that an API server would refuse.
type Refusal struct {
	// Path is the field, "spec.contact.phone"; of an item of a list its index is in brackets.
	Path string
	// Says is why, ending with what to do.
	Says string
}

// Rules are those of Resellers. They may be used by one caller at a time.
type Rules struct {
	schema validation.SchemaValidator
	rules  *cel.Validator
	shape  *structuralschema.Structural
}

// New compiles the rules of the CRD.
func New() (*Rules, error) {
	var definition apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(crd.Resellers, &definition); err != nil {
		return nil, fmt.Errorf("the CRD of Resellers can't be read: %w", err)
	}
	props := &apiextensions.JSONSchemaProps{}
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(definition.Spec.Versions[0].Schema.OpenAPIV3Schema, props, nil); err != nil {
		return nil, fmt.Errorf("the schema of Resellers can't be read: %w", err)
	}
	shape, err := structuralschema.NewStructural(props)
	if err != nil {
		return nil, fmt.Errorf("the schema of Resellers is not structural: %w", err)
	}
	schema, _, err := validation.NewSchemaValidator(props)
	if err != nil {
		return nil, fmt.Errorf("the schema of Resellers can't be compiled: %w", err)
	}
	return &Rules{schema: schema, shape: shape, rules: cel.NewValidator(shape, true, celconfig.PerCallLimit)}, nil
}

// Refusals are what an API server would refuse in an object as decoded JSON; none where it
// would take it.
func (r *Rules) Refusals(object map[string]any) []Refusal {
	errs := validation.ValidateCustomResource(nil, object, r.schema)
	if len(errs) == 0 { // as an API server does it
		errs, _ = r.rules.Validate(context.Background(), nil, r.shape, object, nil, celconfig.RuntimeCELCostBudget)
	}
	var found []Refusal
	for _, err := range errs {
		found = append(found, Refusal{Path: err.Field, Says: strings.TrimPrefix(err.Detail, ": ")})
	}
	return found
}
