package controller_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/reseller-operator/reseller-operator/internal/controller"
	"github.com/reseller-operator/reseller-operator/internal/controller/seller"
)

// process is one running manager, made as the binary makes it.
type process struct {
	*wire
	cancel  context.CancelFunc
	done    chan struct{}
	elected <-chan struct{}
}

// setting changes how a manager is made.
type setting func(*ctrl.Options, *controller.Options)

// startManager runs a manager until the end of the spec, or until it is stopped
// or killed.
func startManager(settings ...setting) *process {
	GinkgoHelper()
	p := &process{wire: newWire(), done: make(chan struct{})}
	config := rest.CopyConfig(cfg)
	config.Wrap(p.wrap)

	o := controller.Options{Workers: 16, Connection: seller.Connection{AllowInsecure: true, UserAgent: "reseller-operator/test"}}
	o.AnnotateAfter = 24 * time.Hour // a write that few specs are about
	several, grace, off := true, 20*time.Second, "0"
	opts := controller.ManagerOptions(nil)
	opts.Controller.SkipNameValidation = &several // one name in several managers of one process
	opts.GracefulShutdownTimeout = &grace
	opts.Metrics.BindAddress, opts.HealthProbeBindAddress = off, off
	for _, set := range settings {
		set(&opts, &o)
	}
	mgr, err := ctrl.NewManager(config, opts)
	Expect(err).NotTo(HaveOccurred())
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel, p.elected = cancel, mgr.Elected()
	Expect(controller.Add(ctx, mgr, o)).To(Succeed())
	go func() {
		defer GinkgoRecover()
		defer close(p.done)
		if err := mgr.Start(ctx); !p.isCut() {
			Expect(err).NotTo(HaveOccurred())
		}
	}()
	DeferCleanup(p.stop)
	return p
}

// stop ends the manager as a rollout does: calls under way are finished.
func (p *process) stop() {
	p.cancel()
	Eventually(p.done).Should(BeClosed())
}

// die ends the manager as a crash does: whatever it has begun gets nowhere.
func (p *process) die() {
	p.kill()
	p.cancel()
}

// elects runs the manager as one of several replicas.
func elects(namespace string) setting {
	lease, renew, retry := 3*time.Second, 2*time.Second, 200*time.Millisecond
	return func(opts *ctrl.Options, _ *controller.Options) {
		opts.LeaderElection, opts.LeaderElectionID, opts.LeaderElectionNamespace = true, "reseller-operator.cloudmore.com", namespace
		opts.LeaderElectionReleaseOnCancel = true
		opts.LeaseDuration, opts.RenewDeadline, opts.RetryPeriod = &lease, &renew, &retry
	}
}
