package controller_test

import (
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// wrote lists the calls that could have changed a broker.
func (w *world) wrote() []fake.Exchange {
	return w.exchanges(func(x fake.Exchange) bool {
		return x.Op == fake.OpCreate || x.Op == fake.OpUpdate || x.Op == fake.OpDelete
	})
}

var _ = Describe("managementPolicy Observe", func() {
	observe := func(s *v1alpha1.ResellerSpec) { s.ManagementPolicy = v1alpha1.Observe }

	It("shows the broker and its differences, writes nothing, and leaves no finalizer", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ListContent: fake.ListDetail})
		startManager()
		id := w.api.Add(w.broker("abc"))
		r := w.reseller("abc", observe)
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonObserving)
		Expect(r.Status.BrokerID).To(Equal(id))
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginObserved))
		Expect(r.Status.Drift).To(BeEmpty())

		Expect(w.api.Edit(id, func(b *fake.Broker) { b.SupportEmail = "portal@abc.example" })).To(Succeed())
		w.requestReading(ctx)
		awaitReason(ctx, r, v1alpha1.ReasonObserving, "it differs in spec.supportEmail")
		Eventually(func() []v1alpha1.Drift { refresh(ctx, r); return r.Status.Drift }).Should(HaveLen(1))

		Expect(r.Finalizers).To(BeEmpty())
		remove(ctx, r)
		awaitGone(ctx, r)
		w.readings(ctx, 1)
		Expect(w.wrote()).To(BeEmpty())
		Expect(w.live()).To(HaveLen(1))
	})

	It("makes nothing where there is no such broker, and finds it when it comes", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.reseller("abc", observe)
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonBrokerNotFound, "managementPolicy Observe")
		w.api.Add(w.broker("abc"))
		w.requestReading(ctx)
		awaitReason(ctx, r, v1alpha1.ReasonObserving)
		Expect(w.wrote()).To(BeEmpty())
	})

	It("can be left for Manage and come back", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ListContent: fake.ListDetail})
		startManager()
		found := w.broker("abc")
		found.SupportEmail = "portal@abc.example"
		w.api.Add(found)
		r := w.reseller("abc", observe)
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonObserving, "it differs in spec.supportEmail")

		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.ManagementPolicy = v1alpha1.Manage })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Finalizers).To(ConsistOf(v1alpha1.FinalizerReseller))
		Expect(w.at(r).SupportEmail).To(Equal("support@abc.example"))
		Expect(r.Status.EffectiveDeletionPolicy).To(Equal(v1alpha1.DeletionOrphan), "it was there before")

		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.ManagementPolicy = v1alpha1.Observe })
		awaitReason(ctx, r, v1alpha1.ReasonObserving)
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
		awaitReason(ctx, r, v1alpha1.ReasonObserving, "it differs in spec.supportEmail")
		Expect(w.wrote()).To(HaveLen(1), "the one correction while it was managed")

		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(w.live()).To(HaveLen(1))
	})
})

