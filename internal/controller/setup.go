// Package controller puts the operator's controllers to work in a manager: those
// of Resellers, Sellers and ClusterSellers, and the accounts that they share. It
// never reads flags or the environment; the binary and the tests build the same
// operator with it.
package controller

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"time"

	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/manager"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/controller/discovery"
	"github.com/reseller-operator/reseller-operator/internal/controller/passes"
	"github.com/reseller-operator/reseller-operator/internal/controller/reseller"
	"github.com/reseller-operator/reseller-operator/internal/controller/seller"
	"github.com/reseller-operator/reseller-operator/internal/metrics"
	"github.com/reseller-operator/reseller-operator/internal/says"
)

// Options say what the controllers work on, and how.
type Options struct {
	// Namespaces are those to watch. None means all, and ClusterSellers, too.
	Namespaces []string
	// Workers is how many Resellers are looked at side by side.
	Workers int
	// Connection is how endpoints may be reached.
	Connection seller.Connection
	// DryRun has nothing written to any account.
	DryRun bool
	// TrustOrigin says that an admission policy keeps others from writing the annotation
	// that tells a broker's origin.
	TrustOrigin bool
	// AnnotateAfter is how long a Reseller is healthy before it gets that annotation; 0: the
	// default.
	AnnotateAfter time.Duration
	// Version is this program's, for what it says about itself.
	Version string
	// Clock tells the time; nil: the real one.
	Clock clock.Clock
}

// ManagerOptions are what the controllers need of their manager.
func ManagerOptions(namespaces []string) ctrl.Options {
	opts := ctrl.Options{
		Scheme: scheme(),
		Cache: cache.Options{
			ReaderFailOnMissingInformer: true,
			DefaultTransform:            cache.TransformStripManagedFields(),
			ByObject:                    metadataOnly(),
		},
	}
	warm := true
	opts.Controller.EnableWarmup = &warm
	for _, namespace := range namespaces {
		if opts.Cache.DefaultNamespaces == nil {
			opts.Cache.DefaultNamespaces = map[string]cache.Config{}
		}
		opts.Cache.DefaultNamespaces[namespace] = cache.Config{}
	}
	return opts
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

// Add registers the accounts and the controllers that share them. It is an error where
// the cluster's CRDs are older than this program.
func Add(ctx context.Context, mgr manager.Manager, o Options) error {
	if err := requireCRDs(ctx, mgr, o); err != nil {
		return err
	}
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	if err := reseller.SetupIndexes(ctx, mgr.GetFieldIndexer()); err != nil {
		return fmt.Errorf("the indexes can't be made: %w", err)
	}
	calls := mgr.GetLogger().WithName("account").V(says.LevelCall)
	accounts := account.NewRegistry(o.Clock, mathrand.Float64, reseller.Holder(mgr.GetCache()),
		func(call cloudmore.Call, result cloudmore.Result) {
			metrics.APICall(counted(call, result))
			line := calls
			if call.Trace != "" {
				line = calls.WithValues(says.KeyTrace, call.Trace)
			}
			line.Info(says.LineCall, says.KeySeller, call.Session, says.KeyOperation, call.Op, says.KeyStatus, result.Status, says.KeyMilliseconds, result.Duration.Milliseconds(),
				says.KeyLane, call.Lane.String(), says.KeyFor, call.Namespace+"/"+call.Name)
		})
	accounts.SetStored(reseller.Held(mgr.GetCache()))
	if o.DryRun {
		accounts.SetDryRun()
	}
	underWay := passes.New(o.Clock)
	metrics.SetVersion(o.Version)
	shown := &watcher{cache: mgr.GetCache(), accounts: accounts, passes: underWay, clusterWide: len(o.Namespaces) == 0}
	if err := errors.Join(mgr.Add(accounts), mgr.Add(shown), mgr.AddHealthzCheck("passes", underWay.Check)); err != nil {
		return err
	}
	resellers := &reseller.Reconciler{
		Passes: underWay,
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Accounts: accounts, Events: mgr.GetEventRecorder(recorder),
		Clock: o.Clock, Entropy: rand.Reader, Namespaces: o.Namespaces,
		AnnotateAfter: o.AnnotateAfter, OriginGuarded: o.TrustOrigin,
	}
	if err := resellers.SetupWithManager(mgr, o.Workers); err != nil {
		return fmt.Errorf("the controller of Resellers can't be made: %w", err)
	}
	return addSellers(mgr, accounts, underWay, o)
}

// recorder is who reports the events.
const recorder = "reseller-operator"

// addSellers registers the controllers of Sellers, and of ClusterSellers where all
// namespaces are watched.
func addSellers(mgr manager.Manager, accounts *account.Registry, underWay *passes.Passes, o Options) error {
	clusterWide := len(o.Namespaces) == 0
	kinds := []func() v1alpha1.SellerObject{func() v1alpha1.SellerObject { return &v1alpha1.Seller{} }}
	if clusterWide {
		kinds = append(kinds, func() v1alpha1.SellerObject { return &v1alpha1.ClusterSeller{} })
	}
	for _, kind := range kinds {
		sellers := &seller.Reconciler{
			New: kind, Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Accounts: accounts, Events: mgr.GetEventRecorder(recorder),
			Passes: underWay, Clock: o.Clock, ClusterWide: clusterWide, Namespaces: o.Namespaces, Connection: o.Connection,
		}
		if err := sellers.SetupWithManager(mgr); err != nil {
			return fmt.Errorf("the controller of Sellers can't be made: %w", err)
		}
		discoverer := &discovery.Reconciler{New: kind, Client: mgr.GetClient(), Accounts: accounts}
		if err := discoverer.SetupWithManager(mgr); err != nil {
			return fmt.Errorf("the controller of what is discovered can't be made: %w", err)
		}
	}
	for _, releaser := range seller.Releasers(mgr, clusterWide) {
		if err := releaser.SetupWithManager(mgr); err != nil {
			return fmt.Errorf("the controller of protected Secrets and CAs can't be made: %w", err)
		}
	}
	return nil
}
