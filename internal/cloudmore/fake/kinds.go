package fake

import (
	"html"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// The kinds of Shapes.Spell. Some take an argument ("cut=12").
const (
	SpellTrim     = "trim"     // no space at the ends, single within
	SpellUpper    = "upper"    // upper case
	SpellLower    = "lower"    // lower case
	SpellNFC      = "nfc"      // composed
	SpellNFD      = "nfd"      // decomposed
	SpellASCII    = "ascii"    // without accents
	SpellEntities = "entities" // & < > " ' escaped for HTML, once
	SpellEscape   = "escape"   // escaped again, whatever was
	SpellZeros    = "zeros"    // without leading zeros
	SpellPrefix   = "prefix"   // with the argument before it, once
	SpellGlue     = "glue"     // with the argument before it, again each time
	SpellShort    = "short"    // Street is St
	SpellCut      = "cut"      // cut at so many characters
	SpellMask     = "mask"     // all but the first character and the domain hidden
	SpellISO3     = "iso3"     // a country as alpha-3
	SpellUnicode  = "unicode"  // a domain in Unicode
	SpellDigits   = "digits"   // digits only
	SpellPairs    = "pairs"    // digits in pairs
	SpellIgnore   = "ignore"   // the value that was there stays
	SpellUnclear  = "unclear"  // the value that was there stays where it should be emptied
)

var abbreviations = strings.NewReplacer("Street", "St", "Road", "Rd", "Avenue", "Ave")

// kinds make of an argument, what was there before and a value what is written.
var kinds = map[string]func(arg, before, value string) string{
	SpellTrim:     func(_, _, v string) string { return strings.Join(strings.Fields(v), " ") },
	SpellUpper:    func(_, _, v string) string { return strings.ToUpper(v) },
	SpellLower:    func(_, _, v string) string { return strings.ToLower(v) },
	SpellNFC:      func(_, _, v string) string { return norm.NFC.String(v) },
	SpellNFD:      func(_, _, v string) string { return norm.NFD.String(v) },
	SpellASCII:    func(_, _, v string) string { return withoutAccents(v) },
	SpellEntities: func(_, _, v string) string { return html.EscapeString(html.UnescapeString(v)) },
	SpellEscape:   func(_, _, v string) string { return html.EscapeString(v) },
	SpellZeros:    func(_, _, v string) string { return strings.TrimLeft(v, "0") },
	SpellPrefix:   prefixed,
	SpellGlue: func(arg, _, v string) string {
		if v == "" {
			return v
		}
		return arg + v
	},
	SpellShort:   func(_, _, v string) string { return abbreviations.Replace(v) },
	SpellCut:     cut,
	SpellMask:    func(_, _, v string) string { return masked(v) },
	SpellISO3:    func(_, _, v string) string { return alpha3(v) },
	SpellUnicode: func(_, _, v string) string { return inUnicode(v) },
	SpellDigits:  func(_, _, v string) string { return noDigits.ReplaceAllString(v, "") },
	SpellPairs:   func(_, _, v string) string { return spread(v, 2, " ") },
	SpellIgnore:  func(_, before, _ string) string { return before },
	SpellUnclear: func(_, before, v string) string {
		if v == "" {
			return before
		}
		return v
	},
}

func withoutAccents(v string) string {
	return strings.Map(func(r rune) rune {
		if r >= unicode.MaxASCII {
			return -1
		}
		return r
	}, norm.NFD.String(v))
}

func prefixed(arg, _, v string) string {
	if v == "" || strings.HasPrefix(v, arg) {
		return v
	}
	return arg + v
}

func cut(arg, _, v string) string {
	limit, err := strconv.Atoi(arg)
	if runes := []rune(v); err == nil && len(runes) > limit {
		return string(runes[:limit])
	}
	return v
}

// masked hides a value as privacy filters do: "ann@acme.example" is "a***@acme.example".
func masked(v string) string {
	if v == "" {
		return v
	}
	local, domain, address := strings.Cut(v, "@")
	hidden := string([]rune(local)[:min(1, len([]rune(local)))]) + "***"
	if address {
		return hidden + "@" + domain
	}
	return hidden
}

func alpha3(v string) string {
	if region, err := language.ParseRegion(v); err == nil {
		return region.ISO3()
	}
	return v
}

func inUnicode(v string) string {
	if text, err := idna.ToUnicode(v); err == nil {
		return text
	}
	return v
}
