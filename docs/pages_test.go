// Package docs_test holds what the pages say against the code.
package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// tests is the text of all tests.
func tests(t *testing.T) string {
	var all strings.Builder
	for _, folder := range []string{"internal", "config"} {
		err := filepath.WalkDir(filepath.Join("..", folder), func(path string, _ os.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			all.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all.String()
}

// Every test that a page names is there, and every row names one.
func TestPagesNameTests(t *testing.T) {
	all, code := tests(t), regexp.MustCompile("`([^`]+)`")
	for _, page := range []struct {
		file, from, to string
		atLeast        int
	}{
		{"reliability.md", "## Failures", "## What can't", 35},
		{"security.md", "## Threats", "| dependencies", 23},
	} {
		content, err := os.ReadFile(page.file)
		if err != nil {
			t.Fatal(err)
		}
		_, list, _ := strings.Cut(string(content), page.from)
		list, _, _ = strings.Cut(list, page.to)
		rows := 0
		for line := range strings.Lines(list) {
			cells := strings.Split(line, "|")
			if len(cells) < 4 || strings.HasPrefix(cells[1], "---") || cells[1] == " failure " || cells[1] == " threat " {
				continue
			}
			rows++
			names := code.FindAllStringSubmatch(cells[3], -1)
			if len(names) == 0 {
				t.Errorf("%s: %s: no test is named", page.file, cells[1])
			}
			for _, name := range names {
				if !strings.Contains(all, name[1]) {
					t.Errorf("%s: %s: there is no test %q", page.file, cells[1], name[1])
				}
			}
		}
		if rows < page.atLeast {
			t.Errorf("%s: %d rows", page.file, rows)
		}
	}
}

// TestEveryTenantIsStopped holds that the page of tenants has no empty cell: each says what
// refuses the act, what it costs the owner, and names a test that is there.
func TestEveryTenantIsStopped(t *testing.T) {
	const acts, roles = 9, 5
	content, err := os.ReadFile("tenants.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(content), "|---|")
	all, code, rows := tests(t), regexp.MustCompile("`([^`]+)`"), 0
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != roles+1 || strings.HasPrefix(cells[0], "---") {
			continue
		}
		rows++
		for _, cell := range cells[1:] {
			_, rest, _ := strings.Cut(cell, "; costs ")
			_, named, _ := strings.Cut(rest, "; ")
			names := code.FindAllStringSubmatch(named, -1)
			if len(names) == 0 {
				t.Errorf("%s: %q is no rule, cost and test", cells[0], cell)
			}
			for _, name := range names {
				if !strings.Contains(all, name[1]) {
					t.Errorf("%s: there is no test %q", cells[0], name[1])
				}
			}
		}
	}
	if rows != acts {
		t.Errorf("%d rows, not %d", rows, acts)
	}
}
