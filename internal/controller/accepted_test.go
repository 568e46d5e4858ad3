package controller_test

import (
	"time"

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

// ends is a moment in which a manager ends after a user's word on a list.
type ends func(SpecContext, *world, *process)

var _ = DescribeTable("A user's word on a list is neither lost nor used twice where the manager ends",
	func(ctx SpecContext, end ends) {
		w := newAccount(ctx, fake.Shapes{AnnouncedMore: 1})
		manager := startManager()
		w.api.Add(w.broker("other"))
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, w.seller, v1alpha1.ReasonListSuspicious, "X-Total-Count says 2, and 1 came")
		end(ctx, w, manager)
		manager.die()

		By("starting another manager, which nobody tells anything")
		manager = startManager()
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		word := w.seller.GetAnnotations()[v1alpha1.AnnotationAcceptListAt]
		Eventually(func() string {
			refresh(ctx, w.seller)
			return w.seller.(*v1alpha1.Seller).Status.LastHandledAcceptListAt
		}).
			WithContext(ctx).Should(And(Equal(word), Not(BeEmpty())))
		Expect(w.acceptedLists(ctx)).To(ContainElement("list brokers: X-Total-Count +1"))

		By("announcing another one, of which that word was not")
		w.totals(2)
		w.readings(ctx, 2)
		awaitReason(ctx, w.seller, v1alpha1.ReasonListSuspicious, "X-Total-Count says 4, and 2 came")
		manager.stop()
		startManager()
		create(ctx, w.reseller("def"))
		w.readings(ctx, 2)
		awaitReason(ctx, w.seller, v1alpha1.ReasonListSuspicious, "X-Total-Count says 4, and 2 came")
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
	},
	Entry("before the list that was asked for is answered", ends(func(ctx SpecContext, w *world, _ *process) {
		w.inject(fake.Fault{Op: fake.OpList, Delay: time.Hour})
		annotate(ctx, w.seller, v1alpha1.AnnotationAcceptListAt, fresh())
		Eventually(func() []fake.Exchange {
			return w.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpList && x.EndedAt.IsZero() })
		}).WithContext(ctx).ShouldNot(BeEmpty())
		w.api.ClearFaults()
	})),
	Entry("before status says that the list was read", ends(func(ctx SpecContext, w *world, manager *process) {
		manager.beforeWrite(func(x write) error {
			if x.resource == "sellers" && x.sets("lastHandledAcceptListAt") {
				manager.kill()
				return errCut
			}
			return nil
		})
		annotate(ctx, w.seller, v1alpha1.AnnotationAcceptListAt, fresh())
		Eventually(manager.isCut).WithContext(ctx).Should(BeTrue())
		refresh(ctx, w.seller)
		Expect(w.seller.(*v1alpha1.Seller).Status.LastHandledAcceptListAt).To(BeEmpty())
	})),
	Entry("when status says so", ends(func(ctx SpecContext, w *world, manager *process) {
		manager.afterWrite(func(x write) {
			if x.resource == "sellers" && x.sets("lastHandledAcceptListAt") {
				manager.kill()
			}
		})
		annotate(ctx, w.seller, v1alpha1.AnnotationAcceptListAt, fresh())
		Eventually(manager.isCut).WithContext(ctx).Should(BeTrue())
	})),
	Entry("while no manager runs", ends(func(ctx SpecContext, w *world, manager *process) {
		manager.stop()
		annotate(ctx, w.seller, v1alpha1.AnnotationAcceptListAt, fresh())
	})),
)

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
