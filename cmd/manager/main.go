// The manager runs the controllers of Resellers, Sellers and ClusterSellers.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	_ "k8s.io/client-go/plugin/pkg/client/auth" // kubeconfigs of cloud providers
	"k8s.io/klog/v2"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/healthz"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics/filters"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/controller/reseller"
	"github.com/reseller-operator/reseller-operator/internal/controller/seller"
	"github.com/reseller-operator/reseller-operator/internal/metrics"
)

// +kubebuilder:rbac:groups=authentication.k8s.io,resources=tokenreviews,verbs=create
// +kubebuilder:rbac:groups=authorization.k8s.io,resources=subjectaccessreviews,verbs=create

// version is set by the build.
var version = "unknown"

// gracePeriod is how long a stopping manager lets calls under way end: the
// longest deadline that a Seller may set (2 min), and saving what it came to.
const gracePeriod = 160 * time.Second

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
	logger := o.logger()
	ctrl.SetLogger(logger)
	klog.SetLogger(logger)
	config, err := ctrl.GetConfig()
	if err != nil {
		return fmt.Errorf("no access to a Kubernetes API server: %w", err)
	}
	config.QPS, config.Burst = float32(o.kubeQPS), 2*o.kubeQPS
	mgr, err := ctrl.NewManager(config, managerOptions(o))
	if err != nil {
		return fmt.Errorf("the manager can't be made: %w", err)
	}
	if err := addControllers(ctx, mgr, o); err != nil {
		return err
	}
	if err := errors.Join(mgr.AddHealthzCheck("ping", healthz.Ping), mgr.AddReadyzCheck("ping", healthz.Ping)); err != nil {
		return err
	}
	logger.Info("starting", "version", version, "watchNamespaces", o.namespaces())
	return mgr.Start(ctx)
}

func scheme() *runtime.Scheme {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{clientgoscheme.AddToScheme, v1alpha1.AddToScheme} {
		if err := add(s); err != nil {
			panic(err) // the types are compiled in
		}
	}
	return s
}

func managerOptions(o *options) ctrl.Options {
	grace := gracePeriod
	opts := ctrl.Options{
		Scheme: scheme(),
		Metrics: metricsserver.Options{
			BindAddress: o.metricsAddress, SecureServing: o.metricsSecure, CertDir: o.metricsCertDir,
		},
		HealthProbeBindAddress:        o.probeAddress,
		LeaderElection:                o.leaderElect,
		LeaderElectionID:              "reseller-operator.cloudmore.com",
		LeaderElectionNamespace:       o.leaderNamespace,
		LeaderElectionReleaseOnCancel: true,
		LeaseDuration:                 &o.leaseDuration,
		RenewDeadline:                 &o.renewDeadline,
		RetryPeriod:                   &o.retryPeriod,
		GracefulShutdownTimeout:       &grace,
		Cache: cache.Options{
			ReaderFailOnMissingInformer: true,
			DefaultTransform:            cache.TransformStripManagedFields(),
		},
		Client: client.Options{Cache: &client.CacheOptions{Unstructured: false}},
	}
	warm := true
	opts.Controller.EnableWarmup = &warm
	if o.metricsSecure {
		opts.Metrics.FilterProvider = filters.WithAuthenticationAndAuthorization
	}
	for _, namespace := range o.namespaces() {
		if opts.Cache.DefaultNamespaces == nil {
			opts.Cache.DefaultNamespaces = map[string]cache.Config{}
		}
		opts.Cache.DefaultNamespaces[namespace] = cache.Config{}
	}
	return opts
}

// addControllers registers the accounts and the controllers that share them.
func addControllers(ctx context.Context, mgr manager.Manager, o *options) error {
	if err := reseller.SetupIndexes(ctx, mgr.GetFieldIndexer()); err != nil {
		return fmt.Errorf("the indexes can't be made: %w", err)
	}
	recorder := mgr.GetEventRecorder("reseller-operator")
	accounts := account.NewRegistry(clock.RealClock{}, mathrand.Float64, reseller.Holder(mgr.GetCache()),
		func(call cloudmore.Call, result cloudmore.Result) {
			metrics.APICall(string(call.Op), result.Status, result.Duration)
		})
	if err := mgr.Add(accounts); err != nil {
		return err
	}
	resellers := &reseller.Reconciler{
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Accounts: accounts, Events: recorder,
		Clock: clock.RealClock{}, Entropy: rand.Reader, Namespaces: o.namespaces(),
	}
	if err := resellers.SetupWithManager(mgr, o.workers); err != nil {
		return fmt.Errorf("the controller of Resellers can't be made: %w", err)
	}
	clusterWide := len(o.namespaces()) == 0
	kinds := []func() v1alpha1.SellerObject{func() v1alpha1.SellerObject { return &v1alpha1.Seller{} }}
	if clusterWide {
		kinds = append(kinds, func() v1alpha1.SellerObject { return &v1alpha1.ClusterSeller{} })
	}
	for _, kind := range kinds {
		sellers := &seller.Reconciler{
			New: kind, Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Accounts: accounts, Events: recorder,
			Clock: clock.RealClock{}, ClusterWide: clusterWide,
			Connection: seller.Connection{AllowInsecure: o.allowInsecure, UserAgent: "reseller-operator/" + version},
		}
		if err := sellers.SetupWithManager(mgr); err != nil {
			return fmt.Errorf("the controller of Sellers can't be made: %w", err)
		}
	}
	return nil
}
