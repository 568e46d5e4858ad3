package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Document is one document of a file.
type Document struct {
	// Object is what it says, as decoded YAML.
	Object map[string]any

	root *yaml.Node
	// index is its place in the file.
	index int
}

// Value is what a place in a document is to say.
type Value struct {
	// Path are keys of maps, and in a list of maps the "id" of an item.
	Path []string
	// To is a string or a bool.
	To any
}

// Read returns the documents of a text, those without content left out.
func Read(text []byte) ([]Document, error) {
	var all []Document
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for index := 0; ; index++ {
		var root yaml.Node
		err := decoder.Decode(&root)
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		var object map[string]any
		if err := root.Decode(&object); err != nil {
			return nil, err
		}
		if object != nil {
			all = append(all, Document{Object: object, root: &root, index: index})
		}
	}
}

// edit replaces a part of a line.
type edit struct {
	line, from, to int // 0-based; bytes
	with           string
}

// Set returns the text with values of one of its documents changed. It is an error where one
// of them is not there, or is written in a way that can't be replaced alone.
func Set(text []byte, document *Document, values []Value) ([]byte, error) {
	lines := strings.Split(string(text), "\n")
	var edits []edit
	for i := range values {
		v := &values[i]
		node, err := find(document.root.Content[0], v.Path)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", strings.Join(v.Path, "."), err)
		}
		e, err := replace(lines, node, v.To)
		if err != nil {
			return nil, fmt.Errorf("%s (line %d): %w", strings.Join(v.Path, "."), node.Line, err)
		}
		edits = append(edits, e)
	}
	slices.SortFunc(edits, func(a, b edit) int { return b.from - a.from }) // later ones of a line first
	for _, e := range edits {
		line := lines[e.line]
		lines[e.line] = line[:e.from] + e.with + line[e.to:]
	}
	changed := []byte(strings.Join(lines, "\n"))
	return changed, says(text, changed, document, values)
}

var (
	errElsewhere = errors.New("the file does not say it, so it comes from elsewhere, such as an overlay: change it there")
	errByHand    = errors.New("it is written in a way that can't be replaced alone: change it by hand")
)

// find is the scalar at a path.
func find(node *yaml.Node, path []string) (*yaml.Node, error) {
	for _, step := range path {
		var next *yaml.Node
		switch node.Kind {
		case yaml.MappingNode:
			next = valueOf(node, step)
		case yaml.SequenceNode:
			for _, item := range node.Content {
				if id := valueOf(item, "id"); id != nil && id.Value == step {
					next = item
				}
			}
		default:
			return nil, errByHand
		}
		if next == nil {
			return nil, errElsewhere
		}
		node = next
	}
	if node.Kind != yaml.ScalarNode {
		return nil, errByHand
	}
	return node, nil
}

// valueOf is the value of a key; nil where it is not there.
func valueOf(node *yaml.Node, key string) *yaml.Node {
	if node.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].Value == key {
			return node.Content[i+1]
		}
	}
	return nil
}

// replace is the edit that has a scalar say something else, in the quotes that it has.
func replace(lines []string, node *yaml.Node, to any) (edit, error) {
	if node.Line < 1 || node.Line > len(lines) || node.Anchor != "" {
		return edit{}, errByHand
	}
	line := lines[node.Line-1]
	from := byteOf(line, node.Column-1)
	length := lengthOf(line[from:], node)
	if length < 0 {
		return edit{}, errByHand
	}
	with, err := scalar(to, node.Style)
	return edit{line: node.Line - 1, from: from, to: from + length, with: with}, err
}

// byteOf is where the letter with a number begins.
func byteOf(line string, letter int) int {
	n := 0
	for at := range line {
		if n == letter {
			return at
		}
		n++
	}
	return len(line)
}

// lengthOf is how long a scalar is that a text begins with, -1 for one that does not end in
// its line.
func lengthOf(text string, node *yaml.Node) int {
	switch node.Style {
	case 0: // plain, on one line as it is read
		if strings.HasPrefix(text, node.Value) && node.Value != "" {
			return len(node.Value)
		}
	case yaml.SingleQuotedStyle:
		return quoted(singleQuoted, text)
	case yaml.DoubleQuotedStyle:
		return quoted(doubleQuoted, text)
	default: // several lines, or a tag
	}
	return -1
}

// A scalar in quotes that ends in its line.
var (
	singleQuoted = regexp.MustCompile(`^'([^']|'')*'`)
	doubleQuoted = regexp.MustCompile(`^"([^"\\]|\\.)*"`)
)

// quoted is how long a scalar in quotes is, -1 where it does not end.
func quoted(form *regexp.Regexp, text string) int {
	if at := form.FindStringIndex(text); at != nil {
		return at[1]
	}
	return -1
}

// scalar is a value on one line.
func scalar(value any, style yaml.Style) (string, error) {
	node := &yaml.Node{}
	if err := node.Encode(value); err != nil {
		return "", err
	}
	if said, text := value.(string); text {
		node.Style = style
		if style == 0 && strings.ContainsAny(said, ",[]{}") { // they end a value in {…}
			node.Style = yaml.SingleQuotedStyle
		} else if style == 0 {
			node.SetString(said) // quoted where it would be no text
		}
	}
	text, err := yaml.Marshal(node)
	if err != nil {
		return "", err
	}
	if line := strings.TrimSuffix(string(text), "\n"); !strings.Contains(line, "\n") {
		return line, nil
	}
	node.Style = yaml.DoubleQuotedStyle
	text, err = yaml.Marshal(node)
	return strings.TrimSuffix(string(text), "\n"), err
}

// says looks whether the changed text says what the old one did but for the values.
func says(before, after []byte, document *Document, values []Value) error {
	want, err := Read(before)
	if err != nil {
		return err
	}
	have, err := Read(after)
	if err != nil {
		return errByHand
	}
	for i := range want {
		for n := range values {
			if want[i].index == document.index {
				put(want[i].Object, values[n].Path, values[n].To)
			}
		}
		if len(have) != len(want) || !reflect.DeepEqual(have[i].Object, want[i].Object) {
			return errByHand
		}
	}
	return nil
}

// put sets a value that is there.
func put(at any, path []string, to any) {
	switch at := at.(type) {
	case map[string]any:
		if len(path) == 1 {
			at[path[0]] = to
			return
		}
		put(at[path[0]], path[1:], to)
	case []any:
		for _, item := range at {
			if m, ok := item.(map[string]any); ok && m["id"] == path[0] {
				put(m, path[1:], to)
			}
		}
	}
}
