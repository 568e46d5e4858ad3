package v1alpha1_test

import (
	"context"
	"os"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

const (
	crdDir    = "../../config/crd/bases"
	sampleDir = "../../config/samples"
)

var (
	cfg    *rest.Config
	server client.WithWatch
)

func TestAPI(t *testing.T) {
	if testing.Short() {
		return // nothing here works without an API server
	}
	RegisterFailHandler(Fail)
	RunSpecs(t, "The API on a real API server")
}

var _ = BeforeSuite(func() {
	Expect(os.Getenv("KUBEBUILDER_ASSETS")).NotTo(BeEmpty(),
		"KUBEBUILDER_ASSETS is not set: run `make test`, which finds or builds etcd and kube-apiserver first")

	env := controlPlane(crdDir)
	var err error
	cfg, err = env.Start()
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(env.Stop)

	scheme := runtime.NewScheme()
	Expect(clientgoscheme.AddToScheme(scheme)).To(Succeed())
	Expect(v1alpha1.AddToScheme(scheme)).To(Succeed())
	server, err = client.NewWithWatch(cfg, client.Options{Scheme: scheme})
	Expect(err).NotTo(HaveOccurred())
})

// within is only how long a failure takes to show: nothing waits for it.
const within = 3 * time.Minute

// controlPlane is one with the CRDs of a folder.
func controlPlane(crds string) *envtest.Environment {
	return &envtest.Environment{
		CRDDirectoryPaths: []string{crds}, ErrorIfCRDPathMissing: true, CRDInstallOptions: envtest.CRDInstallOptions{MaxTime: within},
		ControlPlaneStartTimeout: within, ControlPlaneStopTimeout: within,
	}
}

// newNamespace makes a namespace for one spec; without its controller it could
// not be deleted, so it is left to the end of the API server.
func newNamespace(ctx context.Context) string {
	GinkgoHelper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "api-"}}
	Expect(server.Create(ctx, namespace)).To(Succeed())
	return namespace.Name
}
