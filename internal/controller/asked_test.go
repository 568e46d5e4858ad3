package controller_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// askForAll asks for a look at all Resellers of the world, as `kubectl annotate --all`
// does, and waits until each was looked at.
func (w *world) askForAll(ctx SpecContext, all []*v1alpha1.Reseller) {
	GinkgoHelper()
	request := fresh()
	patch := []byte(`{"metadata":{"annotations":{"` + v1alpha1.AnnotationReconcileRequestedAt + `":"` + request + `"}}}`)
	for _, r := range all {
		Expect(server.Patch(ctx, r, client.RawPatch("application/merge-patch+json", patch))).To(Succeed())
	}
	for _, r := range all {
		Eventually(func() string { refresh(ctx, r); return r.Status.LastHandledReconcileAt }).WithContext(ctx).Should(Equal(request))
	}
}

var _ = Describe("A look asked for at many Resellers", func() {
	// adopted are so many whose brokers were there, so that lists have shown them.
	adopted := func(ctx SpecContext, w *world, n int) []*v1alpha1.Reseller {
		GinkgoHelper()
		all := make([]*v1alpha1.Reseller, n)
		for i := range all {
			w.api.Add(w.broker(numbered(i)))
			all[i] = w.reseller(numbered(i), func(s *v1alpha1.ResellerSpec) { s.AdoptionPolicy = v1alpha1.AdoptMatchExisting })
			create(ctx, all[i])
		}
		startManager()
		for _, r := range all {
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
		}
		w.readings(ctx, 2)
		w.api.ResetHistory()
		return all
	}

	It("is made by syncs that all share where lists show all of a broker", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ListContent: fake.ListDetail})
		all := adopted(ctx, w, 200)
		Expect(w.api.Edit(all[7].Status.BrokerID, func(b *fake.Broker) { b.SupportEmail = "portal@abc.example" })).To(Succeed())
		w.askForAll(ctx, all)
		Expect(w.lists()).To(BeNumerically("<", 20), "a few, while people go on asking")
		Expect(w.api.Calls(fake.OpGet)).To(Equal(1), "only the broker that is corrected is read")
		Expect(w.at(all[7]).SupportEmail).To(Equal("support@r007.example"))
	})

	It("is one GET each where they do not", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ListContent: fake.ListSummary})
		all := adopted(ctx, w, 60)
		w.askForAll(ctx, all)
		Expect(w.api.Calls(fake.OpGet)).To(Equal(len(all)))
		Expect(w.lists()).To(BeZero())
	})
})
