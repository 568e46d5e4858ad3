package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
)

// block is a group of constants: those that are texts, and what is said of all.
type block struct {
	about     string
	constants []constant
}

// constant is one of them. What is said of it begins with its name.
type constant struct{ name, value, about string }

// blocksOf reads the constants of a file.
func blocksOf(path string) ([]block, error) {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	var all []block
	for _, decl := range file.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		b := block{about: oneLine(group.Doc)}
		for _, spec := range group.Specs {
			named := spec.(*ast.ValueSpec)
			literal, is := named.Values[0].(*ast.BasicLit)
			if !is || literal.Kind != token.STRING {
				continue // a level
			}
			c := constant{name: named.Names[0].Name, about: oneLine(named.Doc)}
			if c.value, err = strconv.Unquote(literal.Value); err != nil {
				return nil, err
			}
			b.constants = append(b.constants, c)
		}
		all = append(all, b)
	}
	return all, nil
}

// meaning is what is said of a constant after its name.
func (c *constant) meaning() (string, error) {
	_, meaning, _ := strings.Cut(c.about, " ")
	if !strings.Contains(meaning, " ") {
		return "", fmt.Errorf("%s has no comment", c.name)
	}
	return meaning, nil
}

func oneLine(comment *ast.CommentGroup) string {
	return strings.Join(strings.Fields(comment.Text()), " ")
}
