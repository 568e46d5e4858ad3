package controller_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/yaml"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// kubectl is the program, as somebody who may do everything in the namespace of a world.
type kubectl struct{ kubeconfig, namespace string }

func newKubectl(w *world) kubectl {
	GinkgoHelper()
	user, err := env.AddUser(envtest.User{Name: "admin", Groups: []string{"system:masters"}}, cfg)
	Expect(err).NotTo(HaveOccurred())
	content, err := user.KubeConfig()
	Expect(err).NotTo(HaveOccurred())
	path := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
	Expect(os.WriteFile(path, content, 0o600)).To(Succeed())
	return kubectl{path, w.namespace}
}

// run runs a command with a manifest as its input, and returns what it says.
func (k kubectl) run(ctx context.Context, manifest string, args ...string) (string, error) {
	all := append([]string{"--kubeconfig", k.kubeconfig, "--namespace", k.namespace}, args...)
	command := exec.CommandContext(ctx, filepath.Join(programs, "kubectl"), all...)
	command.Stdin = strings.NewReader(manifest)
	out, err := command.CombinedOutput()
	return string(out), err
}

// manifest is what a user keeps of a Reseller in a file.
func manifest(r *v1alpha1.Reseller) string {
	GinkgoHelper()
	kept := &v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Name: r.Name, Namespace: r.Namespace}, Spec: r.Spec}
	kept.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("Reseller"))
	text, err := yaml.Marshal(kept)
	Expect(err).NotTo(HaveOccurred())
	return string(text)
}

var _ = Describe("kubectl", func() {
	DescribeTable("applies again what it applied, beside what the operator wrote",
		func(ctx SpecContext, args ...string) {
			w := newAccount(ctx, fake.Shapes{})
			k := newKubectl(w)
			startManager(annotating)
			r := w.reseller("abc")
			text := manifest(r)
			apply := func(manifest string) string {
				GinkgoHelper()
				out, err := k.run(ctx, manifest, append([]string{"apply", "-f", "-"}, args...)...)
				Expect(err).NotTo(HaveOccurred(), out)
				return out
			}
			apply(text)
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
			backedUp(ctx, r)
			before, version := w.api.Calls(fake.OpUpdate), r.ResourceVersion
			apply(text)
			refresh(ctx, r)
			Expect(r.Finalizers).To(Equal([]string{v1alpha1.FinalizerReseller}))
			Expect(r.Annotations).To(HaveKey(v1alpha1.AnnotationBrokerID))
			Expect(r.ResourceVersion).To(Equal(version), "there was nothing to apply")

			By("with an edit, which is sent once")
			apply(strings.Replace(text, "support@abc.example", "help@abc.example", 1))
			Eventually(func() string { return w.at(r).SupportEmail }).WithContext(ctx).Should(Equal("help@abc.example"))
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
			Expect(w.api.Calls(fake.OpUpdate)).To(Equal(before + 1))
			Expect(r.Finalizers).To(Equal([]string{v1alpha1.FinalizerReseller}))

			By("and the operator manages nothing of spec")
			for _, entry := range r.ManagedFields {
				if entry.Subresource == "status" || entry.FieldsV1 == nil {
					continue
				}
				owns := strings.Contains(entry.FieldsV1.GetRawString(), `"f:spec"`)
				Expect(owns).To(Equal(slices.Contains([]string{"kubectl", "kubectl-client-side-apply"}, entry.Manager)), entry.Manager)
			}
		},
		Entry("from the client's side"),
		Entry("from the server's side, without a conflict", "--server-side"),
	)

	It("waits for the edit, not for what was true before it", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		k := newKubectl(w)
		first := startManager()
		r := w.inSync(ctx, "abc")
		wait := func(timeout, what string) (string, error) {
			return k.run(ctx, "", "wait", "reseller/abc", "--timeout="+timeout, "--for="+what)
		}
		out, err := wait("60s", "condition=Ready")
		Expect(err).NotTo(HaveOccurred(), out)

		first.stop()
		renamed(ctx, r)
		out, err = wait("1s", "condition=Ready")
		Expect(err).To(HaveOccurred(), "Ready is about the generation before")
		Expect(out).To(ContainSubstring("timed out"))
		startManager()
		out, err = wait("60s", "condition=Ready")
		Expect(err).NotTo(HaveOccurred(), out)
		Expect(w.at(r).SupportEmail).To(Equal("help@abc.example"))
		out, err = wait("60s", "jsonpath={.status.brokerID}="+r.Status.BrokerID)
		Expect(err).NotTo(HaveOccurred(), out)
	})

	DescribeTable("has what YAML takes for no text refused at its field, and takes it in quotes",
		func(ctx SpecContext, field, value, says string) {
			w := newAccount(ctx, fake.Shapes{})
			k := newKubectl(w)
			line := regexp.MustCompile(`(?m)^( *` + field + `:) .*$`)
			apply := func(value string) (string, error) {
				text := manifest(w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.VAT = as[v1alpha1.Text]("EE100") }))
				Expect(line.FindAllString(text, -1)).To(HaveLen(1), text)
				return k.run(ctx, line.ReplaceAllString(text, "$1 "+value), "apply", "-f", "-")
			}
			out, err := apply(value)
			Expect(err).To(HaveOccurred(), out)
			Expect(out).To(ContainSubstring(says))
			out, err = apply(`"` + value + `"`)
			Expect(err).NotTo(HaveOccurred(), out)
		},
		Entry("Norway", "countryCode", "NO", `spec.address.countryCode: Invalid value: "boolean"`),
		Entry("a calling code", "phonePrefix", "372", `spec.contact.phonePrefix: Invalid value: "integer"`),
		Entry("a number that begins with 0", "registrationNumber", "0123456", `spec.registrationNumber: Invalid value: "integer"`),
		Entry("a number with an exponent", "vat", "12e3", `spec.vat: Invalid value: "integer"`),
	)

	It("deletes in the foreground: the object waits for what it owns, its broker goes once", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		k := newKubectl(w)
		startManager()
		r := w.inSync(ctx, "abc")
		blocks := true
		owned := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "owned", Finalizers: []string{theirFinalizer}, OwnerReferences: []metav1.OwnerReference{{
			APIVersion: v1alpha1.GroupVersion.String(), Kind: "Reseller", Name: r.Name, UID: r.UID, BlockOwnerDeletion: &blocks,
		}}}}
		create(ctx, owned)
		namespaces()
		out, err := k.run(ctx, "", "delete", "reseller", "abc", "--cascade=foreground", "--wait=false")
		Expect(err).NotTo(HaveOccurred(), out)
		Eventually(func() *metav1.Time { refresh(ctx, owned); return owned.DeletionTimestamp }).WithContext(ctx).ShouldNot(BeNil())
		Eventually(w.live).WithContext(ctx).Should(BeEmpty(), "Kubernetes' own finalizers hold the object, not its broker")
		Eventually(func() []string { refresh(ctx, r); return r.Finalizers }).WithContext(ctx).Should(Equal([]string{metav1.FinalizerDeleteDependents}))
		edit(ctx, owned, func(c *corev1.ConfigMap) { c.Finalizers = nil })
		awaitGone(ctx, r)
		Expect(w.api.Calls(fake.OpDelete)).To(Equal(1))
	})
})
