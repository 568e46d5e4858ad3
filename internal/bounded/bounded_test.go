package bounded_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/reseller-operator/reseller-operator/internal/bounded"
)

func TestTextIsCutBetweenCharacters(t *testing.T) {
	for _, row := range []struct {
		name, text      string
		most            int
		text8, textRune string // by bytes, by characters
	}{
		{"keeps what fits", "abc", 3, "abc", "abc"},
		{"cuts what does not", "abcd", 3, "abc", "abc"},
		{"does not cut within two bytes", "abé", 3, "ab", "abé"},
		{"does not cut within three bytes", "a€b", 3, "a", "a€b"},
		{"does not cut within four bytes", "a😀bc", 4, "a", "a😀bc"},
		{"counts characters of several bytes as one", "éééé", 3, "é", "ééé"},
		{"replaces what is not UTF-8", "a\xffb", 5, "a\uFFFDb", "a\uFFFDb"},
		{"replaces a character that was cut before", "ab\xc3", 5, "ab\uFFFD", "ab\uFFFD"},
		{"does not cut within a replacement", "ab\xff", 4, "ab", "ab\uFFFD"},
		{"keeps line breaks and control characters", "a\nb\x00", 9, "a\nb\x00", "a\nb\x00"},
		{"may be nothing", "é", 0, "", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := bounded.Text(row.text, row.most); got != row.text8 {
				t.Errorf("%d bytes are %q, not %q", row.most, got, row.text8)
			}
			if got := bounded.Characters(row.text, row.most); got != row.textRune {
				t.Errorf("%d characters are %q, not %q", row.most, got, row.textRune)
			}
		})
	}
}

func TestALineHasNoControlCharacters(t *testing.T) {
	if got := bounded.Line(" a\r\n\tb\x00\x7f\u0085c\xff é ", 13); got != "a b c\uFFFD é" {
		t.Errorf("it is %q", got)
	}
}

// What is stored is compared with what would be stored: cutting twice is cutting once.
func FuzzText(f *testing.F) {
	f.Add(strings.Repeat("a", 255)+"é", 256)
	f.Add("\xff\xfe\n", 2)
	f.Fuzz(func(t *testing.T, text string, most int) {
		most = max(0, most%1024)
		for _, cut := range []func(string, int) string{bounded.Text, bounded.Characters} {
			once := cut(text, most)
			if !utf8.ValidString(once) || cut(once, most) != once {
				t.Errorf("%q is cut to %q, and that to %q", text, once, cut(once, most))
			}
		}
		if len(bounded.Text(text, most)) > most || utf8.RuneCountInString(bounded.Characters(text, most)) > most {
			t.Errorf("%q is longer than %d", text, most)
		}
	})
}