var _ = Describe("spec.suspend", func() {
	suspend := func(r *v1alpha1.Reseller) { r.Spec.Suspend = ptr(true) }

	It("makes nothing until it is false", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.Suspend = ptr(true) })
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSuspended, "until it is false")
		Expect(r.Finalizers).To(BeEmpty())
		w.readings(ctx, 2)
		Expect(w.wrote()).To(BeEmpty())
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.Suspend = ptr(false) })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
	})

	It("holds back an edit and shows what differs", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		edit(ctx, r, func(r *v1alpha1.Reseller) { suspend(r); r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
		awaitReason(ctx, r, v1alpha1.ReasonSuspended, "it differs in spec.supportEmail")
		Expect(w.api.Calls(fake.OpUpdate)).To(BeZero())
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.Suspend = nil })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.at(r).SupportEmail).To(Equal("help@abc.example"))
	})

	DescribeTable("holds back a deletion and names both ways out",
		func(ctx SpecContext, out func(*v1alpha1.Reseller), left int) {
			w := newAccount(ctx, fake.Shapes{})
			startManager()
			r := w.inSync(ctx, "abc")
			edit(ctx, r, suspend)
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
			remove(ctx, r)
			awaitReason(ctx, r, v1alpha1.ReasonSuspended, "spec.suspend: false", "spec.deletionPolicy: Orphan")
			w.readings(ctx, 1)
			Expect(w.live()).To(HaveLen(1))
			edit(ctx, r, out)
			awaitGone(ctx, r)
			Expect(w.live()).To(HaveLen(left))
		},
		Entry("suspend: false deletes the broker", func(r *v1alpha1.Reseller) { r.Spec.Suspend = ptr(false) }, 0),
		Entry("deletionPolicy: Orphan leaves it", func(r *v1alpha1.Reseller) { r.Spec.DeletionPolicy = v1alpha1.DeletionOrphan }, 1),
	)

	It("of a Seller stops every write to its account", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		there := w.inSync(ctx, "abc")
		edit(ctx, w.seller.(*v1alpha1.Seller), func(s *v1alpha1.Seller) { s.Spec.Suspend = ptr(true) })
		r := w.reseller("def")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSuspended, "spec.suspend of the Seller")
		edit(ctx, there, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
		awaitReason(ctx, there, v1alpha1.ReasonSuspended, "spec.suspend of the Seller", "differs in spec.supportEmail")
		remove(ctx, there)
		awaitReason(ctx, there, v1alpha1.ReasonSuspended, "spec.deletionPolicy: Orphan")
		Expect(w.wrote()).To(HaveLen(1), "the create before")
		edit(ctx, w.seller.(*v1alpha1.Seller), func(s *v1alpha1.Seller) { s.Spec.Suspend = nil })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		awaitGone(ctx, there)
		Expect(w.live()).To(Equal([]string{"def Company"}))
	})
})

var _ = DescribeTable("deletionPolicy decides what becomes of the broker",
	func(ctx SpecContext, policy v1alpha1.DeletionPolicy, adopted bool, stays bool) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		if adopted {
			w.api.Add(w.broker("abc"))
		}
		r := w.inSync(ctx, "abc", func(s *v1alpha1.ResellerSpec) {
			s.DeletionPolicy, s.AdoptionPolicy = policy, v1alpha1.AdoptMatchExisting
		})
		effective := v1alpha1.DeletionDelete
		if stays {
			effective = v1alpha1.DeletionOrphan
		}
		Expect(r.Status.EffectiveDeletionPolicy).To(Equal(effective))
		remove(ctx, r)
		awaitGone(ctx, r)
		if stays {
			Expect(w.live()).To(HaveLen(1))
			Expect(w.api.Calls(fake.OpDelete)).To(BeZero())
			Eventually(w.events(ctx, "abc")).Should(ContainElement(ContainSubstring("Normal Orphaned (Delete)")))
			return
		}
		Expect(w.live()).To(BeEmpty())
		Expect(w.api.Calls(fake.OpDelete)).To(Equal(1))
	},
	Entry("unset: what was created is deleted", v1alpha1.DeletionPolicy(""), false, false),
	Entry("unset: what was adopted stays", v1alpha1.DeletionPolicy(""), true, true),
	Entry("Delete: what was created is deleted", v1alpha1.DeletionDelete, false, false),
	Entry("Delete: what was adopted is deleted", v1alpha1.DeletionDelete, true, false),
	Entry("Orphan: what was created stays", v1alpha1.DeletionOrphan, false, true),
	Entry("Orphan: what was adopted stays", v1alpha1.DeletionOrphan, true, true),
)

