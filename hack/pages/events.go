package main

import (
	"fmt"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/says"
	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
)

const aboutEvents = `# Events

Generated from internal/says by ` + "`make docs`" + `. An event tells of one change; no pass that changes nothing makes one. Events hold ids of brokers, paths of fields and names of objects: what Cloudmore said, and values, stand in status only. ` + "`%s`" + ` represents what differs.
`

// events has tables of the events, and one of the texts and keys of the log.
func events() (string, error) {
	var page strings.Builder
	page.WriteString(aboutEvents)
	tableOfEvents(&page, "Resellers", says.OfResellers())
	page.WriteString("\nBesides, a Warning by the name of each reason of `Ready` that is [your turn](reasons.md), with its message, when the reason becomes that one. Where that tells of a failed call, the call has no event of its own; and a call that fails again as before, for the same spec, has none.\n")
	tableOfEvents(&page, "Sellers and ClusterSellers", says.OfSellers())
	page.WriteString("\nBesides, one for each change of the reason of `Ready`, by its name: a Warning where it is [your turn](reasons.md).\n\n| reason | text |\n|---|---|\n")
	for _, reason := range sellerplan.Reasons() {
		fmt.Fprintf(&page, "| `%s` | %s |\n", reason, sellerplan.Says(reason))
	}
	err := lines(&page)
	return page.String(), err
}

const aboutLog = `
## Log lines

One line for each effect on a broker, each change of a reason, each halt and its end; with ` + "`--log-level=debug`" + ` each call, with ` + "`trace`" + ` each decision and the rule that made it. Lines name the object and the pass, as all of controller-runtime do (` + "`namespace`, `name`, `reconcileID`" + `). What Cloudmore said, and values, stand in status only.

| text or key | meaning |
|---|---|
`

// lines has a row for each text and key of the log, by its comment.
func lines(page *strings.Builder) error {
	blocks, err := blocksOf("internal/says/log.go")
	page.WriteString(aboutLog)
	for _, b := range blocks {
		for _, c := range b.constants {
			meaning, err := c.meaning()
			if err != nil {
				return err
			}
			_, meaning, _ = strings.Cut(meaning, " ") // after "is" or "are"
			fmt.Fprintf(page, "| `%s` | %s |\n", c.value, meaning)
		}
	}
	return err
}

func tableOfEvents(page *strings.Builder, of string, events []says.Event) {
	fmt.Fprintf(page, "\n## On %s\n\n| reason | type | action | text |\n|---|---|---|---|\n", of)
	for _, e := range events {
		fmt.Fprintf(page, "| `%s` | %s | %s | %s |\n", e.Reason, e.Type, e.Action, e.Text)
	}
}
