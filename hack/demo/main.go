// The demo program shows the life of a reseller on a real etcd and
// kube-apiserver, against the fake seller API, with the real manager. Every step
// asserts what it shows.
//
//	make demo          ends automatically
//	make demo KEEP=1   leaves everything running until Ctrl-C, with Resellers in several states
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "\ndemo:", err)
		os.Exit(1)
	}
}

// run sets the stage, shows every step, and cleans up whatever happens.
func run(ctx context.Context) error {
	began := time.Now()
	d, err := newDemo(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	for i, s := range steps {
		fmt.Printf("\n%s\n", d.bold(fmt.Sprintf("%d. %s", i+1, s.title)))
		if err := s.show(ctx, d); err != nil {
			d.tailLog()
			return fmt.Errorf("step %d (%s) does not hold: %w", i+1, s.title, err)
		}
	}
	if err := d.summary(ctx, len(steps), time.Since(began)); err != nil {
		return err
	}
	if os.Getenv("KEEP") == "1" {
		return d.keep(ctx)
	}
	return nil
}
