package cloudmore

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// kept adds the inputs with which ten minutes of fuzzing reached code that others
// had not: one a line, its values parted by tabs, each as Go's fuzzer writes it.
func kept(f *testing.F) {
	f.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", "corpus", f.Name()+".txt"))
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		var values []any
		for text := range strings.SplitSeq(strings.TrimSuffix(line, "\n"), "\t") {
			values = append(values, valueOf(f, text))
		}
		f.Add(values...)
	}
}

// valueOf reads []byte("a"), string("a") or int(1).
func valueOf(f *testing.F, text string) any {
	f.Helper()
	kind, rest, _ := strings.Cut(text, "(")
	inner := strings.TrimSuffix(rest, ")")
	if kind == "int" {
		number, err := strconv.Atoi(inner)
		if err != nil {
			f.Fatal(err)
		}
		return number
	}
	unquoted, err := strconv.Unquote(inner)
	if err != nil {
		f.Fatalf("%s: %v", text, err)
	}
	if kind == "[]byte" {
		return []byte(unquoted)
	}
	return unquoted
}
