// Package seller keeps Sellers and ClusterSellers: it puts their credentials to
// work as sessions of an account, protects what their Resellers still need, and
// shows how the account stands. It gathers what is known and performs the steps that
// sellerplan answers; it decides nothing.
//
// It promises that credentials are sent only to the endpoint of the Seller that
// names them, that a refused login is not repeated until the Secret changes or a
// person asks for it, and that a Seller goes only after a live list shows no user. It never writes to
// the seller API.
package seller

import (
	"context"
	"errors"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/controller/passes"
	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
)

// Reconciler keeps the objects of one kind.
type Reconciler struct {
	// New makes an empty object of the kind.
	New func() v1alpha1.SellerObject
	// Client reads from the cache and writes; Live reads from the API server.
	Client client.Client
	Live   client.Reader
	// Accounts are where sessions are put to work.
	Accounts *account.Registry
	Events   events.EventRecorder
	Clock    clock.PassiveClock
	// Passes knows which passes are under way; nil: nobody asks.
	Passes *passes.Passes
	// ClusterWide says that ClusterSellers are read, too.
	ClusterWide bool
	// Namespaces are those that are watched; none: all.
	Namespaces []string
	// Connection is how endpoints may be reached.
	Connection Connection

	mu       sync.Mutex
	sessions map[types.NamespacedName]*session
	written  map[types.NamespacedName]string // the version that this process wrote last
}

// Reconcile makes one pass over a Seller.
func (r *Reconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	defer r.Passes.Begin()()
	if err := r.Accounts.RecallOnce(ctx, r.storedBrakes); err != nil {
		return reconcile.Result{}, err
	}
	obj := r.New()
	if err := r.Client.Get(ctx, req.NamespacedName, obj); err != nil {
		if apierrors.IsNotFound(err) {
			r.end(req.NamespacedName)
		}
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	if r.wroteAfter(obj) {
		return reconcile.Result{RequeueAfter: staleRetry}, nil
	}
	p, err := r.begin(ctx, obj.DeepCopyObject().(v1alpha1.SellerObject))
	if err != nil {
		return reconcile.Result{}, err
	}
	for range maxSteps {
		p.look()
		ended, err := p.perform(ctx, sellerplan.Next(&p.state))
		if err != nil {
			return again(err)
		}
		if ended != nil {
			return *ended, nil
		}
	}
	return reconcile.Result{}, errEndless
}

var errEndless = errors.New("a pass did not come to an end; please report it")

// again begins again after a conflict: somebody wrote meanwhile, or the cache is
// behind.
func again(err error) (reconcile.Result, error) {
	if apierrors.IsConflict(err) {
		return reconcile.Result{RequeueAfter: staleRetry}, nil
	}
	return reconcile.Result{}, client.IgnoreNotFound(err)
}

// wrote notes the version that this process wrote.
func (r *Reconciler) wrote(obj v1alpha1.SellerObject) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.written == nil {
		r.written = map[types.NamespacedName]string{}
	}
	r.written[client.ObjectKeyFromObject(obj)] = obj.GetResourceVersion()
}

// wroteAfter reports whether this process wrote the object after the version that
// the cache shows: what was asked for there may be done already.
func (r *Reconciler) wroteAfter(obj v1alpha1.SellerObject) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	written := r.written[client.ObjectKeyFromObject(obj)]
	if written == "" {
		return false
	}
	order, err := resourceversion.CompareResourceVersion(obj.GetResourceVersion(), written)
	return err == nil && order < 0
}
