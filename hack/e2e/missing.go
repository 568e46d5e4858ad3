package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// pluginFolder is where Debian has the network plugins.
const pluginFolder = "/usr/lib/cni"

// needed are the programs of the machine that a node needs, by Debian's packages.
var needed = []struct {
	pkg      string
	programs []string
}{
	{"containerd", []string{"containerd", "ctr", "containerd-shim-runc-v2"}},
	{"runc", []string{"runc"}},
	{"containernetworking-plugins", []string{pluginFolder + "/ptp", pluginFolder + "/host-local"}},
	{"iproute2", []string{"ip"}},
	{"iptables", []string{"iptables", "iptables-restore"}},
}

// missing says everything that this machine lacks for a node, and what to do.
func missing() error {
	lacks := missingRights()
	var packages []string
	for _, n := range needed {
		for _, program := range n.programs {
			if _, err := exec.LookPath(program); err != nil {
				lacks = append(lacks, program)
				packages = append(packages, n.pkg)
			}
		}
	}
	if kubeletRuns() {
		lacks = append(lacks, "a machine for itself: a kubelet runs here")
	}
	if len(lacks) == 0 {
		return nil
	}
	text := "nothing was started; this machine lacks\n  " + strings.Join(lacks, "\n  ")
	if len(packages) > 0 {
		text += "\non Debian: apt-get install --no-install-recommends " + strings.Join(slices.Compact(packages), " ")
	}
	return fmt.Errorf("%s", text)
}

func kubeletRuns() bool {
	names, _ := filepath.Glob("/proc/[0-9]*/comm") // the pattern is right
	return slices.ContainsFunc(names, func(path string) bool {
		name, err := os.ReadFile(filepath.Clean(path))
		return err == nil && string(name) == "kubelet\n"
	})
}
