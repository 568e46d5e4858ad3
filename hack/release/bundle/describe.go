package main

import (
	"fmt"
	"strings"

	"github.com/operator-framework/api/pkg/operators/v1alpha1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"

	"github.com/reseller-operator/reseller-operator/hack/release/spoken"
)

// describe says of a kind and its fields what the CRD says, and by which control a
// form may edit a field.
func (p *parts) describe(owned *v1alpha1.CRDDescription) error {
	schema := p.schemaOf(owned.Name, owned.Version)
	if schema == nil {
		return fmt.Errorf("there is no CRD %s with version %s", owned.Name, owned.Version)
	}
	owned.Description = schema.Description
	for i := range owned.SpecDescriptors {
		d := &owned.SpecDescriptors[i]
		field, err := at(schema, "spec."+d.Path)
		if err != nil {
			return fmt.Errorf("%s: %w", owned.Name, err)
		}
		d.Description = sentence(field)
		if d.XDescriptors == nil {
			d.XDescriptors = controls(field)
		}
	}
	for i := range owned.StatusDescriptors {
		d := &owned.StatusDescriptors[i]
		field, err := at(schema, "status."+d.Path)
		if err != nil {
			return fmt.Errorf("%s: %w", owned.Name, err)
		}
		d.Description = sentence(field)
	}
	return nil
}

func (p *parts) schemaOf(name, version string) *apiextensionsv1.JSONSchemaProps {
	for _, crd := range p.crds {
		for _, v := range spoken.Plain(crd).Spec.Versions {
			if crd.Name == name && v.Name == version {
				return v.Schema.OpenAPIV3Schema
			}
		}
	}
	return nil
}

func at(schema *apiextensionsv1.JSONSchemaProps, path string) (*apiextensionsv1.JSONSchemaProps, error) {
	field := *schema
	for name := range strings.SplitSeq(path, ".") {
		next, ok := field.Properties[name]
		if !ok {
			return nil, fmt.Errorf("the CRD has no field %s", path)
		}
		field = next
	}
	return &field, nil
}

// sentence is the description in one line.
func sentence(field *apiextensionsv1.JSONSchemaProps) string {
	return strings.Join(strings.Fields(field.Description), " ")
}

func controls(field *apiextensionsv1.JSONSchemaProps) []string {
	const ui = "urn:alm:descriptor:com.tectonic.ui:"
	switch {
	case len(field.Enum) > 0:
		var choices []string
		for _, word := range field.Enum {
			choices = append(choices, ui+"select:"+strings.Trim(string(word.Raw), `"`))
		}
		return choices
	case field.Type == "boolean":
		return []string{ui + "booleanSwitch"}
	case field.Type == "integer":
		return []string{ui + "number"}
	default:
		return []string{ui + "text"}
	}
}
