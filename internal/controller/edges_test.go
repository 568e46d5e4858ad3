package controller_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

var _ = Describe("A Reseller that is copied with its status", func() {
	It("has no part in the other one's broker: it neither writes nor deletes it", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		copied := &v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "copy", Finalizers: r.Finalizers}, Spec: r.Spec}
		copied.Spec.SupportEmail = as[v1alpha1.Email]("copy@abc.example")
		create(ctx, copied)
		edit(ctx, copied, func(c *v1alpha1.Reseller) {}) // as it is now
		stored := copied.DeepCopy()
		copied.Status = r.Status
		Expect(server.Status().Patch(ctx, copied, client.MergeFrom(stored))).To(Succeed())

		awaitReason(ctx, copied, v1alpha1.ReasonIdentityTaken)
		w.readings(ctx, 2)
		Expect(w.api.Calls(fake.OpUpdate)).To(BeZero())
		remove(ctx, copied)
		awaitGone(ctx, copied)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.api.Calls(fake.OpDelete)).To(BeZero())
		Expect(w.made("abc")).To(Equal(1))
	})
})

var _ = Describe("A namespace that is deleted", func() {
	DescribeTable("waits for a user who said that its Resellers are to be left alone",
		func(ctx SpecContext, holds, letsGo func(*v1alpha1.Reseller), reason string) {
			w := newAccount(ctx, fake.Shapes{})
			startManager()
			r, other := w.inSync(ctx, "abc"), w.inSync(ctx, "def")
			edit(ctx, r, holds)
			awaitReason(ctx, r, ready(r).Reason)
			namespaces()
			namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: w.namespace}}
			remove(ctx, namespace)
			awaitReason(ctx, r, reason)
			awaitGone(ctx, other)
			Expect(w.live()).To(Equal([]string{"abc Company"}))
			Expect(server.Get(ctx, client.ObjectKeyFromObject(namespace), namespace)).To(Succeed())
			edit(ctx, r, letsGo)
			awaitGone(ctx, namespace)
			Expect(w.live()).To(BeEmpty())
		},
		Entry("by spec.suspend",
			func(r *v1alpha1.Reseller) { r.Spec.Suspend = ptr(true) }, func(r *v1alpha1.Reseller) { r.Spec.Suspend = nil }, v1alpha1.ReasonSuspended),
		Entry("by deletion-protection, where no policy refuses the deletion",
			func(r *v1alpha1.Reseller) {
				r.Annotations = map[string]string{v1alpha1.AnnotationDeletionProtection: "true"}
			},
			func(r *v1alpha1.Reseller) { r.Annotations = nil }, v1alpha1.ReasonDeletionProtected),
	)
})

// resellerCRD is the one of Resellers.
func resellerCRD() envtest.CRDInstallOptions {
	return envtest.CRDInstallOptions{Paths: []string{filepath.Join("..", "..", "config", "crd", "bases", "cloudmore.com_resellers.yaml")}, MaxTime: startsWithin}
}

func installResellers() error {
	_, err := envtest.InstallCRDs(cfg, resellerCRD())
	return err
}

var _ = Describe("The CRD of Resellers", func() {
	It("deleted under 120 of them takes their brokers with it, each once, and installed again it is gone on with", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, func(s *v1alpha1.SellerSettings) { s.Brake.Enabled = ptr(false) })
		startManager()
		DeferCleanup(installResellers) // others need it, too
		all := w.many(ctx, 120)
		Expect(w.live()).To(HaveLen(len(all)))
		Expect(envtest.UninstallCRDs(cfg, resellerCRD())).To(Succeed())
		Eventually(func() error { return server.List(ctx, &v1alpha1.ResellerList{}) }).WithContext(ctx).WithTimeout(startsWithin).
			Should(Satisfy(apierrors.IsNotFound), "the CRD goes when the last of them has gone")
		Expect(w.live()).To(BeEmpty())
		Expect(w.api.Calls(fake.OpDelete)).To(Equal(len(all)))

		Expect(installResellers()).To(Succeed())
		again := w.inSync(ctx, "again")
		remove(ctx, again)
		awaitGone(ctx, again)
		Expect(w.live()).To(BeEmpty())
	}, SpecTimeout(4*startsWithin))
})

