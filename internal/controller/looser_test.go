package controller_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

var _ = Describe("A Reseller that an earlier, looser CRD stored", func() {
	It("has its status written, and is edited and deleted as any other; of a policy that nobody knows the careful one holds", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) {
			s.DeletionPolicy, s.AdoptionPolicy, s.DriftPolicy = "Keep", "Always", "Ignore"
			s.Address.CountryCode = as[v1alpha1.CountryCode]("UK")
			s.Name = as[v1alpha1.Text]("abc\u200b Company")
		})
		Expect(server.Create(ctx, r.DeepCopy())).To(Satisfy(apierrors.IsInvalid))
		withoutRules(ctx, func() {
			Eventually(func() error { return server.Create(ctx, r) }).WithContext(ctx).Should(Succeed())
		})
		other := w.reseller("def", func(s *v1alpha1.ResellerSpec) { s.DeletionPolicy = "Keep" })
		Eventually(func() error { return server.Create(ctx, other.DeepCopy(), client.DryRunAll) }).WithContext(ctx).
			Should(Satisfy(apierrors.IsInvalid), "the rules are back")

		startManager()
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.EffectiveDeletionPolicy).To(Equal(v1alpha1.DeletionOrphan))
		renamed(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.at(r).SupportEmail).To(Equal("help@abc.example"))
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(w.live()).To(HaveLen(1))
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		Expect(w.api.Calls(fake.OpDelete)).To(BeZero())
	})
})

// withoutRules does something while the CRD of Resellers has types and no rules.
func withoutRules(ctx context.Context, do func()) {
	GinkgoHelper()
	change := func(ctx context.Context, change func(crd map[string]any)) {
		GinkgoHelper()
		Eventually(func() error {
			crd := &unstructured.Unstructured{}
			crd.SetGroupVersionKind(schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"})
			if err := server.Get(ctx, client.ObjectKey{Name: "resellers.cloudmore.com"}, crd); err != nil {
				return err
			}
			change(crd.Object)
			return server.Update(ctx, crd)
		}).WithContext(ctx).Should(Succeed())
	}
	var spec any
	change(ctx, func(crd map[string]any) {
		spec = crd["spec"]
		crd["spec"] = loosened(spec)
	})
	restore := func(ctx context.Context) { change(ctx, func(crd map[string]any) { crd["spec"] = spec }) }
	DeferCleanup(restore) // others need it, too
	do()
	restore(ctx)
}

// loosened is a part of a CRD whose schemas have no rules.
func loosened(part any) any {
	switch part := part.(type) {
	case map[string]any:
		_, typed := part["type"].(string)
		kept := map[string]any{}
		for key, value := range part {
			switch key {
			case "enum", "pattern", "maxLength", "x-kubernetes-validations":
				if typed {
					continue
				}
			}
			kept[key] = loosened(value)
		}
		return kept
	case []any:
		kept := make([]any, len(part))
		for i := range part {
			kept[i] = loosened(part[i])
		}
		return kept
	default:
		return part
	}
}
