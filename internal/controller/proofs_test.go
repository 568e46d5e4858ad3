package controller_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

var _ = Describe("A form that v0.1 took for Cloudmore's own", func() {
	// With such a limit it is an object's turn every tenth of a second.
	braked := func(s *v1alpha1.SellerSettings) { s.Brake = v1alpha1.Brake{Percent: 20, Minimum: 100_000} }
	form := func(observed string) v1alpha1.Normalized {
		return v1alpha1.Normalized{Field: "spec.vat", Desired: "987654321", Observed: observed}
	}
	withVAT := func(s *v1alpha1.ResellerSpec) { s.VAT = as[v1alpha1.Text]("987654321") }
	normalized := func(ctx SpecContext, r *v1alpha1.Reseller) func() []v1alpha1.Normalized {
		return func() []v1alpha1.Normalized { refresh(ctx, r); return r.Status.Normalized }
	}
	// upgraded has a Reseller with the status that v0.1 left, and the next manager.
	upgraded := func(ctx SpecContext, w *world, changes ...func(*v1alpha1.ResellerSpec)) *v1alpha1.Reseller {
		GinkgoHelper()
		manager := startManager()
		r := w.inSync(ctx, "abc", append(changes, withVAT)...)
		manager.stop()
		Expect(w.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.VAT = "EE987654321" })).To(Succeed())
		stored := r.DeepCopy()
		r.Status.Applied, r.Status.Normalized = "", []v1alpha1.Normalized{form("EE987654321")}
		Expect(server.Status().Patch(ctx, r, client.MergeFrom(stored))).To(Succeed())
		w.api.ResetHistory()
		startManager()
		return r
	}

	It("is sent once, shown again, and proved", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ListContent: fake.ListDetail, Spell: []string{"store vat glue=EE"}}, braked)
		r := upgraded(ctx, w)
		Eventually(func() int { return w.api.Calls(fake.OpUpdate) }).WithContext(ctx).Should(Equal(1))
		Eventually(normalized(ctx, r)).WithContext(ctx).Should(ConsistOf(form("EE987654321")))
		awaitReason(ctx, r, v1alpha1.ReasonInSync, `Cloudmore shows spec.vat as "EE987654321"`)
		w.readings(ctx, 3)
		Expect(w.api.Calls(fake.OpUpdate)).To(Equal(1))
	})

	It("is mended where it was changed in the portal", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ListContent: fake.ListDetail}, braked)
		r := upgraded(ctx, w)
		Eventually(func() string { return w.at(r).VAT }).WithContext(ctx).Should(Equal("987654321"))
		Eventually(normalized(ctx, r)).WithContext(ctx).Should(BeEmpty())
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.api.Calls(fake.OpUpdate)).To(Equal(1))
	})

	It("stays unproved under Report, and says so", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ListContent: fake.ListDetail, Spell: []string{"store vat glue=EE"}}, braked)
		r := upgraded(ctx, w, func(s *v1alpha1.ResellerSpec) { s.DriftPolicy = v1alpha1.DriftReport })
		awaitReason(ctx, r, v1alpha1.ReasonInSync, "spec.vat for Cloudmore's own form, which is unproved", "set driftPolicy to Correct")
		unproved := form("EE987654321")
		unproved.Unproved = true
		w.readings(ctx, 3)
		Expect(normalized(ctx, r)()).To(ConsistOf(unproved))
		Expect(w.api.Calls(fake.OpUpdate)).To(BeZero())

		By("correcting drift")
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.DriftPolicy = v1alpha1.DriftCorrect })
		Eventually(normalized(ctx, r)).WithContext(ctx).Should(ConsistOf(form("EE987654321")))
		Expect(w.api.Calls(fake.OpUpdate)).To(Equal(1))
	})
})
