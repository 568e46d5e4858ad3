package main

import (
	"errors"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/crdify/pkg/config"
	"sigs.k8s.io/crdify/pkg/validations"
)

// nullable judges whether null is still taken where it was.
type nullable struct{ enforcement config.EnforcementPolicy }

func registerNullable(r validations.Registry) {
	r.Register((&nullable{}).Name(), func(map[string]any) (validations.Validation, error) { return &nullable{}, nil })
}

func (*nullable) Name() string { return "nullable" }

func (n *nullable) SetEnforcement(policy config.EnforcementPolicy) { n.enforcement = policy }

func (n *nullable) Compare(older, newer *apiextensionsv1.JSONSchemaProps) validations.ComparisonResult {
	var lost []error
	if older.Nullable && !newer.Nullable {
		lost = append(lost, errors.New("null is not taken any more"))
	}
	older.Nullable, newer.Nullable = false, false
	return validations.HandleErrors(n.Name(), n.enforcement, lost...)
}
