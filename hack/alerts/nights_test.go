package alerts

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The nights are lived through by hack/night, with a real manager; their files have the
// metrics that it served, as the engine reads them if the night went on for four hours.
const (
	nights = "../night/testdata"
	page   = "../../docs/nights.md"
)

// update says that what is told is to be written, not compared.
var update = os.Getenv("NIGHT_UPDATE") != ""

// section is a part of the file of a night, without its heading; "" for none.
func section(file, heading string) string {
	_, text, found := strings.Cut(file, "\n== "+heading+"\n")
	if !found {
		return ""
	}
	text, _, _ = strings.Cut(text, "\n== ")
	return strings.TrimSpace(text)
}

func TestNights(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(nights, "*.txt"))
	if err != nil || len(files) != 12 {
		t.Fatalf("there are %d nights (%v)", len(files), err)
	}
	rows := nightsPage
	for _, path := range files {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			fires := firing(t, written(t), seen(t, "  "+strings.ReplaceAll(section(string(content), "metrics"), "\n", "\n  ")+"\n"))
			var alerts strings.Builder
			var names []string
			for _, r := range written(t) {
				name := r.Alert + " " + r.Labels["severity"]
				if summary, does := fires[name]; does {
					fmt.Fprintf(&alerts, "%s: %s\n", name, summary)
					names = append(names, r.Alert)
				}
			}
			said := cmp.Or(alerts.String(), "none\n")
			if got := section(string(content), "alerts"); got != strings.TrimSpace(said) {
				if !update {
					t.Errorf("these alerts fire:\n%sand not these:\n%s", said, got)
				}
				before, rest, _ := strings.Cut(string(content), "== alerts\n")
				_, rest, _ = strings.Cut("\n"+rest, "\n== ")
				content = []byte(before + "== alerts\n" + said + "\n== " + rest)
				if err := os.WriteFile(path, content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if tried := strings.Fields(section(string(content), "runbooks that were tried")); !slices.Equal(slices.Compact(slices.Sorted(slices.Values(names))), slices.Sorted(slices.Values(tried))) {
				t.Errorf("the alerts are %v, and the runbooks that were tried %v", names, tried)
			}
			rows += rowOf(filepath.Base(path), string(content))
		})
	}
	shown, err := os.ReadFile(page)
	if string(shown) == rows {
		return
	}
	if !update {
		t.Errorf("docs/nights.md is not what the nights say (%v): run NIGHT_UPDATE=1 make night", err)
		return
	}
	if err := os.WriteFile(page, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
}

const nightsPage = `# Twelve nights

Made by ` + "`NIGHT_UPDATE=1 make night`" + ` of what a real manager on a real control plane told, each night while something was wrong. The files have all of it: what kubectl, events, log and metrics said, which alerts fire if it goes on for four hours, and what was told after the end. The commands that end a night are those of the [runbooks](runbooks/README.md), as they stand there; the same test runs them.

| night | kubectl shows | events | alerts | it ends |
|---|---|---|---|---|
`

var (
	object  = regexp.MustCompile(`(?m)^(seller|reseller)\.cloudmore\.com/\S+ +(?:True|False) +(\S+)`)
	happens = regexp.MustCompile(`(?m)^(?:Normal|Warning) (\S+) `)
	fired   = regexp.MustCompile(`(?m)^(\S+) (critical|warning):`)
)

// rowOf is the row of a night in the page.
func rowOf(name, file string) string {
	says, _, _ := strings.Cut(file, "\n")
	var shown, events, alerts []string
	for _, match := range object.FindAllStringSubmatch(section(file, "kubectl get sellers,resellers"), -1) {
		shown = append(shown, fmt.Sprintf("%s `%s`", map[string]string{"seller": "Seller", "reseller": "Reseller"}[match[1]], match[2]))
	}
	for _, match := range happens.FindAllStringSubmatch(section(file, "events"), -1) {
		events = append(events, "`"+match[1]+"`")
	}
	for _, match := range fired.FindAllStringSubmatch(section(file, "alerts"), -1) {
		alerts = append(alerts, fmt.Sprintf("[%s](runbooks/%s.md) (%s)", match[1], match[1], match[2]))
	}
	_, end, _ := strings.Cut(file, "\n== it ends")
	ends := "automatically"
	if how, rest, _ := strings.Cut(end, "\n"); strings.HasPrefix(how, ", by ") {
		command, _, _ := strings.Cut(rest, "\n")
		ends = "`" + command + "`"
	}
	return fmt.Sprintf("| [%s](../hack/night/testdata/%s) | %s | %s | %s | %s |\n", strings.TrimSuffix(says, "."), name,
		listed(shown), cmp.Or(listed(events), "–"), cmp.Or(listed(alerts), "none"), ends)
}

// listed are words, each once.
func listed(words []string) string {
	var once []string
	for _, word := range words {
		if !slices.Contains(once, word) {
			once = append(once, word)
		}
	}
	return strings.Join(once, ", ")
}
