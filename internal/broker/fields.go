package broker

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

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

// Field is one row of the field table.
type Field struct {
	// API is the JSON path in the seller API ("contact.phone").
	API string
	// Required says that a POST needs it (starred in the API's field table).
	Required bool
	// Personal says that its value may appear in status only.
	Personal bool

	text  func(*Broker) **string
	truth func(*Broker) **bool
	canon func(string) string
}

// Fields is the field table, in the order of the API's documentation
// (developer.cloudmore.com, Manage Resellers). Custom properties are compared
// by id beside it.
var Fields = []Field{
	{API: "name", Required: true, text: func(b *Broker) **string { return &b.Name }, canon: spaces},
	{API: "registrationNumber", Required: true, text: func(b *Broker) **string { return &b.RegistrationNumber }, canon: number},
	{API: "vat", text: func(b *Broker) **string { return &b.VAT }, canon: number},
	{API: "domain", Required: true, text: func(b *Broker) **string { return &b.Domain }, canon: domain},
	{API: "notificationEmail", Required: true, Personal: true, text: func(b *Broker) **string { return &b.NotificationEmail }, canon: email},
	{API: "supportEmail", Required: true, Personal: true, text: func(b *Broker) **string { return &b.SupportEmail }, canon: email},
	{API: "contact.name", Required: true, Personal: true, text: func(b *Broker) **string { return &b.Contact.Name }, canon: spaces},
	{API: "contact.jobTitle", Required: true, Personal: true, text: func(b *Broker) **string { return &b.Contact.JobTitle }, canon: spaces},
	{API: "contact.email", Required: true, Personal: true, text: func(b *Broker) **string { return &b.Contact.Email }, canon: email},
	{API: "contact.phonePrefix", Required: true, Personal: true, text: func(b *Broker) **string { return &b.Contact.PhonePrefix }, canon: phone},
	{API: "contact.phone", Required: true, Personal: true, text: func(b *Broker) **string { return &b.Contact.Phone }, canon: phone},
	{API: "contact.cellPhonePrefix", Required: true, Personal: true, text: func(b *Broker) **string { return &b.Contact.CellPhonePrefix }, canon: phone},
	{API: "contact.cellPhone", Required: true, Personal: true, text: func(b *Broker) **string { return &b.Contact.CellPhone }, canon: phone},
	{API: "address.address", Personal: true, text: func(b *Broker) **string { return &b.Address.Address }, canon: spaces},
	{API: "address.postalCode", Personal: true, text: func(b *Broker) **string { return &b.Address.PostalCode }, canon: spaces},
	{API: "address.city", Personal: true, text: func(b *Broker) **string { return &b.Address.City }, canon: spaces},
	{API: "address.countryCode", Required: true, text: func(b *Broker) **string { return &b.Address.CountryCode }, canon: country},
	{API: "invoiceContact.name", Personal: true, text: func(b *Broker) **string { return &b.InvoiceContact.Name }, canon: spaces},
	{API: "invoiceContact.email", Personal: true, text: func(b *Broker) **string { return &b.InvoiceContact.Email }, canon: email},
	{API: "invoiceContact.phonePrefix", Personal: true, text: func(b *Broker) **string { return &b.InvoiceContact.PhonePrefix }, canon: phone},
	{API: "invoiceContact.phone", Personal: true, text: func(b *Broker) **string { return &b.InvoiceContact.Phone }, canon: phone},
	{API: "allowCmpAccess", truth: func(b *Broker) **bool { return &b.AllowCmpAccess }, canon: folded},
}

// Spec is the path of the field in a Reseller ("spec.contact.phone").
func (f *Field) Spec() string { return "spec." + f.API }

// Boolean reports whether the field is a JSON boolean rather than a string.
func (f *Field) Boolean() bool { return f.truth != nil }

// Get returns the field's value as text, and whether there is one.
func (f *Field) Get(b *Broker) (string, bool) {
	if f.truth != nil {
		if p := *f.truth(b); p != nil {
			return strconv.FormatBool(*p), true
		}
		return "", false
	}
	if p := *f.text(b); p != nil {
		return *p, true
	}
	return "", false
}

// Set puts a value into the field. For a boolean field anything but a spelling
// of true is false.
func (f *Field) Set(b *Broker, value string) {
	if f.truth != nil {
		truth, _ := strconv.ParseBool(value)
		*f.truth(b) = &truth
		return
	}
	*f.text(b) = &value
}

// leaveOut makes the field one that b has no word about.
func (f *Field) leaveOut(b *Broker) {
	if f.truth != nil {
		*f.truth(b) = nil
		return
	}
	*f.text(b) = nil
}

// Same reports whether both values mean the same to the API: how a text is
// composed, escaped and spaced does not count, nor what else the field's kind
// leaves free, such as the case of an e-mail address.
func (f *Field) Same(a, b string) bool { return a == b || f.canon(a) == f.canon(b) }

// SameValue is Same, or SameProperty, of the field with this path in the Reseller.
func SameValue(path, a, b string) bool {
	if i := rowOf(path); i >= 0 {
		return Fields[i].Same(a, b)
	}
	return SameProperty(a, b)
}

// rowOf is where the field with this path in the Reseller stands in the table, -1 for none.
func rowOf(path string) int {
	return slices.IndexFunc(Fields, func(f Field) bool { return path == f.Spec() })
}

// SameProperty is Same for values of custom properties, in which every space
// and letter counts.
func SameProperty(a, b string) bool { return a == b || plain(a) == plain(b) }

// PropertyPath is the Reseller's path of a custom property's value.
func PropertyPath(id string) string { return propertyPrefix + id + "]" }

// PropertyID is the id of the custom property whose value has this path; false for other
// fields.
func PropertyID(path string) (id string, is bool) {
	if id, is = strings.CutPrefix(path, propertyPrefix); !is {
		return "", false
	}
	return strings.CutSuffix(id, "]")
}

const propertyPrefix = "spec.customProperties["
