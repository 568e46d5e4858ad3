package broker

import (
	"math/rand/v2"
	"strings"
	"testing"
)

func fieldOf(t *testing.T, api string) *Field {
	t.Helper()
	for i := range Fields {
		if Fields[i].API == api {
			return &Fields[i]
		}
	}
	t.Fatalf("there is no field %s", api)
	return nil
}

func TestSpellingsOfOneValue(t *testing.T) {
	for _, row := range []struct{ name, field, a, b string }{
		{"composed and decomposed", "name", "Müller", "Mu\u0308ller"},
		{"an escaped sign", "name", "Smith & Co", "Smith &amp; Co"},
		{"a sign that was escaped again with each update", "name", "Smith & Co", "Smith &amp;amp;amp; Co"},
		{"a letter as an entity", "contact.name", "Müller", "M&uuml;ller"},
		{"a letter as a number", "address.city", "K\u00f6ln", "K&#246;ln"},
		{"a letter as a hexadecimal number", "address.city", "K\u00f6ln", "K&#xF6;ln"},
		{"a decomposed letter, escaped", "address.city", "K\u00f6ln", "Ko&#x308;ln"},
		{"white space", "address.address", " Main  St\t1", "Main St 1"},
		{"a space that does not break", "address.address", "Main St 1", "Main&nbsp;St\u00a01"},
		{"alpha-2 and alpha-3", "address.countryCode", "EE", "EST"},
		{"the case of alpha-2", "address.countryCode", "EE", "ee"},
		{"the case of alpha-3", "address.countryCode", "DE", "deu"},
		{"a country's number", "address.countryCode", "EE", "233"},
		{"the case of an e-mail address", "supportEmail", "Ann.Lee@Acme.Example", "ann.lee@acme.example"},
		{"Punycode in an e-mail address", "contact.email", "ann@b\u00fccher.example", "ann@xn--bcher-kva.example"},
		{"an escaped e-mail address", "invoiceContact.email", "r&d@acme.example", "r&amp;d@acme.example"},
		{"Punycode in a domain", "domain", "b\u00fccher.example", "xn--bcher-kva.example"},
		{"Punycode in upper case", "domain", "B\u00dcCHER.example", "XN--BCHER-KVA.EXAMPLE."},
		{"a decomposed domain", "domain", "bu\u0308cher.example", "b\u00fccher.example"},
		{"the root's dot and case", "domain", "Acme.Example", "acme.example."},
		{"punctuation of a number", "registrationNumber", "12-3/45", "12 345"},
		{"the case of a number", "vat", "ee987654321", "EE 987654321"},
		{"an escaped number", "registrationNumber", "HRB 123", "HRB&nbsp;123"},
		{"how a phone number is written", "contact.phone", "12 34-56", "123456"},
		{"an escaped plus", "contact.phonePrefix", "372", "&#43;372"},
		{"the case of a truth value", "allowCmpAccess", "true", "True"},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := fieldOf(t, row.field)
			if !f.Same(row.a, row.b) || !f.Same(row.b, row.a) {
				t.Errorf("%q is not %q: %q, %q", row.a, row.b, f.canon(row.a), f.canon(row.b))
			}
		})
	}
}

func TestOtherValuesAreNoSpelling(t *testing.T) {
	for _, row := range []struct{ name, field, a, b string }{
		{"a name within another", "name", "Acme", "Acme Holding"},
		{"a name that has another's beginning", "name", "Acme Oy", "Acme Oy GmbH"},
		{"the case of a name", "name", "Acme", "ACME"},
		{"another letter", "name", "Muller", "M\u00fcller"},
		{"an abbreviation", "address.address", "Main Street 1", "Main St 1"},
		{"an entity without its end", "name", "R\u00a9", "R&copy"},
		{"a longer word that begins like an entity", "name", "\u00acit;", "&notit;"},
		{"an escaped sign and none", "name", "Smith Co", "Smith &amp; Co"},
		{"the country before a VAT number", "vat", "987654321", "EE 987654321"},
		{"leading zeros", "registrationNumber", "0012345", "12345"},
		{"the country before a phone number", "contact.phone", "5551234", "+372 5551234"},
		{"a number that was cut", "contact.phone", "5551234", "555123"},
		{"a mask", "contact.email", "ann@acme.example", "a**@acme.example"},
		{"www.", "domain", "acme.example", "www.acme.example"},
		{"a letter and its likeness in ASCII", "domain", "b\u00fccher.example", "bucher.example"},
		{"another country", "address.countryCode", "EE", "FI"},
		{"a country's name", "address.countryCode", "EE", "Estonia"},
		{"no country", "address.countryCode", "EE", ""},
		{"nothing", "name", "", "Acme"},
		{"a truth value", "allowCmpAccess", "true", "false"},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := fieldOf(t, row.field)
			if f.Same(row.a, row.b) || f.Same(row.b, row.a) {
				t.Errorf("%q is taken for %q: %q", row.a, row.b, f.canon(row.a))
			}
		})
	}
}

func TestSpellingsOfAProperty(t *testing.T) {
	for pair, want := range map[[2]string]bool{
		{"R & D", "R &amp; D"}: true, {"M\u00fcller", "Mu\u0308ller"}: true,
		{"gold", "Gold"}: false, {"a b", "a  b"}: false, {"12", "1-2"}: false, {"gold", ""}: false,
	} {
		if got := SameProperty(pair[0], pair[1]); got != want {
			t.Errorf("%q and %q: %t", pair[0], pair[1], got)
		}
	}
}

// pieces make values that are hard to spell.
var pieces = []string{
	"a", "B", "\u00fc", "u\u0308", "\u0308", "&", "amp;", "&amp;", "&#38;", "&#xfc;", "&uuml;", "&nGt;", "&copy", ";", "\u037e", "\u212a", "\u2126", "\u1e9b\u0323",
	" ", "\u00a0", "\u3000", ".", "\u3002", "@", "-", "_", "xn--", "xn--bcher-kva", "xn--a", "1", "0", "\u0661", "+", "EST", "ee", "\u00df", "\u03c2", "\u03a3", "\u0130", "\u0131",
	"\u1100", "\u1161", "\uac00", "\ufb01", "\U0001f600", "\xff", "\u200d", "\u05d0", "*",
}

// TestCanonicalFormsStandStill holds that the canonical form of one is itself, so
// that what is equal once is equal for ever.
func TestCanonicalFormsStandStill(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var b strings.Builder
		for range random.IntN(8) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		for i := range Fields {
			f := &Fields[i]
			once := f.canon(b.String())
			if again := f.canon(once); again != once {
				t.Fatalf("%s: %q is %q, which is %q", f.API, b.String(), once, again)
			}
		}
		once := plain(b.String())
		if again := plain(once); again != once {
			t.Fatalf("%q is %q, which is %q", b.String(), once, again)
		}
	}
}

// TestIdentitiesOfASCIIStayAsTheyWere holds what older versions compared by.
func TestIdentitiesOfASCIIStayAsTheyWere(t *testing.T) {
	for value, want := range map[string][2]string{
		"EE 12-3": {"EE123", "ee 12-3"}, " Acme.Example. ": {"ACMEEXAMPLE", "acme.example"}, "a_b.example": {"ABEXAMPLE", "a_b.example"},
	} {
		if id, _ := IdentityFrom(value, value); id.RegistrationNumber != want[0] || id.Domain != want[1] {
			t.Errorf("%q is %q", value, id)
		}
	}
	if id, _ := IdentityFrom("1", "xn--bcher-kva.example"); id.Key() != "1@b\u00fccher.example" {
		t.Errorf("it is %q", id.Key())
	}
}
