package broker

import (
	"encoding/json"
	"slices"
)

// ID is the seller API's identifier of a broker: a GUID or an integer, kept as
// an opaque string.
type ID string

// Key is the form in which ids are compared: GUIDs in any of their spellings,
// anything else literally.
func (id ID) Key() ID {
	if guid, ok := guidKey(string(id)); ok {
		return ID(guid)
	}
	return id
}

// Same reports whether both name one broker. An empty id names none.
func (id ID) Same(other ID) bool {
	return id != "" && (id == other || id.Key() == other.Key())
}

// Property is the value of a custom property that the portal defines.
type Property struct {
	ID    string
	Value string
	// Raw is the property as read, so that its JSON types survive an update
	// (ids may be integers). Nil for a wanted one.
	Raw json.RawMessage
}

// Property returns the value of the custom property with this id.
func (b *Broker) Property(id string) (string, bool) {
	for i := range b.CustomProperties {
		if b.CustomProperties[i].ID == id {
			return b.CustomProperties[i].Value, true
		}
	}
	return "", false
}

// Inactive reports whether it is marked as inactive.
func (b *Broker) Inactive() bool { return b.Active != nil && !*b.Active }

// Equal reports whether both show the same of a broker, in every field.
// Unnamed fields (Extra) do not count.
func Equal(a, b *Broker) bool {
	if !a.ID.Same(b.ID) || a.Detail != b.Detail || a.Foreign != b.Foreign || a.Inactive() != b.Inactive() || len(a.CustomProperties) != len(b.CustomProperties) {
		return false
	}
	for i := range Fields {
		va, oka := Fields[i].Get(a)
		vb, okb := Fields[i].Get(b)
		if va != vb || oka != okb {
			return false
		}
	}
	return slices.Equal(a.Odd, b.Odd) && slices.EqualFunc(a.CustomProperties, b.CustomProperties, func(p, q Property) bool {
		return p.ID == q.ID && p.Value == q.Value
	})
}
