package broker

import "testing"

func TestWeak(t *testing.T) {
	for _, row := range []struct {
		name, number, domain string
		want                 Weak
	}{
		{"keeps both halves", "12345", "acme.example", Weak{"12345", "acme.example"}},
		{"drops leading zeros and separators", "00-123 45", "acme.example", Weak{"12345", "acme.example"}},
		{"keeps zeros that do not lead", "10000", "acme.example", Weak{"10000", "acme.example"}},
		{"drops www.", "12345", "WWW.acme.example.", Weak{"12345", "acme.example"}},
		{"keeps www. where it is the domain", "12345", "www.example", Weak{"12345", "www.example"}},
		{"drops scheme, user, port and path", "12345", "https://me@www.acme.example:443/a?b#c", Weak{"12345", "acme.example"}},
		{"spells Punycode in Unicode", "12345", "www.xn--mller-kva.example", Weak{"12345", "müller.example"}},
		{"also behind a scheme", "12345", "https://xn--mller-kva.example/", Weak{"12345", "müller.example"}},
		{"has no key of four digits", "0001234", "acme.example", Weak{"", "acme.example"}},
		{"nor of zeros", "000000", "acme.example", Weak{"", "acme.example"}},
		{"nor of a domain of four letters", "12345", "ab.se", Weak{"12345", ""}},
		{"counts letters of any script", "ÕÄÖÜ1", "acme.example", Weak{"ÕÄÖÜ1", "acme.example"}},
		{"has the key of the half that is there", "", "acme.example", Weak{"", "acme.example"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := &Broker{RegistrationNumber: &row.number, Domain: &row.domain}
			if got := WeakOf(b); got != row.want {
				t.Errorf("the keys of %q and %q are %+v, not %+v", row.number, row.domain, got, row.want)
			}
		})
	}
	if got := WeakOf(&Broker{}); got != (Weak{}) {
		t.Errorf("a broker that shows nothing has the keys %+v", got)
	}
}

// company is a broker of these values.
func company(name, number, domain, country string) *Broker {
	b := &Broker{Name: &name, RegistrationNumber: &number, Domain: &domain}
	b.Address.CountryCode = &country
	return b
}

func TestMayBe(t *testing.T) {
	for _, row := range []struct {
		name       string
		want, have *Broker
		may        bool
	}{
		{"by number, whatever the domain", company("A", "0012345", "acme.example", ""), company("B", "12345", "other.example", ""), true},
		{"not by the number of another country", company("A", "0012345", "acme.example", "EE"), company("B", "12345", "other.example", "FIN"), false},
		{"by the number of the same one, however written", company("A", "0012345", "acme.example", "EE"), company("B", "12345", "other.example", "EST"), true},
		{"by the number where a country is unknown", company("A", "0012345", "acme.example", "EE"), company("B", "12345", "other.example", "Suomi"), true},
		{"by domain where one number contains the other", company("A", "12345", "acme.example", ""), company("B", "EE12345", "www.acme.example", ""), true},
		{"by domain where a number is lacking", company("A", "12345", "acme.example", ""), company("B", "", "acme.example", ""), true},
		{"by domain where a number is zeros", company("A", "12345", "acme.example", ""), company("B", "0", "acme.example", ""), true},
		{"by domain and name", company("Acme  Oü", "12345", "acme.example", ""), company("ACME OÜ", "98765", "acme.example", ""), true},
		{"not by domain alone", company("A", "12345", "acme.example", ""), company("B", "98765", "acme.example", ""), false},
		{"not by domain and a number of another country", company("A", "12345", "acme.example", "EE"), company("B", "EE12345", "acme.example", "FI"), false},
		{"but by domain and name in whatever country", company("A", "12345", "acme.example", "EE"), company("A", "98765", "acme.example", "FI"), true},
		{"not by names that are empty", company("", "12345", "acme.example", ""), company("", "98765", "acme.example", ""), false},
		{"not by the name alone", company("A", "12345", "acme.example", ""), company("A", "98765", "other.example", ""), false},
		{"not by a short number", company("A", "0123", "acme.example", ""), company("B", "123", "other.example", ""), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if MayBe(row.want, row.have) != row.may || MayBe(row.have, row.want) != row.may {
				t.Errorf("not %v both ways", row.may)
			}
		})
	}
}

func TestLike(t *testing.T) {
	identity := func(number, domain string) Identity { i, _ := IdentityFrom(number, domain); return i }
	for _, row := range []struct {
		name       string
		a, b       Identity
		like, half bool
	}{
		{"one number in two ways", identity("0012345", "acme.example"), identity("12345", "other.example"), true, true},
		{"one domain in two ways, and one number in the other", identity("12345", "www.acme.example"), identity("EE12345", "acme.example"), true, true},
		{"one domain only", identity("12345", "acme.example"), identity("98765", "acme.example"), false, true},
		{"a short number", identity("0012", "acme.example"), identity("12", "other.example"), false, true},
		{"nothing", identity("12345", "acme.example"), identity("98765", "other.example"), false, false},
		{"nothing, and half is missing", identity("12345", ""), identity("", "acme.example"), false, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if row.a.Like(row.b) != row.like || row.b.Like(row.a) != row.like {
				t.Errorf("like each other: not %v both ways", row.like)
			}
			if row.a.Half(row.b) != row.half || row.b.Half(row.a) != row.half {
				t.Errorf("have a half in common: not %v both ways", row.half)
			}
		})
	}
}

func TestShownAs(t *testing.T) {
	posted := company("Acme", "0012345", "acme.example", "EE")
	hash := Fingerprint(posted)
	for _, row := range []struct {
		name  string
		shown *Broker
		is    bool
	}{
		{"as posted", company("Acme", "0012345", "acme.example", ""), true},
		{"without zeros", company("ACME", "12345", "acme.example", ""), true},
		{"with a prefix and www.", company("Acme", "EE0012345", "www.acme.example", ""), true},
		{"with another name", company("Acme 2", "12345", "acme.example", ""), false},
		{"with another number", company("Acme", "98765", "acme.example", ""), false},
		{"with another domain", company("Acme", "12345", "other.example", ""), false},
		{"without a number", company("Acme", "", "acme.example", ""), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if ShownAs(row.shown, "0012345", "acme.example", hash) != row.is {
				t.Errorf("not %v", row.is)
			}
		})
	}
}
