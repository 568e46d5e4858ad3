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

// render is the page: a section for each block of constants, a row for each reason.
func render() (string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), source, nil, parser.ParseComments)
	if err != nil {
		return "", err
	}
	var page strings.Builder
	page.WriteString("# What status says\n\nGenerated from " + source + " by `make docs`; the reason stands in the condition `Ready`.\n")
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
		page.WriteString("\n| name | meaning |\n|---|---|\n")
		for _, spec := range block.Specs {
			if err := row(&page, spec.(*ast.ValueSpec)); err != nil {
				return "", err
			}
		}
	}
	return page.String(), nil
}

// row is one constant: its value, and its comment without "ReasonX means that".
func row(page *strings.Builder, spec *ast.ValueSpec) error {
	value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
	if err != nil {
		return err
	}
	words := strings.Fields(spec.Doc.Text())
	if len(words) < 3 {
		return fmt.Errorf("%s has no comment", spec.Names[0].Name)
	}
	meaning := strings.TrimPrefix(strings.Join(words[1:], " "), "means that ")
	fmt.Fprintf(page, "| `%s` | %s |\n", value, meaning)
	return nil
}
