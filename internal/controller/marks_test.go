package controller_test

import (
	"context"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// forging sets the property that holds the ownership mark.
func forging(s *v1alpha1.ResellerSpec) {
	s.CustomProperties = []v1alpha1.CustomProperty{{ID: "owner", Value: ptr("prod/theirs/abc/1")}}
}

// marked is a broker that carries the mark of a Reseller of this world.
func (w *world) marked(broker, reseller string) fake.Broker {
	b := w.broker(broker)
	b.CustomProperties = []fake.CustomProperty{{ID: "owner", Value: "prod/" + w.namespace + "/" + reseller + "/0123456789"}}
	return b
}

// loseStatus is what a restore without status does to an object.
func loseStatus(ctx context.Context, r *v1alpha1.Reseller) {
	GinkgoHelper()
	refresh(ctx, r)
	r.Status = v1alpha1.ResellerStatus{ObservedGeneration: -1}
	Expect(server.Status().Update(ctx, r)).To(Succeed())
}

// asked are the calls about single brokers, and whether services are activated.
func (w *world) asked() []string {
	return slices.DeleteFunc(w.calls(), func(op string) bool { return op == string(fake.OpList) || op == string(fake.OpActiveResellers) })
}

var _ = Describe("The ownership mark", func() {
	It("can't be set by a new Reseller: refused with the path, before any call", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, marking("prod"))
		startManager()
		awaitReason(ctx, w.seller, v1alpha1.ReasonReady)
		since := w.spent()
		r := w.reseller("abc", forging)
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonRefused, "spec.customProperties[owner]", "spec.ownership.propertyID", "remove it")
		w.expectCost(since)
		w.readings(ctx, 2)
		Expect(w.asked()).To(BeEmpty())
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.CustomProperties = nil })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.at(r).CustomProperties).To(HaveLen(1))
		Expect(w.at(r).CustomProperties[0].Value).To(MatchRegexp("^[a-z0-9]{26}$"))
	})

	It("can't be set by an edit: refused with the path, and the broker keeps its mark", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, marking("prod"))
		startManager()
		r := w.inSync(ctx, "abc")
		before := w.at(r)
		asked := w.asked()
		edit(ctx, r, func(r *v1alpha1.Reseller) {
			forging(&r.Spec)
			r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example")
		})
		awaitReason(ctx, r, v1alpha1.ReasonRefused, "spec.customProperties[owner]")
		w.readings(ctx, 2)
		Expect(w.asked()).To(Equal(asked))
		Expect(w.at(r)).To(Equal(before))

		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.CustomProperties = nil })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.at(r).SupportEmail).To(Equal("help@abc.example"))
		Expect(w.at(r).CustomProperties).To(Equal(before.CustomProperties))
	})

	It("holds up no deletion where the spec sets it", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, marking("prod"))
		startManager()
		r := w.inSync(ctx, "abc")
		edit(ctx, r, func(r *v1alpha1.Reseller) { forging(&r.Spec) })
		awaitReason(ctx, r, v1alpha1.ReasonRefused)
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(w.live()).To(BeEmpty())
	})

	DescribeTable("alone binds nobody, and nothing is made beside the broker that has it",
		func(ctx SpecContext, adoption v1alpha1.AdoptionPolicy) {
			w := newAccount(ctx, fake.Shapes{ListContent: fake.ListDetail}, marking("prod"))
			startManager()
			id := w.api.Add(w.marked("other", "abc"))
			r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.AdoptionPolicy = adoption })
			create(ctx, r)
			awaitReason(ctx, r, v1alpha1.ReasonAdoptionNotAllowed, "broker "+id+" carries the ownership mark", "another registration number or domain", "custom property owner")
			w.readings(ctx, 2)
			refresh(ctx, r)
			Expect(r.Status.BrokerID).To(BeEmpty())
			Expect(w.wrote()).To(BeEmpty())

			By("clearing the mark in the portal")
			Expect(w.api.Edit(id, func(b *fake.Broker) { b.CustomProperties = nil })).To(Succeed())
			w.requestReading(ctx)
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
			Expect(r.Status.BrokerID).NotTo(Equal(id))
			Expect(w.live()).To(ConsistOf("other Company", "abc Company"))
		},
		Entry("where adoption has to be asked for", v1alpha1.AdoptionPolicy("")),
		Entry("under MatchExisting", v1alpha1.AdoptMatchExisting),
	)

	It("with the identity shows whose the broker is: it is bound, and goes with the object", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ListContent: fake.ListDetail}, marking("prod"))
		startManager()
		id := w.api.Add(w.marked("abc", "abc"))
		r := w.inSync(ctx, "abc")
		Expect(r.Status.BrokerID).To(Equal(id))
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginCreated))
		Expect(w.wrote()).To(BeEmpty())
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(w.live()).To(BeEmpty())
	})

	DescribeTable("proves the owner however the API writes it",
		func(ctx SpecContext, shapes fake.Shapes) {
			shapes.Spell = append(shapes.Spell, "store registrationNumber zeros")
			w := newAccount(ctx, shapes, marking("prod"))
			w.bystander()
			first := startManager()
			r := w.inSync(ctx, "abc", withZeros)
			id := r.Status.BrokerID

			By("editing it")
			edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
			Eventually(func() string { return w.at(r).SupportEmail }).WithContext(ctx).Should(Equal("help@abc.example"))
			awaitReason(ctx, r, v1alpha1.ReasonInSync)

			By("losing its status")
			first.stop()
			loseStatus(ctx, r)
			startManager()
			Eventually(func() string { refresh(ctx, r); return r.Status.BrokerID }).WithContext(ctx).Should(Equal(id)) // the form of its number is not known any more
			Expect(r.Status.Origin).To(Equal(v1alpha1.OriginCreated))
			Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
			remove(ctx, r)
			awaitGone(ctx, r)
			Expect(w.live()).To(ConsistOf("bystander Company"))
		},
		Entry("as it was sent", fake.Shapes{ListContent: fake.ListDetail}),
		Entry("cut at 16 characters", fake.Shapes{ListContent: fake.ListDetail, Spell: []string{"store customProperties cut=16"}}),
		Entry("in capitals", fake.Shapes{ListContent: fake.ListDetail, Spell: []string{"store customProperties upper"}}),
		Entry("in details only", fake.Shapes{ListContent: fake.ListSummary, ListFields: []string{"name", "domain", "registrationNumber"}}),
		Entry("in details only, without identities in lists", fake.Shapes{ListContent: fake.ListSummary, ListFields: []string{"name"}}),
	)

	It("cut too short to prove anything keeps nobody from its broker", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{Spell: []string{"store customProperties cut=8"}}, marking("prod"))
		w.bystander()
		startManager()
		w.inject(fake.Fault{Op: fake.OpCreate, Drop: fake.DropConnection, Commit: fake.CommitYes, Times: 1})
		r := w.inSync(ctx, "abc")
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
		Eventually(func() string { return w.at(r).SupportEmail }).WithContext(ctx).Should(Equal("help@abc.example"))
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(w.live()).To(ConsistOf("bystander Company"))
	})

	It("of another cluster is overruled by spec.brokerID", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, marking("prod"))
		theirs := w.broker("abc")
		theirs.CustomProperties = []fake.CustomProperty{{ID: "owner", Value: "stage/team/abc/0123456789"}}
		id := w.api.Add(theirs)
		startManager()
		r := w.inSync(ctx, "abc", func(s *v1alpha1.ResellerSpec) { s.BrokerID = v1alpha1.ID(id) })
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
		Eventually(func() string { return w.at(r).SupportEmail }).WithContext(ctx).Should(Equal("help@abc.example"))
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginAdopted))
	})

	It("of another Reseller of this cluster is not", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, marking("prod"))
		startManager()
		owner := w.inSync(ctx, "def")
		id := w.api.Add(w.marked("abc", "def"))
		r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.BrokerID = v1alpha1.ID(id) })
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonAdoptionNotAllowed, "carries the ownership mark of Reseller def")
		Expect(owner.Status.BrokerID).NotTo(Equal(id))
	})

	It("of others that is cleared in the portal, as the message asks, is seen to be where lists show no marks", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ListContent: fake.ListSummary, ListFields: []string{"name", "domain", "registrationNumber"}}, marking("prod"),
			func(s *v1alpha1.SellerSettings) { s.DetailInterval.Duration = 10 * time.Second })
		theirs := w.broker("abc")
		theirs.CustomProperties = []fake.CustomProperty{{ID: "owner", Value: "stage/team/abc/0123456789"}}
		id := w.api.Add(theirs)
		startManager()
		r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.AdoptionPolicy = v1alpha1.AdoptMatchExisting })
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonAdoptionNotAllowed, "clear the mark in the portal")
		Expect(w.api.Edit(id, func(b *fake.Broker) { b.CustomProperties = nil })).To(Succeed())
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.BrokerID).To(Equal(id))
	})

	It("with the identity needs permission where a ClusterSeller forbids adoption", func(ctx SpecContext) {
		w := newWorld(ctx, fake.Shapes{ListContent: fake.ListDetail})
		create(ctx, w.secret())
		s := w.clusterSeller(ctx, &v1alpha1.AllowedNamespaces{Names: []v1alpha1.NamespaceName{v1alpha1.NamespaceName(w.namespace)}})
		edit(ctx, s, func(s *v1alpha1.ClusterSeller) {
			marking("prod")(&s.Spec.SellerSettings)
			s.Spec.Adoption = v1alpha1.AdoptionForbidden
		})
		startManager()
		id := w.api.Add(w.marked("abc", "abc"))
		r := w.reseller("abc", func(spec *v1alpha1.ResellerSpec) {
			spec.SellerRef = v1alpha1.SellerReference{Kind: v1alpha1.SellerKindClusterSeller, Name: v1alpha1.SellerName(s.Name)}
			spec.AdoptionPolicy = v1alpha1.AdoptMatchExisting
		})
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonAdoptionNotAllowed, "spec.adoption: Allowed")
		w.readings(ctx, 2)
		refresh(ctx, r)
		Expect(r.Status.BrokerID).To(BeEmpty())
		Expect(w.wrote()).To(BeEmpty())
		edit(ctx, s, func(s *v1alpha1.ClusterSeller) { s.Spec.Adoption = v1alpha1.AdoptionAllowed })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.BrokerID).To(Equal(id))
	})
})
