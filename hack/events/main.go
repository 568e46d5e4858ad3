// The events program writes docs/events.md from what internal/says lists: run it where
// that is below.
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/says"
	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
)

func main() {
	var page strings.Builder
	page.WriteString(intro)
	table(&page, "Resellers", says.OfResellers())
	page.WriteString("\nBesides, a Warning by the name of each reason of `Ready` that is [your turn](reasons.md), with its message, when the reason becomes that one. Where that tells of a failed call, the call has no event of its own; and a call that fails again as before, for the same spec, has none.\n")
	table(&page, "Sellers and ClusterSellers", says.OfSellers())
	page.WriteString("\nBesides, one for each change of the reason of `Ready`, by its name: a Warning where it is [your turn](reasons.md).\n\n| reason | text |\n|---|---|\n")
	for _, reason := range sellerplan.Reasons() {
		fmt.Fprintf(&page, "| `%s` | %s |\n", reason, sellerplan.Says(reason))
	}
	err := lines(&page)
	if err == nil {
		_, err = os.Stdout.WriteString(page.String())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "events:", err)
		os.Exit(1)
	}
}

const aboutLog = `
## Log lines

One line for each effect on a broker, each change of a reason, each halt and its end; with ` + "`--log-level=debug`" + ` each call, with ` + "`trace`" + ` each decision and the rule that made it. Lines name the object and the pass, as all of controller-runtime do (` + "`namespace`, `name`, `reconcileID`" + `). What Cloudmore said, and values, stand in status only.

| text or key | meaning |
|---|---|
`

// lines has a row for each text and key of the log, by its comment.
func lines(page *strings.Builder) error {
	file, err := parser.ParseFile(token.NewFileSet(), "internal/says/log.go", nil, parser.ParseComments)
	if err != nil {
		return err
	}
	page.WriteString(aboutLog)
	for _, decl := range file.Decls {
		block, ok := decl.(*ast.GenDecl)
		if !ok || block.Tok != token.CONST {
			continue
		}
		for _, spec := range block.Specs {
			constant := spec.(*ast.ValueSpec)
			value, err := strconv.Unquote(constant.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				continue // a level
			}
			words := strings.Fields(constant.Doc.Text())
			if len(words) < 3 {
				return fmt.Errorf("%s has no comment", constant.Names[0].Name)
			}
			fmt.Fprintf(page, "| `%s` | %s |\n", value, strings.Join(words[2:], " "))
		}
	}
	return nil
}

const intro = `# Events

Generated from internal/says by ` + "`make docs`" + `. An event tells of one change; no pass that changes nothing makes one. Events hold ids of brokers, paths of fields and names of objects: what Cloudmore said, and values, stand in status only. ` + "`%s`" + ` represents what differs.
`

func table(page *strings.Builder, of string, events []says.Event) {
	fmt.Fprintf(page, "\n## On %s\n\n| reason | type | action | text |\n|---|---|---|---|\n", of)
	for _, e := range events {
		fmt.Fprintf(page, "| `%s` | %s | %s | %s |\n", e.Reason, e.Type, e.Action, e.Text)
	}
}
