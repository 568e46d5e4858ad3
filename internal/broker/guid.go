package broker

import "strings"

// guidLength is how long a GUID is with its hyphens (RFC 9562 §4).
const guidLength = 36

// guidKey is a GUID in the form of RFC 9562 §4, in lower case, and whether the
// text is one in any of its usual spellings: with or without hyphens, in braces
// or parentheses, or as a URN.
func guidKey(text string) (string, bool) {
	if len(text) < guidLength-4 || len(text) > guidLength+len("urn:uuid:") {
		return "", false
	}
	text = strings.TrimPrefix(strings.ToLower(text), "urn:uuid:")
	for _, pair := range []string{"{}", "()"} {
		if text != "" && text[0] == pair[0] && text[len(text)-1] == pair[1] {
			text = text[1 : len(text)-1]
		}
	}
	digits := text
	if len(text) == guidLength {
		if text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
			return "", false
		}
		digits = text[:8] + text[9:13] + text[14:18] + text[19:23] + text[24:]
	}
	if len(digits) != guidLength-4 || strings.Trim(digits, "0123456789abcdef") != "" {
		return "", false
	}
	if len(text) == guidLength {
		return text, true
	}
	return digits[:8] + "-" + digits[8:12] + "-" + digits[12:16] + "-" + digits[16:20] + "-" + digits[20:], true
}
