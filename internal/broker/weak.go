package broker

import (
	"strings"
	"unicode"

	"golang.org/x/text/language"
)

// Weak are the keys of an identity by which a broker is found that the API shows in a
// way of its own: the number without leading zeros, the domain as a bare host. "" for a
// half that is missing, or too short to tell one company from another. They prove
// nothing: who has one may be another company.
type Weak struct {
	Number, Domain string
}

// WeakOf are the keys of a broker, by the halves of an identity that it shows.
func WeakOf(b *Broker) Weak { return Halves(b).Weak() }

// Weak are the keys of the identity, or of its half.
func (i Identity) Weak() Weak {
	return Weak{Number: longEnough(zeroless(i.RegistrationNumber)), Domain: longEnough(host(i.Domain))}
}

// Shares reports whether two have a key in common.
func (w Weak) Shares(other Weak) bool {
	return (w.Number != "" && w.Number == other.Number) || (w.Domain != "" && w.Domain == other.Domain)
}

// Like reports whether two identities may be one that is written in two ways: the numbers
// have one key, or the domains do and the numbers may be one.
func (i Identity) Like(other Identity) bool {
	a, b := i.Weak(), other.Weak()
	return a.Number != "" && a.Number == b.Number ||
		a.Domain != "" && a.Domain == b.Domain && mayBeOne(i.RegistrationNumber, other.RegistrationNumber)
}

// Half reports whether one half of both identities is the same but for how it is written,
// of whatever length.
func (i Identity) Half(other Identity) bool {
	number, domain := zeroless(i.RegistrationNumber), host(i.Domain)
	return number != "" && number == zeroless(other.RegistrationNumber) || domain != "" && domain == host(other.Domain)
}

// MayBe reports whether a broker may be the wanted one, made by somebody else or shown in
// the API's own way: by Like, or by domain and name. Numbers of two countries are two.
func MayBe(want, have *Broker) bool {
	a, b := Halves(want), Halves(have)
	if !countriesDiffer(want, have) && a.Like(b) {
		return true
	}
	domain := a.Weak().Domain
	return domain != "" && domain == b.Weak().Domain && SameName(TextOf(want.Name), have)
}

// ShownAs reports whether a broker is one that was posted with this number and domain and
// has this fingerprint, but for how the API writes the identity.
func ShownAs(b *Broker, registrationNumber, domainName, fingerprint string) bool {
	posted, _ := IdentityFrom(registrationNumber, domainName)
	shown, whole := IdentityOf(b)
	if !whole || host(posted.Domain) != host(shown.Domain) || !mayBeOne(posted.RegistrationNumber, shown.RegistrationNumber) {
		return false
	}
	as := *b
	as.RegistrationNumber, as.Domain = &registrationNumber, &domainName
	return Fingerprint(&as) == fingerprint
}

// Halves is the identity that a broker shows, or half of it.
func Halves(b *Broker) Identity {
	id, _ := IdentityFrom(TextOf(b.RegistrationNumber), TextOf(b.Domain))
	return id
}

// TextOf is a value as text, "" for none.
func TextOf(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

func longEnough(key string) string {
	n := 0
	for _, r := range key {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			n++
		}
	}
	if n < leastOfKey {
		return ""
	}
	return key
}

// zeroless is a canonical number without leading zeros.
func zeroless(number string) string { return strings.TrimLeft(number, "0") }

// mayBeOne reports whether two canonical numbers may be one: one is lacking, or is the
// other with something before or behind it.
func mayBeOne(a, b string) bool {
	a, b = zeroless(a), zeroless(b)
	return strings.Contains(a, b) || strings.Contains(b, a)
}

// host is a canonical domain without what surrounds it in an address of the web: scheme,
// user, port, path, and "www.".
func host(v string) string {
	bare := v
	if _, rest, found := strings.Cut(bare, "://"); found {
		bare = rest
	}
	if end := strings.IndexAny(bare, "/?#"); end >= 0 {
		bare = bare[:end]
	}
	bare = bare[strings.LastIndexByte(bare, '@')+1:]
	bare, _, _ = strings.Cut(bare, ":")
	if rest, found := strings.CutPrefix(bare, "www."); found && strings.Contains(rest, ".") {
		bare = rest
	}
	if bare == v {
		return v
	}
	return domain(bare)
}

// countriesDiffer reports whether two brokers are known to be in different countries.
func countriesDiffer(a, b *Broker) bool {
	one, other := knownCountry(a.Address.CountryCode), knownCountry(b.Address.CountryCode)
	return one != "" && other != "" && one != other
}

// knownCountry is the canonical code of a country (ISO 3166-1); "" for none.
func knownCountry(code *string) string {
	if region, err := language.ParseRegion(folded(TextOf(code))); err == nil && region.IsCountry() {
		return country(*code)
	}
	return ""
}

// SameName reports whether a broker has a name, but for case and spaces; "" is none.
func SameName(name string, b *Broker) bool {
	name = folded(name)
	return name != "" && name == NameKey(b)
}

// NameKey is a broker's name without case and spaces; "" for none.
func NameKey(b *Broker) string { return folded(TextOf(b.Name)) }
