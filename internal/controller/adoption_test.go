package controller_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

var _ = Describe("An existing broker", func() {
	It("is adopted by spec.brokerID, and only what the spec names is changed", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		found := w.broker("abc")
		found.VAT, found.CustomProperties = "kept", []fake.CustomProperty{{ID: "segment", Value: "gold"}}
		id := w.api.Add(found)
		r := &v1alpha1.Reseller{Spec: v1alpha1.ResellerSpec{
			SellerRef: v1alpha1.SellerReference{Name: "main"}, BrokerID: v1alpha1.ID(id),
			SupportEmail: as[v1alpha1.Email]("help@abc.example"),
		}}
		r.Namespace, r.Name = w.namespace, "abc"
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginAdopted))
		Expect(r.Status.EffectiveDeletionPolicy).To(Equal(v1alpha1.DeletionOrphan))
		found.SupportEmail = "help@abc.example"
		Expect(w.at(r)).To(Equal(found))
		Expect(w.api.Calls(fake.OpCreate)).To(BeZero())
		Eventually(w.events(ctx, "abc")).Should(Equal([]string{
			"Normal Adopted (Adopt): adopted broker " + id + "; it stays when this Reseller is deleted, unless spec.deletionPolicy is Delete",
			"Normal Updated (Update): updated broker " + id + ": spec.supportEmail",
		}))
	})

	It("that spec.brokerID names wrongly is said not to be there, until the id is corrected", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		id := w.api.Add(w.broker("abc"))
		r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.BrokerID = "7d2f6c1a-0000-4000-8000-000000004711" })
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonBrokerNotFound, "spec.brokerID: there is no broker 7d2f6c1a-0000-4000-8000-000000004711")
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.BrokerID = v1alpha1.ID(id) })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.api.Calls(fake.OpCreate)).To(BeZero())
	})

	It("is not adopted without permission: the message has its id and the line to add", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		id := w.api.Add(w.broker("abc"))
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonAdoptionNotAllowed, "broker "+id+" already has", `set spec.brokerID: "`+id+`"`, "spec.adoptionPolicy: MatchExisting")
		Expect(r.Status.BrokerID).To(BeEmpty())
		w.readings(ctx, 2)
		Expect(w.live()).To(HaveLen(1))
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.BrokerID = v1alpha1.ID(id) })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.BrokerID).To(Equal(id))
		Expect(w.api.Calls(fake.OpCreate)).To(BeZero())
	})

	It("is adopted by MatchExisting, however its identity is spelled", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		found := w.broker("abc")
		found.RegistrationNumber, found.Domain = "ABC 1234567", "ABC.example"
		id := w.api.Add(found)
		r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.AdoptionPolicy = v1alpha1.AdoptMatchExisting })
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.BrokerID).To(Equal(id))
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginAdopted))
		Expect(w.api.Calls(fake.OpCreate)).To(BeZero())
	})

	It("of which there are several is decided about by a user", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		one, two := w.api.Add(w.broker("abc")), w.api.Add(w.broker("abc"))
		r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.AdoptionPolicy = v1alpha1.AdoptMatchExisting })
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonAmbiguousMatch, one, two, "spec.brokerID")
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.BrokerID = v1alpha1.ID(two) })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.BrokerID).To(Equal(two))
	})

	It("of another seller that has merely added a service is never adopted", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		id := w.api.AddForeign(w.broker("abc"))
		r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.BrokerID = v1alpha1.ID(id) })
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonAdoptionNotAllowed, "belongs to another seller")
		Expect(r.Status.BrokerID).To(BeEmpty())
	})

	DescribeTable("of another seller is no match, whoever says so, and a create goes on beside it",
		func(ctx SpecContext, shapes fake.Shapes) {
			w := newAccount(ctx, shapes)
			startManager()
			w.bystander()
			stranger := w.api.AddForeign(w.broker("abc"))
			for _, policy := range []v1alpha1.AdoptionPolicy{v1alpha1.AdoptNever, v1alpha1.AdoptMatchExisting} {
				r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.AdoptionPolicy = policy })
				create(ctx, r)
				awaitReason(ctx, r, v1alpha1.ReasonInSync)
				Expect(r.Status.Origin).To(Equal(v1alpha1.OriginCreated))
				Expect(r.Status.BrokerID).NotTo(Equal(stranger))
				Expect(server.Delete(ctx, r)).To(Succeed())
				awaitGone(ctx, r)
			}
			record, _ := w.api.Broker(stranger)
			Expect(record.Broker).To(Equal(w.broker("abc")))
		},
		Entry("details do, and lists of all fields do not", fake.Shapes{ForeignMarkedIn: fake.ForeignInDetails, ListContent: fake.ListDetail}),
		Entry("details do, and summaries do not", fake.Shapes{ForeignMarkedIn: fake.ForeignInDetails, ForeignMark: fake.ForeignNumber}),
		Entry("details do, and lists of names do not", fake.Shapes{ForeignMarkedIn: fake.ForeignInDetails, ListFields: []string{"name"}, ForeignMark: fake.ForeignText}),
		Entry("lists do, and details do not", fake.Shapes{ForeignMarkedIn: fake.ForeignInLists, ForeignMark: fake.ForeignText}),
	)

	It("that is inactive is said to be that, is sent nothing, and goes on when it is active again", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{InactiveListed: true})
		startManager()
		r := w.inSync(ctx, "abc")
		Expect(w.api.Deactivate(r.Status.BrokerID)).To(Succeed())
		w.requestReading(ctx)
		awaitReason(ctx, r, v1alpha1.ReasonBrokerInactive, "broker "+r.Status.BrokerID+" as inactive", "activate it in the portal")
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.Name = as[v1alpha1.Text]("New Company") })
		awaitReason(ctx, r, v1alpha1.ReasonBrokerInactive, "it differs in spec.name")
		w.readings(ctx, 2)
		Expect(w.api.Calls(fake.OpUpdate)).To(BeZero())
		Expect(w.api.Activate(r.Status.BrokerID)).To(Succeed())
		w.requestReading(ctx)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.at(r).Name).To(Equal("New Company"))
	})

	It("that is inactive is deleted with its Reseller, which goes when it can be read no more", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{InactiveListed: true})
		w.bystander()
		startManager()
		r := w.inSync(ctx, "abc")
		Expect(w.api.Deactivate(r.Status.BrokerID)).To(Succeed())
		w.requestReading(ctx)
		awaitReason(ctx, r, v1alpha1.ReasonBrokerInactive)
		w.inject(fake.Fault{Op: fake.OpDelete, Status: 400, Form: fake.FormMessage, Says: "the broker is inactive"})
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonRefused, "the broker is inactive")
		w.api.ClearFaults()
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		awaitReason(ctx, r, v1alpha1.ReasonDeleting, "accepted the delete", "can still be read")
		Expect(w.api.Remove(r.Status.BrokerID)).To(Succeed())
		w.requestReading(ctx)
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		awaitGone(ctx, r)
		Expect(w.live()).To(ConsistOf("bystander Company"))
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
	})

	It("that was deleted but is still listed is not adopted", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ListedAfterDelete: 2 * time.Second})
		w.bystander()
		startManager()
		w.ready(ctx)
		Expect(w.api.Remove(w.api.Add(w.broker("abc")))).To(Succeed())
		r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.AdoptionPolicy = v1alpha1.AdoptMatchExisting })
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginCreated))
		Expect(w.live()).To(HaveLen(2))
	})

	It("belongs to the first Reseller that names it, and to the next one when that is gone", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		id := w.api.Add(w.broker("abc"))
		names := func(s *v1alpha1.ResellerSpec) { s.BrokerID = v1alpha1.ID(id) }
		first, second := w.reseller("abc", names), w.reseller("abc", names)
		second.Name = "abc-again"
		create(ctx, first)
		awaitReason(ctx, first, v1alpha1.ReasonInSync)
		create(ctx, second)
		awaitReason(ctx, second, v1alpha1.ReasonIdentityTaken, "Reseller abc ")
		Expect(second.Status.BrokerID).To(BeEmpty())

		remove(ctx, first)
		awaitGone(ctx, first)
		awaitReason(ctx, second, v1alpha1.ReasonInSync)
		Expect(second.Status.BrokerID).To(Equal(id))
		Expect(w.live()).To(HaveLen(1), "what was adopted stays")
	})
})

