// Package rbac holds the rights of the operator, for programs that ask whether it has them.
package rbac

import _ "embed" // for the roles below

// Manager is the role of the operator's account, in YAML.
//
//go:embed role.yaml
var Manager []byte
