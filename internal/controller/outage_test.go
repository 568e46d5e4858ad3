package controller_test

import (
	"net/http"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// updates are the PUTs of a Reseller's broker so far.
func (w *world) updates(r *v1alpha1.Reseller) []fake.Exchange {
	return w.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpUpdate && x.Broker == r.Status.BrokerID })
}

// pausedAccounts is what the metric says of the Sellers of a namespace, by what pauses.
func pausedAccounts(namespace string) map[string]float64 {
	GinkgoHelper()
	families, err := ctrlmetrics.Registry.Gather()
	Expect(err).NotTo(HaveOccurred())
	found := map[string]float64{}
	for _, family := range families {
		if family.GetName() != "reseller_operator_account_paused" {
			continue
		}
		for _, m := range family.GetMetric() {
			labels := map[string]string{}
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			if labels["seller_namespace"] == namespace {
				found[labels["what"]] = m.GetGauge().GetValue()
			}
		}
	}
	return found
}

var _ = Describe("An account that does not work", func() {
	It("is called once at a time, its Seller says what it answers, and then each edit is sent once", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		all := w.many(ctx, 12)
		w.api.ResetHistory()
		w.inject(fake.Fault{Status: http.StatusServiceUnavailable, Form: fake.FormMessage, Says: "Down until noon"})
		for _, r := range all {
			renamed(ctx, r)
		}
		awaitReason(ctx, w.seller, v1alpha1.ReasonUnreachable, "HTTP 503 Service Unavailable (Cloudmore says: Down until noon)", "calls pause, and one at a time is tried")
		for _, r := range all {
			awaitReason(ctx, r, v1alpha1.ReasonUnavailable)
		}
		Eventually(func() map[string]float64 { return pausedAccounts(w.namespace) }).WithContext(ctx).Should(Equal(map[string]float64{"calls": 1, "writes": 0}))
		By("counting the probes: those that came after the pause that three failures began")
		var probes []fake.Exchange
		Eventually(func() int {
			probes = w.exchanges(func(fake.Exchange) bool { return true })
			paused := probes[2].EndedAt.Add(900 * time.Millisecond)
			probes = slices.DeleteFunc(probes, func(x fake.Exchange) bool { return x.At.Before(paused) })
			return len(probes)
		}).WithContext(ctx).Should(BeNumerically(">=", 4))
		for i, x := range probes[1:] {
			Expect(x.At).To(BeTemporally(">", probes[i].EndedAt), "one after the other")
		}

		w.api.ClearFaults()
		for _, r := range all {
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
			Expect(w.at(r).SupportEmail).To(Equal("help@" + r.Name + ".example"))
		}
		awaitReason(ctx, w.seller, v1alpha1.ReasonReady)
		Eventually(func() map[string]float64 { return pausedAccounts(w.namespace) }).WithContext(ctx).Should(HaveKeyWithValue("calls", 0.0))
		for _, r := range all {
			Expect(w.updates(r)).To(HaveLen(1))
		}
	})

	It("for some brokers only leaves its rate to the others", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		failing := w.many(ctx, 12)
		healthy := w.inSync(ctx, "healthy")
		w.api.ResetHistory()
		for _, r := range failing {
			w.inject(fake.Fault{Op: fake.OpUpdate, Broker: r.Status.BrokerID, Status: http.StatusInternalServerError})
			renamed(ctx, r)
		}
		for _, r := range failing {
			awaitReason(ctx, r, v1alpha1.ReasonUnavailable)
		}
		renamed(ctx, healthy)
		awaitReason(ctx, healthy, v1alpha1.ReasonInSync)
		for _, r := range failing {
			Eventually(func() int { return len(w.updates(r)) }).WithContext(ctx).Should(BeNumerically(">=", 4))
			spaced(w.updates(r))
		}
		w.api.ClearFaults()
		for _, r := range failing {
			annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
			awaitReason(ctx, r, v1alpha1.ReasonInSync)
		}
		awaitReason(ctx, w.seller, v1alpha1.ReasonReady)
	})
})
