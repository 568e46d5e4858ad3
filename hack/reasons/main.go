// The reasons program writes docs/reasons.md from the constants in api/v1alpha1.
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/plan"
)

const source = "api/v1alpha1/conditions.go"

func main() {
	page, err := render()
	if err != nil {
		fmt.Fprintln(os.Stderr, "reasons:", err)
		os.Exit(1)
	}
	fmt.Print(page)
}

// render is the page: a section for each block of constants, a row for each reason, and
// whose turn it is while Ready has it.
func render() (string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), source, nil, parser.ParseComments)
	if err != nil {
		return "", err
	}
	var page strings.Builder
	page.WriteString("# What status says\n\nGenerated from " + source + " by `make docs`; the reason stands in the condition `Ready`, and whose turn it is in `status.turn`: of the operator, which goes on automatically; of Cloudmore, which has to answer again; yours, where `Ready` says what to do; or nobody's, because all is as it is wanted.\n")
	for _, decl := range file.Decls {
		block, ok := decl.(*ast.GenDecl)
		if !ok || block.Tok != token.CONST {
			continue
		}
		title, more, _ := strings.Cut(strings.Join(strings.Fields(block.Doc.Text()), " "), ". ")
		fmt.Fprintf(&page, "\n## %s\n", strings.TrimSuffix(title, "."))
		if more != "" {
			fmt.Fprintf(&page, "\n%s\n", more)
		}
		if err := table(&page, block.Specs, strings.HasPrefix(title, "Reasons of a ")); err != nil {
			return "", err
		}
	}
	return page.String(), nil
}

// table has a row for each constant; reasons of Ready tell whose turn it is.
func table(page *strings.Builder, specs []ast.Spec, turns bool) error {
	if turns {
		page.WriteString("\n| name | turn | meaning |\n|---|---|---|\n")
	} else {
		page.WriteString("\n| name | meaning |\n|---|---|\n")
	}
	for _, spec := range specs {
		if err := row(page, spec.(*ast.ValueSpec), turns); err != nil {
			return err
		}
	}
	return nil
}

// row is one constant: its value, whose turn it is, and its comment without "ReasonX
// means that".
func row(page *strings.Builder, spec *ast.ValueSpec, turns bool) error {
	value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
	if err != nil {
		return err
	}
	words := strings.Fields(spec.Doc.Text())
	if len(words) < 3 {
		return fmt.Errorf("%s has no comment", spec.Names[0].Name)
	}
	meaning := strings.TrimPrefix(strings.Join(words[1:], " "), "means that ")
	if !turns {
		fmt.Fprintf(page, "| `%s` | %s |\n", value, meaning)
		return nil
	}
	turn := plan.Turn(value)
	if turn == "" {
		return fmt.Errorf("nobody says whose turn it is with %s", value)
	}
	fmt.Fprintf(page, "| `%s` | %s | %s |\n", value, turn, meaning)
	return nil
}
