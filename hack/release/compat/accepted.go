package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
)

// acceptance is what a user found harmless: findings as they are printed.
type acceptance struct {
	file string
	seen map[string]bool
}

// readAccepted reads a finding from each line that is not a comment; a missing file has none.
func readAccepted(file string) (acceptance, error) {
	content, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return acceptance{}, err
	}
	a := acceptance{file, map[string]bool{}}
	for line := range strings.Lines(string(content)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			a.seen[line] = false
		}
	}
	return a, nil
}

func (a acceptance) without(findings []string) []string {
	return slices.DeleteFunc(findings, func(finding string) bool {
		_, ok := a.seen[finding]
		if ok {
			a.seen[finding] = true
		}
		return ok
	})
}

// unused complains about lines that accept nothing, so that the file doesn't outlive its reasons.
func (a acceptance) unused() []error {
	var all []error
	for line, seen := range a.seen {
		if !seen {
			all = append(all, fmt.Errorf("%s: nothing is like %q any more: remove the line", a.file, line))
		}
	}
	return all
}
