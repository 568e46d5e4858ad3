package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// nodeWithin is how long a kubelet takes to register and be ready on a busy machine.
const nodeWithin = 3 * time.Minute

// kubeletConfig runs on machines as they are: with swap, cgroup v1, disks nearly
// full, and inside a container.
const kubeletConfig = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
cgroupDriver: cgroupfs
failSwapOn: false
failCgroupV1: false
oomScoreAdj: 0
maxOpenFiles: %d
resolvConf: ""
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: "0%%", nodefs.available: "0%%", nodefs.inodesFree: "0%%", imagefs.available: "0%%", imagefs.inodesFree: "0%%"}
`

// startKubelet starts kubelet and kube-proxy, and waits for the node.
func (n *node) startKubelet(ctx context.Context) error {
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		return err
	}
	config := fmt.Sprintf(kubeletConfig, files.Max)
	if err := os.WriteFile(n.path("kubelet.yaml"), []byte(config), 0o600); err != nil {
		return err
	}
	if err := n.start(ctx, "kubelet", filepath.Join(n.nodeFolder, "kubelet"),
		"--config", n.path("kubelet.yaml"), "--kubeconfig", n.plane.Kubeconfig,
		"--hostname-override", nodeName, "--node-ip", nodeAddress,
	); err != nil {
		return err
	}
	if err := n.start(ctx, "kube-proxy", filepath.Join(n.nodeFolder, "kube-proxy"),
		"--kubeconfig", n.plane.Kubeconfig, "--hostname-override", nodeName, "--cluster-cidr", podNetwork, "--proxy-mode", "iptables",
		// Limits of the whole machine's connection tracking stay as they are.
		"--conntrack-max-per-core", "0", "--conntrack-tcp-timeout-established", "0", "--conntrack-tcp-timeout-close-wait", "0",
	); err != nil {
		return err
	}
	return n.await(ctx, "the node is Ready", nodeWithin, func(ctx context.Context) (string, bool) {
		node := &corev1.Node{}
		if err := n.client.Get(ctx, client.ObjectKey{Name: nodeName}, node); err != nil {
			return err.Error(), false
		}
		for _, c := range node.Status.Conditions {
			if c.Type == corev1.NodeReady {
				return c.Message, c.Status == corev1.ConditionTrue
			}
		}
		return "no condition yet", false
	})
}
