package broker

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// The canonical forms under which two spellings of one value are the same. What
// is added or left out makes another value: "EE1" is not "1".

// entity is a character as HTML escapes it. Without the semicolon it is text:
// "R&copy" is no "R©".
var entity = regexp.MustCompile(`&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);`)

// plain is a text composed (Unicode NFC) and without entities, also where it was
// escaped more than once.
func plain(v string) string {
	v = norm.NFC.String(v)
	for range maxEscapes {
		if !strings.Contains(v, "&") {
			return v
		}
		was := v
		if v = norm.NFC.String(entity.ReplaceAllStringFunc(v, unescaped)); v == was {
			return v
		}
	}
	return v
}

// unescaped is the character that an entity names, of which some are two code
// points. What html reads as a shorter name with text behind it is no entity.
func unescaped(entity string) string {
	if text := html.UnescapeString(entity); utf8.RuneCountInString(text) <= 2 {
		return text
	}
	return entity
}

// spaces keeps the words and drops how they are spaced.
func spaces(v string) string { return strings.Join(strings.Fields(plain(v)), " ") }

// folded also drops the case, of the names of entities, too ("&NBSP;").
func folded(v string) string { return spaces(strings.ToLower(spaces(v))) }

// number keeps letters and digits: registries print one number with and
// without spaces, dots, dashes and slashes.
func number(v string) string { return norm.NFC.String(squashed(plain(v))) }

// squashed is what is left without punctuation and case.
func squashed(v string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, v)
}

// phone keeps the digits.
func phone(v string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, plain(v))
}

// email drops the case, and spells the domain in one way.
func email(v string) string {
	v = folded(v)
	at := strings.LastIndexByte(v, '@')
	return v[:at+1] + domain(v[at+1:])
}

// country is the alpha-2 code in lower case, also of what is alpha-3 or numeric
// (ISO 3166-1).
func country(v string) string {
	v = folded(v)
	if region, err := language.ParseRegion(v); err == nil {
		return strings.ToLower(region.String())
	}
	return v
}

// domains maps domains as a resolver does (UTS #46, not transitional).
var domains = idna.New(idna.MapForLookup(), idna.Transitional(false))

// domain drops case, white space and the root's dot (RFC 1034 §3.1). One in
// Punycode is the same as in Unicode (RFC 5891).
func domain(v string) string {
	v = rootless(strings.ToLower(strings.TrimSpace(v)))
	if len(v) > maxDomain || !strings.Contains(v, "xn--") && strings.IndexFunc(v, notASCII) < 0 {
		return v
	}
	if mapped, err := domains.ToUnicode(v); err == nil {
		return rootless(mapped)
	}
	return norm.NFC.String(v)
}

func notASCII(r rune) bool { return r >= utf8.RuneSelf }

// rootless is a domain without the root's dot.
func rootless(v string) string {
	return strings.TrimRightFunc(v, func(r rune) bool { return r == '.' || unicode.IsSpace(r) })
}

// Spelling says that the API shows Observed where it was sent Desired, and that
// both mean the same ("987654321" became "EE987654321").
type Spelling struct {
	Field, Desired, Observed string
}
