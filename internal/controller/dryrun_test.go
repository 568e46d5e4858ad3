package controller_test

import (
	"context"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
	"github.com/reseller-operator/reseller-operator/internal/controller"
)

// written are the calls so far that write to the account.
func (w *world) written() []string {
	writes := []string{}
	for _, x := range w.exchanges(func(x fake.Exchange) bool {
		return x.Op == fake.OpCreate || x.Op == fake.OpUpdate || x.Op == fake.OpDelete
	}) {
		writes = append(writes, string(x.Op))
	}
	return writes
}

// dry changes what a Seller says of writes.
func (w *world) dry(ctx context.Context, writes v1alpha1.WritesPolicy) {
	GinkgoHelper()
	edit(ctx, w.seller.(*v1alpha1.Seller), func(s *v1alpha1.Seller) { s.Spec.Writes = writes })
}

// three are a Reseller to be created, one to be updated and one to be deleted.
type three struct{ created, edited, deleted *v1alpha1.Reseller }

// wanted edits them so, in a dry run.
func (w *world) wanted(ctx context.Context, edited, deleted *v1alpha1.Reseller) three {
	GinkgoHelper()
	created := w.reseller("created")
	create(ctx, created)
	edit(ctx, edited, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("secret@edited.example") })
	remove(ctx, deleted)
	return three{created, edited, deleted}
}

// shown awaits that each says what would happen to it.
func (t three) shown(ctx context.Context) {
	GinkgoHelper()
	awaitReason(ctx, t.created, v1alpha1.ReasonDryRun, "would create a broker")
	awaitReason(ctx, t.edited, v1alpha1.ReasonDryRun, "would update broker "+t.edited.Status.BrokerID+": spec.supportEmail;")
	awaitReason(ctx, t.deleted, v1alpha1.ReasonDryRun, "would delete broker "+t.deleted.Status.BrokerID)
	Expect(t.edited.Status.Drift).To(ConsistOf(HaveField("Desired", "secret@edited.example")))
	for r, effect := range map[*v1alpha1.Reseller]string{t.created: "WouldCreate 0 ", t.edited: "WouldUpdate 0 spec.supportEmail", t.deleted: "WouldDelete 0 "} {
		Expect(effectsOf(r)).To(HaveEach(Not(BeEmpty())))
		Expect(effectsOf(r)[len(r.Status.History)-1]).To(Equal(effect))
		Expect(r.Status.Creation).To(BeNil())
		Expect(r.Status.Deletion).To(BeNil())
	}
}

var _ = Describe("A dry run", func() {
	It("shows what would be done and sends nothing, and when it ends all is done once", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		manager := startManager()
		edited, deleted, inSync := w.inSync(ctx, "edited"), w.inSync(ctx, "deleted"), w.inSync(ctx, "same")
		w.readings(ctx, 1)
		w.dry(ctx, v1alpha1.WritesDryRun)
		awaitReason(ctx, w.seller, v1alpha1.ReasonReady, "nothing is sent (DryRun)")
		w.api.ResetHistory()
		t := w.wanted(ctx, edited, deleted)
		t.shown(ctx)
		w.readings(ctx, 1)
		manager.stop()

		By("starting again, which says it no second time")
		manager = startManager()
		w.readings(ctx, 2)
		t.shown(ctx)
		Expect(manager.writes("resellers")).To(BeEmpty())
		awaitReason(ctx, inSync, v1alpha1.ReasonInSync)
		Expect(w.written()).To(BeEmpty())
		Eventually(func() string { return strings.Join(w.events(ctx, "edited")(), "\n") }).Should(ContainSubstring("Normal DryRun (Reconcile): would update broker"))
		Expect(strings.Join(w.events(ctx, "edited")(), "\n")).NotTo(ContainSubstring("secret@"))

		By("ending it")
		w.dry(ctx, v1alpha1.WritesEnabled)
		awaitReason(ctx, t.created, v1alpha1.ReasonInSync)
		awaitReason(ctx, t.edited, v1alpha1.ReasonInSync)
		awaitGone(ctx, t.deleted)
		w.readings(ctx, 1)
		Expect(w.written()).To(ConsistOf("create", "update", "delete"))
		awaitReason(ctx, w.seller, v1alpha1.ReasonReady, "read and written")
	})

	It("adopts what exists, and lets go what is to stay", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, func(s *v1alpha1.SellerSettings) { s.Writes = v1alpha1.WritesDryRun })
		id := w.api.Add(w.broker("abc"))
		startManager()
		r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.BrokerID = v1alpha1.ID(id) })
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(w.live()).To(ConsistOf("abc Company"))
		Expect(w.written()).To(BeEmpty())
	})

	It("is one for the whole account while any of its Sellers says so", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		other := w.addSeller(ctx, "other", func(s *v1alpha1.SellerSettings) { s.Writes = v1alpha1.WritesDryRun })
		awaitReason(ctx, other, v1alpha1.ReasonReady)
		w.api.ResetHistory()
		renamed(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonDryRun, "a Seller of the account")
		Expect(w.written()).To(BeEmpty())
		edit(ctx, other, func(s *v1alpha1.Seller) { s.Spec.Writes = v1alpha1.WritesEnabled })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.written()).To(Equal([]string{"update"}))
	})

	It("of the operator is one for all accounts", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		manager := startManager()
		edited, deleted := w.inSync(ctx, "edited"), w.inSync(ctx, "deleted")
		manager.stop()
		w.api.ResetHistory()
		manager = startManager(func(_ *ctrl.Options, o *controller.Options) { o.DryRun = true })
		t := w.wanted(ctx, edited, deleted)
		t.shown(ctx)
		Expect(ready(t.edited).Message).To(ContainSubstring("--dry-run"))
		Expect(w.written()).To(BeEmpty())
		manager.stop()
		startManager()
		awaitReason(ctx, t.created, v1alpha1.ReasonInSync)
		awaitReason(ctx, t.edited, v1alpha1.ReasonInSync)
		awaitGone(ctx, t.deleted)
		Expect(w.written()).To(ConsistOf("create", "update", "delete"))
	})
})
