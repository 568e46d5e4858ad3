package controller_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
	"github.com/reseller-operator/reseller-operator/internal/controller"
)

// renamed gives the Reseller another name, and returns how many PUTs that took.
func (w *world) renamed(ctx context.Context, r *v1alpha1.Reseller, name string) int {
	GinkgoHelper()
	before := w.api.Calls(fake.OpUpdate)
	edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.Name = as[v1alpha1.Text](name) })
	Eventually(func() string { return w.at(r).Name }).WithContext(ctx).Should(Equal(name))
	awaitReason(ctx, r, v1alpha1.ReasonInSync)
	return w.api.Calls(fake.OpUpdate) - before
}

// learned is what the Seller's status keeps of the members.
func (w *world) learned(ctx context.Context) func() *v1alpha1.LearnedUpdates {
	s := w.seller.(*v1alpha1.Seller)
	return func() *v1alpha1.LearnedUpdates { refresh(ctx, s); return s.Status.Updates }
}

// version runs the manager as another version.
func version(agent string) setting {
	return func(_ *ctrl.Options, o *controller.Options) { o.Connection.UserAgent = agent }
}

var _ = Describe("Members that an update may not carry, or must", func() {
	It("are learned from a refusal, by one account once, and outlast the manager", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ReadOnlyMembers: []string{"createdDate"}, RequiredMembers: []string{"id"}})
		first := startManager()
		r, other := w.inSync(ctx, "abc"), w.inSync(ctx, "other")
		Expect(w.renamed(ctx, r, "abc New")).To(Equal(3), "as documented, with the id, and without the date")
		Eventually(w.learned(ctx)).WithContext(ctx).Should(And(
			HaveField("LeftOut", ConsistOf("createdDate")), HaveField("Added", ConsistOf("id")), HaveField("Version", "reseller-operator/test")))
		Expect(w.renamed(ctx, other, "other New")).To(Equal(1))

		By("starting another manager")
		first.stop()
		second := startManager()
		w.ready(ctx)
		Expect(w.renamed(ctx, r, "abc Newer")).To(Equal(1))

		By("asking for everything to be sent again")
		second.stop()
		startManager(version("reseller-operator/next"))
		Eventually(w.learned(ctx)).WithContext(ctx).Should(BeNil(), "another version learns again")
		Expect(w.renamed(ctx, r, "abc Newest")).To(Equal(3))
		Eventually(w.learned(ctx)).WithContext(ctx).Should(HaveField("Version", "reseller-operator/next"))
		Expect(w.api.SetShapes(fake.Shapes{})).To(Succeed())
		w.requestReading(ctx)
		Eventually(w.learned(ctx)).WithContext(ctx).Should(BeNil(), "a request forgets them")
		Expect(w.renamed(ctx, r, "abc Last")).To(Equal(1))
		put := w.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpUpdate })
		Expect(string(put[len(put)-1].Body)).NotTo(ContainSubstring(`"id":"` + r.Status.BrokerID))
	})

	It("that are refused although they are left out stop nothing else, and cost one PUT more", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ReadOnlyMembers: []string{"rowVersion"}, RequiredMembers: []string{"rowVersion"}})
		startManager()
		r := w.inSync(ctx, "abc")
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.Name = as[v1alpha1.Text]("abc New") })
		awaitReason(ctx, r, v1alpha1.ReasonRefused, "RowVersion")
		Expect(w.api.Calls(fake.OpUpdate)).To(BeNumerically("<=", 4))
		Consistently(w.learned(ctx), 2*time.Second).Should(BeNil())
	})
})
