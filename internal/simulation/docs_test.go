package simulation

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every test that docs/reliability.md names is there.
func TestTheFailureListNamesTests(t *testing.T) {
	root := filepath.Join("..", "..")
	var tests strings.Builder
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		tests.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(root, "docs", "reliability.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(page), "## Failures")
	list, _, _ = strings.Cut(list, "## What can't")
	rows, code := 0, regexp.MustCompile("`([^`]+)`")
	for line := range strings.Lines(list) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 || strings.HasPrefix(cells[1], "---") || strings.TrimSpace(cells[1]) == "failure" {
			continue
		}
		rows++
		names := code.FindAllStringSubmatch(cells[3], -1)
		if len(names) == 0 {
			t.Errorf("%s: no test is named", cells[1])
		}
		for _, name := range names {
			if !strings.Contains(tests.String(), name[1]) {
				t.Errorf("%s: there is no test %q", cells[1], name[1])
			}
		}
	}
	if rows < 35 {
		t.Errorf("%d rows", rows)
	}
}
