// Package bounded cuts text to what a field of status holds, so that what is
// compared later is what the API server keeps.
//
// It promises valid UTF-8, never ends within a character, and changes no text that
// fits and is valid: a value with a line break stays what it is. It never looks at
// what a text means.
package bounded

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Note is the longest note of an event that the API server takes, in bytes.
const Note = 1024

// Text is text in at most so many bytes. What is not UTF-8 becomes U+FFFD, as the
// API server would store it.
func Text(text string, maxBytes int) string {
	text = valid(text)
	if len(text) <= maxBytes {
		return text
	}
	end := max(maxBytes, 0)
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}

// Characters is text in at most so many characters, by which the API server
// counts maxLength.
func Characters(text string, most int) string {
	text = valid(text)
	if len(text) <= most {
		return text
	}
	left := most
	for at := range text {
		if left == 0 {
			return text[:at]
		}
		left--
	}
	return text
}

// Line is the words of somebody else as part of a message: on one line, without
// control characters, in at most so many bytes.
func Line(text string, maxBytes int) string {
	spaced := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, valid(text))
	return Text(strings.Join(strings.Fields(spaced), " "), maxBytes)
}

func valid(text string) string { return strings.ToValidUTF8(text, string(utf8.RuneError)) }
