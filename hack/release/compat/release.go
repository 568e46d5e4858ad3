package main

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// kept demands that a release's CRDs are those of its folder, so that later ones
// are compared with what was really released. A candidate for a release needs none.
func kept(crds, released, tag string) error {
	if !regexp.MustCompile(`^v\d+\.\d+\.\d+$`).MatchString(tag) {
		return nil
	}
	files, err := fs.Glob(os.DirFS(crds), "*.yaml")
	if err != nil {
		return err
	}
	for _, name := range files {
		today, err := fs.ReadFile(os.DirFS(crds), name)
		if err != nil {
			return err
		}
		if folder := path.Join(tag, crdFolder); !holds(os.DirFS(released), path.Join(folder, name), today) {
			return fmt.Errorf("%s/%s is not what %s/%s has: run `make release-crds VERSION=%s` before the tag", crds, name, released, folder, tag)
		}
	}
	return nil
}

// unchangedSince holds a release's folder against the tag, where this clone has it:
// what is released can't be edited into agreement.
func unchangedSince(tag, crds, folder string) error {
	if !tagged(crds, tag) {
		return nil
	}
	list, err := git(crds, "ls-tree", "--name-only", tag, "./")
	if err != nil {
		return fmt.Errorf("list the CRDs of tag %s: %w", tag, err)
	}
	for _, name := range strings.Fields(string(list)) {
		then, err := git(crds, "show", tag+":./"+name)
		if err != nil {
			return fmt.Errorf("read %s of tag %s: %w", name, tag, err)
		}
		if !holds(os.DirFS(folder), name, then) {
			return fmt.Errorf("%s is not what tag %s has: restore it, whoever has that release stores objects by it", filepath.Join(folder, name), tag)
		}
	}
	return nil
}

func tagged(crds, tag string) bool {
	_, err := git(crds, "rev-parse", "--quiet", "--verify", "refs/tags/"+tag)
	return err == nil
}

// git answers from the clone alone, so a minute is plenty on any machine.
func git(folder string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return exec.CommandContext(ctx, "git", append([]string{"-C", folder}, args...)...).Output()
}

func holds(folder fs.FS, name string, want []byte) bool {
	have, err := fs.ReadFile(folder, name)
	return err == nil && bytes.Equal(have, want)
}
