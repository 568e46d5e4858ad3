package controller_test

import (
	"net"
	"net/http"
	"sync"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	ctrl "sigs.k8s.io/controller-runtime"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
	"github.com/reseller-operator/reseller-operator/internal/controller"
	"github.com/reseller-operator/reseller-operator/internal/controller/passes"
)

// probed has a manager answer probes at an address.
func probed(address string) setting {
	return func(o *ctrl.Options, _ *controller.Options) { o.HealthProbeBindAddress = address }
}

// answers is the status of a probe's answer; 0 for none.
func answers(address, path string) int {
	answer, err := http.Get("http://" + address + path)
	if err != nil {
		return 0
	}
	defer func() { _ = answer.Body.Close() }()
	return answer.StatusCode
}

// oldestPass is what the metric says.
func oldestPass() time.Duration {
	GinkgoHelper()
	families, err := ctrlmetrics.Registry.Gather()
	Expect(err).NotTo(HaveOccurred())
	for _, family := range families {
		if family.GetName() == "reseller_operator_oldest_pass_seconds" {
			return time.Duration(family.GetMetric()[0].GetGauge().GetValue() * float64(time.Second))
		}
	}
	return -1
}

var _ = Describe("A pass that does not end", func() {
	It("is told by the metric, and fails the liveness probe after ten minutes; no readiness probe asks for it", func(ctx SpecContext) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		address := listener.Addr().String()
		Expect(listener.Close()).To(Succeed())
		w, c := newAccount(ctx, fake.Shapes{}), &aheadClock{}
		manager := startManager(with(c), probed(address))
		w.ready(ctx)
		Eventually(answers).WithContext(ctx).WithArguments(address, "/healthz").Should(Equal(http.StatusOK))

		goOn, hangs := make(chan struct{}), make(chan struct{}, 100)
		free := sync.OnceFunc(func() { close(goOn) })
		DeferCleanup(free)
		manager.beforeWrite(func(x write) error {
			if x.resource == "resellers" {
				hangs <- struct{}{}
				<-goOn
			}
			return nil
		})
		r := w.reseller("abc")
		create(ctx, r)
		Eventually(hangs).WithContext(ctx).Should(Receive())
		Expect(answers(address, "/healthz")).To(Equal(http.StatusOK))
		c.advance(passes.Longest - time.Minute)
		Expect(answers(address, "/healthz")).To(Equal(http.StatusOK))
		Expect(oldestPass()).To(BeNumerically(">", passes.Longest-time.Minute))
		c.advance(time.Minute)
		Expect(answers(address, "/healthz")).To(Equal(http.StatusInternalServerError))
		Expect(answers(address, "/readyz")).To(Equal(http.StatusNotFound), "the controllers ask for no readiness probe")

		free()
		Eventually(answers).WithContext(ctx).WithArguments(address, "/healthz").Should(Equal(http.StatusOK))
		Eventually(oldestPass).WithContext(ctx).Should(BeNumerically("<", time.Minute))
	})
})
