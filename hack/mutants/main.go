// Command mutants proves that each safeguard has a test: it breaks the code by one patch
// at a time, and a test that the patch names must notice.
//
// The checkout is never changed: a patch is applied to copies of the files that it
// names, which the Go command takes in their place (go help build, -overlay).
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// atOnce is how many mutants are tried at the same time.
const atOnce = 2

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

// run tries the named mutants, or all.
func run(ctx context.Context, only []string) error {
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	mutants, err := load(filepath.Join(root, "hack/mutants"), only)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	began := time.Now()
	l := &laboratory{root: root, work: work}
	if failed := l.baseline(ctx, mutants); failed > 0 {
		return fmt.Errorf("%d tests fail although nothing is broken", failed)
	}
	fmt.Printf("%d tests pass while nothing is broken (%s)\n", len(commands(mutants)), time.Since(began).Round(time.Second))
	if failed := l.tryAll(ctx, mutants); failed > 0 {
		return fmt.Errorf("%d of %d mutants are not caught", failed, len(mutants))
	}
	fmt.Printf("all %d mutants are caught (%s)\n", len(mutants), time.Since(began).Round(time.Second))
	return ctx.Err()
}

// tryAll tries mutants, some at once, and tells of each; it returns how many failed.
func (l *laboratory) tryAll(ctx context.Context, mutants []mutant) int {
	return each(len(mutants), func(i int) error {
		m := &mutants[i]
		caught, err := l.try(ctx, m)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		fmt.Printf("caught   %-44s %s\n", m.name, caught)
		return nil
	})
}

// each does work for the numbers below n, some at once, and counts what failed.
func each(n int, work func(int) error) (failed int) {
	var (
		mu    sync.Mutex
		group sync.WaitGroup
	)
	turns := make(chan struct{}, atOnce)
	for i := range n {
		turns <- struct{}{}
		group.Go(func() {
			defer func() { <-turns }()
			if err := work(i); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed++
				fmt.Printf("FAILED   %v\n", err)
			}
		})
	}
	group.Wait()
	return failed
}
