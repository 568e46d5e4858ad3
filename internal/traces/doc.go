// Package traces has the spans of the operator's own work: one for each pass over an
// object, with an event for each step, and one for each call of the seller API.
//
// It promises that the attributes of a span are a closed set, which docs/traces.md lists:
// no URL but the route's template, no id of a broker or account, no value of a field, and
// nothing that the API said. While no provider is in use (Use) spans are nil, whose
// methods do nothing, and nothing is allocated. It knows no exporter; cmd/manager makes
// one.
package traces
