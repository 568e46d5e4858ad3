// Package seller keeps Sellers and ClusterSellers: it puts their credentials to
// work as sessions of an account, protects what their Resellers still need, and
// shows how the account stands.
//
// It promises that credentials are sent only to the endpoint of the Seller that
// names them, that a refused login is not repeated until the Secret changes, and
// that a Seller goes only after a live list shows no user. It never writes to
// the seller API.
package seller

import (
	"context"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/controller/reseller"
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
	// ClusterWide says that ClusterSellers are read, too.
	ClusterWide bool
	// Connection is how endpoints may be reached.
	Connection Connection

	mu       sync.Mutex
	sessions map[types.NamespacedName]*session
}

// Reconcile makes one pass over a Seller.
func (r *Reconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	obj := r.New()
	if err := r.Client.Get(ctx, req.NamespacedName, obj); err != nil {
		if apierrors.IsNotFound(err) {
			r.end(req.NamespacedName)
		}
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	obj = obj.DeepCopyObject().(v1alpha1.SellerObject)
	users, err := r.users(ctx, r.Client, obj)
	if err != nil {
		return reconcile.Result{}, err
	}
	r.noteVerified(obj)
	needing, err := r.needing(ctx, r.Client, obj, users)
	if err != nil {
		return reconcile.Result{}, err
	}
	if gone, err := r.protect(ctx, obj, len(needing) > 0); gone || err != nil {
		return again(err)
	}
	if !obj.GetDeletionTimestamp().IsZero() {
		users = needing // strangers hold nothing up
	}
	problem, err := r.useCredentials(ctx, obj)
	if err != nil {
		return reconcile.Result{}, err
	}
	r.handleRequests(obj)
	return again(r.show(ctx, obj, users, problem))
}

// staleRetry is how soon to look again when the cache does not show the latest
// write yet, which may be an own one that brings no event.
const staleRetry = 50 * time.Millisecond

// again begins anew after a conflict: somebody wrote meanwhile, or the cache is
// behind.
func again(err error) (reconcile.Result, error) {
	if apierrors.IsConflict(err) {
		return reconcile.Result{RequeueAfter: staleRetry}, nil
	}
	return reconcile.Result{}, client.IgnoreNotFound(err)
}

// users are the Resellers that name the object.
func (r *Reconciler) users(ctx context.Context, from client.Reader, obj v1alpha1.SellerObject) ([]v1alpha1.Reseller, error) {
	list := &v1alpha1.ResellerList{}
	index := client.MatchingFields{reseller.IndexSeller: reseller.IndexValueOfSeller(obj.SellerKind(), obj.GetName())}
	err := from.List(ctx, list, client.InNamespace(obj.GetNamespace()), index, client.UnsafeDisableDeepCopy)
	return list.Items, err
}

// handleRequests does what annotations ask of the account.
func (r *Reconciler) handleRequests(obj v1alpha1.SellerObject) {
	a := r.Accounts.Find(keyOf(obj))
	if a == nil {
		return
	}
	st, asked := obj.CurrentStatus(), obj.GetAnnotations()
	if value := asked[v1alpha1.AnnotationReconcileRequestedAt]; value != "" && bounded(value) != st.LastHandledReconcileAt {
		a.ReadNow(reseller.SessionName(obj))
		st.LastHandledReconcileAt = bounded(value)
	}
	if !a.Standing(reseller.SessionName(obj)).Entitled {
		return // who merely names the account has no say in it
	}
	if value := asked[v1alpha1.AnnotationAcceptListAt]; value != "" && bounded(value) != st.LastHandledAcceptListAt {
		a.AcceptList()
		st.LastHandledAcceptListAt = bounded(value)
	}
	if value := asked[v1alpha1.AnnotationResumeWritesAt]; value != "" && bounded(value) != st.LastHandledResumeWritesAt {
		a.Resume()
		st.LastHandledResumeWritesAt = bounded(value)
	}
}

// bounded is what status keeps of an annotation's value.
func bounded(value string) string {
	const most = 256
	if len(value) > most {
		return value[:most]
	}
	return value
}

// show writes status if it changed.
func (r *Reconciler) show(ctx context.Context, obj v1alpha1.SellerObject, users []v1alpha1.Reseller, problem *problem) error {
	stored := obj.DeepCopyObject().(v1alpha1.SellerObject)
	if err := r.Client.Get(ctx, client.ObjectKeyFromObject(obj), stored); err != nil {
		return err
	}
	r.report(obj, users, problem)
	if equality.Semantic.DeepEqual(stored.CurrentStatus(), obj.CurrentStatus()) {
		return nil
	}
	before := obj.DeepCopyObject().(v1alpha1.SellerObject)
	*before.CurrentStatus() = *stored.CurrentStatus()
	return r.Client.Status().Patch(ctx, obj, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
}

// keyOf is the account that the object leads to.
func keyOf(obj v1alpha1.SellerObject) broker.Account {
	s := obj.Settings()
	return broker.AccountOf(s.Endpoint, string(s.SellerID))
}
