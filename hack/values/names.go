package main

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// otherName is a value's name in other charts, and what to use of this one. The schema
// admits it, so that the chart can say so.
type otherName struct{ name, instead string }

// readOtherNames reads the properties that have x-instead, sorted by name.
func readOtherNames(content []byte) ([]otherName, error) {
	var root schema
	if err := yaml.Unmarshal(content, &root); err != nil {
		return nil, err
	}
	names, err := otherNames("", root)
	slices.SortFunc(names, func(a, b otherName) int { return strings.Compare(a.name, b.name) })
	return names, err
}

func otherNames(prefix string, s schema) ([]otherName, error) {
	var names []otherName
	for i := 0; i+1 < len(s.Properties.Content); i += 2 {
		name := prefix + s.Properties.Content[i].Value
		var own schema
		if err := s.Properties.Content[i+1].Decode(&own); err != nil {
			return nil, err
		}
		if own.Instead != "" {
			names = append(names, otherName{name, own.Instead})
		}
		parts, err := otherNames(name+".", own)
		if err != nil {
			return nil, err
		}
		names = append(names, parts...)
	}
	return names, nil
}

// namesFile is what the chart's templates read: the names of values that are always
// there, and those of other charts.
func namesFile(values []value, names []otherName) []byte {
	file := []byte("# Generated from values.schema.json by make docs: the values that have a default, and\n# names of other charts with what to use of this one.\nown:\n")
	for _, name := range withDefault("", values) {
		file = fmt.Appendf(file, "- %s\n", name)
	}
	file = append(file, "elsewhere:\n"...)
	for _, n := range names {
		file = fmt.Appendf(file, "  %s: %q\n", n.name, n.instead)
	}
	return file
}

// withDefault are the names of values whose default is not null.
func withDefault(prefix string, values []value) []string {
	var names []string
	for _, v := range values {
		switch {
		case v.parts != nil:
			names = append(names, withDefault(prefix+v.name+".", v.parts)...)
		case v.standard.Tag != "!!null":
			names = append(names, prefix+v.name)
		}
	}
	return names
}

// namesTable is the same as a table in Markdown.
func namesTable(names []otherName) string {
	table := "\nNames that other charts have for something are refused with the name here:\n\n| elsewhere | use |\n|---|---|\n"
	for _, n := range names {
		table += fmt.Sprintf("| `%s` | %s |\n", n.name, n.instead)
	}
	return table
}
