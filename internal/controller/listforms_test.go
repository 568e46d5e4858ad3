package controller_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// formKnown has the account read until the details are not read because of that any more.
func (w *world) formKnown(ctx SpecContext) {
	GinkgoHelper()
	Eventually(func() int {
		before := w.api.Calls(fake.OpGet)
		w.readings(ctx, 3) // what the first two led to has happened with the third
		return w.api.Calls(fake.OpGet) - before
	}).WithContext(ctx).Should(BeZero())
}

var _ = Describe("A list that shows brokers whole, and spells them in a way of its own", func() {
	spelled := fake.Shapes{ListContent: fake.ListDetail, Spell: []string{"list name upper"}}

	It("is drift to nobody under Report, and what somebody changes is, with one GET", func(ctx SpecContext) {
		w := newAccount(ctx, spelled)
		manager := startManager()
		r := w.inSync(ctx, "abc", func(s *v1alpha1.ResellerSpec) { s.DriftPolicy = v1alpha1.DriftReport })
		seen := reasonsOf(ctx, r)
		w.formKnown(ctx)

		By("starting another manager, which knows the broker from the list only")
		manager.stop()
		startManager()
		w.formKnown(ctx)

		By("changing the broker in the portal")
		refresh(ctx, r)
		Expect(seen.until(r)).To(ConsistOf(v1alpha1.ReasonInSync))
		before := w.api.Calls(fake.OpGet)
		Expect(w.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.Name = "Renamed" })).To(Succeed())
		w.readings(ctx, 1)
		awaitReason(ctx, r, v1alpha1.ReasonDriftReported, "spec.name")
		Expect(w.api.Calls(fake.OpGet)).To(BeNumerically(">", before))
		w.formKnown(ctx)
		Expect(w.api.Calls(fake.OpUpdate)).To(BeZero())
	})

	It("is learned after an edit, too, and costs no GET from then on", func(ctx SpecContext) {
		w := newAccount(ctx, spelled)
		startManager()
		r := w.inSync(ctx, "abc")
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.Name = as[v1alpha1.Text]("Renamed") })
		Eventually(func() string { return w.at(r).Name }).WithContext(ctx).Should(Equal("Renamed"))
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		w.formKnown(ctx)
		Expect(w.api.Calls(fake.OpUpdate)).To(Equal(1))
	})
})
