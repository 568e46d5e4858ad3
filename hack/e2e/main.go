// The e2e program proves on a real node what users do with the images and the
// chart: a containerd, a kubelet and a kube-proxy run Pods of the images that
// `make image` wrote, and Helm installs, upgrades and rolls back while Resellers
// are created.
//
//	make e2e          ends automatically
//	make e2e KEEP=1   leaves everything running until Ctrl-C
//
// The node lives in namespaces of its own (processes, mounts, network), so that
// nothing of it outlives the program or touches the machine: the program runs
// itself again inside, first as their init process, then for the steps.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

// Roles of this program's processes; the first has none.
const (
	roleVariable   = "E2E_ROLE"
	folderVariable = "E2E_FOLDER"
	roleInit       = "init"
	roleSteps      = "steps"
)

// options are what the command line says.
type options struct {
	check, keep              bool
	controlPlane, nodeFolder string
	images, helm             string
	image, fakeAPI           string
}

func main() {
	o := options{}
	flag.BoolVar(&o.check, "check", false, "Only say what this machine lacks.")
	flag.BoolVar(&o.keep, "keep", false, "Leave everything running until Ctrl-C.")
	flag.StringVar(&o.controlPlane, "control-plane", os.Getenv("KUBEBUILDER_ASSETS"), "`Folder` with etcd, kube-apiserver, kube-controller-manager and kubectl.")
	flag.StringVar(&o.nodeFolder, "node", "", "`Folder` with kubelet, kube-proxy and kube-scheduler.")
	flag.StringVar(&o.images, "images", "", "`Folder` with the archives of the images.")
	flag.StringVar(&o.helm, "helm", "bin/tools/helm", "The `program` that installs the chart.")
	flag.StringVar(&o.image, "image", "", "`Name` of the manager's image.")
	flag.StringVar(&o.fakeAPI, "fake-image", "", "`Name` of the fake seller API's image.")
	flag.Parse()
	runtime.LockOSThread() // the node ends with the thread that started it
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := o.run(ctx)
	stop()
	var status exitStatus
	if errors.As(err, &status) {
		os.Exit(int(status))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "\ne2e:", err)
		os.Exit(1)
	}
}

func (o options) run(ctx context.Context) error {
	switch os.Getenv(roleVariable) {
	case roleInit:
		return initProcess(ctx, os.Getenv(folderVariable))
	case roleSteps:
		return o.inside(ctx, os.Getenv(folderVariable))
	}
	if err := missing(); err != nil || o.check {
		return err
	}
	return machine(ctx)
}

// exitStatus is that of a process which has said itself what went wrong.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }
