package controller_test

import (
	"context"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// braked has a brake of two brokers.
func braked(s *v1alpha1.SellerSettings) { s.Brake = v1alpha1.Brake{Percent: 10, Minimum: 2} }

// tripped has eight Resellers that are all deleted at once, and the brake's halt.
func (w *world) tripped(ctx context.Context) []*v1alpha1.Reseller {
	GinkgoHelper()
	var all []*v1alpha1.Reseller
	for n := range 8 {
		all = append(all, w.inSync(ctx, numbered(n)))
	}
	w.readings(ctx, 1) // lists show them
	for _, r := range all {
		remove(ctx, r)
	}
	awaitReason(ctx, w.seller, v1alpha1.ReasonWritesHalted, "delete of "+w.namespace+"/r00", v1alpha1.AnnotationResumeWritesAt)
	return all
}

// stillHalted has the account read twice and sees that nothing is deleted.
func (w *world) stillHalted(ctx context.Context, left int) {
	GinkgoHelper()
	w.readings(ctx, 2)
	Expect(w.live()).To(HaveLen(left))
}

var _ = Describe("Writing that the brake halted", func() {
	DescribeTable("stays halted when a manager starts while Ready says", func(ctx SpecContext, reason string, begin, mend func(context.Context, *world)) {
		w := newAccount(ctx, fake.Shapes{}, braked)
		first := startManager()
		all := w.tripped(ctx)
		s := w.seller.(*v1alpha1.Seller)
		begin(ctx, w)
		awaitReason(ctx, s, reason)
		Expect(s.Status.Halt).To(HaveField("Whom", HaveLen(6)))
		first.stop()
		left := len(w.live())
		Expect(left).To(BeNumerically(">=", 6))

		mend(ctx, w)
		second := startManager()
		w.stillHalted(ctx, left)
		annotate(ctx, s, v1alpha1.AnnotationResumeWritesAt, fresh())
		for _, r := range all {
			awaitGone(ctx, r)
		}
		if reason == v1alpha1.ReasonInUse {
			awaitGone(ctx, s)
			return
		}
		awaitReason(ctx, s, v1alpha1.ReasonReady)
		Expect(s.Status.Halt).To(BeNil())
		Expect(s.Status.WritesResumedAt).NotTo(BeNil())
		second.stop()

		startManager()
		w.readings(ctx, 1)
		var later []*v1alpha1.Reseller
		for n := range 4 {
			later = append(later, w.inSync(ctx, "later"+numbered(n)))
		}
		for _, r := range later {
			remove(ctx, r)
		}
		awaitReason(ctx, s, v1alpha1.ReasonWritesHalted, "2 wait") // what comes on top counts
	},
		Entry("just that", v1alpha1.ReasonWritesHalted, func(context.Context, *world) {}, func(context.Context, *world) {}),
		Entry("that the list is not believed", v1alpha1.ReasonListSuspicious,
			func(ctx context.Context, w *world) {
				w.inject(fake.Fault{Op: fake.OpList, List: fake.ListEmpty})
				w.requestReading(ctx)
			}, func(_ context.Context, w *world) { w.api.ClearFaults() }),
		Entry("that the account can't be reached", v1alpha1.ReasonUnreachable,
			func(ctx context.Context, w *world) {
				w.inject(fake.Fault{Op: fake.OpList, Status: http.StatusInternalServerError})
				w.requestReading(ctx)
			}, func(_ context.Context, w *world) { w.api.ClearFaults() }),
		Entry("that a key of the Secret is missing", v1alpha1.ReasonCredentialsMissing,
			func(ctx context.Context, w *world) {
				secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "cloudmore-api"}}
				edit(ctx, secret, func(s *corev1.Secret) { delete(s.Data, v1alpha1.SecretKeyClientSecret) })
			},
			func(ctx context.Context, w *world) {
				secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "cloudmore-api"}}
				edit(ctx, secret, func(s *corev1.Secret) { s.StringData = w.secret().StringData })
			}),
		Entry("that the Seller is in use", v1alpha1.ReasonInUse,
			func(ctx context.Context, w *world) { remove(ctx, w.seller) }, func(context.Context, *world) {}),
	)

	It("is no longer said of who waits for its turn when writing goes on", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		edited, leaving := w.inSync(ctx, "edited"), w.inSync(ctx, "leaving")
		s := w.seller.(*v1alpha1.Seller)
		edit(ctx, s, func(s *v1alpha1.Seller) { s.Spec.Suspend = ptr(true) })
		edit(ctx, edited, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = ptr(v1alpha1.Email("new@edited.example")) })
		remove(ctx, leaving)
		awaitReason(ctx, edited, v1alpha1.ReasonSuspended, "spec.suspend of the Seller")
		awaitReason(ctx, leaving, v1alpha1.ReasonSuspended, "spec.suspend of the Seller")
		w.inject(fake.Fault{Op: fake.OpGet, Delay: 5 * time.Second})
		edit(ctx, s, func(s *v1alpha1.Seller) { s.Spec.Suspend = nil })
		awaitReason(ctx, edited, v1alpha1.ReasonUpdating, "waits for its turn")
		awaitReason(ctx, leaving, v1alpha1.ReasonDeleting, "waits for its turn")
		w.api.ClearFaults()
		awaitReason(ctx, edited, v1alpha1.ReasonInSync)
		awaitGone(ctx, leaving)
	})

	It("is stored before the Seller's other troubles are looked at, and survives a crash", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, braked)
		first := startManager()
		var all []*v1alpha1.Reseller
		for n := range 4 {
			all = append(all, w.inSync(ctx, numbered(n)))
		}
		for _, r := range all {
			remove(ctx, r)
		}
		s := w.seller.(*v1alpha1.Seller)
		Eventually(func() *v1alpha1.WriteHalt { refresh(ctx, s); return s.Status.Halt }).ShouldNot(BeNil())
		first.die()
		startManager()
		w.readings(ctx, 2)
		Expect(len(w.live())).To(BeNumerically(">=", 2))
	})

	It("by v0.1.0, which kept its text only, stays halted with that text until a user resumes", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, braked)
		first := startManager()
		all := w.tripped(ctx)
		first.stop()
		left := len(w.live())
		s := w.seller.(*v1alpha1.Seller)
		refresh(ctx, s)
		text := "more than 2 brokers were about to be changed" + "; set the annotation " + v1alpha1.AnnotationResumeWritesAt
		before := s.DeepCopy()
		s.Status.Halt = nil
		meta.FindStatusCondition(s.Status.Conditions, v1alpha1.ConditionReady).Message = text
		Expect(server.Status().Patch(ctx, s, client.MergeFrom(before))).To(Succeed())

		second := startManager()
		w.stillHalted(ctx, left)
		awaitReason(ctx, s, v1alpha1.ReasonWritesHalted)
		Expect(ready(s).Message).To(Equal(text))
		Expect(s.Status.Halt).To(And(HaveField("Kind", v1alpha1.HaltUnknown), HaveField("Message", text)))
		second.stop()
		startManager()
		w.stillHalted(ctx, left)
		annotate(ctx, s, v1alpha1.AnnotationResumeWritesAt, fresh())
		for _, r := range all {
			awaitGone(ctx, r)
		}
	})

	It("holds for all Sellers of the account, whichever is looked at first, and ends for all", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, braked)
		first := startManager()
		other := w.newSeller("a-first", braked) // queued before main
		create(ctx, other)
		r := w.inSync(ctx, "other", func(s *v1alpha1.ResellerSpec) { s.SellerRef.Name = "a-first" })
		all := append(w.tripped(ctx), r)
		awaitReason(ctx, other, v1alpha1.ReasonWritesHalted)
		first.stop()
		left := len(w.live())
		before := other.DeepCopy()
		other.Status = v1alpha1.SellerStatus{ObservedGeneration: -1} // as if killed before it was written there
		Expect(server.Status().Patch(ctx, other, client.MergeFrom(before))).To(Succeed())
		remove(ctx, r)

		startManager()
		awaitReason(ctx, other, v1alpha1.ReasonWritesHalted)
		w.stillHalted(ctx, left)
		annotate(ctx, w.seller, v1alpha1.AnnotationResumeWritesAt, fresh())
		for _, r := range all {
			awaitGone(ctx, r)
		}
		awaitReason(ctx, other, v1alpha1.ReasonReady)
		Expect(other.Status.Halt).To(BeNil())
	})

	It("is no business of a Seller that never got the list", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, braked)
		first := startManager()
		w.tripped(ctx)
		main := w.seller
		secret := w.rotated("guess")
		secret.StringData[v1alpha1.SecretKeyPassword] = "guess"
		stranger := w.newSeller("stranger")
		stranger.Spec.CredentialsSecretRef.Name = "guess"
		stranger.Annotations = map[string]string{v1alpha1.AnnotationResumeWritesAt: fresh(), v1alpha1.AnnotationAcceptListAt: fresh()}
		create(ctx, secret, stranger)
		awaitReason(ctx, stranger, v1alpha1.ReasonCredentialsRejected)
		first.stop()
		startManager()
		awaitReason(ctx, main, v1alpha1.ReasonWritesHalted)
		w.seller = main
		w.readings(ctx, 1)
		since := w.spent()
		annotate(ctx, stranger, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		Eventually(func() string { refresh(ctx, stranger); return stranger.Status.LastHandledReconcileAt }).ShouldNot(BeEmpty())
		Expect(stranger.Status.Halt).To(BeNil())
		Expect(stranger.Status.LastHandledResumeWritesAt).To(BeEmpty())
		w.expectCost(since)
		left := len(w.live())
		w.seller = main
		w.stillHalted(ctx, left)
		awaitReason(ctx, main, v1alpha1.ReasonWritesHalted)
	})
})
