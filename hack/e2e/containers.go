package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// pauseImage is what holds a Pod's namespaces.
const pauseImage = "localhost/pause:e2e"

// runtimeWithin is how long containerd takes to listen on a busy machine.
const runtimeWithin = 2 * time.Minute

// containerdConfig: no process may be made less likely to be killed than this
// one, which may be in a container itself; and no profile stays in the kernel.
const containerdConfig = `version = 2
root = %q
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "` + pauseImage + `"
  restrict_oom_score_adj = true
  disable_apparmor = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "` + pluginFolder + `"
    conf_dir = %q
`

// startRuntime starts containerd; its state is in the node's own /run.
func (n *node) startRuntime(ctx context.Context) error {
	config := fmt.Sprintf(containerdConfig, n.path("containerd"), n.path("network"))
	if err := os.WriteFile(n.path("containerd.toml"), []byte(config), 0o600); err != nil {
		return err
	}
	if err := n.start(ctx, "containerd", "containerd", "--config", n.path("containerd.toml")); err != nil {
		return err
	}
	return n.await(ctx, "containerd listens", runtimeWithin, func(ctx context.Context) (string, bool) {
		_, err := n.ctr(ctx, "version")
		return errorText(err), err == nil
	})
}

// ctr asks containerd about what the kubelet sees.
func (n *node) ctr(ctx context.Context, args ...string) (string, error) {
	return output(ctx, nil, "ctr", append([]string{"--namespace", "k8s.io"}, args...)...)
}

// loadImages loads the archives that make wrote, and gives the manager's image a
// second name to upgrade to.
func (n *node) loadImages(ctx context.Context) error {
	archives, err := os.ReadDir(n.images)
	if err != nil {
		return err
	}
	for _, archive := range archives {
		if _, err := n.ctr(ctx, "images", "import", filepath.Join(n.images, archive.Name())); err != nil {
			return err
		}
	}
	_, err = n.ctr(ctx, "images", "tag", n.image, repositoryOf(n.image)+":"+nextTag)
	return err
}
