package main

import (
	"flag"
	"os"
	"strings"
	"testing"
)

func TestEveryFlagIsInThePage(t *testing.T) {
	page, err := os.ReadFile("../../docs/flags.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(page), "\n")
	rows := 0
	(&options{}).flags().VisitAll(func(f *flag.Flag) {
		_, meaning := flag.UnquoteUsage(f)
		for _, line := range lines {
			name, rest, _ := strings.Cut(strings.TrimPrefix(line, "| `--"), "`")
			if name, _, _ = strings.Cut(name, "="); name == f.Name && strings.HasPrefix(rest, " | "+meaning+" | ") {
				rows++
				return
			}
		}
		t.Errorf("docs/flags.md lacks --%s as it is now; run make docs", f.Name)
	})
	if all := strings.Count(string(page), "\n| `--"); rows != all {
		t.Errorf("docs/flags.md has %d flags, not %d", all, rows)
	}
}
