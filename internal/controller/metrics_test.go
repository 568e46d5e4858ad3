package controller_test

import (
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// shown is what metrics say of the Sellers of a namespace, by name and the last label
// beside those of the Seller; "" for none.
func shown(namespace string) map[string]float64 {
	GinkgoHelper()
	families, err := ctrlmetrics.Registry.Gather()
	Expect(err).NotTo(HaveOccurred())
	found := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			name, ours := family.GetName(), false
			for _, l := range m.GetLabel() {
				switch l.GetName() {
				case "seller_namespace":
					ours = l.GetValue() == namespace
				case "kind", "seller":
				default:
					name += " " + l.GetValue()
				}
			}
			if ours {
				found[name] = m.GetGauge().GetValue() + m.GetCounter().GetValue()
			}
		}
	}
	return found
}

var _ = Describe("Metrics", func() {
	It("say how a Seller stands now, and nothing of it when nobody works", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		manager := startManager()
		w.inSync(ctx, "abc")
		Eventually(func() map[string]float64 { return shown(w.namespace) }).WithContext(ctx).Should(And(
			HaveKeyWithValue("reseller_operator_seller_ready Ready", 1.0),
			HaveKeyWithValue("reseller_operator_resellers InSync", 1.0),
			HaveKeyWithValue("reseller_operator_last_sync_timestamp_seconds", BeNumerically(">", 1e9)),
			HaveKeyWithValue("reseller_operator_logins_total granted", BeNumerically(">=", 1)),
			HaveKeyWithValue("reseller_operator_api_requests_total create_broker 201", 1.0),
			HaveKeyWithValue("reseller_operator_account_halted", 0.0),
		))
		w.inject(fake.Fault{Status: http.StatusServiceUnavailable})
		w.requestReading(ctx)
		awaitReason(ctx, w.seller, v1alpha1.ReasonUnreachable)
		Eventually(func() map[string]float64 { return shown(w.namespace) }).WithContext(ctx).Should(And(
			HaveKeyWithValue("reseller_operator_seller_ready Unreachable", 0.0),
			Not(HaveKey("reseller_operator_seller_ready Ready")),
			HaveKeyWithValue("reseller_operator_api_requests_total list_brokers 503", BeNumerically(">=", 1)),
		))
		manager.stop()
		Expect(shown(w.namespace)).NotTo(HaveKey("reseller_operator_seller_ready Unreachable"), "nobody knows it any more")
	})

	It("have as many series of a Seller with many Resellers as with a few", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		lives := func(names ...string) int {
			for _, name := range names {
				r := w.inSync(ctx, name)
				edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@" + name + ".example") })
				awaitReason(ctx, r, v1alpha1.ReasonInSync)
				gone := w.inSync(ctx, name+"-gone")
				remove(ctx, gone)
				awaitGone(ctx, gone)
			}
			return series(w.namespace)
		}
		few := lives("one", "two", "three")
		var more []string
		for i := range 5 {
			more = append(more, numbered(i))
		}
		Expect(lives(more...)).To(Equal(few))
		AddReportEntry("series of a Seller", few)
		Expect(few).To(BeNumerically("<=", seriesOfASeller))
	})
})

// seriesOfASeller is how many docs/metrics.md promises at most for a Seller at work.
const seriesOfASeller = 200

// series are how many lines of /metrics are about the Sellers of a namespace.
func series(namespace string) (n int) {
	GinkgoHelper()
	families, err := ctrlmetrics.Registry.Gather()
	Expect(err).NotTo(HaveOccurred())
	for _, family := range families {
		for _, m := range family.GetMetric() {
			for _, l := range m.GetLabel() {
				if l.GetName() != "seller_namespace" || l.GetValue() != namespace {
					continue
				}
				if n++; m.GetHistogram() != nil {
					n += len(m.GetHistogram().GetBucket()) + 2 // with +Inf, the sum and the count, of which one is counted
				}
			}
		}
	}
	return n
}
