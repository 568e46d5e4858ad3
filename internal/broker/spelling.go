package broker

import (
	"strings"
	"unicode"
)

// The canonical forms under which two spellings of one value are the same.

// spaces keeps the words and drops how they are spaced.
func spaces(v string) string { return strings.Join(strings.Fields(v), " ") }

// folded also drops the case.
func folded(v string) string { return strings.ToLower(spaces(v)) }

// number keeps letters and digits: registries print one number with and
// without spaces, dots, dashes and slashes.
func number(v string) string {
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
	}, v)
}

// domain drops case, white space and the root's dot (RFC 1034 §3.1).
func domain(v string) string {
	return strings.TrimSuffix(strings.ToLower(strings.TrimSpace(v)), ".")
}

// Spelling says that the API shows Observed where it was sent Desired, and that
// both mean the same ("987654321" became "EE987654321").
type Spelling struct {
	Field, Desired, Observed string
}