var _ = Describe("One identity", func() {
	It("is made once for two Resellers; the other proceeds when the first is gone", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		first, second := w.reseller("abc"), w.reseller("abc", func(s *v1alpha1.ResellerSpec) {
			s.RegistrationNumber, s.Domain = as[v1alpha1.Text]("ABC 12345.67"), as[v1alpha1.Domain]("ABC.example")
		})
		second.Name = "abc-again"
		create(ctx, first, second)
		winner, loser := first, second
		Eventually(func(g Gomega) {
			refresh(ctx, first)
			refresh(ctx, second)
			if second.Status.BrokerID != "" {
				winner, loser = second, first
			}
			g.Expect(ready(winner).Reason).To(Equal(v1alpha1.ReasonInSync))
			g.Expect(ready(loser).Reason).To(Equal(v1alpha1.ReasonIdentityTaken))
		}).WithContext(ctx).Should(Succeed())
		Expect(ready(loser).Message).To(ContainSubstring("Reseller " + winner.Name + " already claims"))
		w.readings(ctx, 2)
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))

		remove(ctx, winner)
		awaitGone(ctx, winner)
		awaitReason(ctx, loser, v1alpha1.ReasonInSync)
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(2))
		Expect(w.live()).To(HaveLen(1))
	})

	It("that a Reseller of another namespace claims is taken without a word about who", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		w.inSync(ctx, "abc")
		other := newWorld(ctx, fake.Shapes{})
		secret := other.secret()
		secret.Annotations[v1alpha1.AnnotationEndpoint] = w.endpoint
		create(ctx, secret)
		s := other.newSeller("main", func(s *v1alpha1.SellerSettings) { s.SellerID, s.Endpoint = v1alpha1.ID(w.api.SellerID()), w.endpoint })
		create(ctx, s)
		awaitReason(ctx, s, v1alpha1.ReasonReady)
		spent := w.spent()
		r := other.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonIdentityTaken, "a Reseller of another namespace already claims")
		Expect(ready(r).Message).NotTo(ContainSubstring(w.namespace))
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		w.expectCost(spent)

		By("naming first what the owner is about to name")
		squatter := other.reseller("def", func(s *v1alpha1.ResellerSpec) { s.Suspend = ptr(true) })
		create(ctx, squatter)
		awaitReason(ctx, squatter, v1alpha1.ReasonSuspended)
		younger(ctx, squatter)
		owner := w.reseller("def")
		create(ctx, owner)
		awaitReason(ctx, owner, v1alpha1.ReasonIdentityTaken)
		w.expectCost(spent)
		remove(ctx, squatter)
		awaitReason(ctx, owner, v1alpha1.ReasonInSync)
	})

	It("of another one is not sent by an edit; the other fields are", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		w.inSync(ctx, "abc")
		r := w.inSync(ctx, "def")
		edit(ctx, r, func(r *v1alpha1.Reseller) {
			r.Spec.RegistrationNumber, r.Spec.Domain = as[v1alpha1.Text]("abc-1234567"), as[v1alpha1.Domain]("abc.example")
			r.Spec.SupportEmail = as[v1alpha1.Email]("help@def.example")
		})
		awaitReason(ctx, r, v1alpha1.ReasonIdentityTaken, "spec.registrationNumber, spec.domain: not sent", "Reseller abc")
		Expect(w.at(r).SupportEmail).To(Equal("help@def.example"))
		Expect(w.at(r).Domain).To(Equal("def.example"))

		edit(ctx, r, func(r *v1alpha1.Reseller) {
			r.Spec.RegistrationNumber, r.Spec.Domain = as[v1alpha1.Text]("ghi-1234567"), as[v1alpha1.Domain]("ghi.example")
		})
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.at(r).Domain).To(Equal("ghi.example"))
	})
})
