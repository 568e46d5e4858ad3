// Package crd holds the CustomResourceDefinitions, for programs that judge objects without
// an API server.
package crd

import _ "embed" // for the definition below

// Resellers is the CRD of Resellers, in YAML.
//
//go:embed bases/cloudmore.com_resellers.yaml
var Resellers []byte
