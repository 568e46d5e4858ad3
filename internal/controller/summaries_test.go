package controller_test

import (
	"slices"
	"sync"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// reasons are those that Ready of a Reseller was seen to have, one after the other.
type reasons struct {
	mu      sync.Mutex
	seen    []string
	version string // the latest that was seen
}

// reasonsOf watches a Reseller from now on.
func reasonsOf(ctx SpecContext, r *v1alpha1.Reseller) *reasons {
	GinkgoHelper()
	w, err := server.Watch(ctx, &v1alpha1.ResellerList{}, client.InNamespace(r.Namespace), client.MatchingFields{"metadata.name": r.Name})
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(w.Stop)
	found := &reasons{}
	go func() {
		for e := range w.ResultChan() {
			if r, ok := e.Object.(*v1alpha1.Reseller); ok {
				found.note(r)
			}
		}
	}()
	return found
}

func (s *reasons) note(r *v1alpha1.Reseller) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.version = r.ResourceVersion
	if c := meta.FindStatusCondition(r.Status.Conditions, v1alpha1.ConditionReady); c != nil {
		s.seen = append(s.seen, c.Reason)
	}
}

// until is what was seen until the object was as it was read.
func (s *reasons) until(r *v1alpha1.Reseller) []string {
	GinkgoHelper()
	latest := func() string {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.version
	}
	Eventually(latest).Should(Equal(r.ResourceVersion))
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Compact(slices.Clone(s.seen))
}

var _ = Describe("A list that shows brokers in part", func() {
	DescribeTable("is no comparison: what was changed elsewhere stays shown, and stays",
		func(ctx SpecContext, policy func(*v1alpha1.ResellerSpec), reason string) {
			w := newAccount(ctx, fake.Shapes{ListContent: fake.ListSummary, ListFields: []string{"name", "domain", "registrationNumber"}})
			first := startManager()
			r := w.inSync(ctx, "abc")
			Expect(w.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.SupportEmail = "portal@abc.example" })).To(Succeed())
			edit(ctx, r, func(r *v1alpha1.Reseller) { policy(&r.Spec) })
			annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
			Eventually(func() string { refresh(ctx, r); return r.Status.LastHandledReconcileAt }).WithContext(ctx).
				Should(Equal(r.Annotations[v1alpha1.AnnotationReconcileRequestedAt]))
			awaitReason(ctx, r, reason, "spec.supportEmail")
			Expect(r.Status.Drift).To(HaveLen(1))
			before := r.Status.DeepCopy()
			seen := reasonsOf(ctx, r)

			By("starting another manager, twice")
			for range 2 {
				first.stop()
				first = startManager()
				w.readings(ctx, 2)
			}
			refresh(ctx, r)
			Expect(seen.until(r)).To(ConsistOf(reason), "nothing else in between")
			Expect(r.Status.Drift).To(Equal(before.Drift))
			Expect(r.Status.LastComparedAt).To(Equal(before.LastComparedAt))
			Expect(w.api.Calls(fake.OpUpdate)).To(BeZero())

			By("starting another one while an edit of another field waits")
			first.stop()
			edit(ctx, r, func(r *v1alpha1.Reseller) {
				r.Spec.Name, r.Spec.ManagementPolicy = as[v1alpha1.Text]("New Company"), v1alpha1.Manage
				r.Spec.DriftPolicy = v1alpha1.DriftReport
			})
			startManager()
			Eventually(func() string { return w.at(r).Name }).WithContext(ctx).Should(Equal("New Company"))
			awaitReason(ctx, r, v1alpha1.ReasonDriftReported, "spec.supportEmail")
			w.readings(ctx, 1)
			Expect(w.at(r).SupportEmail).To(Equal("portal@abc.example"))
			Expect(w.api.Calls(fake.OpUpdate)).To(Equal(1))
			refresh(ctx, r)
			Expect(r.Status.Drift).To(Equal(before.Drift))
		},
		Entry("under driftPolicy Report", func(s *v1alpha1.ResellerSpec) { s.DriftPolicy = v1alpha1.DriftReport }, v1alpha1.ReasonDriftReported),
		Entry("under managementPolicy Observe", func(s *v1alpha1.ResellerSpec) { s.ManagementPolicy = v1alpha1.Observe }, v1alpha1.ReasonObserving),
	)
})
