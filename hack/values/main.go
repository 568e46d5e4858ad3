// The values program writes config/chart/values.yaml, the tables in the chart's README
// and its list of names from values.schema.json, in which every value has
// its default and its description.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"
)

// The table stands between this line and the next heading or the end.
const marker = "<!-- generated from values.schema.json by make docs -->\n"

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: values CHART OUT")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "values:", err)
		os.Exit(1)
	}
}

// write reads the schema and README of a chart and writes values and README to out.
func write(chart, out string) error {
	schema, err := os.ReadFile(filepath.Join(chart, "values.schema.json"))
	if err != nil {
		return err
	}
	readme, err := os.ReadFile(filepath.Join(chart, "README.md"))
	if err != nil {
		return err
	}
	before, rest, marked := bytes.Cut(readme, []byte(marker))
	if !marked {
		return fmt.Errorf("README.md: the line %q is missing", marker)
	}
	after := []byte{}
	if at := bytes.Index(rest, []byte("\n## ")); at >= 0 {
		after = rest[at:]
	}
	values, err := read(schema)
	if err != nil {
		return fmt.Errorf("values.schema.json: %w", err)
	}
	defaults, err := valuesFile(values)
	if err != nil {
		return err
	}
	table, err := tableOf(values)
	if err != nil {
		return err
	}
	names, err := readOtherNames(schema)
	if err != nil {
		return err
	}
	page := bytes.Join([][]byte{before, []byte(marker), []byte(table), []byte(namesTable(names)), after}, nil)
	return save(out, map[string][]byte{"values.yaml": defaults, "README.md": page, "files/names.yaml": namesFile(values, names)})
}

// save writes files into a folder.
func save(folder string, files map[string][]byte) error {
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// valuesFile is the defaults, each under its description.
func valuesFile(values []value) ([]byte, error) {
	file := []byte("# Generated from values.schema.json by make docs.\n")
	for _, v := range values {
		node, err := mapping([]value{v})
		if err != nil {
			return nil, err
		}
		text, err := encode(node)
		if err != nil {
			return nil, err
		}
		file = append(append(file, '\n'), text...)
	}
	return file, nil
}

// encode is a node as YAML with the indentation that Kubernetes' manifests have.
func encode(node *yaml.Node) ([]byte, error) {
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	encoder.CompactSeqIndent()
	if err := encoder.Encode(node); err != nil {
		return nil, err
	}
	return text.Bytes(), encoder.Close()
}
