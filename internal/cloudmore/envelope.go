package cloudmore

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// An envelope is an object around what was asked for. The documentation shows
// none; gateways and frameworks add them.

// envelopes are the names under which what was asked for is found, and lists
// those of a list.
var (
	envelopes = []string{"data", "result", "results", "value", "item", "broker", "reseller", "response", "payload", "body", "content", "_embedded", "d"}
	lists     = []string{"items", "data", "value", "results", "result", "brokers", "resellers", "records", "content", "entries", "rows", "list", "response", "payload", "body", "d"}
)

// maxEnvelopes may be around what was asked for, one in the other.
const maxEnvelopes = 3

var guidText = regexp.MustCompile(`^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$`)

func (m *member) named(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, m.key) })
}

// unwrapped is the object that shows an id: this one, or the only one in its
// envelopes. Where there is none it is the answer itself.
func unwrapped(raw []byte) []byte {
	if inner, found := withID(raw, maxEnvelopes); found {
		return inner
	}
	return raw
}

// withID finds the object that shows an id. What has a field of a broker is no
// envelope; of several objects with ids in one, the name of an envelope counts.
func withID(raw []byte, depth int) ([]byte, bool) {
	all, isObject := membersOf(raw)
	if !isObject {
		return nil, false
	}
	if _, shown := all.id(); shown || all.broker() || depth == 0 {
		return raw, shown
	}
	var named, others [][]byte
	for _, m := range all {
		inner, found := withID(m.value, depth-1)
		switch {
		case found && m.named(envelopes):
			named = append(named, inner)
		case found:
			others = append(others, inner)
		}
	}
	if len(named) == 0 {
		named = others
	}
	if len(named) != 1 {
		return nil, false
	}
	return named[0], true
}

// broker reports whether an object has a field of a broker.
func (all members) broker() bool {
	return slices.ContainsFunc(all, func(m member) bool {
		name := strings.ToLower(m.key)
		return fieldsByPath[name] != nil || groups[name] != "" || strings.EqualFold(name, propertiesKey)
	})
}

// bareID is a GUID that is the whole answer, or in an envelope ({"data": "…"}).
func bareID(raw []byte) broker.ID {
	if text, _ := textOf(raw); guidText.MatchString(text) && usable(text) {
		return broker.ID(text)
	}
	all, _ := membersOf(raw)
	for _, m := range all {
		if text, _ := textOf(m.value); m.named(envelopes) && guidText.MatchString(text) && usable(text) {
			return broker.ID(text)
		}
	}
	return ""
}

// aboutID is the id of the broker that an answer is about; false where it shows none. A
// word or a number is none.
func aboutID(raw []byte) (broker.ID, bool) {
	if inner, isObject := membersOf(unwrapped(raw)); isObject {
		return inner.id()
	}
	id := bareID(raw)
	return id, id != ""
}

// denies reports whether an answer of success says that the call failed: by a
// flag, or by errors beside or in place of what was asked for.
func denies(raw []byte, depth int) bool {
	all, isObject := membersOf(raw)
	_, shown := all.id()
	switch {
	case refusals(raw), !shown && all.modelState():
		return true
	case !isObject || shown || all.broker():
		return false
	}
	return slices.ContainsFunc(all, func(m member) bool {
		return m.denies() || depth > 0 && m.named(envelopes) && denies(m.value, depth-1)
	})
}

// refusals reports whether a value is a list of errors as a 400 is documented to have it.
func refusals(raw []byte) bool {
	list, _ := elements(raw)
	return len(list) > 0 && !slices.ContainsFunc(list, func(entry json.RawMessage) bool {
		all, _ := membersOf(entry)
		_, shown := all.id()
		return shown || all.value("errorName") == nil || all.value("errorMessage") == nil
	})
}

// modelState reports whether an object is the other documented form: messages by field.
func (all members) modelState() bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(m member) bool {
		list, _ := elements(m.value)
		_, known := broker.SpecPath(m.key)
		return !known || len(list) == 0 || !isState(m)
	})
}

// wordsOnly reports whether a value is an object of scalars that has neither an id nor a field
// of a broker: what it says is for a user to read.
func wordsOnly(raw []byte) bool {
	all, isObject := membersOf(raw)
	_, shown := all.id()
	return isObject && !shown && !all.broker() && !slices.ContainsFunc(all, func(m member) bool {
		_, scalar := textOf(m.value)
		return !scalar
	})
}

// denies reports whether a member says that the call failed.
func (m *member) denies() bool {
	text, scalar := textOf(m.value)
	truth, told := truthOf(m.value)
	switch squeezedKey(m.key) {
	case "success", "succeeded", "issuccess", "issuccessful", "successful", "ok":
		return told && !truth
	case "haserrors", "haserror", "failed", "isfailed", "hasfailed", "failure", "isfailure", "iserror":
		return told && truth
	case "status", "result", "statuscode", "httpstatus", "httpstatuscode":
		number, err := strconv.Atoi(text)
		return err == nil && number >= 400 && number < 600 || slices.Contains([]string{"error", "fail", "failed", "failure", "partial"}, strings.ToLower(text))
	case "code", "errorcode", "returncode", "resultcode":
		number, err := strconv.Atoi(text)
		return err == nil && (number >= 400 && number < 600 || number != 0 && squeezedKey(m.key) == "errorcode")
	case "error", "errors", "errorname", "errormessage":
		list, isList := elements(m.value)
		inner, isObject := membersOf(m.value)
		return len(list) > 0 || len(inner) > 0 || !isList && !isObject && scalar && text != "" && (!told || truth)
	}
	return false
}
