package controller_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// underWay are the calls of an operation that have no answer yet.
func (w *world) underWay(op fake.Operation) func() []fake.Exchange {
	return func() []fake.Exchange {
		return w.exchanges(func(x fake.Exchange) bool { return x.Op == op && x.EndedAt.IsZero() })
	}
}

// many makes so many Resellers and waits until their brokers are there.
func (w *world) many(ctx SpecContext, n int) []*v1alpha1.Reseller {
	GinkgoHelper()
	all := make([]*v1alpha1.Reseller, n)
	for i := range all {
		all[i] = w.reseller(numbered(i))
		create(ctx, all[i])
	}
	for _, r := range all {
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
	}
	return all
}

// renamed edits a Reseller so that its broker is to be updated.
func renamed(ctx SpecContext, r *v1alpha1.Reseller) {
	GinkgoHelper()
	edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@" + r.Name + ".example") })
}

var _ = Describe("An account that hangs", func() {
	// inFlight is the default of maxInFlight; a sync may be one of them.
	const inFlight = 8
	usualLimits := func(s *v1alpha1.SellerSettings) {
		s.RateLimit.MaxInFlight, s.Brake.Enabled = inFlight, ptr(false)
		s.Creation.Deadline.Duration = 2 * time.Minute
	}
	// letGo ends the calls that hang, so that the manager can stop.
	letGo := func(w *world) { DeferCleanup(func() { Expect(w.api.Close()).To(Succeed()) }) }

	It("delays no other account, however many edits wait for it", func(ctx SpecContext) {
		hangs, healthy := newAccount(ctx, fake.Shapes{}, usualLimits), newAccount(ctx, fake.Shapes{}, usualLimits)
		startManager()
		letGo(hangs)
		other := healthy.inSync(ctx, "other")
		waiting := hangs.many(ctx, 48)
		hangs.inject(fake.Fault{Op: fake.OpUpdate, Delay: time.Hour})
		for _, r := range waiting {
			renamed(ctx, r)
		}
		Eventually(hangs.underWay(fake.OpUpdate)).WithContext(ctx).Should(HaveLen(inFlight - 1))
		renamed(ctx, other)
		awaitReason(ctx, other, v1alpha1.ReasonInSync)
		Expect(healthy.at(other).SupportEmail).To(Equal("help@other.example"))
		Expect(hangs.underWay(fake.OpUpdate)()).To(HaveLen(inFlight-1), "they still hang")
		Expect(hangs.api.Calls(fake.OpUpdate)).To(Equal(inFlight-1), "who has no turn sends nothing")
	})

	It("has nothing announced by those who have no turn", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, usualLimits)
		startManager()
		letGo(w)
		w.inject(fake.Fault{Op: fake.OpCreate, Delay: time.Hour})
		for i := range 30 {
			create(ctx, w.reseller(numbered(i)))
		}
		Eventually(w.underWay(fake.OpCreate)).WithContext(ctx).Should(HaveLen(inFlight - 1))
		announced := func() int {
			list := &v1alpha1.ResellerList{}
			Expect(server.List(ctx, list, client.InNamespace(w.namespace))).To(Succeed())
			n := 0
			for i := range list.Items {
				if list.Items[i].Status.Creation != nil {
					n++
				}
			}
			return n
		}
		w.requestReading(ctx)
		Eventually(announced).WithContext(ctx).Should(Equal(inFlight - 1))
		Consistently(announced).WithContext(ctx).Should(Equal(inFlight - 1))
	})
})
