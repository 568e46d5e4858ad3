// Package stage sets up what the programs in hack play on: a real etcd and
// kube-apiserver with the project's CRDs, from KUBEBUILDER_ASSETS.
package stage

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

// ControlPlane is a running etcd and kube-apiserver.
type ControlPlane struct {
	// Config is an administrator's, Kubeconfig a file with the same rights.
	Config     *rest.Config
	Kubeconfig string
	// Kubectl is the path of the kubectl that belongs to it.
	Kubectl string

	env *envtest.Environment
}

// startsWithin is how long a control plane may take on a busy machine.
const startsWithin = 3 * time.Minute

// Start starts a control plane and writes a kubeconfig for user into folder.
func Start(folder, user string) (*ControlPlane, error) {
	assets := os.Getenv("KUBEBUILDER_ASSETS")
	if assets == "" {
		return nil, fmt.Errorf("KUBEBUILDER_ASSETS is not set; run this by make")
	}
	c := &ControlPlane{
		Kubeconfig: filepath.Join(folder, "kubeconfig"), Kubectl: filepath.Join(assets, "kubectl"),
		env: &envtest.Environment{
			CRDDirectoryPaths: []string{"config/crd/bases"}, ErrorIfCRDPathMissing: true, CRDInstallOptions: envtest.CRDInstallOptions{MaxTime: startsWithin},
			ControlPlaneStartTimeout: startsWithin, ControlPlaneStopTimeout: startsWithin,
		},
	}
	var err error
	log.SetLogger(logr.Discard()) // or it complains by a stack trace, on a machine that starts slowly
	if c.Config, err = c.env.Start(); err != nil {
		c.Stop() // it leaves running what did start
		return nil, fmt.Errorf("the control plane does not start: %w", err)
	}
	if err := c.writeKubeconfig(user); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

func (c *ControlPlane) writeKubeconfig(user string) error {
	admin, err := c.env.AddUser(envtest.User{Name: user, Groups: []string{"system:masters"}}, nil)
	if err != nil {
		return err
	}
	content, err := admin.KubeConfig()
	if err != nil {
		return err
	}
	return os.WriteFile(c.Kubeconfig, content, 0o600)
}

// Stop ends etcd and kube-apiserver.
func (c *ControlPlane) Stop() {
	_ = c.env.Stop() // what does not end is ended with this process
}
