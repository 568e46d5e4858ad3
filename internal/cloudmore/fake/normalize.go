package fake

import (
	"regexp"
	"slices"
	"strings"
)

var (
	noDigits      = regexp.MustCompile(`[^0-9]`)
	countryPrefix = regexp.MustCompile(`^[A-Z]{2}`)
)

// normalized is the broker in the spelling that the API stores, by settings.
func (s *Server) normalized(b Broker) Broker {
	b = b.clone()
	wants := func(kind string) bool { return slices.Contains(s.shapes.Normalize, kind) }
	if wants(NormalizeVAT) {
		b.VAT = vatWithCountry(b.VAT, b.Address.CountryCode)
	}
	if wants(NormalizePhone) {
		for _, phone := range phones(&b) {
			*phone = noDigits.ReplaceAllString(*phone, "")
		}
	}
	if wants(NormalizeDomain) {
		b.Domain = strings.ToLower(strings.TrimRight(b.Domain, "."))
	}
	if wants(NormalizeSpaces) {
		for _, text := range []*string{&b.Name, &b.Contact.Name, &b.Contact.JobTitle, &b.Address.Address, &b.Address.City} {
			*text = strings.Join(strings.Fields(*text), " ")
		}
	}
	return b
}

func vatWithCountry(vat, country string) string {
	vat = strings.ToUpper(strings.ReplaceAll(vat, " ", ""))
	if vat == "" || countryPrefix.MatchString(vat) {
		return vat
	}
	return strings.ToUpper(country) + vat
}

func phones(b *Broker) []*string {
	list := []*string{&b.Contact.Phone, &b.Contact.CellPhone}
	if b.InvoiceContact != nil {
		list = append(list, &b.InvoiceContact.Phone)
	}
	return list
}
