package cloudmore

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// refusal is what the body of an error says.
type refusal struct {
	documented bool
	names      []string // error names of the API
	fields     []broker.FieldFailure
}

// wholeSpec is the path of a message that names no field.
const wholeSpec = "spec"

var (
	errorName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,63}$`)
	fieldPath = regexp.MustCompile(`^[A-Za-z$][A-Za-z0-9_$.\[\]-]{0,99}$`)
)

// messageFields tell the field of an ApiError, which names none: by how its
// message starts, in lower case and without what is behind a colon, which is
// the value. The first is documented (Manage Resellers).
var messageFields = []struct{ start, field string }{
	{"invalid domain/website", "domain"},
	{"invalid registration number", "registrationNumber"},
	{"invalid vat", "vat"},
	{"invalid notification email", "notificationEmail"},
	{"invalid support email", "supportEmail"},
	{"invalid country code", "address.countryCode"},
	{"invalid countrycode", "address.countryCode"},
	{"invalid custom property", "customProperties"},
}

// readRefusal reads the body of an error. Documented are, for 400, the list
// of ApiErrors and the map of model state, the latter also inside the
// envelopes that ASP.NET puts around it (RFC 9457 errors, modelState), and an
// empty body; for other statuses, where no shape is documented, an empty body
// and a small JSON one.
func readRefusal(a *answer, secrets []string) refusal {
	if len(a.body) == 0 {
		return refusal{documented: true}
	}
	if !a.json() {
		return refusal{}
	}
	found, known := readErrors(a.body, secrets)
	found.documented = known || a.status != http.StatusBadRequest && len(a.body) <= maxSmallBytes
	found.names = slices.Compact(found.names)
	found.names = found.names[:min(len(found.names), maxErrorNames)]
	found.fields = found.fields[:min(len(found.fields), maxFieldFailures)]
	return found
}

// readErrors reads one of the documented shapes, and whether it is one.
func readErrors(body []byte, secrets []string) (refusal, bool) {
	if list, isList := elements(body); isList {
		return readAPIErrors(list, secrets)
	}
	all, isObject := membersOf(body)
	if !isObject {
		return refusal{}, false
	}
	for _, envelope := range []string{"errors", "modelState"} {
		inner, _ := membersOf(all.value(envelope))
		if found, ok := readModelState(inner, secrets); ok {
			return found, true
		}
	}
	if found, ok := readModelState(all, secrets); ok {
		return found, true
	}
	return readAPIErrors([]json.RawMessage{body}, secrets)
}

// readAPIErrors reads the list shape.
func readAPIErrors(list []json.RawMessage, secrets []string) (refusal, bool) {
	var found refusal
	for _, entry := range list {
		all, isObject := membersOf(entry)
		name, named := textOf(all.value("errorName"))
		message, told := textOf(all.value("errorMessage"))
		if !isObject || !named && !told {
			return refusal{}, false
		}
		if name = printable(name, secrets); errorName.MatchString(name) {
			found.names = append(found.names, name)
		}
		if message = printable(message, secrets); message != "" {
			found.fields = append(found.fields, broker.FieldFailure{Path: fieldOf(message), Message: message})
		}
	}
	return found, len(list) > 0
}

// fieldOf is the path of the field that a message is about, or of the whole spec.
func fieldOf(message string) string {
	said, _, _ := strings.Cut(strings.ToLower(message), ":")
	for _, row := range messageFields {
		if strings.HasPrefix(said, row.start) {
			return wholeSpec + "." + row.field
		}
	}
	return wholeSpec
}

// readModelState reads the map shape: lists of messages by field path.
func readModelState(all members, secrets []string) (refusal, bool) {
	var found refusal
	for _, m := range all {
		list, isList := elements(m.value)
		if !isList {
			return refusal{}, false
		}
		path := statePath(m.key, secrets)
		for _, entry := range list {
			var message string
			if json.Unmarshal(entry, &message) != nil {
				return refusal{}, false
			}
			found.fields = append(found.fields, broker.FieldFailure{Path: path, Message: printable(message, secrets)})
		}
	}
	return found, len(all) > 0
}

// statePath is the Reseller's path of a key of the model state, else the key
// itself if it is fit to show.
func statePath(key string, secrets []string) string {
	if path, known := broker.SpecPath(key); known {
		return path
	}
	if key = printable(key, secrets); fieldPath.MatchString(key) && key != "$" {
		return key
	}
	return wholeSpec
}
