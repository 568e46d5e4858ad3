package controller_test

import (
	"context"
	"net/http"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// rejected is a Seller whose Secret has a wrong password, after its only login.
func (w *world) rejected(ctx context.Context) *v1alpha1.Seller {
	GinkgoHelper()
	secret := w.secret()
	secret.StringData[v1alpha1.SecretKeyPassword] = "wrong"
	create(ctx, secret)
	s := w.addSeller(ctx, "main")
	awaitReason(ctx, s, v1alpha1.ReasonCredentialsRejected, "invalid_grant", v1alpha1.AnnotationReconcileRequestedAt)
	w.loggedIn(ctx, 1)
	return s
}

// touch writes the Secret without changing its credentials.
func (w *world) touch(ctx context.Context) {
	GinkgoHelper()
	annotate(ctx, w.secretNamed("cloudmore-api"), "example.com/touched", fresh())
}

// loggedIn waits until there were so many logins, and sees that there are no more.
func (w *world) loggedIn(ctx context.Context, n int) {
	GinkgoHelper()
	logins := func() int { return w.api.Calls(fake.OpToken) }
	Eventually(logins).WithContext(ctx).Should(Equal(n))
	Consistently(logins, 700*time.Millisecond).WithContext(ctx).Should(Equal(n))
}

var _ = Describe("Credentials that were refused", func() {
	It("are tried once more when the Secret is touched, within bounds that outlast restarts", func(ctx SpecContext) {
		w, clock := newWorld(ctx, fake.Shapes{}), &aheadClock{}
		first := startManager(with(clock))
		s := w.rejected(ctx)
		w.touch(ctx)
		w.loggedIn(ctx, 2)
		w.touch(ctx)
		w.loggedIn(ctx, 2)
		first.stop()

		w.touch(ctx)
		second := startManager(with(clock))
		awaitReason(ctx, s, v1alpha1.ReasonCredentialsRejected)
		w.loggedIn(ctx, 2)
		for n := range 4 { // three a day
			clock.advance(16 * time.Minute)
			w.touch(ctx)
			w.loggedIn(ctx, min(3+n, 4))
		}
		refresh(ctx, s)
		Expect(s.Status.RefusedLogin.RepeatedAt).To(HaveLen(3))
		second.stop()

		third := startManager(with(clock))
		w.touch(ctx)
		w.loggedIn(ctx, 4)
		By("a user asking for it")
		w.requestReading(ctx)
		w.loggedIn(ctx, 5)
		third.stop()
		startManager(with(clock))
		w.loggedIn(ctx, 5)
		By("the account being unlocked")
		w.api.SetUser(fake.User{Username: fake.DefaultUsername, Password: "wrong"})
		w.requestReading(ctx)
		awaitReason(ctx, s, v1alpha1.ReasonReady)
		Expect(s.Status.RefusedLogin).To(BeNil())
		w.loggedIn(ctx, 6)
	})

	It("are not tried again because of our own finalizer, or of other settings", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		first := startManager()
		w.inSync(ctx, "abc")
		s, secret := w.seller.(*v1alpha1.Seller), w.secretNamed("cloudmore-api")
		awaitFinalizers(ctx, secret, v1alpha1.FinalizerInUse)
		edit(ctx, secret, func(s *corev1.Secret) { s.Data[v1alpha1.SecretKeyPassword] = []byte("wrong") })
		awaitReason(ctx, s, v1alpha1.ReasonCredentialsRejected, "invalid_grant")
		w.loggedIn(ctx, 2)
		refresh(ctx, s)
		at := s.Status.RefusedLogin.At

		edit(ctx, secret, func(s *corev1.Secret) { s.Finalizers = nil })
		awaitFinalizers(ctx, secret, v1alpha1.FinalizerInUse)
		edit(ctx, s, func(s *v1alpha1.Seller) { s.Spec.RateLimit.Burst = 7 })
		w.loggedIn(ctx, 2)
		Eventually(func() string { refresh(ctx, s); return s.Status.RefusedLogin.SecretRevision }).Should(Equal(secret.ResourceVersion))
		first.stop()
		startManager()
		awaitReason(ctx, s, v1alpha1.ReasonCredentialsRejected)
		w.loggedIn(ctx, 2)
		Expect(s.Status.RefusedLogin.At.Equal(&at)).To(BeTrue(), "it tells of the real login")
	})

	It("are tried at once when they change, whatever was tried before", func(ctx SpecContext) {
		w := newWorld(ctx, fake.Shapes{})
		startManager()
		s := w.rejected(ctx)
		w.touch(ctx)
		w.loggedIn(ctx, 2)
		w.touch(ctx) // and has to wait
		secret := w.secretNamed("cloudmore-api")
		edit(ctx, secret, func(s *corev1.Secret) { s.Data[v1alpha1.SecretKeyPassword] = []byte("wrong, too") })
		w.loggedIn(ctx, 3)
		for range 3 { // bounded again
			w.touch(ctx)
			w.loggedIn(ctx, 4)
		}
		edit(ctx, secret, func(s *corev1.Secret) { s.Data[v1alpha1.SecretKeyPassword] = []byte(fake.DefaultPassword) })
		w.loggedIn(ctx, 5)
		awaitReason(ctx, s, v1alpha1.ReasonReady)
	})
})

var _ = Describe("A login without a verdict on the credentials", func() {
	DescribeTable("is shown with what the server said, and tried a few times an hour, over restarts",
		func(ctx SpecContext, fault fake.Fault, words string) {
			w := newWorld(ctx, fake.Shapes{})
			create(ctx, w.secret())
			fault.Op = fake.OpToken
			w.inject(fault)
			s := w.addSeller(ctx, "main")
			for range 7 {
				p := startManager()
				annotate(ctx, s, "example.com/other", fresh())
				awaitReason(ctx, s, v1alpha1.ReasonUnreachable, "no verdict on the credentials", words)
				p.stop()
			}
			Expect(s.Status.RefusedLogin).To(BeNil())
			Expect(s.Status.UndecidedLogin).NotTo(BeNil())
			tried := w.api.Calls(fake.OpToken)
			Expect(tried).To(BeNumerically("<=", 4))
			startManager()
			By("the server being right again, and a user asking")
			w.api.ClearFaults()
			w.requestReading(ctx)
			awaitReason(ctx, s, v1alpha1.ReasonReady)
			Expect(s.Status.UndecidedLogin).To(BeNil())
			Expect(w.api.Calls(fake.OpToken)).To(BeNumerically("<=", tried+2))
		},
		Entry("by a firewall's page", fake.Fault{Status: http.StatusForbidden, Form: fake.FormHTML, Says: "Blocked by the firewall"}, "403 Forbidden: Blocked by the firewall"),
		Entry("by a gateway's text", fake.Fault{Status: http.StatusUnauthorized, Form: fake.FormText, Says: "no route"}, "401 Unauthorized: no route"),
		Entry("by a server's error", fake.Fault{Status: http.StatusServiceUnavailable, Body: fake.BodyEmpty}, "503 Service Unavailable"),
		Entry("by a throttle", fake.Fault{Status: http.StatusTooManyRequests, Body: fake.BodyEmpty}, "429 Too Many Requests"),
	)
})