var _ = Describe("driftPolicy Report", func() {
	It("shows what was changed elsewhere and leaves it, and still sends edits", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ListContent: fake.ListDetail})
		startManager()
		r := w.inSync(ctx, "abc", func(s *v1alpha1.ResellerSpec) { s.DriftPolicy = v1alpha1.DriftReport })
		Expect(w.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.Contact.Phone = "5550000" })).To(Succeed())
		w.requestReading(ctx)
		awaitReason(ctx, r, v1alpha1.ReasonDriftReported, "it differs in spec.contact.phone")
		Expect(ready(r).Status).To(BeEquivalentTo("True"))
		Expect(r.Status.Drift).To(HaveLen(1))
		Expect(r.Status.Drift[0].Field).To(Equal("spec.contact.phone"))
		Expect(r.Status.Drift[0].Desired).To(Equal("53564558"))
		Expect(r.Status.Drift[0].Observed).To(Equal("5550000"))
		Eventually(func() int32 { refresh(ctx, w.seller); return w.seller.(*v1alpha1.Seller).Status.Brokers.Drifted }).Should(Equal(int32(1)))
		w.readings(ctx, 1)
		Expect(w.api.Calls(fake.OpUpdate)).To(BeZero())

		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
		awaitReason(ctx, r, v1alpha1.ReasonDriftReported, "it differs in spec.contact.phone")
		Expect(w.at(r).SupportEmail).To(Equal("help@abc.example"))
		Expect(w.at(r).Contact.Phone).To(Equal("5550000"))
	})

	It("only shows what a user has looked at", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc", func(s *v1alpha1.ResellerSpec) { s.DriftPolicy = v1alpha1.DriftReport })
		Expect(w.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.Contact.Phone = "5550000" })).To(Succeed())
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		awaitReason(ctx, r, v1alpha1.ReasonDriftReported, "it differs in spec.contact.phone")
		Expect(w.api.Calls(fake.OpUpdate)).To(BeZero())
	})

	It("only shows how a broker that is adopted differs", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		found := w.broker("abc")
		found.Name = "Portal"
		id := w.api.Add(found)
		r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) {
			s.BrokerID, s.DriftPolicy = v1alpha1.ID(id), v1alpha1.DriftReport
		})
		create(ctx, r)
		startManager()
		awaitReason(ctx, r, v1alpha1.ReasonDriftReported, "spec.name")
		Expect(w.at(r).Name).To(Equal("Portal"))
		Expect(w.api.Calls(fake.OpUpdate)).To(BeZero())
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
		Eventually(func() string { return w.at(r).SupportEmail }).Should(Equal("help@abc.example"))
		Expect(w.at(r).Name).To(Equal("Portal"))
	})

	It("keeps in mind what is not its own while an edit can't be sent", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc", func(s *v1alpha1.ResellerSpec) { s.DriftPolicy = v1alpha1.DriftReport })
		Expect(w.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.Contact.Phone = "5550000" })).To(Succeed())
		w.inject(fake.Fault{Op: fake.OpUpdate, Times: 3, Status: http.StatusServiceUnavailable})
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
		awaitReason(ctx, r, v1alpha1.ReasonDriftReported, "it differs in spec.contact.phone")
		Expect(w.at(r).SupportEmail).To(Equal("help@abc.example"))
		Expect(w.at(r).Contact.Phone).To(Equal("5550000"))
		Expect(w.api.Calls(fake.OpUpdate)).To(Equal(4))
	})
})

var _ = Describe("The annotation reconcile-requested-at", func() {
	It("of a Reseller has its broker read in full at once, and is acknowledged", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		Expect(w.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.SupportEmail = "portal@abc.example" })).To(Succeed())
		w.readings(ctx, 1)
		Expect(w.at(r).SupportEmail).To(Equal("portal@abc.example"), "a list of summaries does not show it")
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		Eventually(func() string { return w.at(r).SupportEmail }).Should(Equal("support@abc.example"))
		Eventually(func() string { refresh(ctx, r); return r.Status.LastHandledReconcileAt }).
			Should(Equal(r.Annotations[v1alpha1.AnnotationReconcileRequestedAt]))
	})

	It("of a Seller has the account read at once, and is acknowledged", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		w.ready(ctx)
		w.readings(ctx, 1)
		Eventually(func(g Gomega) {
			refresh(ctx, w.seller)
			g.Expect(w.seller.(*v1alpha1.Seller).Status.LastHandledReconcileAt).
				To(Equal(w.seller.GetAnnotations()[v1alpha1.AnnotationReconcileRequestedAt]))
		}).Should(Succeed())
	})
})
