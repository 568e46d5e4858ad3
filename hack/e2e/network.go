package main

import (
	"context"
	"errors"
	"os"
	"strings"
)

// network is the plugins' configuration: each Pod has a link of its own to the
// node, which hides it behind its address.
const network = `{
  "cniVersion": "0.4.0", "name": "pods",
  "plugins": [
    {"type": "ptp", "ipMasq": true, "ipam": {"type": "host-local", "subnet": "` + podNetwork + `", "routes": [{"dst": "0.0.0.0/0"}]}}
  ]
}`

func (n *node) makeFolders(context.Context) error {
	var errs []error
	for _, name := range []string{"log", "etcd", "network", "containerd"} {
		errs = append(errs, os.Mkdir(n.path(name), 0o700))
	}
	return errors.Join(append(errs, os.WriteFile(n.path("network", "10-pods.conflist"), []byte(network), 0o600))...)
}

// makeNetwork gives the node an address. Nothing leads out: what is pulled from
// a registry fails at once.
func (n *node) makeNetwork(ctx context.Context) error {
	for _, command := range []string{
		"link set lo up",
		"link add node0 type veth peer name node1", // an interface that is up needs another end
		"address add " + nodeNetwork + " dev node0",
		"link set node1 up",
		"link set node0 up",
		"route add " + serviceNetwork + " dev node0", // kube-proxy catches what is sent there
	} {
		if _, err := output(ctx, nil, "ip", strings.Fields(command)...); err != nil {
			return err
		}
	}
	return os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o600) // of this namespace
}
