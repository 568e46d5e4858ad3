// Package openapi holds our OpenAPI description of the seller API, so that
// tests can hold client and fake against it.
package openapi

import _ "embed" // for the description below

// SellerAPI is the description, in YAML.
//
//go:embed cloudmore-seller-api.yaml
var SellerAPI []byte
