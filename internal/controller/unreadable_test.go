package controller_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// spaced sees that the pause after each call that failed is at least a second, and
// twice as long as the one before. It may be longer: that is told by nothing here. The one
// of a DELETE counts from its announcement, which comes up to a second before.
func spaced(calls []fake.Exchange) {
	GinkgoHelper()
	for i := 1; i < len(calls); i++ {
		least := time.Second << (i - 1)
		if calls[i].Op == fake.OpDelete {
			least -= time.Second
		}
		Expect(calls[i].At.Sub(calls[i-1].EndedAt)).To(BeNumerically(">=", least), "the pause before call %d of %d", i+1, len(calls))
	}
}

// looks are the calls that read one broker by its id.
func (w *world) looks(id string) []fake.Exchange {
	return w.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpGet && x.Broker == id })
}

// restless has the account read on request, and sees that what a broker that can't
// be read costs is bounded: few reads of it, and about no lists but those asked for.
func (w *world) restless(ctx SpecContext, id string) {
	GinkgoHelper()
	const asked = 6
	before := w.lists()
	w.readings(ctx, asked)
	looks := w.looks(id)
	spaced(looks)
	Expect(w.lists()).To(BeNumerically("<=", before+asked+len(looks)))
	Expect(w.wrote()).To(BeEmpty())
}

var _ = Describe("A broker that is listed and can't be read", func() {
	matching := func(s *v1alpha1.ResellerSpec) { s.AdoptionPolicy = v1alpha1.AdoptMatchExisting }

	// unreadable is an account with such a broker, and a Reseller that means it.
	unreadable := func(ctx SpecContext, changes ...func(*v1alpha1.ResellerSpec)) (*world, *v1alpha1.Reseller, string) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		w.api.Add(w.broker("other")) // a list without any broker proves nothing
		id := w.api.Add(w.broker("abc"))
		Expect(w.api.SetUnreadable(id, true)).To(Succeed())
		r := w.reseller("abc", changes...)
		create(ctx, r)
		return w, r, id
	}

	It("is said to be that, and costs little, until it can be read", func(ctx SpecContext) {
		w, r, id := unreadable(ctx, matching)
		awaitReason(ctx, r, v1alpha1.ReasonBrokerUnreadable, "broker "+id+" is listed", "look in the portal")
		seen := reasonsOf(ctx, r)
		w.restless(ctx, id)
		refresh(ctx, r)
		Expect(seen.until(r)).To(ConsistOf(v1alpha1.ReasonBrokerUnreadable), "it stays said")
		Expect(w.api.SetUnreadable(id, false)).To(Succeed())
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.BrokerID).To(Equal(id))
		Expect(w.api.Calls(fake.OpCreate)).To(BeZero())
	})

	It("is no hindrance when lists lack it: another one is made", func(ctx SpecContext) {
		w, r, id := unreadable(ctx, matching)
		awaitReason(ctx, r, v1alpha1.ReasonBrokerUnreadable)
		Expect(w.api.Remove(id)).To(Succeed())
		w.readings(ctx, 2)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.BrokerID).NotTo(Equal(id))
		Expect(w.live()).To(ConsistOf("other Company", "abc Company"))
	})

	It("is read once for who does not adopt it: it may be another seller's", func(ctx SpecContext) {
		w, r, id := unreadable(ctx)
		awaitReason(ctx, r, v1alpha1.ReasonAdoptionNotAllowed, id)
		w.restless(ctx, id)
		Expect(w.looks(id)).To(HaveLen(1))
		refresh(ctx, r)
		Expect(ready(r).Reason).To(Equal(v1alpha1.ReasonAdoptionNotAllowed))
	})

	It("is not found for who names it", func(ctx SpecContext) {
		w, r, id := unreadable(ctx)
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.BrokerID = v1alpha1.ID(id) })
		awaitReason(ctx, r, v1alpha1.ReasonBrokerNotFound, "spec.brokerID: there is no broker "+id)
		w.restless(ctx, id)
		refresh(ctx, r)
		Expect(ready(r).Reason).To(Equal(v1alpha1.ReasonBrokerNotFound))
		Expect(w.api.SetUnreadable(id, false)).To(Succeed())
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
	})

	It("stays bound, and is neither recreated nor let go", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		id := r.Status.BrokerID
		w.readings(ctx, 1) // lists show it
		Expect(w.api.SetUnreadable(id, true)).To(Succeed())
		w.api.ResetHistory()
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		awaitReason(ctx, r, v1alpha1.ReasonBrokerUnreadable, "broker "+id+" is listed")
		w.restless(ctx, id)
		refresh(ctx, r)
		Expect(r.Status.BrokerID).To(Equal(id))
		Expect(w.api.SetUnreadable(id, false)).To(Succeed())
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.live()).To(HaveLen(1))
	})

	It("stays open where a lost create may have made it: nothing is posted again", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, quick)
		startManager()
		w.ready(ctx)
		w.inject(fake.Fault{Op: fake.OpCreate, Drop: fake.DropConnection, Commit: fake.CommitYes, Unreadable: true, Times: 1})
		r := w.reseller("abc")
		create(ctx, r)
		w.awaitCalls(ctx, fake.OpCreate, 1)
		Eventually(w.live).Should(HaveLen(1))
		id := w.api.Live()[0].ID
		awaitReason(ctx, r, v1alpha1.ReasonBrokerUnreadable, "broker "+id)
		w.api.ResetHistory()
		w.restless(ctx, id)
		Expect(w.api.SetUnreadable(id, false)).To(Succeed())
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.made("abc")).To(BeNumerically("<=", 1))
		Expect(w.live()).To(HaveLen(1))
	})
})
