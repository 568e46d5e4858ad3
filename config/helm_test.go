package config_test

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gbytes"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/yaml"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// release is a release of the chart, made by Helm's own commands, which wait.
type release struct {
	namespace, name string
	kubeconfig      string
	node            *node
	life            *life
}

// newRelease is one that is not yet installed, in a namespace that enforces the
// restricted profile, on a cluster without the CRDs.
func newRelease(ctx context.Context, namespace, name string) *release {
	GinkgoHelper()
	restricted(ctx, namespace)
	withoutCRDs(ctx)
	r := &release{namespace: namespace, name: name, node: runNode(namespace)}
	r.kubeconfig = kubeconfigOf(r.node.folder, envtest.User{Name: "admin", Groups: []string{"system:masters"}})
	r.life = &life{namespace: namespace, manager: &process{log: gbytes.NewBuffer()}}
	r.life.serve()
	return r
}

// withoutCRDs removes those that another spec left, and objects that wait for its
// operator, which is gone.
func withoutCRDs(ctx context.Context) {
	GinkgoHelper()
	for _, kind := range []string{"Reseller", "Seller", "ClusterSeller"} {
		list := &unstructured.UnstructuredList{}
		list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind(kind + "List"))
		err := cluster.List(ctx, list)
		if meta.IsNoMatchError(err) || apierrors.IsNotFound(err) {
			continue
		}
		Expect(err).NotTo(HaveOccurred())
		for i := range list.Items {
			letGo := client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"finalizers":null}}`))
			Expect(client.IgnoreNotFound(cluster.Patch(ctx, &list.Items[i], letGo))).To(Succeed())
		}
	}
	Expect(envtest.UninstallCRDs(env.Config, envtest.CRDInstallOptions{Paths: []string{"crd/bases"}, MaxTime: timeout})).To(Succeed())
	Eventually(func(g Gomega) {
		crds := &apiextensionsv1.CustomResourceDefinitionList{}
		g.Expect(cluster.List(ctx, crds)).To(Succeed())
		g.Expect(crds.Items).NotTo(ContainElement(HaveField("Spec.Group", v1alpha1.GroupVersion.Group)))
	}).WithContext(ctx).WithTimeout(timeout).Should(Succeed())
}

// helm runs a command of Helm on the cluster, with the release's namespace.
func (r *release) helm(ctx context.Context, args ...string) (string, error) {
	GinkgoHelper()
	out, err := tool(ctx, "helm", append(args, "--namespace", r.namespace, "--kubeconfig", r.kubeconfig)...)
	GinkgoWriter.Printf("helm %s\n%s\n", strings.Join(args, " "), out)
	return out, err
}

// must runs a command of Helm that must succeed, and wait for what it does.
func (r *release) must(ctx context.Context, args ...string) {
	GinkgoHelper()
	out, err := r.helm(ctx, append(args, "--wait", "--timeout", timeout.String())...)
	Expect(err).NotTo(HaveOccurred(), out)
}

// previous is this chart as an earlier version: with another number, and with CRDs
// that lack a column.
func previous(chart string) string {
	GinkgoHelper()
	folder := filepath.Join(GinkgoT().TempDir(), "chart")
	Expect(os.CopyFS(folder, os.DirFS(chart))).To(Succeed())
	edit := func(path, before, after string) {
		text, pattern := string(content(path)), regexp.MustCompile("(?m)"+before)
		Expect(pattern.MatchString(text)).To(BeTrue(), path)
		Expect(os.WriteFile(path, []byte(pattern.ReplaceAllString(text, after)), 0o600)).To(Succeed())
	}
	edit(filepath.Join(folder, "Chart.yaml"), "^version: .*$", "version: 0.0.9")
	Expect(fs.WalkDir(os.DirFS(folder), "files/crds", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			edit(filepath.Join(folder, path), "name: Age\n", "name: Since\n")
		}
		return err
	})).To(Succeed())
	return folder
}

// columns are those that kubectl shows of Resellers.
func columns(ctx context.Context) []string {
	GinkgoHelper()
	crd := &apiextensionsv1.CustomResourceDefinition{}
	Expect(cluster.Get(ctx, client.ObjectKey{Name: "resellers.cloudmore.com"}, crd)).To(Succeed())
	var names []string
	for _, column := range crd.Spec.Versions[0].AdditionalPrinterColumns {
		names = append(names, column.Name)
	}
	return names
}

// resellers makes n Resellers, each another company.
func (r *release) resellers(ctx context.Context, prefix string, n int) []client.Object {
	GinkgoHelper()
	var all []client.Object
	for i := range n {
		reseller := &v1alpha1.Reseller{}
		r.life.sample("reseller", reseller)
		reseller.Name = fmt.Sprintf("%s-%d", prefix, i)
		reseller.Spec.RegistrationNumber = ptr.To(v1alpha1.Text(reseller.Name))
		reseller.Spec.Domain = ptr.To(v1alpha1.Domain(reseller.Name + ".example"))
		Expect(cluster.Create(ctx, reseller)).To(Succeed())
		all = append(all, reseller)
	}
	return all
}

// holds waits until the Resellers are Ready, and holds that the account has one
// broker for each Reseller, made by one POST.
func (r *release) holds(ctx context.Context, all ...client.Object) {
	GinkgoHelper()
	r.life.await(ctx, all, r.life.ready)
	list := &v1alpha1.ResellerList{}
	Expect(cluster.List(ctx, list, client.InNamespace(r.namespace))).To(Succeed())
	ids := map[string]bool{}
	for _, reseller := range list.Items {
		ids[reseller.Status.BrokerID] = true
	}
	Expect(ids).To(HaveLen(len(list.Items)))
	Expect(r.life.api.Live()).To(HaveLen(len(list.Items)))
	Expect(r.life.api.Commits(fake.OpCreate)).To(Equal(len(list.Items)))
}

// values are those of the release: it has a Seller of the fake's account, adopts
// a lost lease within seconds, and lets all be deleted at once.
func (r *release) values() string {
	GinkgoHelper()
	seller := &v1alpha1.Seller{}
	r.life.sample("seller", seller)
	seconds := func(n int) metav1.Duration { return metav1.Duration{Duration: time.Duration(n) * time.Second} }
	seller.Spec.ObserveInterval = seconds(10)
	seller.Spec.Creation = v1alpha1.CreationSettings{Deadline: seconds(5), CommitBound: seconds(5), ListLag: seconds(1)}
	seller.Spec.RateLimit = v1alpha1.RateLimit{RequestsPerSecond: 50, Burst: 50, MaxInFlight: 8}
	seller.Spec.Brake.Enabled = ptr.To(false)
	values, err := yaml.Marshal(map[string]any{
		"sellers":        []any{map[string]any{"name": seller.Name, "spec": seller.Spec}},
		"leaderElection": map[string]any{"leaseDuration": "4s", "renewDeadline": "3s", "retryPeriod": "500ms"},
	})
	Expect(err).NotTo(HaveOccurred())
	path := filepath.Join(r.node.folder, "values.yaml")
	Expect(os.WriteFile(path, values, 0o600)).To(Succeed())
	return path
}

// survives is the life of a release with Resellers in it.
func survives(ctx SpecContext) {
	r := newRelease(ctx, "released", "reseller-operator")
	Expect(cluster.Create(ctx, r.life.credentials("cloudmore-api"))).To(Succeed())
	values := r.values()
	chart := func(args ...string) []string { return append(args, "--values", values) }

	By("installing the version before this one, with a Seller")
	r.must(ctx, chart("install", r.name, previous("chart"))...)
	Expect(columns(ctx)).To(ContainElement("Since"))
	seller := &v1alpha1.Seller{}
	Expect(cluster.Get(ctx, client.ObjectKey{Namespace: r.namespace, Name: "main"}, seller)).To(Succeed())
	all := r.resellers(ctx, "first", 3)
	r.holds(ctx, all...)

	By("upgrading to this version with two replicas while brokers are made")
	all = append(all, r.resellers(ctx, "second", 20)...)
	r.must(ctx, chart("upgrade", r.name, "chart", "--set", "replicas=2")...)
	Expect(columns(ctx)).To(ContainElement("Age"))
	r.holds(ctx, all...)

	By("killing the leader while 100 brokers are made")
	var leader *process
	Eventually(func() *process { leader = r.node.leader(); return leader }).WithContext(ctx).WithTimeout(timeout).ShouldNot(BeNil())
	// From the 40th on the answers stay away, so that it dies between calls and answers,
	// and with something left to make.
	Expect(r.life.api.Inject(fake.Fault{Op: fake.OpCreate, Nth: 40, AnswerDelay: time.Hour})).To(Succeed())
	all = append(all, r.resellers(ctx, "third", 100)...)
	Eventually(func() int { return len(r.life.api.Live()) }).WithContext(ctx).WithTimeout(timeout).Should(BeNumerically(">", 23+40))
	Expect(leader.cmd.Process.Kill()).To(Succeed())
	r.life.api.ClearFaults()
	Expect(len(r.life.api.Live())).To(BeNumerically("<", 123), "there is something left to make")
	r.holds(ctx, all...)

	By("upgrading to an image that can't be had, which changes nothing")
	out, err := r.helm(ctx, chart("upgrade", r.name, "chart", "--set", "replicas=2,image.tag=missing", "--wait", "--timeout", "5s")...)
	Expect(err).To(HaveOccurred(), out)
	all = append(all, r.resellers(ctx, "fourth", 2)...)
	r.holds(ctx, all...)

	By("going back to the version that worked, and to the one before")
	r.must(ctx, "rollback", r.name, "2")
	r.holds(ctx, all...)
	r.must(ctx, "rollback", r.name, "1")
	r.holds(ctx, append(all, r.resellers(ctx, "fifth", 1)...)...)

	By("uninstalling it, which leaves Resellers and brokers, and installing it again")
	r.must(ctx, "uninstall", r.name)
	Expect(r.life.api.Live()).To(HaveLen(126))
	r.must(ctx, chart("install", r.name, "chart")...)
	r.holds(ctx, append(all, r.resellers(ctx, "sixth", 1)...)...)
	first := seller.UID
	Expect(cluster.Get(ctx, client.ObjectKeyFromObject(seller), seller)).To(Succeed())
	Expect(seller.UID).To(Equal(first), "the Seller was never recreated")
	r.endsCleanly(ctx)
}

// endsCleanly deletes the Resellers and their Seller, then the operator, then the
// namespace: nothing is stuck, and no broker is left.
func (r *release) endsCleanly(ctx context.Context) {
	GinkgoHelper()
	By("deleting Resellers and Seller, the release and the namespace")
	seller := &v1alpha1.Seller{ObjectMeta: metav1.ObjectMeta{Namespace: r.namespace, Name: "main"}}
	Expect(cluster.DeleteAllOf(ctx, &v1alpha1.Reseller{}, client.InNamespace(r.namespace))).To(Succeed())
	Expect(cluster.Delete(ctx, seller)).To(Succeed())
	r.life.await(ctx, []client.Object{seller}, gone) // it waits for its Resellers
	list := &v1alpha1.ResellerList{}
	Expect(cluster.List(ctx, list, client.InNamespace(r.namespace))).To(Succeed())
	Expect(list.Items).To(BeEmpty())
	Expect(r.life.api.Live()).To(BeEmpty())
	r.must(ctx, "uninstall", r.name)
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: r.namespace}}
	Expect(cluster.Delete(ctx, namespace)).To(Succeed())
	r.life.await(ctx, []client.Object{namespace}, gone)
}

// demonstrates tries the operator without an account, as the chart's notes say.
func demonstrates(ctx SpecContext) {
	r := newRelease(ctx, "demo", "try")
	r.must(ctx, "install", r.name, "chart", "--set", "demo.enabled=true")
	notes, err := r.helm(ctx, "get", "notes", r.name)
	Expect(err).NotTo(HaveOccurred())
	says := func() { r.follow(ctx, notes) }
	says()
	By("upgrading, by which the Seller becomes part of the release, and the account is kept")
	r.must(ctx, "upgrade", r.name, "chart", "--set", "demo.enabled=true")
	says()
	manifest, err := r.helm(ctx, "get", "manifest", r.name)
	Expect(err).NotTo(HaveOccurred())
	Expect(manifest).To(ContainSubstring("kind: Seller\n"))
	r.shell(ctx, "kubectl delete resellers,sellers --all --all-namespaces")
	r.must(ctx, "uninstall", r.name)
}
