package cloudmore

import (
	"regexp"
	"slices"
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

// listed reports whether the name of a member says no more than that there is a list:
// "brokerList", "resellerItems".
func (m *member) listed() bool {
	kind, _ := announces(m.key)
	return kind == announcesListed
}

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
