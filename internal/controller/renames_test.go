package controller_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// becomes renames a Reseller's company: number and domain.
func becomes(ctx context.Context, r *v1alpha1.Reseller, name string) {
	GinkgoHelper()
	edit(ctx, r, func(r *v1alpha1.Reseller) {
		r.Spec.RegistrationNumber, r.Spec.Domain = as[v1alpha1.Text](name+"-1234567"), as[v1alpha1.Domain](name+".example")
	})
}

var _ = Describe("A company that is renamed", func() {
	DescribeTable("is known after a crash in the rename and another rename, and goes with its Reseller", func(ctx SpecContext, through func(context.Context, *world) v1alpha1.SellerReference) {
		w := newWorld(ctx, dropsZeros)
		create(ctx, w.secret())
		ref := through(ctx, w)
		w.bystander()
		manager := startManager()
		r := w.inSync(ctx, "abc", withZeros, func(s *v1alpha1.ResellerSpec) { s.SellerRef = ref })
		manager.beforeWrite(func(x write) error {
			if x.resource == "resellers" && x.subresource == "status" && w.api.Calls(fake.OpUpdate) > 0 {
				manager.die()
			}
			return nil
		})
		becomes(ctx, r, "def")
		Eventually(manager.done).Should(BeClosed())
		refresh(ctx, r)
		Expect(r.Status.Broker.Domain).To(Equal("www.abc.example"))
		Expect(r.Status.SentIdentities).To(ConsistOf(v1alpha1.SentIdentity{RegistrationNumber: "def-1234567", Domain: "def.example"}))
		Expect(w.at(r).Domain).To(Equal("www.def.example"))

		becomes(ctx, r, "ghi")
		startManager()
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.at(r).Domain).To(Equal("www.ghi.example"))
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(w.live()).To(ConsistOf("bystander Company"))
	},
		Entry("through a Seller", func(ctx context.Context, w *world) v1alpha1.SellerReference {
			return v1alpha1.SellerReference{Name: v1alpha1.SellerName(w.addSeller(ctx, "main", quick).Name)}
		}),
		Entry("through a ClusterSeller that forbids adoption", func(ctx context.Context, w *world) v1alpha1.SellerReference {
			s := w.clusterSeller(ctx, &v1alpha1.AllowedNamespaces{Names: []v1alpha1.NamespaceName{v1alpha1.NamespaceName(w.namespace)}})
			edit(ctx, s, func(s *v1alpha1.ClusterSeller) {
				quick(&s.Spec.SellerSettings)
				s.Spec.Adoption = v1alpha1.AdoptionForbidden
			})
			return v1alpha1.SellerReference{Kind: v1alpha1.SellerKindClusterSeller, Name: v1alpha1.SellerName(s.Name)}
		}),
	)

	It("leaves nothing of that in status when the update was answered", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		becomes(ctx, r, "def")
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.SentIdentities).To(BeEmpty())
		Expect(r.Status.Broker.Domain).To(Equal("def.example"))
	})

	It("is told the way where two want each other's name, and it leads there", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		one, two := w.inSync(ctx, "abc"), w.inSync(ctx, "def")
		becomes(ctx, one, "def")
		becomes(ctx, two, "abc")
		for _, r := range []*v1alpha1.Reseller{one, two} {
			awaitReason(ctx, r, v1alpha1.ReasonIdentityTaken, "each waits for the other", "a third value first")
		}
		becomes(ctx, one, "third")
		awaitReason(ctx, two, v1alpha1.ReasonInSync)
		becomes(ctx, one, "def")
		awaitReason(ctx, one, v1alpha1.ReasonInSync)
		Expect(w.at(one).Domain).To(Equal("def.example"))
		Expect(w.at(two).Domain).To(Equal("abc.example"))
	})

	It("does not get a name that another one has in another spelling, unless a user says that they are two", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		holder := w.inSync(ctx, "abc", withZeros)
		r := w.inSync(ctx, "def")
		edit(ctx, r, func(r *v1alpha1.Reseller) {
			r.Spec.RegistrationNumber, r.Spec.Domain = as[v1alpha1.Text]("1234567"), as[v1alpha1.Domain]("www.abc.example")
		})
		awaitReason(ctx, r, v1alpha1.ReasonIdentityTaken, "Reseller abc", "written otherwise", v1alpha1.AnnotationCreateDespite, holder.Status.BrokerID)
		Expect(w.at(r).Domain).To(Equal("def.example"))
		annotate(ctx, r, v1alpha1.AnnotationCreateDespite, holder.Status.BrokerID)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.at(r).Domain).To(Equal("www.abc.example"))
	})
})

var _ = Describe("Two brokers of one company", func() {
	It("are both kept when spec.brokerID names each", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		first, second := w.api.Add(w.broker("abc")), w.api.Add(w.broker("abc"))
		startManager()
		one := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.BrokerID = v1alpha1.ID(first) })
		two := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.BrokerID = v1alpha1.ID(second) })
		two.Name = "abc-too"
		create(ctx, one, two)
		for _, r := range []*v1alpha1.Reseller{one, two} {
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
		}
		edit(ctx, two, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
		awaitReason(ctx, two, v1alpha1.ReasonInSync)
		Expect(w.at(two).SupportEmail).To(Equal("help@abc.example"))
		Expect(w.at(one).SupportEmail).NotTo(Equal("help@abc.example"))
		Expect(w.api.Calls(fake.OpCreate)).To(BeZero())
	})
})

var _ = Describe("A second broker of a company that was created", func() {
	It("is told of also when it is written otherwise, until a user says that it is another company", func(ctx SpecContext) {
		w := newAccount(ctx, dropsZeros)
		startManager()
		r := w.inSync(ctx, "abc", withZeros)
		id := w.api.Add(w.zeroless("abc"))
		w.requestReading(ctx)
		awaitReason(ctx, r, v1alpha1.ReasonDuplicateSuspected, id, v1alpha1.AnnotationCreateDespite)
		annotate(ctx, r, v1alpha1.AnnotationCreateDespite, id)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
	})
})
