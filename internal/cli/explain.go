package cli

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/reseller-operator/reseller-operator/docs"
)

func newExplain(a *access) *cobra.Command {
	return &cobra.Command{
		Use:     "explain [REASON]",
		Short:   "Say what a reason of Ready means, and what to do",
		Long:    `Say what a reason or condition means, whose turn it is, and what to do, without a network. Without a reason: list all.`,
		Example: "  kubectl reseller explain SimilarBrokerExists",
		Args:    cobra.MaximumNArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return names(reasons()), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.explainAll()
			}
			return a.explain(args[0])
		},
	}
}

// reason is a row of docs/reasons.md.
type reason struct{ name, turn, meaning, group string }

// reasons are the rows of docs/reasons.md, in its order.
func reasons() []reason {
	var all []reason
	group := ""
	for line := range strings.Lines(docs.Reasons) {
		line = strings.TrimSpace(line)
		if title, ok := strings.CutPrefix(line, "## "); ok {
			group = strings.ToLower(title[:1]) + title[1:]
		}
		cells := strings.Split(strings.Trim(line, "|"), " | ")
		name := strings.Trim(cells[0], "` ")
		if !strings.HasPrefix(line, "| `") {
			continue
		}
		r := reason{name: name, group: group, meaning: strings.TrimSpace(cells[len(cells)-1])}
		if len(cells) == 3 {
			r.turn = strings.TrimSpace(cells[1])
		}
		all = append(all, r)
	}
	return all
}

func names(all []reason) []string {
	var words []string
	for _, r := range all {
		words = append(words, r.name)
	}
	return words
}

func (a *access) explainAll() error {
	rows := [][]string{{"REASON", "TURN", "MEANING"}}
	for _, r := range reasons() {
		rows = append(rows, []string{r.name, or(r.turn, "-"), r.meaning})
	}
	table(a.Out, rows)
	return nil
}

func (a *access) explain(name string) error {
	found := false
	for _, r := range reasons() {
		if !strings.EqualFold(r.name, name) {
			continue
		}
		name, found = r.name, true
		a.printf("%s (%s)\n", r.name, r.group)
		if r.turn == "" { // a condition
			a.printf("It %s\n\n", r.meaning)
			continue
		}
		a.printf("Turn: %s\nIt means that %s\n\n", r.turn, r.meaning)
	}
	if !found {
		return fmt.Errorf("%q is no reason: kubectl reseller explain lists all", name)
	}
	if todo := section(docs.Troubleshooting, name); todo != "" {
		a.printf("What to do: %s\n", plain(todo))
	}
	return nil
}

// section is the text below a heading of the third level.
func section(page, heading string) string {
	_, rest, found := strings.Cut(page, "\n### "+heading+"\n")
	if !found {
		return ""
	}
	var text []string
	for line := range strings.Lines(rest) {
		if strings.HasPrefix(line, "## ") || strings.HasPrefix(line, "### ") {
			break
		}
		text = append(text, strings.TrimRight(line, "\n"))
	}
	return strings.TrimSpace(strings.Join(text, "\n"))
}

var inPage = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)

// plain is text without the links of a page.
func plain(text string) string { return inPage.ReplaceAllString(text, "$1") }

func newRunbook(a *access) *cobra.Command {
	return &cobra.Command{
		Use:     "runbook [ALERT]",
		Short:   "Show what to do about an alert",
		Long:    `Show the page about an alert, without a network. Without an alert: list all.`,
		Example: "  kubectl reseller runbook ResellerStalled",
		Args:    cobra.MaximumNArgs(1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return alerts(), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				a.printf("%s\n", strings.Join(alerts(), "\n"))
				return nil
			}
			return a.runbook(args[0])
		},
	}
}

// alerts are those that have a page.
func alerts() []string {
	pages, _ := fs.Glob(docs.Runbooks, "runbooks/*.md")
	var all []string
	for _, page := range pages {
		if name := strings.TrimSuffix(path.Base(page), ".md"); name != "README" {
			all = append(all, name)
		}
	}
	return all
}

func (a *access) runbook(alert string) error {
	i := slices.IndexFunc(alerts(), func(name string) bool { return strings.EqualFold(name, alert) })
	if i < 0 {
		return fmt.Errorf("%q is no alert: kubectl reseller runbook lists all", alert)
	}
	text, err := fs.ReadFile(docs.Runbooks, "runbooks/"+alerts()[i]+".md")
	a.printf("%s", plain(string(text)))
	return err
}
