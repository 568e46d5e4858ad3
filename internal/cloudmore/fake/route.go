package fake

import (
	"net/http"
	"net/url"
	"strings"
)

// Operation names a call of the API.
type Operation string

// The operations of the seller API, and the one that issues tokens.
const (
	OpToken           Operation = "token"
	OpCreate          Operation = "create"
	OpGet             Operation = "get"
	OpList            Operation = "list"
	OpUpdate          Operation = "update"
	OpDelete          Operation = "delete"
	OpActiveResellers Operation = "active-resellers"
	OpActiveReseller  Operation = "active-reseller"
	OpUnknown         Operation = "unknown" // a path or method that the API does not have
)

// Operations are all of them, in the order of the documentation.
var Operations = []Operation{OpToken, OpCreate, OpGet, OpList, OpUpdate, OpDelete, OpActiveResellers, OpActiveReseller, OpUnknown}

func (o Operation) writes() bool { return o == OpCreate || o == OpUpdate || o == OpDelete }

// route is where a request goes.
type route struct {
	op     Operation
	seller string
	broker string
	allow  string // the methods of a known path that was called with another
}

// routeOf reads the escaped path, so that an id with a slash stays one id.
func routeOf(method string, u *url.URL) route {
	segments := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	for i, segment := range segments {
		if plain, err := url.PathUnescape(segment); err == nil {
			segments[i] = plain
		}
	}
	r, methods := resourceOf(segments)
	if methods == nil {
		return r
	}
	if op, ok := methods[method]; ok {
		r.op = op
		return r
	}
	for _, known := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete} {
		if _, ok := methods[known]; ok {
			r.allow += ", " + known
		}
	}
	r.allow = strings.TrimPrefix(r.allow, ", ")
	return r
}

func resourceOf(segments []string) (route, map[string]Operation) {
	r := route{op: OpUnknown}
	if len(segments) == 2 && segments[0] == "connect" && segments[1] == "token" {
		return r, map[string]Operation{http.MethodPost: OpToken}
	}
	if len(segments) < 4 || len(segments) > 5 || segments[0] != "api" || segments[1] != "sellers" {
		return r, nil
	}
	r.seller = segments[2]
	one := len(segments) == 5
	if one {
		r.broker = segments[4]
	}
	switch {
	case segments[3] == "brokers" && one:
		return r, map[string]Operation{http.MethodGet: OpGet, http.MethodPut: OpUpdate, http.MethodDelete: OpDelete}
	case segments[3] == "brokers":
		return r, map[string]Operation{http.MethodGet: OpList, http.MethodPost: OpCreate}
	case segments[3] == "resellers" && one:
		return r, map[string]Operation{http.MethodGet: OpActiveReseller}
	case segments[3] == "resellers":
		return r, map[string]Operation{http.MethodGet: OpActiveResellers}
	}
	return route{op: OpUnknown}, nil
}
