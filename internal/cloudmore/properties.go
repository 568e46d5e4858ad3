package cloudmore

import (
	"encoding/json"
	"strings"
	"sync/atomic"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// propertyTypes remembers which JSON type the ids of custom properties, or of
// brokers, have at this seller: 0 not seen, 1 string, 2 integer.
type propertyTypes struct{ seen atomic.Int32 }

func (t *propertyTypes) learn(id json.RawMessage) {
	if id[0] == '"' {
		t.seen.Store(1)
	} else {
		t.seen.Store(2)
	}
}

// id is a property's id as JSON, for one that was not read from the API. Before
// a type was seen, what looks like an integer is sent as one.
func (t *propertyTypes) id(text string) json.RawMessage {
	if t.seen.Load() != 1 && idInteger.MatchString(text) {
		return json.RawMessage(text)
	}
	return quoted(text)
}

// property is a custom property as JSON. One that was read keeps everything
// but a changed value, and of that the type where the new text has it.
func (t *propertyTypes) property(p *broker.Property) json.RawMessage {
	all, isObject := membersOf(p.Raw)
	if !isObject {
		return object(member{"id", t.id(p.ID)}, member{"value", quoted(p.Value)})
	}
	was := all.value("value")
	if text, scalar := textOf(was); text == p.Value || !scalar && len(was) > 0 && canonical(was) == p.Value {
		return p.Raw
	}
	value, replaced := typedLike(was, p.Value), false
	for i := range all {
		if strings.EqualFold(all[i].key, "value") {
			all[i].value, replaced = value, true
		}
	}
	if !replaced {
		all = append(all, member{"value", value})
	}
	return object(all...)
}

// withProperties lays properties over a list that was not read as it would be
// written: null stays null while there are none, and an entry without id, or with the id
// of an earlier one, stays as it is at its place.
func withProperties(list json.RawMessage, now []json.RawMessage) any {
	entries, isList := elements(list)
	if len(now) == 0 && len(entries) == 0 || !isList && !isNull(list) {
		return list
	}
	values := make(map[string]json.RawMessage, len(now))
	for _, property := range now {
		values[propertyID(property)] = property
	}
	for i, entry := range entries {
		id := propertyID(entry)
		if value := values[id]; value != nil && id != "" {
			entries[i] = value
			delete(values, id)
		}
	}
	for _, property := range now {
		if values[propertyID(property)] != nil {
			entries = append(entries, property)
		}
	}
	return entries
}

// propertyID is the id of a property as read; "" for what is none.
func propertyID(entry json.RawMessage) string {
	all, _ := membersOf(entry)
	id, _ := textOf(all.value("id"))
	return id
}

// typedLike is a text as JSON, of the type of an earlier value if it fits.
func typedLike(was json.RawMessage, text string) json.RawMessage {
	raw := json.RawMessage(text)
	if len(was) == 0 || !json.Valid(raw) {
		return quoted(text)
	}
	switch kind := was[0]; {
	case (kind == 't' || kind == 'f') && (text == "true" || text == "false"),
		(kind == '-' || '0' <= kind && kind <= '9') && (text[0] == '-' || '0' <= text[0] && text[0] <= '9'):
		return raw
	default:
		return quoted(text)
	}
}
