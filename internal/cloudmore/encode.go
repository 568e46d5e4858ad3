package cloudmore

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// model is an object of the wire: values and, for the groups, models.
type model map[string]any

// createBody is SellerBrokerCreateViewModel: the fields that are wanted, and
// nothing of what was read elsewhere.
func (c *Client) createBody(want *broker.Broker) []byte {
	return c.model(want).encode()
}

// updateBody is SellerBrokerUpdateViewModel: every field that is known, each
// with the JSON type that was read, and those without a name as they were
// read, since an update may empty what it is not sent. No id, and nothing else
// that the account's amendments say.
func (c *Client) updateBody(want *broker.Broker, amended ...amendment) []byte {
	m := c.model(want)
	for _, path := range slices.Sorted(maps.Keys(want.Extra)) {
		if !slices.Contains(amended, amendment{member: path}) {
			m.restore(path, want.Extra[path])
		}
	}
	for _, a := range amended {
		if a.added {
			m[a.member] = c.ids.id(string(want.ID))
		}
	}
	return m.encode()
}

// model is the documented fields, without those that are nil.
func (c *Client) model(want *broker.Broker) model {
	m := model{}
	for i := range broker.Fields {
		f := &broker.Fields[i]
		value, known := f.Get(want)
		switch {
		case !known:
		case f.Boolean():
			m.put(f.API, json.RawMessage(value))
		default:
			m.put(f.API, quoted(value))
		}
	}
	if want.CustomProperties == nil {
		return m
	}
	list := make([]json.RawMessage, 0, len(want.CustomProperties))
	for i := range want.CustomProperties {
		list = append(list, c.types.property(&want.CustomProperties[i]))
	}
	m[propertiesKey] = list
	return m
}

// at is the object that holds a path, and the key in it. Only the documented
// groups are objects; any other dot belongs to the key.
func (m model) at(path string) (model, string) {
	if key, whole := strings.CutPrefix(path, wholeKey); whole {
		return m, key
	}
	group, key, nested := strings.Cut(path, ".")
	if !nested || groups[strings.ToLower(group)] == "" {
		return m, path
	}
	inner, isModel := m[group].(model)
	if !isModel {
		inner = model{}
		m[group] = inner
	}
	return inner, key
}

func (m model) put(path string, value json.RawMessage) {
	object, key := m.at(path)
	object[key] = value
}

// restore puts back what was read, unless the field has another value now.
func (m model) restore(path string, raw json.RawMessage) {
	object, key := m.at(path)
	switch now := object[key].(type) {
	case nil:
		object[key] = raw
	case json.RawMessage:
		was, scalar := textOf(raw)
		is, _ := textOf(now)
		truth, isTruth := truthOf(now)
		wasTruth, ok := truthOf(raw)
		if scalar && was == is || !scalar && canonical(raw) == is || now[0] != '"' && isTruth && ok && truth == wasTruth {
			object[key] = raw
		}
	case []json.RawMessage:
		object[key] = withProperties(raw, now)
	case model:
		if isNull(raw) {
			object[key] = now.orNull()
		}
	}
}

// orNull is a group that was read as null: only what has a value now is sent,
// and without any it stays null. An API may check each member that it is sent.
func (m model) orNull() any {
	maps.DeleteFunc(m, func(_ string, value any) bool {
		raw, _ := value.(json.RawMessage)
		return string(raw) == `""`
	})
	if len(m) == 0 {
		return json.RawMessage("null")
	}
	return m
}

func (m model) encode() []byte {
	body, err := json.Marshal(m)
	if err != nil {
		return nil // not reached: every raw value was read from valid JSON
	}
	return body
}

// object writes members in their order.
func object(all ...member) json.RawMessage {
	raw := []byte{'{'}
	for i, m := range all {
		if i > 0 {
			raw = append(raw, ',')
		}
		raw = append(raw, quoted(m.key)...)
		raw = append(append(raw, ':'), m.value...)
	}
	return append(raw, '}')
}

// quoted is a text as a JSON string.
func quoted(text string) json.RawMessage {
	raw, err := json.Marshal(text)
	if err != nil {
		return json.RawMessage(`""`) // not reached: any string can be written
	}
	return raw
}
