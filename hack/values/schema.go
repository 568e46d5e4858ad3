package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// value is one value of a chart, or a group of values.
type value struct {
	name, description string
	standard          yaml.Node // the default
	example           *yaml.Node
	parts             []value // of a group
}

// schema is what is read of a JSON Schema. JSON is YAML, whose nodes keep the order.
type schema struct {
	Description string
	Default     yaml.Node
	Examples    []yaml.Node
	Properties  yaml.Node
	Instead     string `yaml:"x-instead"`
}

// read reads the properties of an object's schema, in their order.
func read(content []byte) ([]value, error) {
	var root schema
	if err := yaml.Unmarshal(content, &root); err != nil {
		return nil, err
	}
	return properties("", root)
}

func properties(prefix string, s schema) ([]value, error) {
	var values []value
	for i := 0; i+1 < len(s.Properties.Content); i += 2 {
		v := value{name: s.Properties.Content[i].Value}
		var own schema
		if err := s.Properties.Content[i+1].Decode(&own); err != nil {
			return nil, err
		}
		if own.Instead != "" {
			continue
		}
		v.description, v.standard = own.Description, own.Default
		if len(own.Examples) > 0 {
			v.example = &own.Examples[0]
		}
		var err error
		if v.parts, err = properties(prefix+v.name+".", own); err != nil {
			return nil, err
		}
		if v.description == "" || v.parts == nil && v.standard.IsZero() {
			return nil, fmt.Errorf("%s%s has no description or no default", prefix, v.name)
		}
		values = append(values, v)
	}
	return values, nil
}

// mapping is values as YAML.
func mapping(values []value) (*yaml.Node, error) {
	node := &yaml.Node{Kind: yaml.MappingNode}
	for _, v := range values {
		key := &yaml.Node{Kind: yaml.ScalarNode, Value: v.name}
		content, err := v.content()
		if err != nil {
			return nil, err
		}
		if key.HeadComment, err = v.comment(); err != nil {
			return nil, err
		}
		node.Content = append(node.Content, key, content)
	}
	return node, nil
}

// content is a value's default, or the defaults of a group.
func (v value) content() (*yaml.Node, error) {
	if v.parts != nil {
		return mapping(v.parts)
	}
	content := v.standard
	plain(&content)
	return &content, nil
}

// plain has a node written as YAML is, not as the JSON that it was read from.
func plain(node *yaml.Node) {
	if len(node.Content) > 0 {
		node.Style = 0
	}
	if node.Kind == yaml.ScalarNode && node.Value != "" {
		node.Style = 0
	}
	for _, part := range node.Content {
		plain(part)
	}
}

// comment is a value's description and example.
func (v value) comment() (string, error) {
	lines := wrap(v.description)
	if v.example != nil {
		example := *v.example
		plain(&example)
		key := &yaml.Node{Kind: yaml.ScalarNode, Value: v.name}
		text, err := encode(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{key, &example}})
		if err != nil {
			return "", err
		}
		lines = append(append(lines, "Example:"), strings.Split(strings.TrimSpace(string(text)), "\n")...)
	}
	return "# " + strings.Join(lines, "\n# "), nil
}

// wrap breaks a text into lines of at most 80 letters, where it has spaces.
func wrap(text string) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > 80 {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(lines, line)
}

// tableOf is values as a table in Markdown.
func tableOf(values []value) (string, error) {
	table := "| value | default | meaning |\n|---|---|---|\n"
	for _, v := range values {
		rows, err := v.rows("")
		if err != nil {
			return "", err
		}
		table += rows
	}
	return table, nil
}

// rows are the row of a value, or those of a group under its first.
func (v value) rows(prefix string) (string, error) {
	if v.parts == nil {
		var standard any
		if err := v.standard.Decode(&standard); err != nil {
			return "", err
		}
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(standard); err != nil {
			return "", err
		}
		return fmt.Sprintf("| `%s%s` | `%s` | %s |\n", prefix, v.name, strings.TrimSpace(text.String()), escape(v.description)), nil
	}
	table := fmt.Sprintf("| **%s%s** | | %s |\n", prefix, v.name, escape(v.description))
	for _, part := range v.parts {
		rows, err := part.rows(prefix + v.name + ".")
		if err != nil {
			return "", err
		}
		table += rows
	}
	return table, nil
}

// escape keeps what Markdown would read as HTML or as a column's end.
func escape(text string) string {
	return strings.NewReplacer("<", "&lt;", "|", "\\|").Replace(text)
}
