package main

import (
	"context"
	"io"
	"math/rand/v2"
	"os/exec"
	"slices"
	"strconv"
	"sync"
	"time"
)

// killsPerStorm is how many kills strike in one phase of a generation.
const killsPerStorm = 12

// managers are the replicas of the manager.
type managers struct {
	binary, kubeconfig string
	replicas           int
	random             *rand.Rand
	log                io.Writer
	kills              int

	running []*exec.Cmd
	storms  sync.WaitGroup
}

// start brings every replica up that is down.
func (m *managers) start(ctx context.Context) {
	for len(m.running) < m.replicas {
		args := []string{
			"--kubeconfig", m.kubeconfig, "--allow-insecure-endpoints",
			"--health-probe-bind-address", "0", "--metrics-bind-address", "0",
		}
		if m.replicas > 1 {
			args = append(args, "--leader-elect", "--leader-election-namespace", "default",
				"--leader-elect-lease-duration", "3s", "--leader-elect-renew-deadline", "2s", "--leader-elect-retry-period", "500ms")
		}
		cmd := exec.CommandContext(ctx, m.binary, args...)
		cmd.Stdout, cmd.Stderr = m.log, m.log
		if cmd.Start() != nil {
			return // the next wait for a settled state says what is missing
		}
		m.running = append(m.running, cmd)
	}
}

// kill ends one replica as kill -9 does.
func (m *managers) kill() {
	at := m.random.IntN(len(m.running))
	victim := m.running[at]
	m.running = slices.Delete(m.running, at, at+1)
	_ = victim.Process.Kill()
	_ = victim.Wait()
	m.kills++
}

// storm kills replicas at random moments, in the background, until calm.
func (m *managers) storm(ctx context.Context) {
	m.start(ctx)
	longest := 2500
	if m.replicas > 1 {
		longest = 5000 // the others need time to take the lease
	}
	m.storms.Go(func() {
		for range killsPerStorm {
			pause := time.Duration(300+m.random.IntN(longest)) * time.Millisecond
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return
			}
			if len(m.running) > 0 {
				m.kill()
			}
			m.start(ctx)
		}
	})
}

// calm waits for the storm to end; all replicas are up then.
func (m *managers) calm(context.Context) { m.storms.Wait() }

// stop ends all replicas.
func (m *managers) stop() {
	for _, cmd := range m.running {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}
	m.running = nil
}

// name is the name of a Reseller: they never repeat, so that the history tells
// generations apart.
func name(round, i int) string { return "r" + strconv.Itoa(round) + "-" + strconv.Itoa(i) }
