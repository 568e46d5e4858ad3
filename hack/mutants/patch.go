package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// mutant is one patch that takes a safeguard away.
type mutant struct {
	name  string // of its file, without the extension
	patch string // the file
	files []string
	test  command
}

// command is a test: a package, and what else go test is told.
type command struct{ pkg, args string }

// load reads the patches of a folder, those with the names, or all.
func load(dir string, only []string) ([]mutant, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.patch"))
	if err != nil {
		return nil, err
	}
	var all []mutant
	for _, path := range paths {
		m := mutant{name: strings.TrimSuffix(filepath.Base(path), ".patch"), patch: path}
		if len(only) > 0 && !slices.Contains(only, m.name) {
			continue
		}
		if err := m.read(); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		all = append(all, m)
	}
	if len(all) == 0 {
		return nil, errors.New("there is no such mutant")
	}
	return all, nil
}

// read takes the head of a patch: why its safeguard is there, and the test that has to
// notice that it is not; and the files that are changed.
func (m *mutant) read() error {
	text, err := os.ReadFile(m.patch)
	if err != nil {
		return err
	}
	told := false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if why, found := strings.CutPrefix(line, "Why: "); found {
			told = why != ""
		}
		if test, found := strings.CutPrefix(line, "Test: "); found {
			m.test.pkg, m.test.args, _ = strings.Cut(test, " ")
		}
		if path, found := strings.CutPrefix(line, "--- a/"); found {
			m.files = append(m.files, path)
		}
	}
	switch {
	case !told:
		return errors.New("want a line \"Why: …\"")
	case m.test.args == "":
		return errors.New("want a line \"Test: package -run …\"")
	case len(m.files) == 0:
		return errors.New("it changes no file")
	}
	return nil
}

// commands are the tests of mutants, each once.
func commands(mutants []mutant) []command {
	var all []command
	for i := range mutants {
		if !slices.Contains(all, mutants[i].test) {
			all = append(all, mutants[i].test)
		}
	}
	return all
}

// flags are the arguments as words; single quotes keep spaces, and names of flags
// become those of a test binary.
func (c command) flags() []string {
	var words []string
	for i, part := range strings.Split(c.args, "'") {
		if i%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	for i, word := range words {
		if word == "-run" {
			words[i] = "-test.run"
		}
	}
	return words
}
