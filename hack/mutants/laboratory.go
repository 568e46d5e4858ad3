package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// longest is how long the test of a mutant may take; one that hangs proves nothing.
const longest = 5 * time.Minute

// laboratory tries mutants of the checkout in root; work is a folder that it may fill.
type laboratory struct{ root, work string }

// baseline runs the tests of all mutants on the code as it is, and counts those that
// fail or that do not exist.
func (l *laboratory) baseline(ctx context.Context, mutants []mutant) int {
	all := commands(mutants)
	binaries := map[string]string{}
	for i, test := range all {
		if binaries[test.pkg] == "" {
			binary := filepath.Join(l.work, fmt.Sprintf("baseline-%d.test", i))
			if err := l.build(ctx, test.pkg, binary, ""); err != nil {
				fmt.Println(err)
				return len(all)
			}
			binaries[test.pkg] = binary
		}
	}
	return each(len(all), func(i int) error {
		out, err := l.execute(ctx, binaries[all[i].pkg], all[i])
		switch {
		case err != nil:
			return fmt.Errorf("%s %s: %w\n%s", all[i].pkg, all[i].args, err, out)
		case !ran.Match(out):
			return fmt.Errorf("%s %s: there is no such test", all[i].pkg, all[i].args)
		}
		return nil
	})
}

// try breaks the code and returns the test that noticed.
func (l *laboratory) try(ctx context.Context, m *mutant) (caught string, err error) {
	dir := filepath.Join(l.work, m.name)
	defer func() { _ = os.RemoveAll(dir) }()
	overlay, err := l.apply(ctx, m, dir)
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "mutant.test")
	if err := l.build(ctx, m.test.pkg, binary, overlay); err != nil {
		return "", fmt.Errorf("it does not build: %w", err)
	}
	out, err := l.execute(ctx, binary, m.test)
	switch {
	case ctx.Err() != nil:
		return "", ctx.Err()
	case err == nil:
		return "", fmt.Errorf("survives %s %s", m.test.pkg, m.test.args)
	case bytes.Contains(out, []byte("panic: test timed out")):
		return "", fmt.Errorf("%s %s hangs", m.test.pkg, m.test.args)
	}
	return failing(out)
}

// apply makes broken copies of the files that a mutant changes, and returns the file
// that tells the Go command of them.
func (l *laboratory) apply(ctx context.Context, m *mutant, dir string) (overlay string, err error) {
	replace := map[string]string{}
	for _, path := range m.files {
		data, err := os.ReadFile(filepath.Join(l.root, path))
		if err != nil {
			return "", err
		}
		broken := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(broken), 0o700); err != nil {
			return "", err
		}
		if err := os.WriteFile(broken, data, 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(l.root, path)] = broken
	}
	apply := exec.CommandContext(ctx, "git", "apply", "--whitespace=nowarn", m.patch)
	apply.Dir = dir
	apply.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(l.work)) // of no repository
	if out, err := apply.CombinedOutput(); err != nil {
		return "", fmt.Errorf("it does not apply: %w\n%s", err, out)
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(dir, "overlay.json")
	return overlay, os.WriteFile(overlay, data, 0o600)
}

// build makes the test binary of a package.
func (l *laboratory) build(ctx context.Context, pkg, binary, overlay string) error {
	build := exec.CommandContext(ctx, "go", "test", "-c", "-ldflags=-s -w", "-overlay="+overlay, "-o", binary, pkg)
	build.Dir = l.root
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// execute runs a test in the folder of its package.
func (l *laboratory) execute(ctx context.Context, binary string, test command) ([]byte, error) {
	run := exec.CommandContext(ctx, binary, append(test.flags(), "-test.v", "-test.timeout="+longest.String())...)
	run.Dir = filepath.Join(l.root, test.pkg)
	run.Cancel = func() error { return run.Process.Signal(os.Interrupt) } // it ends the servers that it has started
	run.WaitDelay = time.Minute
	return run.CombinedOutput()
}

var (
	// ran is the mark of a test that was there: of testing, or of a suite of Ginkgo.
	ran = regexp.MustCompile(`(?m)^(\s*--- PASS: Test(?:[^C]|C[^o])\S*|.*Ran [1-9]\d* of \d+ Specs)`)
	// failedTest and failedSpec name what failed.
	failedTest = regexp.MustCompile(`(?m)^\s*--- FAIL: (\S+)`)
	failedSpec = regexp.MustCompile(`(?m)^\s*\[FAIL\] (.+)$`)
)

// failing is the test that failed, the innermost of several.
func failing(out []byte) (string, error) {
	if spec := failedSpec.FindSubmatch(out); spec != nil {
		return strings.TrimSpace(string(spec[1])), nil
	}
	innermost := ""
	for _, match := range failedTest.FindAllSubmatch(out, -1) {
		if name := string(match[1]); strings.Count(name, "/") > strings.Count(innermost, "/") || innermost == "" {
			innermost = name
		}
	}
	if innermost == "" {
		return "", errors.New("no test failed, but the run did:\n" + string(out))
	}
	return innermost, nil
}
