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

// Broker is one broker as wanted or as read. A nil pointer means that the
// source had no word about the field: a spec that leaves it out, or an answer
// that lacks it. A JSON null is read as "".
type Broker struct {
	ID                 ID
	Name               *string
	RegistrationNumber *string
	VAT                *string
	Domain             *string
	NotificationEmail  *string
	SupportEmail       *string
	Contact            Contact
	Address            Address
	InvoiceContact     InvoiceContact
	// CustomProperties are ordered as read; ids are unique, and there is none without.
	CustomProperties []Property
	AllowCmpAccess   *bool

	// Detail says that the source shows every field, so that one it lacks is
	// empty. List entries are usually summaries, which prove nothing by what
	// they lack.
	Detail bool
	// Foreign says that the answer marks it as a ServiceBroker: somebody else's
	// broker that has merely added a service of the seller.
	Foreign bool
	// Active is whether the answer marks it as active or as inactive; nil: neither. What is
	// deleted may stay as inactive.
	Active *bool
	// Extra are the fields of an answer that this project has no name for, by
	// JSON path ("contact.fax"). They are sent back as read, since an update
	// may empty what it is not sent.
	Extra map[string]json.RawMessage
	// Odd are the API's paths of what an answer shows in a form that has no meaning here.
	// It is kept as read: in Extra, and a field that is no group also as it is written.
	Odd []string
}

// Contact is the contact person. Prefixes are country calling codes without "+".
type Contact struct {
	Name, JobTitle, Email, PhonePrefix, Phone, CellPhonePrefix, CellPhone *string
}

// Address is the postal address; CountryCode is ISO 3166-1 alpha-2.
type Address struct {
	Address, PostalCode, City, CountryCode *string
}

// InvoiceContact is who receives invoices.
type InvoiceContact struct {
	Name, Email, PhonePrefix, Phone *string
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
