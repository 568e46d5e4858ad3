package controller_test

import (
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

var _ = Describe("A Reseller that is protected from deletion", func() {
	It("stays with its broker, whatever becomes of that by policy, until the annotation is taken away", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		annotate(ctx, r, v1alpha1.AnnotationDeletionProtection, "true")
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonDeletionProtected, `the annotation cloudmore.com/deletion-protection is "true"`, "take the annotation away")
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.DeletionPolicy = v1alpha1.DeletionOrphan })
		w.readings(ctx, 1)
		Consistently(func() string { refresh(ctx, r); return ready(r).Reason }, time.Second).Should(Equal(v1alpha1.ReasonDeletionProtected))
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.DeletionPolicy = "" })
		Expect(w.api.Calls(fake.OpDelete)).To(BeZero())
		annotate(ctx, r, v1alpha1.AnnotationDeletionProtection, "false")
		awaitGone(ctx, r)
		Expect(w.api.Calls(fake.OpDelete)).To(Equal(1))
	})
})
