package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/reseller-operator/reseller-operator/hack/stage"
)

// demo is the stage: control plane, seller API, manager.
type demo struct {
	plane   *stage.ControlPlane
	api     string // URL of the fake seller API
	metrics string // address of the manager's metrics
	folder  string
	logFile *os.File
	fake    *exec.Cmd
	manager *exec.Cmd
	colour  bool
}

// newDemo starts everything; what it started is stopped if the rest fails.
func newDemo(ctx context.Context) (*demo, error) {
	info, err := os.Stdout.Stat()
	if err != nil {
		return nil, err
	}
	d := &demo{colour: info.Mode()&os.ModeCharDevice != 0}
	if err := d.start(ctx); err != nil {
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *demo) start(ctx context.Context) (err error) {
	if d.folder, err = os.MkdirTemp("", "reseller-demo"); err != nil {
		return err
	}
	if d.logFile, err = os.Create(filepath.Join(d.folder, "manager.log")); err != nil {
		return err
	}
	d.say("Starting etcd, kube-apiserver, the fake seller API and the manager ...")
	if d.plane, err = stage.Start(d.folder, "demo"); err != nil {
		return err
	}
	if err = d.startFake(ctx); err != nil {
		return err
	}
	if d.metrics, err = freeAddress(ctx); err != nil {
		return err
	}
	return d.startManager(ctx)
}

// freeAddress is one of loopback that nobody listens on at the moment.
func freeAddress(ctx context.Context) (string, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// startFake starts the seller API on a free port and waits for its URL.
func (d *demo) startFake(ctx context.Context) error {
	d.fake = exec.CommandContext(ctx, "bin/fake-cloudmore", "--listen", "127.0.0.1:0", "--admin", "--quiet",
		"--random-seed", "1", "--seed-file", "hack/demo/portal.yaml")
	out, err := d.fake.StdoutPipe()
	if err != nil {
		return err
	}
	if err := d.fake.Start(); err != nil {
		return fmt.Errorf("the fake seller API does not start: %w", err)
	}
	lines := bufio.NewReader(out)
	for d.api == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			return fmt.Errorf("the fake seller API printed no URL: %w", err)
		}
		for word := range strings.FieldsSeq(line) {
			if strings.HasPrefix(word, "http://127.0.0.1:") {
				d.api = strings.TrimRight(word, ".,/")
			}
		}
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	return nil
}

// startManager starts the manager; plain http to the fake has to be permitted.
func (d *demo) startManager(ctx context.Context) error {
	d.manager = exec.CommandContext(ctx, "bin/manager", "--kubeconfig", d.plane.Kubeconfig,
		"--allow-insecure-endpoints", "--health-probe-bind-address", "0",
		"--metrics-bind-address", d.metrics, "--metrics-secure=false")
	d.manager.Stdout, d.manager.Stderr = d.logFile, d.logFile
	d.manager.Cancel = func() error { return d.manager.Process.Signal(syscall.SIGTERM) }
	d.manager.WaitDelay = 10 * time.Second
	if err := d.manager.Start(); err != nil {
		return fmt.Errorf("the manager does not start: %w", err)
	}
	return nil
}

// killManager ends the manager as a power cut would.
func (d *demo) killManager() error {
	if err := d.manager.Process.Kill(); err != nil {
		return err
	}
	var exit *exec.ExitError
	if err := d.manager.Wait(); err != nil && !errors.As(err, &exit) {
		return err
	}
	d.manager = nil
	return nil
}

// close ends what runs and removes what was written.
func (d *demo) close() {
	for _, cmd := range []*exec.Cmd{d.manager, d.fake} {
		if cmd != nil && cmd.Process != nil {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	}
	if d.plane != nil {
		d.plane.Stop()
	}
	if d.logFile != nil {
		_ = d.logFile.Close()
	}
	_ = os.RemoveAll(d.folder)
}

// tailLog shows the end of the manager's log.
func (d *demo) tailLog() {
	content, err := os.ReadFile(d.logFile.Name())
	if err != nil {
		return
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	fmt.Println("\nThe end of the manager's log:")
	for _, line := range lines[max(0, len(lines)-10):] {
		fmt.Println("  " + line)
	}
}

func (d *demo) bold(text string) string {
	if !d.colour {
		return text
	}
	return "\x1b[1m" + text + "\x1b[0m"
}

// say prints a paragraph of explanation.
func (d *demo) say(format string, args ...any) {
	fmt.Printf("\n"+format+"\n", args...)
}
