package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// graceful is how long the inside may take to say what it has to say.
const graceful = 20 * time.Second

// namespaces are those of the node.
const namespaces = syscall.CLONE_NEWPID | syscall.CLONE_NEWNS | syscall.CLONE_NEWNET

// missingRights says what may not be done here; a container often lets not even root.
func missingRights() []string {
	if os.Geteuid() != 0 {
		return []string{"root: containers and a network are made"}
	}
	var lacks []string
	probe := exec.CommandContext(context.Background(), "true")
	probe.SysProcAttr = &syscall.SysProcAttr{Cloneflags: namespaces}
	if err := probe.Run(); err != nil {
		lacks = append(lacks, "the right to make namespaces: "+err.Error())
	}
	top := "/sys/fs/cgroup" // of cgroup v2; of v1 every controller has a tree
	if _, err := os.Stat(top + "/cgroup.controllers"); err != nil {
		top += "/memory"
	}
	if err := syscall.Access(top, mayWrite); err != nil {
		lacks = append(lacks, "the right to make cgroups: "+top+": "+err.Error())
	}
	return lacks
}

// mayWrite is W_OK of access(2).
const mayWrite = 2

// machine runs the node and the steps in namespaces of their own, and removes
// what namespaces do not: a folder and cgroups. With the init process every
// other process, mount, address and rule is gone, whatever ended it.
func machine(ctx context.Context) (err error) {
	if err := removeCgroups(); err != nil { // of a run that was killed
		return err
	}
	folder, err := os.MkdirTemp("", "reseller-e2e")
	if err != nil {
		return err
	}
	defer func() {
		if left := errors.Join(removeCgroups(), os.RemoveAll(folder)); left != nil {
			err = left // the steps have said what went wrong with them
		}
	}()
	program, err := os.Executable()
	if err != nil {
		return err
	}
	inside := exec.CommandContext(ctx, program, os.Args[1:]...)
	inside.Env = append(os.Environ(), roleVariable+"="+roleInit, folderVariable+"="+folder)
	inside.Stdout, inside.Stderr = os.Stdout, os.Stderr
	inside.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: namespaces,
		Pdeathsig:  syscall.SIGKILL,
		Setpgid:    true, // Ctrl-C is for this process, which passes it on
	}
	inside.Cancel = func() error { return inside.Process.Signal(syscall.SIGTERM) }
	inside.WaitDelay = graceful
	if err := inside.Start(); err != nil {
		return err
	}
	err = errors.Join(os.WriteFile(filepath.Join(folder, pidFile), []byte(strconv.Itoa(inside.Process.Pid)), 0o600), inside.Wait())
	if inside.ProcessState.Success() {
		return nil // also after Ctrl-C
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Exited() {
		return exitStatus(exit.ExitCode())
	}
	return err
}

// removeCgroups removes those that a kubelet makes; one can be removed once the
// kernel has buried its last process.
func removeCgroups() error {
	err := wait.PollUntilContextTimeout(context.Background(), 50*time.Millisecond, graceful, true, func(context.Context) (bool, error) {
		for _, top := range cgroups() {
			removeCgroup(top)
		}
		return len(cgroups()) == 0, nil
	})
	if err != nil {
		return fmt.Errorf("processes are left in %v", cgroups())
	}
	return nil
}

// cgroups are those that a kubelet makes, of cgroup v1 and v2.
func cgroups() []string {
	var found []string
	for _, pattern := range []string{"/sys/fs/cgroup/kubepods", "/sys/fs/cgroup/*/kubepods"} {
		paths, _ := filepath.Glob(pattern) // the pattern is right
		found = append(found, paths...)
	}
	return found
}

// removeCgroup removes the deepest first: a cgroup's files can't be removed, only the folders.
func removeCgroup(top string) {
	var folders []string
	_ = filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			folders = append(folders, path)
		}
		return nil // what is gone is what was wanted
	})
	for _, folder := range slices.Backward(folders) {
		_ = syscall.Rmdir(folder)
	}
}
