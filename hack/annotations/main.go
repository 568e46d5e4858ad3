// The annotations program writes docs/annotations.md from the constants in api/v1alpha1.
package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

const source = "api/v1alpha1/annotations.go"

const intro = "# Annotations and finalizers\n\nGenerated from " + source + " by `make docs`. What a user asks for beside a spec stands in annotations: `kubectl annotate --overwrite <kind>/<name> <annotation>=<value>`, and with `<annotation>-` it is gone. Where a time is meant, `\"$(date -Is)\"` makes one.\n"

func main() {
	page, err := render()
	if err == nil {
		_, err = os.Stdout.WriteString(page)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "annotations:", err)
		os.Exit(1)
	}
}

// render is the page: a table of the annotations, and one of the finalizers.
func render() (string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), source, nil, parser.ParseComments)
	if err != nil {
		return "", err
	}
	keys, comments := map[string]string{}, map[string]string{}
	var names []string
	ast.Inspect(file, func(node ast.Node) bool {
		if constant, ok := node.(*ast.ValueSpec); ok {
			name := constant.Names[0].Name
			value, unquoted := strconv.Unquote(constant.Values[0].(*ast.BasicLit).Value)
			err = errors.Join(err, unquoted)
			names, keys[name], comments[name] = append(names, name), "`"+value+"`", strings.Join(strings.Fields(constant.Doc.Text()), " ")
		}
		return true
	})
	page := intro
	for _, kind := range []string{"Annotation", "Finalizer"} {
		page += fmt.Sprintf("\n| %s | meaning |\n|---|---|\n", strings.ToLower(kind))
		for _, name := range names {
			if strings.HasPrefix(name, kind) {
				page += fmt.Sprintf("| %s | %s |\n", keys[name], meaning(name, comments[name], keys))
			}
		}
	}
	return page, err
}

// meaning is a comment without the name that it begins with, and with the keys and values
// that other names represent.
func meaning(name, comment string, keys map[string]string) string {
	words := []string{"<", "&lt;", "DefaultEndpoint", "`" + v1alpha1.DefaultEndpoint + "`"}
	for other, key := range keys {
		words = append(words, other, key)
	}
	return strings.NewReplacer(words...).Replace(strings.TrimPrefix(comment, name+" "))
}
