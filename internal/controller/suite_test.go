package controller_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

var (
	env    *envtest.Environment
	cfg    *rest.Config
	server client.WithWatch
	// programs is where kube-controller-manager lies, next to the API server.
	programs string
)

// startsWithin bounds the start of a control plane, which takes long on a busy machine.
const startsWithin = 2 * time.Minute

func TestControllers(t *testing.T) {
	if testing.Short() {
		return // nothing here works without an API server
	}
	RegisterFailHandler(Fail)
	RunSpecs(t, "The operator on a real API server")
}

var _ = BeforeSuite(func() {
	programs = os.Getenv("KUBEBUILDER_ASSETS")
	Expect(programs).NotTo(BeEmpty(),
		"KUBEBUILDER_ASSETS is not set: run `make test`, which finds or builds etcd and kube-apiserver first")
	SetDefaultEventuallyTimeout(90 * time.Second) // bounds a failure; a busy machine takes long
	EnforceDefaultTimeoutsWhenUsingContexts()
	SetDefaultEventuallyPollingInterval(20 * time.Millisecond)
	logger := zap.New(zap.WriteTo(GinkgoWriter), zap.UseDevMode(true))
	ctrl.SetLogger(logger)
	klog.SetLogger(logger)

	env = &envtest.Environment{
		CRDDirectoryPaths:     []string{filepath.Join("..", "..", "config", "crd", "bases")},
		ErrorIfCRDPathMissing: true, CRDInstallOptions: envtest.CRDInstallOptions{MaxTime: startsWithin},
		ControlPlaneStartTimeout: startsWithin, ControlPlaneStopTimeout: startsWithin,
	}
	var err error
	cfg, err = env.Start()
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(func() error { return env.Stop() })

	scheme := runtime.NewScheme()
	Expect(clientgoscheme.AddToScheme(scheme)).To(Succeed())
	Expect(v1alpha1.AddToScheme(scheme)).To(Succeed())
	server, err = client.NewWithWatch(cfg, client.Options{Scheme: scheme})
	Expect(err).NotTo(HaveOccurred())
})
