// Package cli is kubectl reseller: what it shows of a fleet, and what it asks the operator
// to do.
//
// It talks to the Kubernetes API server as its user may, and to a seller API only where a
// command says so. It promises never to read the values of a Secret that it was not told to
// log in with, and to change nothing that it does not name in its last line.
package cli
