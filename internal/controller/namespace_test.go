package controller_test

import (
	"os"
	"os/exec"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// namespaces runs Kubernetes' own controllers of namespaces and of what is owned
// until the end of the spec.
func namespaces() {
	GinkgoHelper()
	user, err := env.AddUser(envtest.User{Name: "kube-controller-manager", Groups: []string{"system:masters"}}, cfg)
	Expect(err).NotTo(HaveOccurred())
	config, err := user.KubeConfig()
	Expect(err).NotTo(HaveOccurred())
	path := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
	Expect(os.WriteFile(path, config, 0o600)).To(Succeed())
	program := exec.Command(filepath.Join(programs, "kube-controller-manager"), "--kubeconfig="+path, "--leader-elect=false",
		"--controllers=namespace-controller,garbage-collector-controller", "--secure-port=0")
	program.Stdout, program.Stderr = GinkgoWriter, GinkgoWriter
	Expect(program.Start()).To(Succeed())
	DeferCleanup(func() {
		_ = program.Process.Kill()
		_ = program.Wait()
	})
}

var _ = Describe("A namespace that is deleted with everything in it", func() {
	DescribeTable("takes its brokers with it, and ends",
		func(ctx SpecContext, down bool) {
			w := newAccount(ctx, fake.Shapes{})
			first := startManager()
			w.inSync(ctx, "abc")
			w.inSync(ctx, "def")
			if down {
				first.stop()
			}
			namespaces()
			namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: w.namespace}}
			remove(ctx, namespace)
			if down {
				Eventually(func(g Gomega) {
					g.Expect(server.Get(ctx, client.ObjectKeyFromObject(namespace), namespace)).To(Succeed())
					g.Expect(namespace.Status.Conditions).To(ContainElement(HaveField("Type", corev1.NamespaceFinalizersRemaining)))
				}).Should(Succeed(), "the namespace waits for the operator")
				Expect(w.live()).To(HaveLen(2))
				startManager()
			}
			awaitGone(ctx, namespace)
			Expect(w.live()).To(BeEmpty())
		},
		Entry("while the operator runs", false),
		Entry("when the operator was down meanwhile", true),
	)
})
