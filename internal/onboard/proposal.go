package onboard

import (
	"maps"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/language"

	"github.com/reseller-operator/reseller-operator/internal/admission"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// proposal is the nearest value to one that was left out which admission takes in its place.
func proposal(rules *admission.Rules, object map[string]any, out *LeftOut, b *broker.Broker) string {
	path, ok := strings.CutPrefix(out.Field, "spec.")
	if !ok || strings.HasPrefix(path, "customProperties") {
		return ""
	}
	value := corrected(path, visible(out.Value), b)
	if value == "" || value == out.Value {
		return ""
	}
	trial := maps.Clone(object)
	spec := maps.Clone(object["spec"].(map[string]any))
	if group, _, nested := strings.Cut(path, "."); nested {
		inner, _ := spec[group].(map[string]any)
		spec[group] = maps.Clone(inner)
		if inner == nil {
			delete(spec, group)
		}
	}
	put(spec, path, value)
	trial["spec"] = spec
	for _, r := range rules.Refusals(trial) {
		if r.Path == out.Field {
			return ""
		}
	}
	return value
}

// visible is text on one line, without what takes no ink.
func visible(value string) string {
	value = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, value)
	return strings.Join(strings.Fields(value), " ")
}

// corrected is what was probably meant.
func corrected(path, value string, b *broker.Broker) string {
	switch name := path[strings.LastIndex(path, ".")+1:]; {
	case strings.HasSuffix(strings.ToLower(name), "phoneprefix"):
		return prefix(value)
	case strings.HasSuffix(strings.ToLower(name), "phone"):
		return phone(value, prefixBeside(path, b))
	case name == "countryCode":
		return country(value)
	case name == "domain":
		return domain(value)
	case strings.HasSuffix(strings.ToLower(name), "email"):
		return strings.Trim(strings.TrimPrefix(strings.ReplaceAll(value, " ", ""), "mailto:"), "<>;,.")
	}
	return value
}

// digits are those of a text.
func digits(value string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, value)
}

func prefix(value string) string { return strings.TrimLeft(digits(value), "0") }

// prefixBeside is the prefix that goes with a phone number.
func prefixBeside(path string, b *broker.Broker) string {
	for i := range broker.Fields {
		if f := &broker.Fields[i]; f.API == path+"Prefix" {
			value, _ := f.Get(b)
			return prefix(value)
		}
	}
	return ""
}

// extension is what people write behind a number for a line of an exchange.
var extension = regexp.MustCompile(`(?i)[,;]?\s*(ext\.?|extension|x|#)\s*[0-9]+$`)

// phone is a number without country calling code and extension.
func phone(value, prefix string) string {
	value = extension.ReplaceAllString(value, "")
	if rest, ok := strings.CutPrefix(value, "+"); ok && prefix != "" {
		value = strings.TrimPrefix(rest, prefix)
	}
	value = strings.Map(func(r rune) rune {
		if strings.ContainsRune("0123456789 ()./-", r) {
			return r
		}
		return -1
	}, value)
	return strings.TrimSpace(value)
}

// country is the code of a country that is written as one, in whatever standard.
func country(value string) string {
	region, err := language.ParseRegion(strings.ToUpper(value))
	if err != nil {
		return ""
	}
	return region.Canonicalize().String()
}

// domain is a host without scheme, path and port, in ASCII.
func domain(value string) string {
	if _, rest, found := strings.Cut(value, "://"); found {
		value = rest
	}
	value, _, _ = strings.Cut(value, "/")
	value, _, _ = strings.Cut(value, ":")
	ascii, err := idna.Lookup.ToASCII(strings.Trim(strings.ToLower(value), ". "))
	if err != nil {
		return ""
	}
	return ascii
}
