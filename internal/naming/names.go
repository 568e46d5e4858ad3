// Package naming gives brokers the names of objects: readable, and told apart.
package naming

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Names gives each broker the name of an object: its own as far as that can be, with a part
// of a digest of its id where several have the same or it is taken. The same brokers get the
// same names in any order.
func Names(brokers []broker.Broker, taken func(name string) bool) []string {
	count := map[string]int{}
	names := make([]string, len(brokers))
	for i := range brokers {
		names[i] = readable(&brokers[i])
		count[names[i]]++
	}
	for i, name := range names {
		if count[name] == 1 && !taken(name) {
			continue
		}
		names[i] = apart(name, string(brokers[i].ID.Key()))
	}
	return names
}

// Distinct is the name of a broker within something, such as an account, that no other one
// has, whatever brokers there are.
func Distinct(b *broker.Broker, within string) string {
	return apart(readable(b), within+" "+string(b.ID.Key()))
}

// apart is a name with a part of a digest of what tells it from others.
func apart(name, from string) string {
	sum := sha256.Sum256([]byte(from))
	tail := "-" + hex.EncodeToString(sum[:4])
	return strings.TrimRight(name[:min(len(name), maxName-len(tail))], "-") + tail
}

// readable is the name of a broker in letters that an object's name may have; else its
// domain, else "broker".
func readable(b *broker.Broker) string {
	for _, text := range []string{broker.TextOf(b.Name), broker.TextOf(b.Domain), "broker"} {
		if name := slug(text); name != "" {
			return name
		}
	}
	return "broker"
}

// latin are letters that Unicode takes for no letter with a mark.
var latin = strings.NewReplacer("ß", "ss", "æ", "ae", "ø", "o", "œ", "oe", "ł", "l", "đ", "d", "þ", "th", "ð", "d", "ı", "i", "&", " and ")

// slug is text in lower-case ASCII letters and digits, its words joined by "-".
func slug(text string) string {
	var words strings.Builder
	for _, r := range norm.NFKD.String(latin.Replace(strings.ToLower(text))) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			words.WriteRune(r)
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’':
		default:
			words.WriteByte(' ')
		}
	}
	name := strings.Join(strings.Fields(words.String()), "-")
	return strings.Trim(name[:min(len(name), maxName)], "-")
}
