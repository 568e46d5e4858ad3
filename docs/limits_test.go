package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// units are what a wait is a number of.
var units = []string{"Millisecond", "Second", "Minute", "Hour"}

// noBounds are what is written down by others: a largest number, names of units.
var noBounds = []string{"maxExact", "retryUnits"}

// waits reports whether an expression has a duration in it.
func waits(value ast.Expr) bool {
	found := false
	ast.Inspect(value, func(n ast.Node) bool {
		if unit, of := n.(*ast.SelectorExpr); of && slices.Contains(units, unit.Sel.Name) {
			if pkg, plain := unit.X.(*ast.Ident); plain && pkg.Name == "time" {
				found = true
			}
		}
		return true
	})
	return found
}

// bounds reports whether a name and its value say how much of something there may be.
func bounds(name string, value ast.Expr) bool {
	for _, word := range []string{"max", "most", "least", "longest", "default"} {
		if strings.HasPrefix(strings.ToLower(name), word) {
			switch value := value.(type) {
			case *ast.BinaryExpr:
				return true
			case *ast.BasicLit:
				return value.Kind == token.INT
			}
		}
	}
	return false
}

// TestWaitsAndBoundsStandInLimits: a reader finds all of a package in its limits.go, each with
// its reason. What schedules of the simulation and drills of the API consist of are none.
func TestWaitsAndBoundsStandInLimits(t *testing.T) {
	files := token.NewFileSet()
	for _, path := range tracked(t) {
		inside := strings.HasPrefix(path, "internal/") || strings.HasPrefix(path, "cmd/")
		if !inside || strings.HasPrefix(path, "internal/simulation/") || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(files, filepath.Join("..", path), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range declared(parsed) {
			for i, value := range spec.Values {
				name := spec.Names[i].Name
				if filepath.Base(path) != "limits.go" && (waits(value) || bounds(name, value)) && !slices.Contains(noBounds, name) {
					t.Errorf("%s: %s belongs in limits.go, with its reason", path, name)
				}
			}
		}
	}
}

// declared are the constants and variables of a file.
func declared(file *ast.File) []*ast.ValueSpec {
	var all []*ast.ValueSpec
	for _, declaration := range file.Decls {
		if group, of := declaration.(*ast.GenDecl); of {
			for _, spec := range group.Specs {
				if value, is := spec.(*ast.ValueSpec); is {
					all = append(all, value)
				}
			}
		}
	}
	return all
}
