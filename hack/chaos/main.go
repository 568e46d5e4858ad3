// The chaos program kills managers without mercy while Resellers are created,
// edited and deleted against a seller API that loses answers, and counts what
// is left: on a real etcd and kube-apiserver, with the real manager binary.
//
//	KUBEBUILDER_ASSETS=$(hack/envtest-assets.sh) bin/chaos --kills 200
//
// It fails if a broker was made twice, is left over, or was deleted wrongly, or
// if a Reseller ends otherwise than ready or gone.
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	o := options{}
	flag.IntVar(&o.kills, "kills", 200, "Kills in all; half of them with two replicas and leader election.")
	flag.IntVar(&o.resellers, "resellers", 100, "Resellers that live at a time.")
	flag.Uint64Var(&o.seed, "seed", 1, "Seed of the moments and faults.")
	flag.StringVar(&o.manager, "manager", "bin/manager", "The manager's binary.")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		os.Exit(1)
	}
}

type options struct {
	kills, resellers int
	seed             uint64
	manager          string
}

// run lives both halves: one replica, then two with leader election.
func run(ctx context.Context, o options) error {
	fmt.Printf("seed %d: %d kills, %d Resellers at a time\n", o.seed, o.kills, o.resellers)
	random := rand.New(rand.NewPCG(o.seed, 0))
	w, err := newWorld(ctx, o, random)
	if err != nil {
		return err
	}
	defer w.close()
	for _, replicas := range []int{1, 2} {
		m := &managers{binary: o.manager, kubeconfig: w.plane.Kubeconfig, replicas: replicas, random: random, log: w.log}
		if err := w.half(ctx, m, o.kills/2); err != nil {
			return fmt.Errorf("with %d replica(s), after %d kills: %w", replicas, m.kills, err)
		}
	}
	fmt.Println("0 duplicates, 0 orphans, 0 wrong deletes; every Reseller was ready, and then gone")
	return nil
}

// half lives whole lives of Resellers until enough kills have struck.
func (w *world) half(ctx context.Context, m *managers, kills int) error {
	began := time.Now()
	for round := 0; m.kills < kills; round++ {
		if err := w.life(ctx, m, round); err != nil {
			return err
		}
	}
	fmt.Printf("%d replica(s): %d kills in %d s\n", m.replicas, m.kills, int(time.Since(began).Seconds()))
	return nil
}

// life creates, edits and deletes one generation of Resellers, each phase under
// kills, and then lets them settle in peace.
func (w *world) life(ctx context.Context, m *managers, round int) error {
	w.fake.ResetHistory()
	for _, phase := range []struct {
		name    string
		act     func(context.Context, int) error
		settled func(context.Context, int) (bool, error)
	}{
		{"create", w.create, w.allReady},
		{"edit", w.edit, w.allEdited},
		{"delete", w.delete, w.allGone},
	} {
		m.storm(ctx)
		if err := phase.act(ctx, round); err != nil {
			return fmt.Errorf("%s: %w", phase.name, err)
		}
		m.calm(ctx)
		if err := w.await(ctx, round, phase.settled); err != nil {
			return fmt.Errorf("%s, generation %d: %w", phase.name, round, err)
		}
		if err := w.check(ctx, round, phase.name == "delete"); err != nil {
			return fmt.Errorf("%s, generation %d: %w", phase.name, round, err)
		}
	}
	m.stop()
	fmt.Printf("generation %d: %d kills so far\n", round, m.kills)
	return nil
}
