package v1alpha1_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metaapply "k8s.io/client-go/applyconfigurations/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/api/v1alpha1/applyconfiguration"
	apply "github.com/reseller-operator/reseller-operator/api/v1alpha1/applyconfiguration/api/v1alpha1"
)

var _ = Describe("A Go program that applies", func() {
	const portal, billing = client.FieldOwner("portal"), client.FieldOwner("billing")

	// company is a whole Reseller, as a program describes it.
	company := func(namespace string) *apply.ResellerApplyConfiguration {
		return apply.Reseller("abcdef", namespace).WithSpec(apply.ResellerSpec().
			WithSellerRef(apply.SellerReference().WithName("main")).
			WithName("ABCDEF OÜ").WithRegistrationNumber("12345678").WithDomain("abcdef.example").
			WithNotificationEmail("notify@abcdef.example").WithSupportEmail("support@abcdef.example").
			WithContact(apply.Contact().WithName("Johanna Tamm").WithJobTitle("Admin").WithEmail("johanna@abcdef.example").
				WithPhonePrefix("372").WithPhone("53564558").WithCellPhonePrefix("372").WithCellPhone("53564559")).
			WithAddress(apply.Address().WithCountryCode("EE")))
	}
	read := func(ctx SpecContext, namespace string) *v1alpha1.Reseller {
		GinkgoHelper()
		r := &v1alpha1.Reseller{}
		Expect(server.Get(ctx, client.ObjectKey{Namespace: namespace, Name: "abcdef"}, r)).To(Succeed())
		return r
	}

	It("says just what it manages, and shares the rest with others", func(ctx SpecContext) {
		namespace := newNamespace(ctx)
		Expect(server.Apply(ctx, company(namespace), portal)).To(Succeed())
		vat := apply.Reseller("abcdef", namespace).WithSpec(apply.ResellerSpec().WithVAT("EE123").WithCustomProperties(apply.CustomProperty().WithID("tier").WithValue("gold")))
		Expect(server.Apply(ctx, vat, billing)).To(Succeed())
		r := read(ctx, namespace)
		Expect(*r.Spec.VAT).To(BeEquivalentTo("EE123"))
		Expect(*r.Spec.Name).To(BeEquivalentTo("ABCDEF OÜ"))

		By("changing a field of the other one, which is a conflict")
		stolen := apply.Reseller("abcdef", namespace).WithSpec(apply.ResellerSpec().WithVAT("EE123").WithDomain("other.example"))
		Expect(server.Apply(ctx, stolen, billing)).To(MatchError(apierrors.IsConflict, "IsConflict"))

		By("leaving out what it managed, which goes")
		Expect(server.Apply(ctx, apply.Reseller("abcdef", namespace).WithSpec(apply.ResellerSpec()), billing)).To(Succeed())
		r = read(ctx, namespace)
		Expect(r.Spec.VAT).To(BeNil())
		Expect(r.Spec.CustomProperties).To(BeEmpty())
		Expect(*r.Spec.Domain).To(BeEquivalentTo("abcdef.example"))
	})

	It("takes up again what it applied before", func(ctx SpecContext) {
		namespace := newNamespace(ctx)
		Expect(server.Apply(ctx, company(namespace), portal)).To(Succeed())
		r := read(ctx, namespace)
		mine, err := apply.ExtractReseller(r, string(portal))
		Expect(err).NotTo(HaveOccurred())
		Expect(mine.Spec.Domain).To(HaveValue(BeEquivalentTo("abcdef.example")))
		Expect(mine.Spec.VAT).To(BeNil())
		Expect(server.Apply(ctx, mine.WithAnnotations(map[string]string{v1alpha1.AnnotationReconcileRequestedAt: "now"}), portal)).To(Succeed())
		Expect(read(ctx, namespace).Annotations).To(HaveKeyWithValue(v1alpha1.AnnotationReconcileRequestedAt, "now"))
	})

	It("keeps conditions of its own in status, beside the operator's", func(ctx SpecContext) {
		namespace := newNamespace(ctx)
		Expect(server.Apply(ctx, company(namespace), portal)).To(Succeed())
		condition := func(name string) *metaapply.ConditionApplyConfiguration {
			return metaapply.Condition().WithType(name).WithStatus(metav1.ConditionTrue).WithReason("Done").WithMessage("").WithLastTransitionTime(metav1.Now())
		}
		for owner, name := range map[client.FieldOwner]string{"reseller-operator": v1alpha1.ConditionReady, billing: "Billed"} {
			status := apply.Reseller("abcdef", namespace).WithStatus(apply.ResellerStatus().WithConditions(condition(name)))
			Expect(server.Status().Apply(ctx, status, owner)).To(Succeed())
		}
		Expect(read(ctx, namespace).Status.Conditions).To(ConsistOf(HaveField("Type", v1alpha1.ConditionReady), HaveField("Type", "Billed")))
	})

	It("has a configuration for every kind", func() {
		for _, kind := range []string{"Reseller", "Seller", "ClusterSeller"} {
			Expect(applyconfiguration.ForKind(v1alpha1.GroupVersion.WithKind(kind))).NotTo(BeNil(), kind)
		}
	})
})
