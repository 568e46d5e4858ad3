package controller_test

import (
	"context"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

var _ = Describe("A Reseller of a shared account", func() {
	DescribeTable("is told why without names of others",
		func(ctx SpecContext, begin func(context.Context, *world), reason, shown, words string) {
			theirs := newAccount(ctx, fake.Shapes{}, braked)
			ours := newWorld(ctx, fake.Shapes{})
			main := theirs.seller
			shared := theirs.clusterSeller(ctx, &v1alpha1.AllowedNamespaces{Selector: &metav1.LabelSelector{}})
			first := startManager()
			theirs.seller = main
			for n := range 4 {
				theirs.inSync(ctx, numbered(n))
			}
			theirs.seller = shared
			r := ours.reseller("abc")
			r.Spec.SellerRef = v1alpha1.SellerReference{Kind: v1alpha1.SellerKindClusterSeller, Name: v1alpha1.SellerName(shared.Name)}
			create(ctx, r)
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
			begin(ctx, theirs)
			awaitReason(ctx, shared, reason)
			first.stop()
			startManager()
			edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
			awaitReason(ctx, r, shown, words)
			for _, c := range r.Status.Conditions {
				Expect(strings.ReplaceAll(c.Message, "ClusterSeller "+shared.Name, "")).NotTo(ContainSubstring(theirs.namespace))
				Expect(c.Message).NotTo(ContainSubstring("cloudmore-api"))
			}
			for _, line := range ours.events(ctx, "abc")() {
				Expect(strings.ReplaceAll(line, "ClusterSeller "+shared.Name, "")).NotTo(ContainSubstring(theirs.namespace))
			}
		},
		Entry("when its Secret lacks a key", func(ctx context.Context, w *world) {
			secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "cloudmore-api"}}
			edit(ctx, secret, func(s *corev1.Secret) { delete(s.Data, v1alpha1.SecretKeyClientSecret) })
		}, v1alpha1.ReasonCredentialsMissing, v1alpha1.ReasonSellerNotReady, "only its owner can mend that"),
		Entry("when its brake halted writing", func(ctx context.Context, w *world) {
			for n := range 4 {
				remove(ctx, &v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: numbered(n)}})
			}
		}, v1alpha1.ReasonWritesHalted, v1alpha1.ReasonHeldByBrake, "the Seller that halts writing"),
	)

	It("is not named by a Seller of another namespace when the brake stops it", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, braked)
		startManager()
		other := newWorld(ctx, fake.Shapes{})
		secret := other.secret()
		secret.Annotations[v1alpha1.AnnotationEndpoint] = w.endpoint
		create(ctx, secret)
		s := other.addSeller(ctx, "main", braked, func(s *v1alpha1.SellerSettings) {
			s.SellerID, s.Endpoint = v1alpha1.ID(w.api.SellerID()), w.endpoint
		})
		awaitReason(ctx, s, v1alpha1.ReasonReady)
		var all []client.Object
		for n := range 4 {
			all = append(all, w.inSync(ctx, numbered(n)))
		}
		for _, r := range all {
			remove(ctx, r)
		}
		awaitReason(ctx, w.seller, v1alpha1.ReasonWritesHalted, "of "+w.namespace+"/r00")
		awaitReason(ctx, s, v1alpha1.ReasonWritesHalted, "2 more")
		Expect(ready(s).Message).NotTo(ContainSubstring(w.namespace))
		Expect(s.Status.Halt).To(And(HaveField("Whom", BeEmpty()), HaveField("More", int32(2))))
	})
})

var _ = Describe("A request by an annotation", func() {
	It("is done once, wherever its value has to be cut", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		w.ready(ctx)
		s := w.seller.(*v1alpha1.Seller)
		for _, value := range []string{strings.Repeat("a", 255) + "é", strings.Repeat("é", 300), "line\nbreak"} {
			before := w.lists()
			annotate(ctx, s, v1alpha1.AnnotationReconcileRequestedAt, value)
			Eventually(w.lists).Should(Equal(before + 1))
			annotate(ctx, s, "example.com/other", fresh()) // a pass that finds it done
			Consistently(w.lists, 1500*time.Millisecond).Should(Equal(before + 1))
		}
	})
})
