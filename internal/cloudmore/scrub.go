package cloudmore

import (
	"encoding/base64"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// jwt matches what looks like a JSON Web Token (RFC 7519), or the start of one.
var jwt = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}[A-Za-z0-9._-]*`)

const redacted = "[redacted]"

// scrubber makes texts of the API fit to show. Secrets are found in plain and
// base64, and behind any three of URL, HTML and JSON escapes, whatever the case.
type scrubber struct {
	secrets map[rune][][]rune // by the first character, in lower case
}

func newScrubber(secrets []string) *scrubber {
	s := &scrubber{secrets: map[rune][][]rune{}}
	for _, secret := range secrets {
		for _, form := range append(inBase64(secret), oneLine(secret), url.QueryEscape(secret)) {
			if form != "" {
				runes := []rune(lower(form))
				s.secrets[runes[0]] = append(s.secrets[runes[0]], runes)
			}
		}
	}
	return s
}

// inBase64 are a secret's spellings in base64, and in base64 of that: a gateway may show the
// header of a login so, in which the secret stands behind a client id.
func inBase64(secret string) []string {
	once := encoded(secret, oneLine(secret))
	return append(once, encoded(once...)...)
}

// encoded are texts in base64, alone and within other text: there each starts at any of three
// places in a group of bytes, and what its neighbours have a part in is left out.
func encoded(texts ...string) []string {
	var forms []string
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for _, text := range texts {
			forms = append(forms, encoding.EncodeToString([]byte(text)))
			if len(text) < minInner {
				continue
			}
			for before := range 3 {
				within := encoding.EncodeToString(append(make([]byte, before), text...))
				whole := (before + len(text)) * 8 / 6
				forms = append(forms, within[(before*8+5)/6:whole])
			}
		}
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

// line is a text as one line of at most limit characters, without secrets; ""
// for one that is too long to be a sentence. Cutting comes last, since half a
// secret would not be recognised.
func (s *scrubber) line(text string, limit int) string {
	if len(text) > maxSentence {
		return ""
	}
	return cut(s.scrubbed(oneLine(text)), limit)
}

// cut is a text with at most limit characters.
func cut(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:limit-1])) + "…"
}

// scrubbed hides the secrets of a line.
func (s *scrubber) scrubbed(text string) string {
	units := make([]unit, 0, len(text))
	for _, r := range text {
		units = append(units, unit{r, len(units), len(units) + 1})
	}
	hidden := make([]bool, len(units))
	s.hideBehind(units, hidden, maxEscapes)
	var b strings.Builder
	for i, u := range units {
		switch {
		case !hidden[i]:
			b.WriteRune(u.r)
		case i == 0 || !hidden[i-1]:
			b.WriteString(redacted)
		}
	}
	return jwt.ReplaceAllLiteralString(b.String(), redacted)
}

// hideBehind hides what units spell, also behind escapes of so many levels.
func (s *scrubber) hideBehind(units []unit, hidden []bool, levels int) {
	s.hide(units, hidden)
	if levels == 0 {
		return
	}
	for _, escape := range escapes {
		if inner := unescaped(units, escape); inner != nil {
			s.hideBehind(inner, hidden, levels-1)
		}
	}
}

// hide marks where units spell a secret, and the padding behind it.
func (s *scrubber) hide(units []unit, hidden []bool) {
	for i := range units {
		for _, secret := range s.secrets[unicode.ToLower(units[i].r)] {
			if !spells(units[i:], secret) {
				continue
			}
			end := i + len(secret)
			for end < len(units) && units[end].r == '=' {
				end++
			}
			for at := units[i].from; at < units[end-1].to; at++ {
				hidden[at] = true
			}
		}
	}
}

// spells reports whether units begin with a secret; forms write "+" for a space.
func spells(units []unit, secret []rune) bool {
	return len(units) >= len(secret) && !slices.ContainsFunc(units[:len(secret)], func(u unit) bool {
		differs := unicode.ToLower(u.r) != secret[0] && (u.r != '+' || secret[0] != ' ')
		secret = secret[1:]
		return differs
	})
}

// oneLine is a text without control and formatting characters, its white
// space single.
func oneLine(text string) string {
	return strings.Join(strings.Fields(strings.Map(visible, text)), " ")
}

// lower folds as hide does, character by character.
func lower(text string) string { return strings.Map(unicode.ToLower, text) }

// visible drops control and formatting characters; line ends become spaces.
func visible(r rune) rune {
	switch {
	case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
		return ' '
	case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError:
		return -1
	default:
		return r
	}
}

// unit is a character and where the text spells it: from one character up to
// before another.
type unit struct {
	r        rune
	from, to int
}

// escapes read the character that a text begins with, and how many it takes
// to spell it; 0 if it begins with no escape.
var escapes = []func([]unit) (rune, int){urlEscape, htmlEscape, jsonEscape}

// unescaped reads all escapes of one kind; nil if there are none.
func unescaped(units []unit, escape func([]unit) (rune, int)) []unit {
	read, found := make([]unit, 0, len(units)), false
	for i := 0; i < len(units); {
		r, n := escape(units[i:])
		found = found || n > 0
		if n == 0 {
			r, n = units[i].r, 1
		}
		if r = visible(r); r >= 0 && (r != ' ' || len(read) == 0 || read[len(read)-1].r != ' ') {
			read = append(read, unit{r, units[i].from, units[i+n-1].to})
		}
		i += n
	}
	if !found {
		return nil
	}
	return read
}

// urlEscape reads "%C3%A9", and "%u00E9" as JavaScript once had it. What "+" represents is
// left to spells.
func urlEscape(units []unit) (rune, int) {
	if len(units) >= 6 && units[0].r == '%' && unicode.ToLower(units[1].r) == 'u' {
		return oldURLEscape(units)
	}
	var raw []byte
	for n := 0; len(raw) < utf8.UTFMax && len(units) >= n+3 && units[n].r == '%'; n += 3 {
		value, isHex := hexOf(units[n+1 : n+3])
		if !isHex {
			return 0, 0
		}
		raw = append(raw, byte(value&0xff))
		if r, _ := utf8.DecodeRune(raw); r != utf8.RuneError {
			return r, n + 3
		}
	}
	return 0, 0
}

// oldURLEscape reads "%u00E9", with pairs of surrogates.
func oldURLEscape(units []unit) (rune, int) {
	value, isHex := hexOf(units[2:6])
	switch {
	case !isHex:
		return 0, 0
	case !utf16.IsSurrogate(value) || len(units) < 12 || units[6].r != '%':
		return value, 6
	}
	second, _ := hexOf(units[8:12])
	return utf16.DecodeRune(value, second), 12
}

// htmlEscape reads "&amp;", "&#38;" and "&#x26;", numbers also without their end.
func htmlEscape(units []unit) (rune, int) {
	if units[0].r != '&' {
		return 0, 0
	}
	if len(units) > 1 && units[1].r == '#' {
		return numberedEntity(units)
	}
	n := 1
	for n < min(len(units), maxEntity) && (units[n].r < utf8.RuneSelf && (unicode.IsLetter(units[n].r) || unicode.IsDigit(units[n].r))) {
		n++
	}
	if n == len(units) || units[n].r != ';' {
		return 0, 0
	}
	entity := textIn(units[:n+1])
	read := html.UnescapeString(entity)
	if read == entity {
		return 0, 0
	}
	r, _ := utf8.DecodeRuneInString(read)
	return r, n + 1
}

// numberedEntity reads "&#38" and "&#x26".
func numberedEntity(units []unit) (rune, int) {
	n, digits := 2, "0123456789"
	if n < len(units) && unicode.ToLower(units[n].r) == 'x' {
		n, digits = 3, "0123456789abcdefABCDEF"
	}
	for n < min(len(units), maxEntity) && strings.ContainsRune(digits, units[n].r) {
		n++
	}
	entity := textIn(units[:n]) + ";"
	read := html.UnescapeString(entity)
	if read == entity {
		return 0, 0
	}
	if n < len(units) && units[n].r == ';' {
		n++
	}
	r, _ := utf8.DecodeRuneInString(read)
	return r, n
}

// jsonEscape reads "\u0026" (RFC 8259 §7) with pairs of surrogates, the
// escapes of one character, and "\x26" as JavaScript has it.
func jsonEscape(units []unit) (rune, int) {
	if len(units) < 2 || units[0].r != '\\' {
		return 0, 0
	}
	first, n := codeIn(units)
	switch {
	case n > 0 && utf16.IsSurrogate(first):
		second, more := codeIn(units[n:])
		return utf16.DecodeRune(first, second), n + more
	case n > 0:
		return first, n
	case strings.ContainsRune(`"'\/`, units[1].r):
		return units[1].r, 2
	case strings.ContainsRune("nrtbf", units[1].r):
		return ' ', 2
	}
	return 0, 0
}

