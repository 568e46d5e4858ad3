package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// ownFolders are those whose paths kubelet, containerd and plugins have fixed.
var ownFolders = []string{"/run", "/var/lib", "/var/log"}

// ownSysctls are set by a kubelet for the whole machine. It sets copies.
var ownSysctls = []string{"vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops", "kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes"}

// initProcess is the first process of the namespaces. It gives them mounts of
// their own, starts the steps, and buries whoever dies without a parent, until
// the steps end.
func initProcess(ctx context.Context, folder string) error {
	if err := mounts(folder); err != nil {
		return fmt.Errorf("the mounts of the node: %w", err)
	}
	program, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.Setenv(roleVariable, roleSteps); err != nil {
		return err
	}
	steps, err := os.StartProcess(program, os.Args, &os.ProcAttr{Files: []*os.File{nil, os.Stdout, os.Stderr}})
	if err != nil {
		return err
	}
	go func() {
		<-ctx.Done()
		_ = steps.Signal(syscall.SIGTERM) // they are asked once, and killed with this process
	}()
	for {
		var status syscall.WaitStatus
		dead, err := syscall.Wait4(-1, &status, 0, nil)
		if err != nil && !errors.Is(err, syscall.EINTR) {
			return fmt.Errorf("wait: %w", err)
		}
		if dead == steps.Pid {
			return ended(status)
		}
	}
}

func ended(status syscall.WaitStatus) error {
	if status.Signaled() {
		return fmt.Errorf("the steps ended by signal %s", status.Signal())
	}
	if status.ExitStatus() != 0 {
		return exitStatus(status.ExitStatus())
	}
	return nil
}

// mounts severs this namespace from the machine's, and covers what a node writes.
func mounts(folder string) error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return err
	}
	// A kubelet shares mounts with what it mounts into.
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_SHARED, ""); err != nil {
		return err
	}
	if err := syscall.Mount("proc", "/proc", "proc", 0, ""); err != nil {
		return err
	}
	for _, path := range ownFolders {
		own := filepath.Join(folder, path)
		if err := os.MkdirAll(own, 0o750); err != nil {
			return err
		}
		if err := syscall.Mount(own, path, "", syscall.MS_BIND, ""); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	for _, name := range ownSysctls {
		if err := coverSysctl(filepath.Join(folder, "sysctl", name), filepath.Join("/proc/sys", name)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func coverSysctl(own, path string) error {
	value, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return err
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(own), 0o750), os.WriteFile(own, value, 0o600)); err != nil {
		return err
	}
	return syscall.Mount(own, path, "", syscall.MS_BIND, "")
}
