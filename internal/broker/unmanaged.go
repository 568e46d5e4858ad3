package broker

import (
	"regexp"
	"slices"
	"strings"
)

// Alteration is a field that shows another value after an update that was to leave it.
type Alteration struct {
	// Field is the path in the Reseller.
	Field         string
	Before, After string
}

// Names reports whether b has a word about the field at a path of the Reseller.
func (b *Broker) Names(path string) bool {
	for i := range Fields {
		if f := &Fields[i]; f.Spec() == path {
			_, named := f.Get(b)
			return named
		}
	}
	return slices.ContainsFunc(b.CustomProperties, func(p Property) bool { return PropertyPath(p.ID) == path })
}

// Altered lists the documented fields and the properties of before that after shows
// otherwise, but for those that are left out. Canonical forms decide, and how often a text
// is escaped counts, too: what an API escapes again with each update grows for ever.
// Nothing, null and false are the same; a property that was not there before is no
// alteration.
func Altered(before, after *Broker, left func(path string) bool) []Alteration {
	var found []Alteration
	for i := range Fields {
		f := &Fields[i]
		was, _ := f.Get(before)
		is, _ := f.Get(after)
		if f.Boolean() {
			was, is = truthOf(was), truthOf(is)
		}
		if (!f.Same(was, is) || escapes(is) > escapes(was)) && !left(f.Spec()) {
			found = append(found, Alteration{f.Spec(), was, is})
		}
	}
	for _, p := range before.CustomProperties {
		is, _ := after.Property(p.ID)
		path := PropertyPath(p.ID)
		if (!SameProperty(p.Value, is) || escapes(is) > escapes(p.Value)) && !left(path) {
			found = append(found, Alteration{path, p.Value, is})
		}
	}
	return found
}

// truthOf is a boolean of which nothing means false.
func truthOf(v string) string {
	if v == "" {
		return "false"
	}
	return v
}

// escapes is how often a text was escaped for HTML.
func escapes(v string) int {
	for n := range maxEscapes {
		was := v
		if v = entity.ReplaceAllStringFunc(v, unescaped); v == was {
			return n
		}
	}
	return maxEscapes
}

// Masked lists the documented fields and the properties that b shows with characters
// hidden, but for those that are left out: sent back, the mask would be stored.
func Masked(b *Broker, left func(path string) bool) []string {
	var found []string
	for i := range Fields {
		f := &Fields[i]
		if v, _ := f.Get(b); f.masks(v) && !left(f.Spec()) {
			found = append(found, f.Spec())
		}
	}
	for _, p := range b.CustomProperties {
		if path := PropertyPath(p.ID); maskedText.MatchString(p.Value) && !left(path) {
			found = append(found, path)
		}
	}
	return found
}

// What represents hidden characters: no e-mail address or telephone number has two of
// them side by side. In other texts, where they may be a hotel's stars, three that belong
// to a word ("A***", "****1234") or are all there is.
var (
	maskedContact = regexp.MustCompile(`[*•●∗＊█]{2}`)
	maskedText    = regexp.MustCompile(`^[*•●∗＊█]{3,}$|[\pL\pN][*•●∗＊█]{3}|[*•●∗＊█]{3}[\pL\pN]`)
)

// IsMask reports whether the value of the field at a path of the Reseller is a mask.
func IsMask(path, value string) bool {
	for i := range Fields {
		if f := &Fields[i]; f.Spec() == path {
			return f.masks(value)
		}
	}
	return maskedText.MatchString(value)
}

// masks reports whether a value of the field is a mask.
func (f *Field) masks(v string) bool {
	if leaf := leafOf(f); strings.HasSuffix(leaf, "email") || strings.HasPrefix(leaf, "phone") || strings.HasPrefix(leaf, "cellphone") {
		return maskedContact.MatchString(v)
	}
	return maskedText.MatchString(v)
}
