package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// written are the pages that somebody wrote; others are generated from code.
func written(t *testing.T) []string {
	t.Helper()
	pages := []string{"../README.md", "../CONTRIBUTING.md", "../SECURITY.md"}
	for _, pattern := range []string{"*.md", "adr/*.md"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, found...)
	}
	return slices.DeleteFunc(pages, func(page string) bool {
		return slices.Contains([]string{"reference.md", "reasons.md", "events.md", "metrics.md", "annotations.md", "flags.md", "kubectl.md"}, page)
	})
}

// page is the text of a page.
func page(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var (
	codeBlock = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	codeSpan  = regexp.MustCompile("`[^`\n]+`")
	target    = regexp.MustCompile(`\[[a-z_]+\.go\]\([^)\n]*\)|\]\([^)\n]*\)`)
)

// prose is a page without its code and the targets of its links, line by line.
func prose(text string) string {
	blank := func(block string) string { return strings.Repeat("\n", strings.Count(block, "\n")) }
	return target.ReplaceAllString(codeSpan.ReplaceAllString(codeBlock.ReplaceAllStringFunc(text, blank), "code"), "")
}

// refused finds the words that the glossary has others for.
func refused(t *testing.T) *regexp.Regexp {
	t.Helper()
	rows := regexp.MustCompile(`(?m)^\| [^|\n]+ \| [^|\n]+ \| ?([^|\n]*)\|$`).FindAllStringSubmatch(page(t, "glossary.md"), -1)[1:]
	if len(rows) < 30 || len(rows) > 40 {
		t.Errorf("the glossary has %d rows, not 30 to 40", len(rows))
	}
	var words []string
	for _, row := range rows {
		for _, word := range codeSpan.FindAllString(row[1], -1) {
			words = append(words, regexp.QuoteMeta(strings.Trim(word, "`")))
		}
	}
	return regexp.MustCompile(`(?i)\b(` + strings.Join(words, "|") + `)\b`)
}

// complain tells of the words that a text should not have.
func complain(t *testing.T, refused *regexp.Regexp, path string, line int, text string) {
	t.Helper()
	for n, line0 := range strings.Split(text, "\n") {
		for _, word := range refused.FindAllString(line0, -1) {
			t.Errorf("%s:%d: %q is not a word of the glossary: %s", path, line+n, word, line0)
		}
	}
}

// The glossary fits on two screens, and every page keeps to its words.
func TestPagesKeepToTheGlossary(t *testing.T) {
	words := refused(t)
	for _, path := range written(t) {
		if path != "glossary.md" {
			complain(t, words, path, 1, prose(page(t, path)))
		}
	}
}

// kept are the files with these endings, but for what tools write and what a release has left.
func kept(t *testing.T, endings ...string) []string {
	t.Helper()
	var found []string
	for _, path := range tracked(t) {
		generated := strings.Contains(path, "zz_generated") || strings.Contains(path, "/applyconfiguration/") || strings.HasPrefix(path, "config/released/") || path == "docs/words_test.go"
		if !generated && slices.Contains(endings, filepath.Ext(path)) {
			found = append(found, "../"+path)
		}
	}
	return found
}

// Names in a comment are not its words: what it documents, and what is in brackets.
var named = regexp.MustCompile(`^// \w+|\[[\w.*]+\]|\b\w+\.go\b`)

// Comments and texts of the code keep to the same words.
func TestCodeKeepsToTheGlossary(t *testing.T) {
	words := refused(t)
	for _, path := range kept(t, ".go") {
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, group := range file.Comments {
			for n, c := range group.List {
				text := c.Text
				if n > 0 {
					text = strings.TrimPrefix(text, "//")
				}
				complain(t, words, path, files.Position(c.Pos()).Line, named.ReplaceAllString(text, ""))
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if text, is := n.(*ast.BasicLit); is && text.Kind == token.STRING && strings.Contains(text.Value, " ") {
				complain(t, words, path, files.Position(text.Pos()).Line, codeSpan.ReplaceAllString(text.Value, ""))
			}
			return true
		})
	}
}

// So do manifests and the chart, with what they say to users.
func TestManifestsKeepToTheGlossary(t *testing.T) {
	words := refused(t)
	for _, path := range kept(t, ".yaml", ".yml", ".tpl") {
		complain(t, words, path, 1, page(t, path))
	}
}
