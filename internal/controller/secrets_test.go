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

// rotated is the Secret under another name.
func (w *world) rotated(name string) *corev1.Secret {
	secret := w.secret()
	secret.Name = name
	return secret
}

// secretNamed is one to be read.
func (w *world) secretNamed(name string) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: name}}
}

func naming(secret string) func(*v1alpha1.Seller) {
	return func(s *v1alpha1.Seller) { s.Spec.CredentialsSecretRef.Name = v1alpha1.ObjectName(secret) }
}

// awaitFinalizers waits until an object has exactly these.
func awaitFinalizers(ctx context.Context, obj client.Object, finalizers ...string) {
	GinkgoHelper()
	Eventually(func() []string { refresh(ctx, obj); return obj.GetFinalizers() }).WithContext(ctx).Should(HaveExactElements(finalizers))
}

var _ = Describe("A Secret that protects a Seller's Resellers", func() {
	DescribeTable("is let go when",
		func(ctx SpecContext, down bool, change func(context.Context, *world)) {
			w := newAccount(ctx, fake.Shapes{})
			create(ctx, w.rotated("next"))
			first := startManager()
			w.inSync(ctx, "abc")
			old := w.secretNamed("cloudmore-api")
			awaitFinalizers(ctx, old, v1alpha1.FinalizerInUse)
			if down {
				first.stop()
			}
			change(ctx, w)
			if down {
				startManager()
			}
			awaitFinalizers(ctx, old)
			remove(ctx, old)
			awaitGone(ctx, old)
		},
		Entry("the Seller names another one", false, rotate),
		Entry("it did so while no manager ran", true, rotate),
		Entry("the protection is switched off", false, unprotect),
		Entry("that happened while no manager ran", true, unprotect),
		Entry("the Seller was forced out", false, forceOut),
		Entry("that happened while no manager ran, and nobody is left", true, forceOut),
	)

	It("stays protected while another Seller in use names it", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		create(ctx, w.rotated("next"))
		second := w.newSeller("second")
		create(ctx, second)
		startManager()
		w.inSync(ctx, "abc")
		w.inSync(ctx, "def", func(s *v1alpha1.ResellerSpec) { s.SellerRef.Name = "second" })
		old := w.secretNamed("cloudmore-api")
		rotate(ctx, w)
		awaitFinalizers(ctx, w.secretNamed("next"), v1alpha1.FinalizerInUse)
		Consistently(func() []string { refresh(ctx, old); return old.Finalizers }, time.Second).Should(ContainElement(v1alpha1.FinalizerInUse))
		edit(ctx, second, naming("next"))
		awaitFinalizers(ctx, old)
		awaitFinalizers(ctx, w.secretNamed("next"), v1alpha1.FinalizerInUse)
	})

	It("may be a CA, in a Secret or a ConfigMap", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		w.inSync(ctx, "abc")
		ca := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "ca"}}
		create(ctx, ca)
		s := w.seller.(*v1alpha1.Seller)
		edit(ctx, s, func(s *v1alpha1.Seller) {
			s.Spec.CABundleRef = &v1alpha1.CABundleReference{Kind: v1alpha1.CABundleConfigMap, Name: "ca", Key: "ca.crt"}
		})
		awaitFinalizers(ctx, ca, v1alpha1.FinalizerInUse)
		edit(ctx, s, func(s *v1alpha1.Seller) { s.Spec.CABundleRef = nil })
		awaitFinalizers(ctx, ca)
	})

	It("gets its protection again when somebody puts a finalizer in its place, and so does the Seller", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		w.inSync(ctx, "abc")
		s := w.seller
		for _, obj := range []client.Object{w.secretNamed("cloudmore-api"), s} {
			edit(ctx, obj, func(o client.Object) { o.SetFinalizers([]string{"example.com/theirs"}) })
			awaitFinalizers(ctx, obj, "example.com/theirs", v1alpha1.FinalizerInUse)
		}
	})
})

func rotate(ctx context.Context, w *world) {
	GinkgoHelper()
	edit(ctx, w.seller.(*v1alpha1.Seller), naming("next"))
}

func unprotect(ctx context.Context, w *world) {
	GinkgoHelper()
	edit(ctx, w.seller.(*v1alpha1.Seller), func(s *v1alpha1.Seller) { s.Spec.SecretProtection = v1alpha1.SecretProtectionNone })
}

// forceOut deletes the Seller and takes its finalizer off at once.
func forceOut(ctx context.Context, w *world) {
	GinkgoHelper()
	remove(ctx, w.seller)
	edit(ctx, w.seller, func(s client.Object) { s.SetFinalizers(nil) })
	awaitGone(ctx, w.seller)
}