var _ = Describe("An API server that is away", func() {
	It("for 35 seconds, with a create under way, costs nothing but the time", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, func(s *v1alpha1.SellerSettings) { s.Creation.Deadline.Duration = startsWithin })
		manager := startManager()
		edited, deleted := w.inSync(ctx, "edited"), w.inSync(ctx, "deleted")
		w.inject(fake.Fault{Op: fake.OpCreate, AnswerDelay: 5 * time.Second, Times: 1})
		made := w.reseller("made")
		create(ctx, made)
		Eventually(w.underWay(fake.OpCreate)).WithContext(ctx).ShouldNot(BeEmpty())
		manager.leave()
		renamed(ctx, edited)
		remove(ctx, deleted)
		late := w.reseller("late")
		create(ctx, late)
		Eventually(manager.askedInVain).WithContext(ctx).WithTimeout(startsWithin).Should(BeNumerically(">=", 35*time.Second), "it goes on asking")
		Expect(w.api.Calls(fake.OpUpdate) + w.api.Calls(fake.OpDelete)).To(BeZero())
		manager.comeBack()
		awaitGone(ctx, deleted)
		for _, r := range []*v1alpha1.Reseller{edited, made, late} {
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
		}
		Expect(w.at(edited).SupportEmail).To(Equal("help@edited.example"))
		Expect(w.live()).To(ConsistOf("edited Company", "made Company", "late Company"))
		for _, name := range []string{"edited", "deleted", "made", "late"} {
			Expect(w.made(name)).To(Equal(1), name)
		}
	}, SpecTimeout(4*startsWithin))
})

var _ = Describe("A storm", func() {
	It("of edits that mean nothing to the operator costs no call and no write", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		manager := startManager()
		all := w.many(ctx, 10)
		w.readings(ctx, 1)
		manager.forget()
		w.api.ResetHistory()
		for n := range 30 {
			for _, r := range all {
				patch := fmt.Appendf(nil, `{"metadata":{"labels":{"storm":"%d"},"annotations":{"example.com/storm":"%d"}}}`, n, n)
				Expect(server.Patch(ctx, r, client.RawPatch(types.MergePatchType, patch))).To(Succeed())
			}
		}
		w.readings(ctx, 1) // what the storm led to has happened by then
		Expect(manager.writes("resellers")).To(BeEmpty())
		Expect(w.calls()).To(HaveEach(BeElementOf("list", "active-resellers")))
	})

	It("of edits of the spec ends with the last one", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, func(s *v1alpha1.SellerSettings) { s.Brake.Enabled = ptr(false) })
		startManager()
		r := w.inSync(ctx, "abc")
		for n := range 60 {
			patch := fmt.Appendf(nil, `{"spec":{"contact":{"phone":"77%05d"}}}`, n)
			Expect(server.Patch(ctx, r, client.RawPatch(types.MergePatchType, patch))).To(Succeed())
		}
		Eventually(func() string { return w.at(r).Contact.Phone }).WithContext(ctx).Should(Equal("7700059"))
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.api.Calls(fake.OpUpdate)).To(BeNumerically("<=", 60))
	})

	It("of Events that the API server does not take holds up nobody", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		manager := startManager()
		manager.beforeWrite(func(x write) error {
			if x.resource == "events" {
				return errors.New("too many events")
			}
			return nil
		})
		for _, r := range w.many(ctx, 20) {
			remove(ctx, r)
			awaitGone(ctx, r)
		}
		Expect(manager.writes("events")).To(BeEmpty())
		Expect(w.live()).To(BeEmpty())
	})
})

var _ = Describe("A list that announces more than it has", func() {
	DescribeTable("is named on what the account belongs to, and used when a user says that it is whole",
		func(ctx SpecContext, use func(SpecContext, *world) v1alpha1.SellerReference) {
			w := newWorld(ctx, fake.Shapes{AnnouncedMore: 2})
			create(ctx, w.secret())
			ref := use(ctx, w)
			startManager()
			r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.SellerRef = ref })
			create(ctx, r)
			awaitReason(ctx, w.seller, v1alpha1.ReasonListSuspicious, "X-Total-Count", v1alpha1.AnnotationAcceptListAt)
			Expect(w.live()).To(BeEmpty())
			annotate(ctx, w.seller, v1alpha1.AnnotationAcceptListAt, fresh())
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
			w.ready(ctx)
			Expect(w.made("abc")).To(Equal(1))
		},
		Entry("a Seller", func(ctx SpecContext, w *world) v1alpha1.SellerReference {
			return v1alpha1.SellerReference{Name: v1alpha1.SellerName(w.addSeller(ctx, "main").Name)}
		}),
		Entry("a ClusterSeller", func(ctx SpecContext, w *world) v1alpha1.SellerReference {
			s := w.clusterSeller(ctx, &v1alpha1.AllowedNamespaces{Names: []v1alpha1.NamespaceName{v1alpha1.NamespaceName(w.namespace)}})
			return v1alpha1.SellerReference{Kind: v1alpha1.SellerKindClusterSeller, Name: v1alpha1.SellerName(s.Name)}
		}),
	)
})
