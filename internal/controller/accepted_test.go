package controller_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// acceptedLists is what status says of what a user called right.
func (w *world) acceptedLists(ctx SpecContext) []string {
	GinkgoHelper()
	refresh(ctx, w.seller)
	if list := w.seller.(*v1alpha1.Seller).Status.List; list != nil {
		return list.Accepted
	}
	return nil
}

// totals has lists announce so many brokers more than they show.
func (w *world) totals(more int) {
	GinkgoHelper()
	Expect(w.api.SetShapes(fake.Shapes{AnnouncedMore: more})).To(Succeed())
}

var _ = Describe("What a user called right of a list", func() {
	const asks = "set the annotation " + v1alpha1.AnnotationAcceptListAt

	It("holds over restarts, until the list says something else", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{AnnouncedMore: 1})
		manager := startManager()
		w.api.Add(w.broker("other"))
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, w.seller, v1alpha1.ReasonListSuspicious, "X-Total-Count says 2, and 1 came", asks)
		Expect(w.api.Calls(fake.OpCreate)).To(BeZero())
		annotate(ctx, w.seller, v1alpha1.AnnotationAcceptListAt, fresh())
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Eventually(func() []string { return w.acceptedLists(ctx) }).WithContext(ctx).Should(ContainElement("list brokers: X-Total-Count +1"))

		By("starting another manager")
		manager.stop()
		manager = startManager()
		w.inSync(ctx, "def")
		awaitReason(ctx, w.seller, v1alpha1.ReasonReady)

		By("announcing another one, which may be ours")
		w.totals(2)
		w.requestReading(ctx)
		awaitReason(ctx, w.seller, v1alpha1.ReasonListSuspicious, "X-Total-Count says 5, and 3 came", asks)
		manager.stop()
		manager = startManager()
		awaitReason(ctx, w.seller, v1alpha1.ReasonListSuspicious, "X-Total-Count says 5, and 3 came", asks)

		By("announcing none, and the first one again")
		w.totals(0)
		w.readings(ctx, 1)
		awaitReason(ctx, w.seller, v1alpha1.ReasonReady)
		Eventually(func() []string { return w.acceptedLists(ctx) }).WithContext(ctx).ShouldNot(ContainElement(HavePrefix("list brokers: ")))
		manager.stop()
		startManager()
		w.totals(1)
		w.requestReading(ctx)
		awaitReason(ctx, w.seller, v1alpha1.ReasonListSuspicious, "X-Total-Count says 4, and 3 came", asks)
		Expect(w.live()).To(HaveLen(3))
	})

	It("is no word on the brokers that the list lacks", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		manager := startManager()
		a := w.inSync(ctx, "abc")
		w.inSync(ctx, "def")
		w.readings(ctx, 1)
		manager.stop()

		By("answering in an outage that announces more what a manager has yet to see")
		w.totals(1)
		w.inject(fake.Fault{EmptyAccount: true})
		annotate(ctx, w.seller, v1alpha1.AnnotationAcceptListAt, fresh())
		startManager()
		awaitReason(ctx, w.seller, v1alpha1.ReasonListSuspicious, "lacks every broker")
		annotate(ctx, a, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		w.readings(ctx, 2)
		awaitReason(ctx, w.seller, v1alpha1.ReasonListSuspicious, "lacks every broker")
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(2))

		w.api.ClearFaults()
		w.readings(ctx, 2)
		id := a.Status.BrokerID
		awaitReason(ctx, a, v1alpha1.ReasonInSync)
		Expect(a.Status.BrokerID).To(Equal(id))
		Expect(w.live()).To(HaveLen(2))
	})
})

var _ = Describe("An entry of the list that can't be told apart", func() {
	It("stops what it may be and nobody else, also after a restart, until it is mended or named", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		manager := startManager()
		w.api.Add(w.broker("other"))
		id := w.api.Add(w.broker("abc"))
		Expect(w.api.SetEntry(id, fake.EntryNoID)).To(Succeed())
		r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.AdoptionPolicy = v1alpha1.AdoptMatchExisting })
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonBrokerUnreadable, "entry 1 of the list", "spec.brokerID")
		w.inSync(ctx, "def")
		Eventually(func() int32 {
			refresh(ctx, w.seller)
			if list := w.seller.(*v1alpha1.Seller).Status.List; list != nil {
				return list.Unreadable
			}
			return 0
		}).WithContext(ctx).Should(BeEquivalentTo(1))

		manager.stop()
		startManager()
		w.readings(ctx, 2)
		w.inSync(ctx, "ghi")
		awaitReason(ctx, r, v1alpha1.ReasonBrokerUnreadable, "entry 1 of the list")
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(2))

		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.BrokerID = v1alpha1.ID(id) })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.BrokerID).To(Equal(id))

		By("letting go of it, which leaves the broker")
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(w.live()).To(HaveLen(4))
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(2))
	})
})
