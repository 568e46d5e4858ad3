package fake

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var (
	domainFormat  = regexp.MustCompile(`^(?i:[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?i:[a-z][a-z0-9-]{0,61}[a-z0-9])\.?$`)
	emailFormat   = regexp.MustCompile(`^[^@\s]+@[^@\s]+$`)
	phoneFormat   = regexp.MustCompile(`^[0-9][0-9 ()/.-]{3,}[0-9]$`)
	prefixFormat  = regexp.MustCompile(`^[0-9]{1,4}$`)
	countryFormat = regexp.MustCompile(`^[A-Za-z]{2}$`)
)

// checked is one field of a request with its rules.
type checked struct {
	path     string // as the model state names it
	value    string
	required bool
	format   *regexp.Regexp
	label    string // how a message about the format calls the field
}

func fieldsToCheck(b Broker) []checked {
	fields := []checked{
		{"Name", b.Name, true, nil, ""},
		{"RegistrationNumber", b.RegistrationNumber, true, nil, ""},
		{"Domain", b.Domain, true, nil, ""},
		{"NotificationEmail", b.NotificationEmail, true, emailFormat, "Email"},
		{"SupportEmail", b.SupportEmail, true, emailFormat, "Email"},
		{"Contact.Name", b.Contact.Name, true, nil, ""},
		{"Contact.JobTitle", b.Contact.JobTitle, true, nil, ""},
		{"Contact.Email", b.Contact.Email, true, emailFormat, "Email"},
		{"Contact.PhonePrefix", b.Contact.PhonePrefix, true, prefixFormat, "Phone prefix"},
		{"Contact.Phone", b.Contact.Phone, true, phoneFormat, "Phone number"},
		{"Contact.CellPhonePrefix", b.Contact.CellPhonePrefix, true, prefixFormat, "Phone prefix"},
		{"Contact.CellPhone", b.Contact.CellPhone, true, phoneFormat, "Phone number"},
		{"Address.CountryCode", b.Address.CountryCode, true, countryFormat, "Country code"},
	}
	if i := b.InvoiceContact; i != nil {
		fields = append(fields,
			checked{"InvoiceContact.Email", i.Email, false, emailFormat, "Email"},
			checked{"InvoiceContact.PhonePrefix", i.PhonePrefix, false, prefixFormat, "Phone prefix"},
			checked{"InvoiceContact.Phone", i.Phone, false, phoneFormat, "Phone number"})
	}
	return fields
}

// parse reads a body over base and checks the result: first the model, whose
// refusal is a model state, then the values, whose refusal is a list.
func (s *Server) parse(req *request, base Broker, lax bool) (Broker, *answer) {
	broker, body := base, req.body
	if err := json.Unmarshal(body, &broker); err != nil {
		return broker, s.modelRefusal(unreadable(err))
	}
	state := modelState{}
	for _, field := range fieldsToCheck(broker) {
		switch {
		case field.value == "" && field.required && !lax:
			state.add(field.path, fmt.Sprintf("The %s field is required.", lastSegment(field.path)))
		case field.value != "" && field.format != nil && !field.format.MatchString(field.value) && !s.ownSpelling(field.path):
			state.add(field.path, field.label+" is not in valid format.")
		}
	}
	broker.CustomProperties = s.checkProperties(req, broker.CustomProperties, state)
	s.sentBack(req, state)
	s.hollow(body, state)
	if len(state) > 0 {
		return broker, s.modelRefusal(state)
	}
	if broker.Domain != "" && !s.ownSpelling("domain") && !domainFormat.MatchString(broker.Domain) {
		refusal := s.invalidValue("Invalid domain/website:" + broker.Domain)
		return broker, &refusal
	}
	return broker, nil
}

func unreadable(err error) modelState {
	var mismatch *json.UnmarshalTypeError
	if !errors.As(err, &mismatch) {
		return modelState{"": {"A valid request body is required."}}
	}
	segments := strings.Split(mismatch.Field, ".")
	for i, segment := range segments {
		if segment != "" {
			segments[i] = strings.ToUpper(segment[:1]) + segment[1:]
		}
	}
	return modelState{strings.Join(segments, "."): {"The value of type " + mismatch.Value + " is not valid."}}
}

// checkProperties wants ids of the JSON type that answers show, and ids that
// the seller has defined. It returns those that are kept.
func (s *Server) checkProperties(req *request, all []CustomProperty, state modelState) []CustomProperty {
	var sent struct {
		CustomProperties []struct {
			ID json.RawMessage `json:"id"`
		} `json:"customProperties"`
	}
	_ = json.Unmarshal(req.body, &sent) // parse has read it already
	for i, property := range sent.CustomProperties {
		path := fmt.Sprintf("CustomProperties[%d].Id", i)
		id := strings.Trim(string(property.ID), `"`)
		isString := strings.HasPrefix(string(property.ID), `"`)
		switch {
		case len(property.ID) == 0:
			state.add(path, "The Id field is required.")
		case isString != (s.shapes.PropertyIDs == PropertyString):
			state.add(path, fmt.Sprintf("The value %s is not valid: an %s is expected.", property.ID, s.shapes.PropertyIDs))
		case len(s.shapes.DefinedProperties) == 0 || slices.Contains(s.shapes.DefinedProperties, id):
		case s.shapes.UnknownProperties == PropertiesDropped:
			req.shape(ShapedDropped)
			all = slices.DeleteFunc(slices.Clone(all), func(p CustomProperty) bool { return string(p.ID) == id })
		default:
			state.add(path, "There is no such custom property: "+id+".")
		}
	}
	return all
}

func lastSegment(path string) string { return path[strings.LastIndex(path, ".")+1:] }
