package fake

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A spelling says where the API writes one field in its own way, and how:
// "store address.city nfd", "list domain unicode", "update vat glue=EE".
type spelling struct {
	where, field, kind, arg string
}

// The places of Shapes.Spell.
const (
	SpellStore  = "store"  // creates and updates
	SpellUpdate = "update" // updates only
	SpellShow   = "show"   // whatever shows a broker
	SpellDetail = "detail" // all but lists
	SpellList   = "list"   // lists only
)

var places = []string{SpellStore, SpellUpdate, SpellShow, SpellDetail, SpellList}

// parseSpellings reads the entries of Shapes.Spell.
func parseSpellings(entries []string) ([]spelling, error) {
	all := make([]spelling, 0, len(entries))
	for _, entry := range entries {
		words := strings.Fields(entry)
		if len(words) != 3 {
			return nil, fmt.Errorf("setting spell: %q is not a place, a field and a kind", entry)
		}
		sp := spelling{where: words[0], field: words[1]}
		sp.kind, sp.arg, _ = strings.Cut(words[2], "=")
		whole := Broker{InvoiceContact: &InvoiceContact{}}
		_, known := whole.texts()[sp.field]
		switch {
		case !slices.Contains(places, sp.where):
			return nil, fmt.Errorf("setting spell: %q is none of %s", sp.where, strings.Join(places, ", "))
		case !known && !strings.HasPrefix(sp.field, "customProperties"):
			return nil, fmt.Errorf("setting spell: %q is no field of text", sp.field)
		case kinds[sp.kind] == nil:
			return nil, fmt.Errorf("setting spell: %q is none of %s", sp.kind, strings.Join(slices.Sorted(maps.Keys(kinds)), ", "))
		}
		all = append(all, sp)
	}
	return all, nil
}

// concerns reports whether the spelling is about the text at a path.
func (sp *spelling) concerns(path string) bool {
	return strings.EqualFold(path, sp.field) || strings.HasPrefix(path, sp.field+"[")
}

// respelled is the broker as it is written at these places, where before was
// written there, and notes what struck.
func (s *Server) respelled(req *request, before, b Broker, at ...string) Broker {
	if len(s.spellings) == 0 {
		return b
	}
	b = b.clone()
	old := before.texts()
	for path, text := range b.texts() {
		was := ""
		if old[path] != nil {
			was = *old[path]
		}
		for i := range s.spellings {
			sp := &s.spellings[i]
			if !slices.Contains(at, sp.where) || !sp.concerns(path) {
				continue
			}
			now := kinds[sp.kind](sp.arg, was, *text)
			if now != *text && s.shows(req, path) {
				req.shape(Spelled(sp.where, sp.kind))
			}
			*text = now
		}
	}
	return b
}

// shows reports whether the answer to a request has the field at a path: a list of
// summaries has few.
func (s *Server) shows(req *request, path string) bool {
	field, _, _ := strings.Cut(path, ".")
	return req.op != OpList || s.shapes.ListContent == ListDetail || slices.Contains(s.shapes.ListFields, field)
}

// Spelled is how Exchange.Shaped calls a spelling that struck.
func Spelled(where, kind string) string { return where + " " + kind }

// noteHarm notes whether an update changed a field that its caller sent back as
// it was shown.
func (s *Server) noteHarm(req *request, before, sent, stored Broker) {
	shown := s.displayed(&request{route: req.route}, before)
	was, is, given := before.texts(), stored.texts(), sent.texts()
	for path, text := range shown.texts() {
		if given[path] != nil && is[path] != nil && was[path] != nil && *given[path] == *text && *is[path] != *was[path] {
			req.shape(ShapedHarmed)
		}
	}
}

// ownSpelling reports whether the API writes the field at a path in its own way,
// and so must take what it does not know from elsewhere.
func (s *Server) ownSpelling(path string) bool {
	return slices.ContainsFunc(s.spellings, func(sp spelling) bool { return sp.concerns(path) })
}

// texts are the texts of a broker by path; custom properties by id.
func (b *Broker) texts() map[string]*string {
	all := map[string]*string{
		"name": &b.Name, "registrationNumber": &b.RegistrationNumber, "vat": &b.VAT, "domain": &b.Domain,
		"notificationEmail": &b.NotificationEmail, "supportEmail": &b.SupportEmail,
		"contact.name": &b.Contact.Name, "contact.jobTitle": &b.Contact.JobTitle, "contact.email": &b.Contact.Email,
		"contact.phonePrefix": &b.Contact.PhonePrefix, "contact.phone": &b.Contact.Phone,
		"contact.cellPhonePrefix": &b.Contact.CellPhonePrefix, "contact.cellPhone": &b.Contact.CellPhone,
		"address.address": &b.Address.Address, "address.postalCode": &b.Address.PostalCode,
		"address.city": &b.Address.City, "address.countryCode": &b.Address.CountryCode,
	}
	if i := b.InvoiceContact; i != nil {
		all["invoiceContact.name"], all["invoiceContact.email"] = &i.Name, &i.Email
		all["invoiceContact.phonePrefix"], all["invoiceContact.phone"] = &i.PhonePrefix, &i.Phone
	}
	for i := range b.CustomProperties {
		all["customProperties["+string(b.CustomProperties[i].ID)+"]"] = &b.CustomProperties[i].Value
	}
	return all
}
