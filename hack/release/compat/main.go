// The compat program holds the CRDs against those of every release in
// config/released: an object that was stored by one of these must stay valid,
// whole and readable.
//
//	compat [TAG]
//
// It names each field that would break such objects, and fails. With TAG it also
// fails unless the CRDs are kept as those of that release. It works in the root of
// the repository.
package main

import (
	"fmt"
	"os"
	"strings"
)

const (
	crds     = "config/crd/bases"
	released = "config/released"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "compat:", err)
		os.Exit(1)
	}
}

func run(tags []string) error {
	for _, tag := range tags {
		if err := kept(crds, released, tag); err != nil {
			return err
		}
	}
	versions, err := check(crds, released)
	if err != nil {
		return fmt.Errorf("%w\n%s/README.md says what can be done", err, released)
	}
	fmt.Println("compat: objects of", strings.Join(versions, ", "), "stay as they are")
	return nil
}
