// The pages program prints a page of docs that code says: "pages reasons" that of the reasons.
// It is run where the repository begins.
package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// pages make a page each.
var pages = map[string]func() (string, error){
	"annotations": annotations, "commands": commands, "events": events, "flags": flags, "metrics": measures, "reasons": reasons,
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pages:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 || pages[args[0]] == nil {
		return fmt.Errorf("name one of %s", strings.Join(slices.Sorted(maps.Keys(pages)), ", "))
	}
	page, err := pages[args[0]]()
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	_, err = os.Stdout.WriteString(page)
	return err
}
