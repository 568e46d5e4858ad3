package fake

import (
	"reflect"
	"slices"
	"strings"
)

// displayed is the broker in the spelling that the API shows, by settings.
func (s *Server) displayed(req *request, stored Broker) Broker {
	if len(s.shapes.Display) == 0 && len(s.spellings) == 0 {
		return stored
	}
	where := SpellDetail
	if req.op == OpList || req.op == OpActiveResellers {
		where = SpellList
	}
	b := s.respelled(req, stored, stored.clone(), SpellShow, where)
	wants := func(kind string) bool { return slices.Contains(s.shapes.Display, kind) }
	respell := func(wanted bool, change func(string) string, values ...*string) {
		for _, value := range values {
			if wanted {
				*value = change(*value)
			}
		}
	}
	respell(wants(DisplayCase), strings.ToUpper, &b.NotificationEmail, &b.SupportEmail, &b.Contact.Email)
	respell(wants(DisplayCase), strings.ToLower, &b.Address.CountryCode)
	respell(wants(DisplayPhone), func(v string) string { return spread(v, 2, " ") }, phones(&b)...)
	respell(wants(DisplayNumber), func(v string) string { return spread(v, 3, "-") }, &b.RegistrationNumber)
	respell(wants(DisplaySpaces), func(v string) string { return strings.ReplaceAll(v, " ", "  ") }, &b.Name, &b.Contact.Name, &b.Address.City)
	if !reflect.DeepEqual(b, stored) {
		req.shape(ShapedDisplayed)
	}
	return b
}

// spread is a value in groups of so many bytes, if it has any letters or digits
// alone; another one is grouped already.
func spread(value string, size int, between string) string {
	if strings.ContainsAny(value, " -./()") {
		return value
	}
	var groups []string
	for len(value) > size {
		groups, value = append(groups, value[:size]), value[size:]
	}
	return strings.Join(append(groups, value), between)
}
