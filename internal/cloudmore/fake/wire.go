package fake

import (
	"encoding/json"
	"slices"
	"strconv"
)

// Broker is what the API keeps about a broker. Every field is a plain value:
// what a request leaves out or sends as null is stored empty, as a PUT that
// "updates all properties" would leave it.
type Broker struct {
	Name               string           `json:"name"`
	RegistrationNumber string           `json:"registrationNumber"`
	VAT                string           `json:"vat"`
	Domain             string           `json:"domain"`
	NotificationEmail  string           `json:"notificationEmail"`
	SupportEmail       string           `json:"supportEmail"`
	Contact            Contact          `json:"contact"`
	Address            Address          `json:"address"`
	InvoiceContact     *InvoiceContact  `json:"invoiceContact"`
	CustomProperties   []CustomProperty `json:"customProperties"`
	AllowCMPAccess     *bool            `json:"allowCmpAccess"`
}

// Contact is the contact person of a broker.
type Contact struct {
	Name            string `json:"name"`
	JobTitle        string `json:"jobTitle"`
	Email           string `json:"email"`
	PhonePrefix     string `json:"phonePrefix"`
	Phone           string `json:"phone"`
	CellPhonePrefix string `json:"cellPhonePrefix"`
	CellPhone       string `json:"cellPhone"`
}

// Address is the postal address of a broker.
type Address struct {
	Address     string `json:"address"`
	PostalCode  string `json:"postalCode"`
	City        string `json:"city"`
	CountryCode string `json:"countryCode"`
}

// InvoiceContact is who receives a broker's invoices.
type InvoiceContact struct {
	Name        string `json:"name"`
	Email       string `json:"email"`
	PhonePrefix string `json:"phonePrefix"`
	Phone       string `json:"phone"`
}

// CustomProperty is a value for a property that the seller has defined.
type CustomProperty struct {
	ID    PropertyID `json:"id"`
	Value string     `json:"value"`
}

// PropertyID is the id of a custom property. It reads a JSON string or
// number; which of them the API shows and takes is Shapes.PropertyIDs.
type PropertyID string

// UnmarshalJSON takes the id as a string or as a number.
func (p *PropertyID) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err == nil {
		*p = PropertyID(text)
		return nil
	}
	var number json.Number
	if err := json.Unmarshal(data, &number); err != nil {
		return err
	}
	*p = PropertyID(number)
	return nil
}

// clone is a copy that shares nothing with b.
func (b Broker) clone() Broker {
	if b.InvoiceContact != nil {
		invoice := *b.InvoiceContact
		b.InvoiceContact = &invoice
	}
	if b.AllowCMPAccess != nil {
		allowed := *b.AllowCMPAccess
		b.AllowCMPAccess = &allowed
	}
	b.CustomProperties = slices.Clone(b.CustomProperties)
	return b
}

// jsonID is an id as the API writes it: a number where the id is one and ids
// are integers, else a string.
func jsonID(id string, integers bool) any {
	if integers {
		if n, err := strconv.ParseInt(id, 10, 64); err == nil {
			return n
		}
	}
	return id
}

// apiError is one entry of the first documented shape of a refusal.
type apiError struct {
	ErrorCode    int    `json:"errorCode"`
	ErrorName    string `json:"errorName"`
	ErrorMessage string `json:"errorMessage"`
}

// modelState is the second: field paths in PascalCase, each with its messages.
type modelState map[string][]string

func (m modelState) add(path, message string) { m[path] = append(m[path], message) }

// fields are the documented fields of a detail, the empty ones as the settings want.
func (s *Server) fields(b Broker) object {
	fields := object{
		"name": b.Name, "registrationNumber": b.RegistrationNumber, "vat": b.VAT, "domain": b.Domain,
		"notificationEmail": b.NotificationEmail, "supportEmail": b.SupportEmail,
		"contact": s.spelled(object{
			"name": b.Contact.Name, "jobTitle": b.Contact.JobTitle, "email": b.Contact.Email,
			"phonePrefix": b.Contact.PhonePrefix, "phone": b.Contact.Phone,
			"cellPhonePrefix": b.Contact.CellPhonePrefix, "cellPhone": b.Contact.CellPhone,
		}),
		"address": s.spelled(object{
			"address": b.Address.Address, "postalCode": b.Address.PostalCode,
			"city": b.Address.City, "countryCode": b.Address.CountryCode,
		}),
		"customProperties": s.properties(b.CustomProperties),
		"invoiceContact":   nil, "allowCmpAccess": nil,
	}
	if i := b.InvoiceContact; i != nil {
		fields["invoiceContact"] = s.spelled(object{"name": i.Name, "email": i.Email, "phonePrefix": i.PhonePrefix, "phone": i.Phone})
	}
	if b.AllowCMPAccess != nil {
		fields["allowCmpAccess"] = *b.AllowCMPAccess
	}
	return s.spelled(fields)
}
