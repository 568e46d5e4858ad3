package controller_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// zeroless is the broker of a Reseller as people made it in the portal, without the zeros
// of its registration number, and with other data.
func (w *world) zeroless(name string) fake.Broker {
	b := w.broker(name)
	b.RegistrationNumber, b.NotificationEmail = "1234567", "people@"+name+".example"
	return b
}

// withZeros has a Reseller name the number with its zeros.
func withZeros(s *v1alpha1.ResellerSpec) { s.RegistrationNumber = as[v1alpha1.Text]("001234567") }

// dropsZeros is an API that stores identities in its own way.
var dropsZeros = fake.Shapes{Spell: []string{"store registrationNumber zeros", "store domain prefix=www."}}

var _ = Describe("A broker whose identity is written otherwise", func() {
	It("stops the create until a user names it", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		id := w.api.Add(w.zeroless("abc"))
		startManager()
		r := w.reseller("abc", withZeros, func(s *v1alpha1.ResellerSpec) { s.AdoptionPolicy = v1alpha1.AdoptMatchExisting })
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSimilarBrokerExists, id, "1234567", "abc.example", "spec.brokerID", v1alpha1.AnnotationCreateDespite)
		Expect(w.api.Calls(fake.OpCreate)).To(BeZero())
		Eventually(w.events(ctx, "abc")).WithContext(ctx).Should(ContainElement(And(ContainSubstring(v1alpha1.ReasonSimilarBrokerExists), ContainSubstring(id), Not(ContainSubstring("abc Company")))))
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.BrokerID = v1alpha1.ID(id) })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.BrokerID).To(Equal(id))
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginAdopted))
		Expect(w.live()).To(HaveLen(1))
	})

	DescribeTable("stops the create until", func(ctx SpecContext, then func(context.Context, *world, *v1alpha1.Reseller, string), left int) {
		w := newAccount(ctx, fake.Shapes{})
		w.bystander()
		id := w.api.Add(w.zeroless("abc"))
		startManager()
		r := w.reseller("abc", withZeros)
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSimilarBrokerExists, id)
		then(ctx, w, r, id)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.BrokerID).NotTo(Equal(id))
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginCreated))
		Expect(w.live()).To(HaveLen(left))
	},
		Entry("a user says that it is another company", func(ctx context.Context, _ *world, r *v1alpha1.Reseller, id string) {
			annotate(ctx, r, v1alpha1.AnnotationCreateDespite, "another, "+id)
		}, 3),
		Entry("people remove it in the portal", func(ctx context.Context, w *world, _ *v1alpha1.Reseller, id string) {
			Expect(w.api.Remove(id)).To(Succeed())
			w.requestReading(ctx)
		}, 2),
		Entry("people give it another number and domain", func(ctx context.Context, w *world, _ *v1alpha1.Reseller, id string) {
			Expect(w.api.Edit(id, func(b *fake.Broker) { b.RegistrationNumber, b.Domain = "98765432", "else.example" })).To(Succeed())
			w.requestReading(ctx)
		}, 3),
		Entry("another Reseller holds it", func(ctx context.Context, w *world, _ *v1alpha1.Reseller, id string) {
			holder := w.reseller("abc", func(s *v1alpha1.ResellerSpec) {
				s.RegistrationNumber, s.BrokerID = as[v1alpha1.Text]("1234567"), v1alpha1.ID(id)
			})
			holder.Name = "holder"
			create(ctx, holder)
			awaitReason(ctx, holder, v1alpha1.ReasonInSync)
		}, 3),
		Entry("the Seller says that this is usual", func(ctx context.Context, w *world, _ *v1alpha1.Reseller, _ string) {
			edit(ctx, w.seller.(*v1alpha1.Seller), func(s *v1alpha1.Seller) { s.Spec.Creation.OnSimilar = v1alpha1.OnSimilarCreate })
		}, 3),
	)

	It("that a user let pass is not asked about again when the manager dies between the intent and the POST", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, quick)
		w.bystander()
		passed := w.api.Add(w.zeroless("abc"))
		manager := startManager()
		manager.afterWrite(func(x write) {
			if x.attempt() != "" {
				manager.die()
			}
		})
		r := w.reseller("abc", withZeros)
		r.Annotations = map[string]string{v1alpha1.AnnotationCreateDespite: passed}
		create(ctx, r)
		Eventually(manager.done).WithContext(ctx).Should(BeClosed())
		refresh(ctx, r)
		Expect(r.Status.Creation.PassedOver).To(Equal([]string{passed}))

		By("starting another one, which finds what the last pass of the first may have posted")
		told := reasonsOf(ctx, r)
		startManager()
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(told.until(r)).NotTo(ContainElement(v1alpha1.ReasonSimilarBrokerExists))
		Expect(r.Status.BrokerID).NotTo(Equal(passed))
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		Expect(w.live()).To(HaveLen(3))
	})

	It("is named by an event where the Seller creates beside it", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, func(s *v1alpha1.SellerSettings) { s.Creation.OnSimilar = v1alpha1.OnSimilarCreate })
		id := w.api.Add(w.zeroless("abc"))
		startManager()
		w.inSync(ctx, "abc", withZeros)
		Eventually(w.events(ctx, "abc")).WithContext(ctx).Should(ContainElement(And(ContainSubstring("SimilarBroker"), ContainSubstring(id))))
		Expect(w.live()).To(HaveLen(2))
	})

	It("is known as the one that a POST made whose answer was lost", func(ctx SpecContext) {
		w := newAccount(ctx, dropsZeros)
		startManager()
		w.inject(fake.Fault{Op: fake.OpCreate, Drop: fake.DropConnection, Commit: fake.CommitYes, Times: 1})
		r := w.inSync(ctx, "abc", withZeros)
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginCreated))
		Expect(r.Status.Broker.RegistrationNumber).To(Equal("1234567"))
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		Expect(w.live()).To(HaveLen(1))
	})

	It("goes with a Reseller that is deleted while that is not known yet", func(ctx SpecContext) {
		w := newAccount(ctx, dropsZeros, quick)
		w.bystander()
		startManager()
		w.inject(fake.Fault{Op: fake.OpCreate, CommitAfter: 1800 * time.Millisecond, Times: 1})
		r := w.reseller("abc", withZeros)
		create(ctx, r)
		w.awaitCalls(ctx, fake.OpCreate, 1)
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(w.live()).To(HaveLen(1), "the bystander")
	})

	It("keeps a deletion while it may be what was made", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, quick)
		w.bystander()
		startManager()
		w.ready(ctx)
		w.inject(fake.Fault{Op: fake.OpCreate, Drop: fake.DropConnection, Times: 1})
		r := w.reseller("abc", withZeros)
		create(ctx, r)
		w.awaitCalls(ctx, fake.OpCreate, 1)
		id := w.api.Add(w.zeroless("abc"))
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSimilarBrokerExists, id, "it is unknown whether the create took effect")
		annotate(ctx, r, v1alpha1.AnnotationCreateDespite, id)
		awaitGone(ctx, r)
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		Expect(w.live()).To(HaveLen(2), "nobody's broker went")
	})
})
