// Package crd tells what the CRDs of a cluster lack of this program's kinds. An API
// server drops the fields that a CRD does not know, without a word: an operator that
// wrote them would forget them at once. It goes by the document that every API server
// publishes for all who may log in, so it needs no rights; it never writes.
package crd
