package controller_test

import (
	"sync/atomic"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

var _ = Describe("A status that the API server does not take", func() {
	It("is told in the conditions, and written when it is taken", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		manager := startManager()
		w.ready(ctx)
		var refuses atomic.Bool
		refuses.Store(true)
		manager.beforeWrite(func(c write) error {
			if !refuses.Load() || !c.sets("brokerID") {
				return nil
			}
			return apierrors.NewInvalid(schema.GroupKind{Group: "cloudmore.com", Kind: "Reseller"}, c.name, field.ErrorList{
				field.NotSupported(field.NewPath("status", "origin"), "Created", []string{"Other"}),
			})
		})
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonStatusRefused, "status.origin: Unsupported value", "apply the CRDs of this version")
		Expect(r.Status.Creation).NotTo(BeNil(), "what was stored before stays")
		refuses.Store(false)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.made("abc")).To(Equal(1))
	})
})
