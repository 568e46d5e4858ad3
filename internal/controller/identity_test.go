package controller_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// dropsAndShowsAll is an API that stores identities in its own way and lists all fields.
var dropsAndShowsAll = fake.Shapes{Spell: dropsZeros.Spell, ListContent: fake.ListDetail}

var _ = Describe("A broker whose identity Cloudmore stores in its own way", func() {
	DescribeTable("is found when status is lost, and no second one is made",
		func(ctx SpecContext, restore func(context.Context, *v1alpha1.Reseller) *v1alpha1.Reseller, marks bool, shapes fake.Shapes, reason string) {
			var settings []func(*v1alpha1.SellerSettings)
			if marks {
				settings = append(settings, marking("prod"))
			}
			w := newAccount(ctx, shapes, settings...)
			w.bystander()
			before := startManager(annotating)
			backup := backedUp(ctx, w.inSync(ctx, "abc", withZeros))
			before.stop()
			r := afresh(restore)(ctx, backup)
			startManager(annotating)
			awaitReason(ctx, r, reason)
			Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
			if reason != v1alpha1.ReasonInSync {
				awaitReason(ctx, r, reason, backup.Status.BrokerID)
				return
			}
			Expect(r.Status.BrokerID).To(Equal(backup.Status.BrokerID))
			Expect(r.Status.Origin).To(Equal(v1alpha1.OriginCreated))
			remove(ctx, r)
			awaitGone(ctx, r)
			Expect(w.live()).To(ConsistOf("bystander Company"))
		},
		Entry("by the annotations", restored, false, dropsZeros, v1alpha1.ReasonInSync),
		Entry("by the mark", applied, true, dropsAndShowsAll, v1alpha1.ReasonInSync),
		Entry("by the mark, where lists show none", applied, true, dropsZeros, v1alpha1.ReasonInSync),
		Entry("by the identity alone: a user is asked", applied, false, dropsZeros, v1alpha1.ReasonSimilarBrokerExists),
	)
})

var _ = Describe("A broker that nobody holds", func() {
	It("is seen to have got the identity in the portal, where lists do not say who brokers are", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ListFields: []string{"name"}}, func(s *v1alpha1.SellerSettings) { s.DetailInterval.Duration = 10 * time.Second })
		id := w.api.Add(w.broker("other"))
		startManager()
		w.inSync(ctx, "def") // by then who the other one is was read
		reads := w.api.Calls(fake.OpGet)
		Expect(w.api.Edit(id, func(b *fake.Broker) {
			b.RegistrationNumber, b.Domain = w.broker("abc").RegistrationNumber, w.broker("abc").Domain
		})).To(Succeed())
		w.awaitCalls(ctx, fake.OpGet, reads+2) // of both brokers, once more
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonAdoptionNotAllowed, id)
		Expect(w.live()).To(HaveLen(2))
	})
})

var _ = Describe("A broker of which half the identity was changed in the portal", func() {
	DescribeTable("is its Reseller's still when the manager dies while it corrects that", func(ctx SpecContext, took bool) {
		w := newAccount(ctx, fake.Shapes{}, quick)
		manager := startManager()
		r := w.inSync(ctx, "abc")
		if !took {
			w.inject(fake.Fault{Op: fake.OpUpdate, Drop: fake.DropConnection, Times: 1})
		}
		manager.beforeWrite(func(x write) error {
			if x.resource == "resellers" && x.subresource == "status" && w.api.Calls(fake.OpUpdate) > 0 {
				manager.die()
			}
			return nil
		})
		Expect(w.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.Domain = "portal.example" })).To(Succeed())
		w.requestReading(ctx)
		Eventually(manager.done).WithContext(ctx).Should(BeClosed())

		startManager()
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Eventually(func() string { return w.at(r).Domain }).WithContext(ctx).Should(Equal("abc.example"))
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(w.live()).To(BeEmpty())
	},
		Entry("after the update took effect", true),
		Entry("before it did", false),
	)
})

var _ = Describe("A broker that moves to another object", func() {
	It("by Orphan and spec.brokerID is adopted, and says that it stays", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		id := r.Status.BrokerID
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.DeletionPolicy = v1alpha1.DeletionOrphan })
		remove(ctx, r)
		awaitGone(ctx, r)

		moved := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.BrokerID = v1alpha1.ID(id) })
		moved.Name = "moved"
		create(ctx, moved)
		awaitReason(ctx, moved, v1alpha1.ReasonInSync)
		Expect(moved.Status.BrokerID).To(Equal(id))
		Expect(moved.Status.Origin).To(Equal(v1alpha1.OriginAdopted))
		Expect(moved.Status.EffectiveDeletionPolicy).To(Equal(v1alpha1.DeletionOrphan))
		Eventually(w.events(ctx, "moved")).WithContext(ctx).Should(ContainElement(ContainSubstring("it stays when this Reseller is deleted")))
		remove(ctx, moved)
		awaitGone(ctx, moved)
		Expect(w.live()).To(ConsistOf("abc Company"))
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
	})
})