// codeIn reads an escape by number, and how long it is.
func codeIn(units []unit) (rune, int) {
	if len(units) < 2 || units[0].r != '\\' {
		return 0, 0
	}
	if len(units) > 3 && units[2].r == '{' {
		return bracedCode(units)
	}
	n := map[rune]int{'u': 6, 'x': 4}[unicode.ToLower(units[1].r)]
	if n == 0 || len(units) < n {
		return 0, 0
	}
	value, isHex := hexOf(units[2:n])
	if !isHex {
		return 0, 0
	}
	return value, n
}

// bracedCode reads "\u{26}", as JavaScript has it.
func bracedCode(units []unit) (rune, int) {
	n := 3
	for n < min(len(units), maxBraced) && units[n].r != '}' {
		n++
	}
	if n == len(units) || units[n].r != '}' || unicode.ToLower(units[1].r) != 'u' {
		return 0, 0
	}
	value, err := strconv.ParseUint(textIn(units[3:n]), 16, 21)
	if err != nil || value > unicode.MaxRune {
		return 0, 0
	}
	return rune(value), n + 1
}

func hexOf(units []unit) (rune, bool) {
	value, err := strconv.ParseUint(textIn(units), 16, 16)
	return rune(value & 0xffff), err == nil
}

func textIn(units []unit) string {
	var b strings.Builder
	for _, u := range units {
		b.WriteRune(u.r)
	}
	return b.String()
}
