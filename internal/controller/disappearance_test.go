package controller_test

import (
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

var _ = Describe("A broker that is deleted elsewhere", func() {
	It("is recreated after the full proof, when it was created here", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		w.bystander()
		startManager()
		r := w.inSync(ctx, "abc")
		w.readings(ctx, 1) // lists show it
		gone := r.Status.BrokerID
		Expect(w.api.Remove(gone)).To(Succeed())
		w.api.ResetHistory()
		w.requestReading(ctx)
		Eventually(func() string { refresh(ctx, r); return r.Status.BrokerID }).Should(Satisfy(func(id string) bool { return id != gone && id != "" }))
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.live()).To(HaveLen(2))
		post := w.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpCreate })
		Expect(post).To(HaveLen(1))
		looks := w.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpGet && x.Broker == gone && x.At.Before(post[0].At) })
		Expect(len(looks)).To(BeNumerically(">=", 2), "its own GET says so twice")
		Expect(looks[len(looks)-1].At.Sub(looks[0].At).Seconds()).To(BeNumerically(">", 0.9), "a list lag apart")
		Eventually(w.events(ctx, "abc")).Should(ContainElement("Warning Disappeared (Observe): broker " + gone + " was deleted elsewhere; it is recreated"))
	})

	It("is not recreated when it was adopted, or differences are only reported", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		w.bystander()
		startManager()
		w.api.Add(w.broker("abc"))
		adopted := w.inSync(ctx, "abc", func(s *v1alpha1.ResellerSpec) { s.AdoptionPolicy = v1alpha1.AdoptMatchExisting })
		reported := w.inSync(ctx, "def", func(s *v1alpha1.ResellerSpec) { s.DriftPolicy = v1alpha1.DriftReport })
		w.readings(ctx, 1) // lists show them
		for _, r := range []*v1alpha1.Reseller{adopted, reported} {
			Expect(w.api.Remove(r.Status.BrokerID)).To(Succeed())
		}
		w.requestReading(ctx)
		awaitReason(ctx, adopted, v1alpha1.ReasonBrokerNotFound, "it was not created by this Reseller")
		awaitReason(ctx, reported, v1alpha1.ReasonBrokerNotFound, "spec.driftPolicy is Report")
		w.readings(ctx, 2)
		Expect(w.live()).To(ConsistOf("bystander Company"))
		for _, r := range []*v1alpha1.Reseller{adopted, reported} {
			gone := "Normal BrokerGone (Delete): broker " + r.Status.BrokerID + " had been deleted elsewhere, so nothing was left to delete"
			remove(ctx, r)
			awaitGone(ctx, r)
			Eventually(w.events(ctx, r.Name)).WithContext(ctx).Should(ContainElement(gone), "whatever the policy would do")
		}
	})
})

var _ = Describe("An outage that looks like an empty account", func() {
	It("lets nothing be forgotten or recreated, by a restart either", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		first := startManager()
		a, b := w.inSync(ctx, "abc"), w.inSync(ctx, "def")
		w.readings(ctx, 1)
		w.inject(
			fake.Fault{Op: fake.OpList, List: fake.ListEmpty},
			fake.Fault{Op: fake.OpGet, Status: http.StatusNotFound},
			fake.Fault{Op: fake.OpCreate, Status: http.StatusNotFound},
		)
		w.readings(ctx, 3)
		awaitReason(ctx, w.seller, v1alpha1.ReasonListSuspicious, "lacks every broker", v1alpha1.AnnotationAcceptListAt)
		first.stop()
		startManager()
		w.readings(ctx, 3)
		c := w.reseller("ghi")
		create(ctx, c)
		awaitReason(ctx, w.seller, v1alpha1.ReasonListSuspicious)
		w.readings(ctx, 3)
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(2))

		w.api.ClearFaults()
		w.readings(ctx, 2)
		awaitReason(ctx, c, v1alpha1.ReasonInSync)
		for _, r := range []*v1alpha1.Reseller{a, b} {
			id := r.Status.BrokerID
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
			Expect(r.Status.BrokerID).To(Equal(id))
		}
		Expect(w.live()).To(HaveLen(3))
	})
})

var _ = Describe("A broker that is there", func() {
	DescribeTable("is neither recreated nor let go because of",
		func(ctx SpecContext, faults ...fake.Fault) {
			w := newAccount(ctx, fake.Shapes{})
			startManager()
			r := w.inSync(ctx, "abc")
			w.inSync(ctx, "def")
			id := r.Status.BrokerID
			w.api.ResetHistory()
			w.inject(faults...)
			w.readings(ctx, 1)
			annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
			w.readings(ctx, 3)
			Expect(w.wrote()).To(BeEmpty())
			Eventually(func(g Gomega) {
				refresh(ctx, r)
				g.Expect(r.Status.LastHandledReconcileAt).To(Equal(r.Annotations[v1alpha1.AnnotationReconcileRequestedAt]))
			}).Should(Succeed())
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
			Expect(r.Status.BrokerID).To(Equal(id))
			Expect(w.live()).To(HaveLen(2))
		},
		Entry("one 404 to its GET", fake.Fault{Op: fake.OpGet, Status: http.StatusNotFound, Times: 1}),
		Entry("one list that lacks it, and one 404",
			fake.Fault{Op: fake.OpList, List: fake.ListShort, Missing: 2, Times: 1}, fake.Fault{Op: fake.OpGet, Status: http.StatusNotFound, Times: 1}),
		Entry("three empty lists", fake.Fault{Op: fake.OpList, List: fake.ListEmpty, Times: 3}),
		Entry("a 404 to every list for a while", fake.Fault{Op: fake.OpList, Status: http.StatusNotFound, Times: 2}),
		Entry("404s of a gateway", fake.Fault{Op: fake.OpGet, Status: http.StatusNotFound, Body: fake.BodyHTML, Times: 3}),
	)

	It("with many others missing at once makes the list suspicious, until a user accepts it", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		var all []*v1alpha1.Reseller
		for i := range 8 {
			r := w.reseller(numbered(i))
			create(ctx, r)
			all = append(all, r)
		}
		for _, r := range all {
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
		}
		w.readings(ctx, 1)
		for _, r := range all[1:] {
			Expect(w.api.Remove(r.Status.BrokerID)).To(Succeed())
		}
		w.requestReading(ctx)
		awaitReason(ctx, w.seller, v1alpha1.ReasonListSuspicious, "lacks 7 of 8 known brokers", "cloudmore.com/accept-list-at")
		w.readings(ctx, 2)
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(8), "nothing is recreated")

		annotate(ctx, w.seller, v1alpha1.AnnotationAcceptListAt, fresh())
		w.ready(ctx)
		Eventually(w.live).WithContext(ctx).Should(HaveLen(8))
	})
})
