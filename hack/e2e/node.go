package main

import (
	"context"
	"path/filepath"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/hack/stage"
)

// Addresses, in a network that nobody else sees.
const (
	nodeName       = "node"
	nodeAddress    = "10.199.0.1"
	nodeNetwork    = "10.199.0.1/24"
	podNetwork     = "10.200.0.0/24"
	serviceNetwork = "10.201.0.0/24"
	apiService     = "10.201.0.1" // the first of the network is the API server's
	fakeService    = "10.201.0.10"
)

// node is a control plane and one node of it.
type node struct {
	options

	folder    string
	keys      *keys
	plane     *stage.ControlPlane
	client    client.WithWatch
	processes []*process
}

// stages bring a node up, in this order.
var stages = []func(*node, context.Context) error{
	(*node).makeFolders,
	(*node).makeKeys,
	(*node).makeNetwork,
	(*node).startControlPlane,
	(*node).startRuntime,
	(*node).startKubelet,
}

func (n *node) up(ctx context.Context) error {
	for _, begin := range stages {
		if err := begin(n, ctx); err != nil {
			return err
		}
	}
	return nil
}

func (n *node) path(elements ...string) string {
	return filepath.Join(append([]string{n.folder}, elements...)...)
}
