package v1alpha1_test

import (
	"context"
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// forbiddenSince are values that v0.1.0 took and today's rules refuse.
var forbiddenSince = changes{
	"spec.name":                "Dol\u200bphin",
	"spec.domain":              "xn--a.example",
	"spec.notificationEmail":   "a..b@example.com",
	"spec.contact.phonePrefix": "999",
	"spec.address.countryCode": "UK",
}

var _ = Describe("An object with values that a later rule forbids", Ordered, func() {
	var (
		cluster  client.Client
		reseller *unstructured.Unstructured
		seller   *unstructured.Unstructured
	)

	BeforeAll(func(ctx SpecContext) {
		env := controlPlane(filepath.Join(releases()[0], "crds"))
		config, err := env.Start()
		Expect(err).NotTo(HaveOccurred())
		DeferCleanup(env.Stop)
		cluster, err = client.New(config, client.Options{Scheme: server.Scheme()})
		Expect(err).NotTo(HaveOccurred())
		Expect(cluster.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "partners"}})).To(Succeed())
		reseller, seller = forbiddenSince.applyTo(validReseller()), changes{"spec.endpoint": "https://a..example:0"}.applyTo(validSeller())
		for _, object := range []*unstructured.Unstructured{reseller, seller} {
			object.SetNamespace("partners")
			Expect(cluster.Create(ctx, object)).To(Succeed())
		}
		upgrade(ctx, config, cluster)
	})

	patch := func(ctx context.Context, to client.SubResourceWriter, content string) error {
		return to.Patch(ctx, reseller.DeepCopy(), client.RawPatch(types.MergePatchType, []byte(content)))
	}

	It("still takes edits of other fields", func(ctx SpecContext) {
		Expect(cluster.Patch(ctx, reseller.DeepCopy(), client.RawPatch(types.MergePatchType,
			[]byte(`{"spec":{"address":{"city":"London"},"contact":{"phone":"1"},"vat":"GB1"}}`)))).To(Succeed())
		Expect(cluster.Patch(ctx, seller.DeepCopy(), client.RawPatch(types.MergePatchType,
			[]byte(`{"spec":{"observeInterval":"10m"}}`)))).To(Succeed())
	})

	It("still takes status, labels and finalizers", func(ctx SpecContext) {
		Expect(patch(ctx, cluster.Status(), `{"status":{"brokerID":"4711"}}`)).To(Succeed())
		for _, finalizers := range []string{`["cloudmore.com/reseller"]`, `[]`} {
			Expect(cluster.Patch(ctx, reseller.DeepCopy(), client.RawPatch(types.MergePatchType,
				[]byte(`{"metadata":{"labels":{"a":"b"},"finalizers":`+finalizers+`}}`)))).To(Succeed())
		}
	})

	It("still takes what is applied from the server's side, as long as it says the same", func(ctx SpecContext) {
		applied := forbiddenSince.applyTo(validReseller())
		applied.SetNamespace("partners")
		Expect(cluster.Apply(ctx, client.ApplyConfigurationFromUnstructured(applied), client.FieldOwner("gitops"), client.ForceOwnership)).To(Succeed())
	})

	It("is refused another such value", func(ctx SpecContext) {
		err := cluster.Patch(ctx, reseller.DeepCopy(), client.RawPatch(types.MergePatchType,
			[]byte(`{"spec":{"address":{"countryCode":"XX"}}}`)))
		Expect(faultsOf(err)).To(ConsistOf(`spec.address.countryCode: Invalid value: "XX": ` + noCountry))
	})
})
