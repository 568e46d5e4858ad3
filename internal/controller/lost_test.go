package controller_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// supports edits the Reseller and waits until the account shows it: the credentials work.
func (w *world) supports(ctx context.Context, r *v1alpha1.Reseller, email string) {
	GinkgoHelper()
	edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email](email) })
	Eventually(func() string { return w.at(r).SupportEmail }).WithContext(ctx).Should(Equal(email))
}

// telling matches an event that tells of the Secret that went.
func telling() OmegaMatcher {
	return ContainElement(HavePrefix("Warning CredentialsLost (ReadCredentials): Secret cloudmore-api of namespace "))
}

var _ = Describe("A Secret that is deleted while its Seller stays", func() {
	DescribeTable("is let go at once, and works on from memory until it is there again",
		func(ctx SpecContext, down bool) {
			w := newAccount(ctx, fake.Shapes{})
			first := startManager()
			r := w.inSync(ctx, "abc")
			secret := w.secretNamed("cloudmore-api")
			awaitFinalizers(ctx, secret, v1alpha1.FinalizerInUse)
			if down {
				first.stop()
			}
			remove(ctx, secret)
			if down {
				startManager()
			}
			awaitGone(ctx, secret)
			Eventually(w.events(ctx, "main")).WithContext(ctx).Should(telling())
			awaitReason(ctx, w.seller, v1alpha1.ReasonReady, "Secret cloudmore-api of namespace "+w.namespace+" is gone", "create it again")
			w.supports(ctx, r, "memory@abc.example")
			logins := w.api.Calls(fake.OpToken)
			create(ctx, w.secret())
			awaitFinalizers(ctx, secret, v1alpha1.FinalizerInUse)
			Eventually(func() string { refresh(ctx, w.seller); return ready(w.seller).Message }).Should(Equal("the account can be read and written"))
			w.supports(ctx, r, "again@abc.example")
			Expect(w.api.Calls(fake.OpToken)).To(Equal(logins), "the same credentials need no login")
		},
		Entry("while the operator runs", false),
		Entry("although it went while no manager ran", true),
	)

	It("is asked for after five minutes", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		hands := &aheadClock{}
		startManager(with(hands))
		w.inSync(ctx, "abc")
		secret := w.secretNamed("cloudmore-api")
		awaitFinalizers(ctx, secret, v1alpha1.FinalizerInUse)
		remove(ctx, secret)
		awaitGone(ctx, secret)
		awaitReason(ctx, w.seller, v1alpha1.ReasonReady, "is gone")
		hands.advance(5 * time.Minute)
		w.requestReading(ctx)
		awaitReason(ctx, w.seller, v1alpha1.ReasonCredentialsMissing, "no Secret cloudmore-api")
		create(ctx, w.secret())
		awaitReason(ctx, w.seller, v1alpha1.ReasonReady)
	})

	It("is kept as long as another Seller that goes needs it", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		second := w.newSeller("second")
		create(ctx, second)
		startManager()
		w.inSync(ctx, "abc")
		r := w.inSync(ctx, "def", func(s *v1alpha1.ResellerSpec) { s.SellerRef.Name = "second" })
		remove(ctx, second)
		awaitReason(ctx, second, v1alpha1.ReasonInUse)
		secret := w.secretNamed("cloudmore-api")
		remove(ctx, secret)
		Consistently(func() []string { refresh(ctx, secret); return secret.Finalizers }, time.Second).Should(ContainElement(v1alpha1.FinalizerInUse))
		remove(ctx, r)
		awaitGone(ctx, second)
		w.requestReading(ctx)
		awaitGone(ctx, secret)
	})
})
