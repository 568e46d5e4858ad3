package broker

import (
	"crypto/sha256"
	"encoding/hex"
)

// Identity is what tells one reseller from another while it has no broker id:
// registration number and domain, both normalised.
type Identity struct {
	RegistrationNumber, Domain string
}

// IdentityFrom normalises both halves. Half an identity is none, since brokers
// made in the portal may lack a registration number.
func IdentityFrom(registrationNumber, domainName string) (Identity, bool) {
	id := Identity{RegistrationNumber: number(registrationNumber), Domain: domain(domainName)}
	return id, id.RegistrationNumber != "" && id.Domain != ""
}

// IdentityOf is the identity of a broker, and whether it shows a whole one.
func IdentityOf(b *Broker) (Identity, bool) {
	if b.RegistrationNumber == nil || b.Domain == nil {
		return Identity{}, false
	}
	return IdentityFrom(*b.RegistrationNumber, *b.Domain)
}

// Key is the identity as one string, for indexes; "" for none.
func (i Identity) Key() string {
	if i == (Identity{}) {
		return ""
	}
	return i.RegistrationNumber + "@" + i.Domain
}

// fingerprinted are the fields by which a broker is recognised as the one that
// was posted: those that an API has no reason to reformat.
var fingerprinted = map[string]bool{
	"name": true, "registrationNumber": true, "domain": true,
	"notificationEmail": true, "supportEmail": true, "contact.name": true, "contact.email": true,
}

// Fingerprint is a hash that recognises a broker as the one posted, whatever
// the API did to its phone numbers and prefixes. Hex, 32 digits. Status keeps it
// over upgrades, so what is hashed stays as it is.
func Fingerprint(b *Broker) string {
	h := sha256.New()
	for i := range Fields {
		f := &Fields[i]
		if !fingerprinted[f.API] {
			continue
		}
		value, _ := f.Get(b)
		h.Write([]byte(f.API + "=" + squashed(value) + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
