package config_test

import (
	"context"
	"os"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// life is what the manager is for, in one namespace: Resellers of a Seller and,
// where it may read those, of a ClusterSeller.
type life struct {
	manager     *process
	namespace   string
	clusterWide bool
	api         *fake.Server
	endpoint    string
	broker      string // the id of one that pages speak of
}

// lives takes Resellers from nothing to Ready, through an edit and to nothing
// again, with all that they need.
func (p *process) lives(ctx context.Context, namespace string, clusterWide bool) {
	GinkgoHelper()
	l := &life{manager: p, namespace: namespace, clusterWide: clusterWide}
	l.serve()
	used, resellers := l.objects()
	for _, obj := range slices.Concat(used, resellers) {
		Expect(cluster.Create(ctx, obj)).To(Succeed())
	}
	l.await(ctx, resellers, l.ready)
	for _, obj := range resellers {
		Expect(cluster.Patch(ctx, obj, client.RawPatch(types.MergePatchType, []byte(`{"spec":{"contact":{"phone":"7770000"}}}`)))).To(Succeed())
	}
	l.await(ctx, resellers, l.edited)
	// What a Reseller needs goes first: it is kept until that is gone.
	for _, obj := range slices.Concat(used, resellers) {
		Expect(cluster.Delete(ctx, obj)).To(Succeed())
	}
	l.await(ctx, slices.Concat(used, resellers), gone)
	Expect(l.api.Live()).To(BeEmpty())
	Eventually(func(g Gomega) {
		p.denied()
		events := &eventsv1.EventList{}
		g.Expect(cluster.List(ctx, events, client.InNamespace(namespace))).To(Succeed())
		for _, reason := range []string{"Created", "Updated", "Deleted"} {
			g.Expect(events.Items).To(ContainElement(HaveField("Reason", reason)))
		}
	}).WithContext(ctx).WithTimeout(timeout).Should(Succeed())
}

// serve starts the fake seller API until the spec ends.
func (l *life) serve() {
	GinkgoHelper()
	var err error
	l.api, err = fake.New(fake.Options{})
	Expect(err).NotTo(HaveOccurred())
	l.endpoint, err = l.api.Start()
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(l.api.Close)
}

// objects are the Resellers, and what they need: credentials, a private CA (that
// of the API server serves) and the account.
func (l *life) objects() (used, resellers []client.Object) {
	GinkgoHelper()
	seller, reseller := &v1alpha1.Seller{}, &v1alpha1.Reseller{}
	l.sample("seller", seller)
	l.sample("reseller", reseller)
	seller.Spec.CABundleRef = &v1alpha1.CABundleReference{Name: "corp-ca"}
	used = []client.Object{
		l.credentials("cloudmore-api"), seller,
		&corev1.ConfigMap{
			ObjectMeta: metav1.ObjectMeta{Namespace: l.namespace, Name: "corp-ca"},
			Data:       map[string]string{"ca.crt": string(env.Config.CAData)},
		},
	}
	resellers = []client.Object{reseller}
	if !l.clusterWide {
		return used, resellers
	}
	shared := reseller.DeepCopy()
	shared.Name = "shared"
	shared.Spec.SellerRef = v1alpha1.SellerReference{Kind: v1alpha1.SellerKindClusterSeller, Name: v1alpha1.SellerName(l.namespace)}
	shared.Spec.RegistrationNumber, shared.Spec.Domain = ptr.To(v1alpha1.Text("42")), ptr.To(v1alpha1.Domain("shared.example"))
	settings := *seller.Spec.SellerSettings.DeepCopy()
	settings.CABundleRef = nil
	return append(used, l.credentials("shared-api"), &v1alpha1.ClusterSeller{
		ObjectMeta: metav1.ObjectMeta{Name: l.namespace},
		Spec: v1alpha1.ClusterSellerSpec{
			SellerSettings:       settings,
			CredentialsSecretRef: v1alpha1.NamespacedSecretReference{Namespace: v1alpha1.NamespaceName(l.namespace), Name: "shared-api"},
			AllowedNamespaces: &v1alpha1.AllowedNamespaces{Selector: &metav1.LabelSelector{
				MatchLabels: map[string]string{corev1.LabelMetadataName: l.namespace},
			}},
		},
	}), append(resellers, shared)
}

// credentials is a Secret with which the fake lets in.
func (l *life) credentials(name string) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: l.namespace, Name: name}, StringData: map[string]string{
		v1alpha1.SecretKeyUsername: fake.DefaultUsername, v1alpha1.SecretKeyPassword: fake.DefaultPassword,
		v1alpha1.SecretKeyClientSecret: fake.DefaultClientSecret,
	}}
}

// sample reads a sample into an object of the life's namespace.
func (l *life) sample(name string, into client.Object) {
	GinkgoHelper()
	content, err := os.ReadFile("samples/cloudmore_v1alpha1_" + name + ".yaml")
	Expect(err).NotTo(HaveOccurred())
	obj := objects(strings.ReplaceAll(string(content), v1alpha1.DefaultEndpoint, l.endpoint))[0]
	obj.SetNamespace(l.namespace)
	Expect(runtime.DefaultUnstructuredConverter.FromUnstructured(obj.Object, into)).To(Succeed())
}

// await waits until a statement is true of every object.
func (l *life) await(ctx context.Context, objects []client.Object, statement func(g Gomega, obj client.Object, err error)) {
	GinkgoHelper()
	for _, obj := range objects {
		Eventually(func(g Gomega) {
			l.manager.denied()
			statement(g, obj, cluster.Get(ctx, client.ObjectKeyFromObject(obj), obj))
		}).WithContext(ctx).WithTimeout(timeout).Should(Succeed(), "%T %s", obj, obj.GetName())
	}
}

func (l *life) ready(g Gomega, obj client.Object, err error) {
	g.Expect(err).NotTo(HaveOccurred())
	status := obj.(*v1alpha1.Reseller).Status
	g.Expect(meta.IsStatusConditionTrue(status.Conditions, v1alpha1.ConditionReady)).To(BeTrue(), "%+v", status)
	g.Expect(status.ObservedGeneration).To(Equal(obj.GetGeneration()))
}

func (l *life) edited(g Gomega, obj client.Object, err error) {
	l.ready(g, obj, err)
	record, there := l.api.Broker(obj.(*v1alpha1.Reseller).Status.BrokerID)
	g.Expect(there).To(BeTrue())
	g.Expect(record.Broker.Contact.Phone).To(Equal("7770000"))
}

func gone(g Gomega, obj client.Object, err error) {
	g.Expect(apierrors.IsNotFound(err)).To(BeTrue(), "%v %+v", err, obj)
}
