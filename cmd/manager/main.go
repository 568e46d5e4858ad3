// The manager runs the controllers of Resellers, Sellers and ClusterSellers.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"

	"github.com/KimMachineGun/automemlimit/memlimit"
	"github.com/go-logr/logr"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // kubeconfigs of cloud providers
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/metrics/filters"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/controller"
	"github.com/reseller-operator/reseller-operator/internal/controller/seller"
)

// version is set by the build.
var version = "unknown"

func main() {
	o, err := parseOptions(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil && o.version {
		fmt.Println(version)
		return
	}
	if err == nil {
		err = run(ctrl.SetupSignalHandler(), o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "manager:", err)
		os.Exit(1)
	}
}

// run starts everything and returns when ctx ends or something can't go on.
func run(ctx context.Context, o *options) error {
	if err := cloudmore.CheckProxy(); err != nil {
		return err
	}
	logger := o.logger()
	ctrl.SetLogger(logger)
	klog.SetLogger(logger)
	config, err := ctrl.GetConfig()
	if err != nil {
		return fmt.Errorf("no access to a Kubernetes API server: %w", err)
	}
	config.QPS, config.Burst = float32(o.kubeQPS), 2*o.kubeQPS
	if err := awaitCRDs(ctx, config, o, logger); err != nil {
		return err
	}
	mgr, err := ctrl.NewManager(config, managerOptions(o))
	if err != nil {
		return fmt.Errorf("the manager can't be made: %w", err)
	}
	if err := controller.Add(ctx, mgr, controller.Options{
		Namespaces: listOf(o.watchNamespaces), Workers: o.workers, DryRun: o.dryRun, TrustOrigin: o.trustOrigin, Version: version,
		Connection: seller.Connection{
			AllowInsecure: o.allowInsecure, AllowedHosts: listOf(o.allowedEndpoints), AllowPrivateNetworks: o.allowPrivate,
			UserAgent: "reseller-operator/" + version,
		},
	}); err != nil {
		logger.Error(err, "the manager does not start", "version", version)
		return err
	}
	if err := errors.Join(mgr.AddHealthzCheck("ping", healthz.Ping), mgr.AddReadyzCheck("ping", healthz.Ping)); err != nil {
		return err
	}
	limitMemory(logger)
	stop, err := startTraces(ctx, logger, os.Getenv)
	if err != nil {
		return err
	}
	defer stop()
	logger.Info("starting", "version", version, "watchNamespaces", listOf(o.watchNamespaces), "dryRun", o.dryRun)
	return mgr.Start(ctx)
}

// limitMemory has Go collect garbage before the container's memory limit is
// reached: at 90 % of it, or as the environment variable GOMEMLIMIT says.
func limitMemory(logger logr.Logger) {
	limit, err := memlimit.Set()
	switch {
	case err != nil:
		logger.Info("the container's memory limit can't be read", "error", err.Error())
	case limit < math.MaxInt64:
		logger.Info("memory is limited", "softLimitBytes", limit)
	}
}

func managerOptions(o *options) ctrl.Options {
	grace := gracePeriod
	opts := controller.ManagerOptions(listOf(o.watchNamespaces))
	opts.Metrics = metricsserver.Options{
		BindAddress: o.metricsAddress, SecureServing: o.metricsSecure, CertDir: o.metricsCertDir,
	}
	if o.metricsSecure {
		opts.Metrics.FilterProvider = filters.WithAuthenticationAndAuthorization
	}
	opts.HealthProbeBindAddress = o.probeAddress
	opts.LeaderElection = o.leaderElect
	opts.LeaderElectionID = "reseller-operator.cloudmore.com"
	opts.LeaderElectionNamespace = o.leaderNamespace
	opts.LeaderElectionReleaseOnCancel = true
	opts.LeaseDuration, opts.RenewDeadline, opts.RetryPeriod = &o.leaseDuration, &o.renewDeadline, &o.retryPeriod
	opts.GracefulShutdownTimeout = &grace
	return opts
}
