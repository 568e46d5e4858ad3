package cloudmore

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// refusal is what the body of an answer without success says.
type refusal struct {
	names  []string // error names of the API
	fields []broker.FieldFailure
	said   string
	// mentions are what may be names of members, as the answer spells them: not for
	// people.
	mentions []string
}

// wholeSpec is the path of a message that names no field.
const wholeSpec = "spec"

var (
	errorName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,63}$`)
	fieldPath = regexp.MustCompile(`^[A-Za-z$][A-Za-z0-9_$.\[\]-]{0,99}$`)
	// named is what a sentence puts in quotes, or calls a field ("The Vat field
	// is required", as .NET has it).
	named = regexp.MustCompile(`"([^"]+)"|'([^']+)'|“([^”]+)”|‘([^’]+)’|«([^»]+)»|` + "`([^`]+)`" + `|(?i:\bthe ([\w. ]{1,40}?) field\b)`)
)

// messageFields tell the field of a message that names none: by how it
// starts, in lower case and without what is behind a colon, which is the
// value. The first is documented (Manage Resellers).
var messageFields = []struct{ start, field string }{
	{"invalid domain/website", "domain"},
	{"invalid registration number", "registrationNumber"},
	{"invalid vat", "vat"},
	{"invalid notification email", "notificationEmail"},
	{"invalid support email", "supportEmail"},
	{"invalid country code", "address.countryCode"},
	{"invalid countrycode", "address.countryCode"},
	{"invalid custom property", "customProperties"},
}

// readRefusal reads what an answer says, in whatever form: JSON by its known
// keys, a web page by its title, anything else as text.
func readRefusal(a *answer, secrets []string) refusal {
	scrub := newScrubber(secrets)
	heard := &hearing{}
	switch {
	case a.json():
		if heard.value(a.body, place{}); len(heard.sentences) == 0 {
			heard = &hearing{anywhere: true}
			heard.value(a.body, place{})
		}
	case len(a.body) > 0 && !strings.ContainsRune("{[", rune(a.body[0])) && !bytes.ContainsRune(a.body, 0): // half a JSON is no sentence, nor is what is packed
		heard.say(wording(a, scrub), place{})
	}
	found := refusal{said: heard.joined(scrub)}
	for _, name := range heard.names {
		if name = scrub.line(name, maxMessage); errorName.MatchString(name) {
			found.names = append(found.names, name)
		}
	}
	for _, s := range heard.sentences {
		message := scrub.line(s.text, maxMessage)
		if s.path != "" && message != "" {
			found.fields = append(found.fields, broker.FieldFailure{Path: shownPath(s.path, scrub), Message: message})
		}
	}
	found.mentions = heard.mentioned()
	found.names = slices.Compact(found.names)
	found.names = found.names[:min(len(found.names), maxErrorNames)]
	found.fields = found.fields[:min(len(found.fields), maxFieldFailures)]
	return found
}

// word is what may be the name of a member where it stands in a sentence without
// marks: no word of a language has such a letter within.
var word = regexp.MustCompile(`[A-Za-z][a-z0-9]*(?:[A-Z_][A-Za-z0-9_]*)+`)

// mentioned are the names of members in all that was heard.
func (h *hearing) mentioned() []string {
	all := h.keys
	for _, s := range h.sentences {
		for _, match := range named.FindAllStringSubmatch(s.text, maxSentences) {
			all = append(all, strings.Join(match[1:], ""))
		}
		all = append(all, word.FindAllString(s.text, maxSentences)...)
	}
	return all[:min(len(all), maxMentions)]
}

// joined is all that was heard as one line: first what names no field, each
// sentence once.
func (h *hearing) joined(scrub *scrubber) string {
	var all []string
	for _, aboutField := range []bool{false, true} {
		for _, s := range h.sentences {
			text := scrub.line(s.text, maxSaid)
			again := slices.ContainsFunc(all, func(said string) bool { return strings.Contains(said, text) })
			if (s.path != "" && s.path != wholeSpec) == aboutField && text != "" && !again {
				all = append(all, text)
			}
		}
	}
	var b strings.Builder
	for i, text := range all {
		switch {
		case i == 0:
		case strings.ContainsAny(all[i-1][len(all[i-1])-1:], ".!?:;"):
			b.WriteString(" ")
		default:
			b.WriteString("; ")
		}
		b.WriteString(text)
	}
	return cut(b.String(), maxSaid)
}

// mentioned is the path of the one field that a sentence is about, "" for
// none or several.
func mentioned(sentence string) string {
	said, _, _ := strings.Cut(strings.ToLower(sentence), ":")
	for _, row := range messageFields {
		if strings.HasPrefix(said, row.start) {
			return wholeSpec + "." + row.field
		}
	}
	only := ""
	for _, match := range named.FindAllStringSubmatch(sentence, maxSentences) {
		path, known := broker.SpecPath(strings.Join(match[1:], ""))
		switch {
		case known && only != "" && path != only:
			return ""
		case known:
			only = path
		}
	}
	return only
}

// shownPath is the Reseller's path of a key, else the key itself if it is fit
// to show.
func shownPath(key string, scrub *scrubber) string {
	if path, known := broker.SpecPath(key); known {
		return path
	}
	if key = scrub.line(key, maxMessage); fieldPath.MatchString(key) && key != "$" {
		return key
	}
	return wholeSpec
}
