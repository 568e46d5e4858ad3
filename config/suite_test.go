// Package config_test installs what this folder and the chart describe.
package config_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

var (
	env     *envtest.Environment
	cluster client.Client
	manager string // the binary
)

func TestInstall(t *testing.T) {
	if testing.Short() {
		return // needs an apiserver
	}
	RegisterFailHandler(Fail)
	RunSpecs(t, "Installation")
}

var _ = BeforeSuite(func(ctx SpecContext) {
	Expect(os.Getenv("KUBEBUILDER_ASSETS")).NotTo(BeEmpty(), "run these tests by make test")
	env = &envtest.Environment{}
	config, err := env.Start()
	Expect(err).NotTo(HaveOccurred())
	scheme := runtime.NewScheme()
	Expect(clientgoscheme.AddToScheme(scheme)).To(Succeed())
	Expect(v1alpha1.AddToScheme(scheme)).To(Succeed())
	cluster, err = client.New(config, client.Options{Scheme: scheme})
	Expect(err).NotTo(HaveOccurred())

	manager = filepath.Join(GinkgoT().TempDir(), "manager")
	build := exec.CommandContext(ctx, "go", "build", "-o", manager, "../cmd/manager")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), string(out))
})

var _ = AfterSuite(func() {
	if env != nil {
		Expect(env.Stop()).To(Succeed())
	}
})

// tool runs one of the tools that make builds, in this folder.
func tool(ctx context.Context, name string, args ...string) (string, error) {
	path, err := filepath.Abs(filepath.Join("..", "bin", "tools", name))
	Expect(err).NotTo(HaveOccurred())
	Expect(path).To(BeAnExistingFile(), "run these tests by make test, which builds the tools")
	out, err := exec.CommandContext(ctx, path, args...).CombinedOutput()
	return string(out), err
}
