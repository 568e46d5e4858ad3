package cloudmore

import "strings"

// No maintained library reads a Link header as RFC 8288 appendix B.2 has it: they cut
// URLs at commas, or panic at a parameter without quotes (ADR 0014).

// nextOfHeader is the target of a Link header with rel=next; "" for none.
func nextOfHeader(values []string) string {
	rest := linkText(strings.Join(values, ","))
	for rest != "" {
		target, found := rest.target()
		if !found {
			return ""
		}
		if leadsOn(rest.rel()) {
			return target
		}
	}
	return ""
}

// linkText is what is left of a Link header.
type linkText string

// target takes the next URL, between < and >, with whatever stands in it.
func (t *linkText) target() (string, bool) {
	_, rest, opened := strings.Cut(string(*t), "<")
	target, rest, closed := strings.Cut(rest, ">")
	*t = linkText(rest)
	return strings.TrimSpace(target), opened && closed
}

// rel takes the parameters of a link, up to the comma behind them; the first rel counts
// (RFC 8288 §3.3).
func (t *linkText) rel() string {
	rel, told := "", false
	for t.parameter() {
		name := t.until("=;,")
		value := ""
		if strings.HasPrefix(string(*t), "=") {
			*t = (*t)[1:]
			value = t.value()
		}
		if strings.EqualFold(name, "rel") && !told {
			rel, told = value, true
		}
	}
	return rel
}

// parameter takes what stands before a parameter, and reports whether there is one: the
// comma ends the link, and so does what is no parameter.
func (t *linkText) parameter() bool {
	*t = linkText(strings.TrimLeft(string(*t), " \t"))
	if !strings.HasPrefix(string(*t), ";") {
		t.until(",")
		return false
	}
	*t = (*t)[1:]
	return true
}

// until takes the text before one of some characters.
func (t *linkText) until(ends string) string {
	at := strings.IndexAny(string(*t), ends)
	if at < 0 {
		at = len(*t)
	}
	text := string((*t)[:at])
	*t = (*t)[at:]
	return strings.TrimSpace(text)
}

// value takes a token or a quoted string (RFC 9110 §5.6.4).
func (t *linkText) value() string {
	text := strings.TrimLeft(string(*t), " \t")
	if !strings.HasPrefix(text, `"`) {
		*t = linkText(text)
		return t.until(";,")
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			*t = linkText(text[i+1:])
			return b.String()
		case c == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		default:
			b.WriteByte(c)
		}
	}
	*t = ""
	return b.String()
}
