package main

import (
	"errors"
	"fmt"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/crdify/pkg/config"
	"sigs.k8s.io/crdify/pkg/validations"
)

// rules judges rules in CEL. One that is gone or tells its fault in other words
// breaks nothing; whether a new or changed one does, only a user can say.
type rules struct{ enforcement config.EnforcementPolicy }

func registerRules(r validations.Registry) {
	r.Register((&rules{}).Name(), func(map[string]any) (validations.Validation, error) { return &rules{}, nil })
}

func (*rules) Name() string { return "rule" }

func (r *rules) SetEnforcement(policy config.EnforcementPolicy) { r.enforcement = policy }

// Compare removes what it has judged, as crdify asks of every comparator.
func (r *rules) Compare(older, newer *apiextensionsv1.JSONSchemaProps) validations.ComparisonResult {
	known := map[string]bool{}
	for _, rule := range older.XValidations {
		known[rule.Rule] = true
	}
	var added []error
	for _, rule := range newer.XValidations {
		if !known[rule.Rule] {
			added = append(added, fmt.Errorf("new or changed: %s", rule.Rule))
		}
	}
	older.XValidations, newer.XValidations = nil, nil
	return validations.HandleErrors(r.Name(), r.enforcement, added...)
}

// surface judges what stands outside the schema: whether objects are still found
// under the name and version that they were written with, and have a status.
type surface struct{ enforcement config.EnforcementPolicy }

func registerSurface(r validations.Registry) {
	r.Register((&surface{}).Name(), func(map[string]any) (validations.Validation, error) { return &surface{}, nil })
}

func (*surface) Name() string { return "surface" }

func (s *surface) SetEnforcement(policy config.EnforcementPolicy) { s.enforcement = policy }

func (s *surface) Compare(older, newer *apiextensionsv1.CustomResourceDefinition) validations.ComparisonResult {
	var gone []error
	if older.Spec.Names.Kind != newer.Spec.Names.Kind {
		gone = append(gone, fmt.Errorf("kind: is now %s", newer.Spec.Names.Kind))
	}
	for _, old := range older.Spec.Versions {
		if err := serves(newer, old); err != nil {
			gone = append(gone, fmt.Errorf("%s: %w", old.Name, err))
		}
	}
	return validations.HandleErrors(s.Name(), s.enforcement, gone...)
}

func serves(crd *apiextensionsv1.CustomResourceDefinition, old apiextensionsv1.CustomResourceDefinitionVersion) error {
	version := validations.GetCRDVersionByName(crd, old.Name)
	switch {
	case version == nil:
		return errors.New("the version is gone")
	case old.Served && !version.Served:
		return errors.New("the version is not served any more")
	case old.Subresources != nil && old.Subresources.Status != nil && (version.Subresources == nil || version.Subresources.Status == nil):
		return errors.New("status is no subresource any more")
	}
	return nil
}
