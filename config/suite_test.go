// Package config_test installs what this folder and the chart describe, with the
// tools that people use, on a real API server.
//
//	values_test.go    what each value of the chart changes, without an API server
//	dashboards_test.go what Grafana gets
//	cluster_samples_test.go  the samples for a cluster of a certain kind
//	suite_test.go     the API server, which keeps an audit log, and the tools
//	node_test.go      runs Pods as processes, for what waits until they are ready
//	helm_test.go      Helm's own commands
//	previous_test.go  objects of an earlier version
//	rest_test.go      the same, with nothing to do
//	migration_test.go hundreds of them, under each policy
//	outdated_test.go  CRDs of an earlier version
//	readme_test.go    the commands of the README and of the pages
//	guides_test.go    the commands of the guides
//	install_test.go   rendered, applied, admitted
//	manager_test.go   the manager as the Deployment has it
//	life_test.go      what it is for
//	rights_test.go    the rights that it has, and those that it used
//	policies_test.go  what the API server forbids the operator, and others
//	leaks_test.go     what may come out of it
//	guarded_test.go   the same, for each way to install
//	ways_test.go      each way to install
//	parts_test.go     how the parts fit together
//	people_test.go    the rights that people have
//	beside_test.go    two releases in one cluster
//	refused_test.go   what the CRDs and the rights refuse, and both releases at work
//	names_test.go     names that Kustomize gives
//	gitops_test.go    how others read a Reseller
//	gitops_files_test.go  the files for Argo CD and Flux
package config_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

var (
	env      *envtest.Environment
	cluster  client.Client
	binary   string // the manager
	fakeAPI  string // the fake seller API
	auditLog string
)

func TestInstall(t *testing.T) {
	if testing.Short() {
		return // nothing here works without an API server
	}
	RegisterFailHandler(Fail)
	RunSpecs(t, "Installation")
}

var _ = BeforeSuite(func(ctx SpecContext) {
	Expect(os.Getenv("KUBEBUILDER_ASSETS")).NotTo(BeEmpty(),
		"KUBEBUILDER_ASSETS is not set: run `make test`, which finds or builds etcd and kube-apiserver first")
	ctrl.SetLogger(zap.New(zap.WriteTo(GinkgoWriter)))
	folder := GinkgoT().TempDir()
	env = &envtest.Environment{ControlPlaneStartTimeout: timeout, ControlPlaneStopTimeout: timeout}
	audited(env, folder)
	config, err := env.Start()
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() error { return env.Stop() })
	scheme := runtime.NewScheme()
	Expect(clientgoscheme.AddToScheme(scheme)).To(Succeed())
	Expect(apiextensionsv1.AddToScheme(scheme)).To(Succeed())
	Expect(v1alpha1.AddToScheme(scheme)).To(Succeed())
	cluster, err = client.New(config, client.Options{Scheme: scheme})
	Expect(err).NotTo(HaveOccurred())

	binary, fakeAPI = built(ctx, folder, "manager"), built(ctx, folder, "fake-cloudmore")
})

// built is a program of ../cmd, built statically as images have it.
func built(ctx context.Context, folder, name string) string {
	GinkgoHelper()
	path := filepath.Join(folder, name)
	build := exec.CommandContext(ctx, "go", "build", "-o", path, "../cmd/"+name)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := build.CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), string(out))
	return path
}

// audited has the API server note what ServiceAccounts ask of it.
func audited(env *envtest.Environment, folder string) {
	GinkgoHelper()
	policy := filepath.Join(folder, "audit.yaml")
	auditLog = filepath.Join(folder, "audit.log")
	Expect(os.WriteFile(policy, []byte(`apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
  userGroups: [system:serviceaccounts]
- level: None
`), 0o600)).To(Succeed())
	env.ControlPlane.GetAPIServer().Configure().
		Set("audit-policy-file", policy).Set("audit-log-path", auditLog)
}

// tool runs one of the tools that make builds, in this folder.
func tool(ctx context.Context, name string, args ...string) (string, error) {
	GinkgoHelper()
	path, err := filepath.Abs(filepath.Join("..", "bin", "tools", name))
	Expect(err).NotTo(HaveOccurred())
	Expect(path).To(BeAnExistingFile(), "run `make test`, which builds the tools first")
	out, err := exec.CommandContext(ctx, path, args...).CombinedOutput()
	return string(out), err
}

// render runs a tool that must succeed.
func render(ctx context.Context, name string, args ...string) string {
	GinkgoHelper()
	out, err := tool(ctx, name, args...)
	Expect(err).NotTo(HaveOccurred(), out)
	return out
}
