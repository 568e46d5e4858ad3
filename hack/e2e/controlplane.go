package main

import (
	"context"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	etcdAddress = "http://127.0.0.1:2379"
	// planeWithin is how long an empty control plane takes to answer on a busy machine.
	planeWithin = 3 * time.Minute
)

// startControlPlane starts etcd, API server, controller manager and scheduler.
func (n *node) startControlPlane(ctx context.Context) error {
	if err := n.start(ctx, "etcd", n.program("etcd"),
		"--data-dir", n.path("etcd"), "--unsafe-no-fsync",
		"--listen-client-urls", etcdAddress, "--advertise-client-urls", etcdAddress, "--listen-peer-urls", "http://127.0.0.1:2380",
	); err != nil {
		return err
	}
	if err := n.start(ctx, "kube-apiserver", n.program("kube-apiserver"),
		"--etcd-servers", etcdAddress, "--advertise-address", nodeAddress, "--service-cluster-ip-range", serviceNetwork,
		"--tls-cert-file", n.path("apiserver.crt"), "--tls-private-key-file", n.path("apiserver.key"),
		"--service-account-issuer", "https://kubernetes.default.svc",
		"--service-account-key-file", n.path("accounts.crt"), "--service-account-signing-key-file", n.path("accounts.key"),
		"--authorization-mode", "RBAC", "--token-auth-file", n.path("tokens.csv"),
		"--kubelet-preferred-address-types", "InternalIP", // for logs: the node's name is not resolved
	); err != nil {
		return err
	}
	var err error
	if n.client, err = n.plane.Client(); err != nil {
		return err
	}
	if err := n.await(ctx, "the API server answers", planeWithin, func(ctx context.Context) (string, bool) {
		err := n.client.Get(ctx, client.ObjectKey{Name: "default"}, &corev1.Namespace{})
		return errorText(err), err == nil
	}); err != nil {
		return err
	}
	if err := n.start(ctx, "kube-controller-manager", n.program("kube-controller-manager"),
		"--kubeconfig", n.plane.Kubeconfig, "--leader-elect=false",
		"--root-ca-file", n.path("ca.crt"), "--service-account-private-key-file", n.path("accounts.key"),
	); err != nil {
		return err
	}
	return n.start(ctx, "kube-scheduler", filepath.Join(n.nodeFolder, "kube-scheduler"),
		"--kubeconfig", n.plane.Kubeconfig, "--leader-elect=false")
}

func (n *node) program(name string) string { return filepath.Join(n.controlPlane, name) }

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
