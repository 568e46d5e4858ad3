package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// process is a part of the node that runs until the node ends.
type process struct {
	name  string
	log   string
	ended chan struct{}
	err   error // once ended
}

// start starts a part; its output goes to a file of its own. It is killed with
// the init process, like everything.
func (n *node) start(ctx context.Context, name, path string, args ...string) error {
	p := &process{name: name, log: filepath.Join(n.folder, "log", name+".log"), ended: make(chan struct{})}
	out, err := os.Create(p.log)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s does not start: %w", name, err)
	}
	n.processes = append(n.processes, p)
	go func() {
		p.err = cmd.Wait()
		_ = out.Close()
		close(p.ended)
	}()
	return nil
}

// await waits until something holds, while every part of the node lives.
func (n *node) await(ctx context.Context, what string, limit time.Duration, holds func(context.Context) (string, bool)) error {
	state := ""
	err := wait.PollUntilContextTimeout(ctx, 200*time.Millisecond, limit, true, func(ctx context.Context) (done bool, err error) {
		if err := n.dead(); err != nil {
			return false, err
		}
		state, done = holds(ctx)
		return done, nil
	})
	if wait.Interrupted(err) && ctx.Err() == nil {
		return fmt.Errorf("%s: not within %s: %s", what, limit, state)
	}
	return err
}

// dead says which part has ended, and its last words.
func (n *node) dead() error {
	for _, p := range n.processes {
		select {
		case <-p.ended:
			return fmt.Errorf("%s ended (%w): %s", p.name, p.err, lastLines(p.log, 5))
		default:
		}
	}
	return nil
}

func lastLines(path string, n int) string {
	content, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return err.Error()
	}
	return lastOf(string(content), n)
}

func lastOf(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

// output runs a command to its end. The error has what it said.
func output(ctx context.Context, env []string, path string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Env = append(os.Environ(), env...)
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", filepath.Base(path), strings.Join(args, " "), err, strings.TrimSpace(said.String()))
	}
	return out.String(), nil
}
