package broker

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
)

// Applied is what Cloudmore last took from us of a broker: one digest of the value of
// each managed field, in one string that status keeps. It tells an edit from a change
// elsewhere: a field whose desired value it has was taken, so what is shown otherwise
// was changed by somebody else.
//
// The form is a version, a salt, and for each field its key and its digest, all of fixed
// length: 14 and 8 characters a field, 12 a custom property. The salt hides equal values
// of two objects from each other, and stands in it, so that a restored status keeps its
// meaning.
type Applied string

const (
	appliedVersion = "1"
	saltLength     = 8
	fieldLength    = 2 // of a field's key
	propertyMark   = '.'
	propertyLength = 6 // of a property's key, the mark included
	digestLength   = 6 // 36 bits
)

// Known reports whether it says anything; one of an unknown version does not.
func (a Applied) Known() bool {
	return len(a) >= len(appliedVersion)+saltLength && strings.HasPrefix(string(a), appliedVersion)
}

// Took reports whether Cloudmore last took this value of a field, by its path in the
// Reseller.
func (a Applied) Took(path, value string) bool {
	if !a.Known() {
		return false
	}
	key := keyOf(path, a.salt())
	digest, found := a.find(key)
	return found && digest == a.digest(key, value)
}

// With is what it becomes when Cloudmore took some managed fields of want: those it took
// by a path and a value. Of the others it stays, and what want does not name goes. Seed
// tells one object from another, for the salt of a first one.
func (a Applied) With(want *Broker, seed string, took func(path, value string) bool) Applied {
	if !a.Known() {
		a = Applied(appliedVersion + shortened(saltLength, "salt", seed))
	}
	next := a[:len(appliedVersion)+saltLength]
	add := func(path, value string) {
		key := keyOf(path, a.salt())
		digest, found := a.find(key)
		if took(path, value) {
			digest, found = a.digest(key, value), true
		}
		if found {
			next += Applied(key + digest)
		}
	}
	for i := range Fields {
		if value, managed := Fields[i].Get(want); managed {
			add(Fields[i].Spec(), value)
		}
	}
	for _, p := range want.CustomProperties {
		add(PropertyPath(p.ID), p.Value)
	}
	return next
}

// Without is what it becomes when it is unknown whether Cloudmore took these fields.
func (a Applied) Without(paths []string) Applied {
	if !a.Known() {
		return a
	}
	for _, path := range paths {
		key := keyOf(path, a.salt())
		if digest, found := a.find(key); found {
			a = Applied(strings.Replace(string(a), key+digest, "", 1))
		}
	}
	return a
}

func (a Applied) salt() string {
	return string(a[len(appliedVersion) : len(appliedVersion)+saltLength])
}

// find is the digest under a key.
func (a Applied) find(key string) (string, bool) {
	rest := string(a[len(appliedVersion)+saltLength:])
	for rest != "" {
		n := fieldLength
		if rest[0] == propertyMark {
			n = propertyLength
		}
		if len(rest) < n+digestLength {
			return "", false
		}
		if rest[:n] == key {
			return rest[n : n+digestLength], true
		}
		rest = rest[n+digestLength:]
	}
	return "", false
}

func (a Applied) digest(key, value string) string {
	return shortened(digestLength, a.salt(), key, value)
}

// keyOf is how a field is named there. A property's id may be told by few others only,
// and is hidden, too.
func keyOf(path, salt string) string {
	if id, ok := strings.CutPrefix(path, propertyPrefix); ok {
		return string(propertyMark) + shortened(propertyLength-1, salt, "property", strings.TrimSuffix(id, "]"))
	}
	return shortened(fieldLength, "field", path)
}

// shortened is a digest of words, cut to a number of characters.
func shortened(length int, words ...string) string {
	h := sha256.New()
	for _, w := range words {
		_, _ = h.Write([]byte(w))
		_, _ = h.Write([]byte{0})
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))[:length]
}
