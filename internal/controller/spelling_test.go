package controller_test

import (
	"context"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// spelled has a Seller lead to an account by its id in another spelling.
func spelled(of *world, spell func(string) string) func(*v1alpha1.SellerSettings) {
	return func(s *v1alpha1.SellerSettings) {
		s.SellerID, s.Endpoint = v1alpha1.ID(spell(of.api.SellerID())), of.endpoint
	}
}

// through makes a Seller in another namespace that leads to this world's account.
func (w *world) through(ctx context.Context, spell func(string) string) *world {
	GinkgoHelper()
	other := newWorld(ctx, fake.Shapes{})
	secret := other.secret()
	secret.Annotations[v1alpha1.AnnotationEndpoint] = w.endpoint
	create(ctx, secret)
	other.addSeller(ctx, "main", spelled(w, spell))
	other.ready(ctx)
	return other
}

var _ = Describe("An account in two spellings of its seller id", func() {
	It("is one: nobody adopts what a Reseller of the other spelling holds, by identity or by id", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		victim := w.inSync(ctx, "abc")
		other := w.through(ctx, strings.ToUpper)
		writes := w.wrote()

		matching := other.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.AdoptionPolicy = v1alpha1.AdoptMatchExisting })
		create(ctx, matching)
		awaitReason(ctx, matching, v1alpha1.ReasonIdentityTaken, "a Reseller of another namespace already claims")
		naming := other.reseller("def", func(s *v1alpha1.ResellerSpec) { s.BrokerID = v1alpha1.ID(strings.ToUpper(victim.Status.BrokerID)) })
		create(ctx, naming)
		awaitReason(ctx, naming, v1alpha1.ReasonIdentityTaken, "a Reseller of another namespace")
		remove(ctx, naming)
		awaitGone(ctx, naming)
		Expect(w.wrote()).To(Equal(writes))
	})

	It("is read once for both", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		w.ready(ctx)
		other := w.through(ctx, strings.ToUpper)
		r := other.inSync(ctx, "abc", func(s *v1alpha1.ResellerSpec) { s.DriftPolicy = v1alpha1.DriftReport })
		Expect(w.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.Name = "Somebody else" })).To(Succeed())
		before := w.lists()
		w.requestReading(ctx) // by the one Seller, for a Reseller of the other
		awaitReason(ctx, r, v1alpha1.ReasonDriftReported)
		Consistently(w.lists).WithContext(ctx).WithTimeout(2 * time.Second).Should(Equal(before + 1))
	})

	It("is the one that status names, so that a Seller in another spelling goes on", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		first := startManager()
		r := w.inSync(ctx, "abc", func(s *v1alpha1.ResellerSpec) { s.DriftPolicy = v1alpha1.DriftReport })
		stored, writes := r.Status.SellerID, w.wrote()
		first.stop()
		remove(ctx, w.seller)
		edit(ctx, w.seller, func(s client.Object) { s.SetFinalizers(nil) })
		awaitGone(ctx, w.seller)
		w.addSeller(ctx, "main", spelled(w, strings.ToUpper))
		Expect(w.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.Name = "Somebody else" })).To(Succeed())
		startManager()
		awaitReason(ctx, r, v1alpha1.ReasonDriftReported, "spec.name")
		Expect(r.Status.SellerID).To(Equal(stored), "a manager of before finds its own account")
		Expect(w.wrote()).To(Equal(writes))
	})
})
