package controller_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// theirFinalizer is somebody else's.
const theirFinalizer = "example.com/theirs"

// replaceFinalizers is what `kubectl patch --type merge` does: a list is replaced.
func replaceFinalizers(ctx context.Context, obj client.Object) {
	GinkgoHelper()
	patch := []byte(`{"metadata":{"finalizers":["` + theirFinalizer + `"]}}`)
	Expect(server.Patch(ctx, obj, client.RawPatch(types.MergePatchType, patch))).To(Succeed())
	Expect(obj.GetFinalizers()).To(Equal([]string{theirFinalizer}))
}

var _ = Describe("Our finalizer, replaced by somebody else's", func() {
	DescribeTable("is put back automatically, and the broker goes with the object",
		func(ctx SpecContext, spoil, mend func(context.Context, *world)) {
			w := newAccount(ctx, fake.Shapes{})
			startManager()
			r := w.inSync(ctx, "abc")
			Expect(r.Finalizers).To(Equal([]string{v1alpha1.FinalizerReseller}))
			spoil(ctx, w)
			replaceFinalizers(ctx, r)
			awaitFinalizers(ctx, r, theirFinalizer, v1alpha1.FinalizerReseller)

			mend(ctx, w)
			remove(ctx, r)
			awaitReason(ctx, r, v1alpha1.ReasonDeleting, theirFinalizer)
			Expect(w.live()).To(HaveLen(1))
			edit(ctx, r, func(r *v1alpha1.Reseller) { r.Finalizers = []string{v1alpha1.FinalizerReseller} })
			awaitGone(ctx, r)
			Expect(w.live()).To(BeEmpty())
		},
		Entry("while the account can be used", func(context.Context, *world) {}, func(context.Context, *world) {}),
		Entry("while the Seller is not ready",
			func(ctx context.Context, w *world) {
				secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "cloudmore-api"}}
				edit(ctx, secret, func(s *corev1.Secret) { s.Data[v1alpha1.SecretKeyPassword] = []byte("wrong") })
				awaitReason(ctx, w.seller, v1alpha1.ReasonCredentialsRejected)
			},
			func(ctx context.Context, w *world) {
				secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "cloudmore-api"}}
				edit(ctx, secret, func(s *corev1.Secret) { s.Data[v1alpha1.SecretKeyPassword] = []byte(fake.DefaultPassword) })
				w.ready(ctx)
			}),
	)

	It("is put back while the outcome of the create is open", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		w.ready(ctx)
		w.inject(fake.Fault{Op: fake.OpCreate, Drop: fake.DropConnection, Commit: fake.CommitYes, Times: 1}, fake.Fault{Op: fake.OpList, List: fake.ListEmpty})
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonResolvingCreate)
		replaceFinalizers(ctx, r)
		awaitFinalizers(ctx, r, theirFinalizer, v1alpha1.FinalizerReseller)
	})
})
