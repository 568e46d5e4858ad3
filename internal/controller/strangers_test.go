package controller_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// finalizersOf are an object's finalizers as they are now.
func finalizersOf(ctx context.Context, obj client.Object) func() []string {
	return func() []string {
		GinkgoHelper()
		refresh(ctx, obj)
		return obj.GetFinalizers()
	}
}

// younger waits until what is made next is younger by the clock of the API
// server, which counts seconds.
func younger(ctx context.Context, than client.Object) {
	GinkgoHelper()
	Eventually(func() bool { return time.Since(than.GetCreationTimestamp().Time) > time.Second }).WithContext(ctx).Should(BeTrue())
}

var _ = Describe("A stranger in an account", func() {
	It("with credentials that never got the list is no competing Reseller, protects nothing and holds up no deletion", func(ctx SpecContext) {
		t := newTenants(ctx)
		t.settled(ctx)
		spent := t.theirs.spent()
		s := t.with(ctx, "intruder", "guess", t.theirAccount)
		awaitReason(ctx, s, v1alpha1.ReasonCredentialsRejected)
		r := t.ours.reseller("def", func(s *v1alpha1.ResellerSpec) { s.SellerRef.Name = "other" })
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotReady)
		t.theirs.expectCost(spent)
		younger(ctx, r)

		By("the owner making what the stranger, who is older, names as its own")
		t.theirs.inSync(ctx, "def")
		awaitReason(ctx, t.theirs.seller, v1alpha1.ReasonReady)

		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: t.ours.namespace, Name: "other"}}
		Consistently(finalizersOf(ctx, secret)).WithTimeout(time.Second).Should(BeEmpty())
		Expect(finalizersOf(ctx, s)()).To(BeEmpty())
		remove(ctx, s)
		awaitGone(ctx, s)
		remove(ctx, secret)
		awaitGone(ctx, secret)
		refresh(ctx, r)
	})

	It("whose namespace a ClusterSeller does not allow is the same", func(ctx SpecContext) {
		t := newTenants(ctx)
		t.settled(ctx)
		spent := t.theirs.spent()
		r := t.through("def")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotAllowed)
		t.theirs.expectCost(spent)
		younger(ctx, r)
		t.theirs.inSync(ctx, "def")
		awaitReason(ctx, t.shared, v1alpha1.ReasonReady)
		Consistently(finalizersOf(ctx, t.shared)).WithTimeout(time.Second).Should(BeEmpty())
		remove(ctx, t.shared)
		awaitGone(ctx, t.shared)
	})

	It("is paused alone when Cloudmore asks it for a pause", func(ctx SpecContext) {
		t := newTenants(ctx)
		t.settled(ctx)
		t.theirs.api.SetUser(fake.User{Username: "someone", Password: "real", Access: fake.AccessNone})
		t.theirs.inject(fake.Fault{Op: fake.OpList, User: "someone", Status: 429, RetryAfter: time.Hour})
		spent := t.theirs.spent()
		s := t.with(ctx, "someone", "real", t.theirAccount)
		awaitReason(ctx, s, v1alpha1.ReasonUnreachable)
		t.theirs.expectCost(spent)
		edit(ctx, t.victim, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
		Eventually(func() string { return t.theirs.at(t.victim).SupportEmail }).WithContext(ctx).Should(Equal("help@abc.example"))
		t.theirs.readings(ctx, 1)
		awaitReason(ctx, t.theirs.seller, v1alpha1.ReasonReady)
	})

	It("has no say about the account: writing that is halted stays so", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, func(s *v1alpha1.SellerSettings) { s.Brake = v1alpha1.Brake{Percent: 50, Minimum: 1} })
		startManager()
		var all []*v1alpha1.Reseller
		for n := range 3 {
			all = append(all, w.inSync(ctx, numbered(n)))
		}
		for _, r := range all {
			remove(ctx, r)
		}
		awaitReason(ctx, w.seller, v1alpha1.ReasonWritesHalted)
		deleted := w.api.Calls(fake.OpDelete)
		t := &tenants{theirs: w, ours: newWorld(ctx, fake.Shapes{})}
		s := t.with(ctx, "intruder", "guess", t.theirAccount)
		awaitReason(ctx, s, v1alpha1.ReasonCredentialsRejected)
		annotate(ctx, s, v1alpha1.AnnotationReconcileRequestedAt, "now")
		annotate(ctx, s, v1alpha1.AnnotationResumeWritesAt, "now")
		annotate(ctx, s, v1alpha1.AnnotationAcceptListAt, "now")
		Eventually(func() string { refresh(ctx, s); return s.Status.LastHandledReconcileAt }).WithContext(ctx).Should(Equal("now"))
		w.readings(ctx, 1)
		awaitReason(ctx, w.seller, v1alpha1.ReasonWritesHalted)
		Expect(w.api.Calls(fake.OpDelete)).To(Equal(deleted))
		refresh(ctx, s)
		Expect(s.Status.LastHandledResumeWritesAt).To(BeEmpty())
	})

	It("becomes a user with the label of its namespace, and is protected as long as it holds a broker", func(ctx SpecContext) {
		t := newTenants(ctx)
		r := t.through("def")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotAllowed)
		t.label(ctx, t.theirs.namespace)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		t.label(ctx, "another")
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotAllowed)
		remove(ctx, t.shared)
		awaitReason(ctx, t.shared, v1alpha1.ReasonInUse, t.ours.namespace+"/def")
		same := t.theirs.reseller("def")
		create(ctx, same)
		awaitReason(ctx, same, v1alpha1.ReasonIdentityTaken)
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.DeletionPolicy = v1alpha1.DeletionOrphan })
		remove(ctx, r)
		awaitGone(ctx, r)
		awaitGone(ctx, t.shared)
	})

	It("who was none until now wakes who waits for what it meant", func(ctx SpecContext) {
		t := newTenants(ctx)
		t.label(ctx, t.theirs.namespace)
		r := t.through("def", func(s *v1alpha1.ResellerSpec) { s.Suspend = ptr(true) })
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSuspended)
		younger(ctx, r)
		waiting := t.theirs.reseller("def")
		create(ctx, waiting)
		awaitReason(ctx, waiting, v1alpha1.ReasonIdentityTaken)
		t.label(ctx, "another")
		awaitReason(ctx, waiting, v1alpha1.ReasonInSync)
	})

	DescribeTable("is nobody whose Seller got the list at some time, whatever it can now",
		func(ctx SpecContext, change func(context.Context, *v1alpha1.Seller)) {
			w := newAccount(ctx, fake.Shapes{})
			first := startManager()
			w.ready(ctx)
			older := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.Suspend = ptr(true) })
			create(ctx, older)
			awaitReason(ctx, older, v1alpha1.ReasonSuspended)
			younger(ctx, older)
			first.stop()
			s := w.seller.(*v1alpha1.Seller)
			refresh(ctx, s)
			Expect(s.Status.Verified).To(HaveValue(And(HaveField("SellerID", w.api.SellerID()), HaveField("Endpoint", w.endpoint))))
			edit(ctx, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "cloudmore-api"}}, func(x *corev1.Secret) {
				x.Data[v1alpha1.SecretKeyPassword] = []byte("no longer right")
			})
			change(ctx, s)
			startManager()
			awaitReason(ctx, s, v1alpha1.ReasonCredentialsRejected)
			other := w.through(ctx, func(id string) string { return id })
			r := other.reseller("abc")
			create(ctx, r)
			awaitReason(ctx, r, v1alpha1.ReasonIdentityTaken)
			Expect(finalizersOf(ctx, s)()).NotTo(BeEmpty())
		},
		Entry("as its status says", func(context.Context, *v1alpha1.Seller) {}),
		Entry("as v0.1.0 left it in status", func(ctx context.Context, s *v1alpha1.Seller) {
			before := s.DeepCopy()
			s.Status.Verified = nil
			Expect(server.Status().Patch(ctx, s, client.MergeFrom(before))).To(Succeed())
		}),
	)
})

var _ = Describe("A label that was taken from a namespace", func() {
	It("counts at once, before the cache shows it: nothing more is written through the ClusterSeller", func(ctx SpecContext) {
		t := newTenants(ctx)
		t.allowed(ctx, v1alpha1.AdoptionForbidden)
		r := t.through("def")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		t.settled(ctx)
		writes, spent := t.theirs.wrote(), t.theirs.spent()
		t.manager.holdWatchesOf("namespaces")
		t.label(ctx, "another")
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@def.example") })
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotAllowed, "spec.allowedNamespaces")
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotAllowed, "spec.deletionPolicy: Orphan")
		Expect(t.theirs.wrote()).To(Equal(writes))
		t.theirs.expectCost(spent)
		t.manager.flow()
	})
})
