// Package seller keeps Sellers and ClusterSellers: it puts their credentials to
// work as sessions of an account, protects what their Resellers still need, and
// shows how the account stands.
//
// It promises that credentials are sent only to the endpoint of the Seller that
// names them, that a refused login is not repeated until the Secret changes or a
// person asks for it, and that a Seller goes only after a live list shows no user. It never writes to
// the seller API.
package seller

import (
	"context"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
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
	obj = obj.DeepCopyObject().(v1alpha1.SellerObject)
	if err := r.keepHalt(ctx, obj); err != nil {
		return again(err)
	}
	users, err := usersOf(ctx, r.Client, obj)
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
	login := r.decideLogin(obj)
	r.handleRequests(obj)
	if err := r.show(ctx, obj, users, problem); err != nil {
		return again(err)
	}
	return r.logIn(obj, login), nil // not before it is written down
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

// usersOf are the Resellers that name the object.
func usersOf(ctx context.Context, from client.Reader, obj v1alpha1.SellerObject) ([]v1alpha1.Reseller, error) {
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
	// Who never got the account's list has no say in what others do with it.
	owner := a.Standing(reseller.SessionName(obj)).Entitled
	for _, request := range []struct {
		annotation string
		handled    *string
		heard      bool
		do         func()
	}{
		{v1alpha1.AnnotationReconcileRequestedAt, &st.LastHandledReconcileAt, true, func() { a.ReadNow(reseller.SessionName(obj)) }},
		{v1alpha1.AnnotationAcceptListAt, &st.LastHandledAcceptListAt, owner, a.AcceptList},
		{v1alpha1.AnnotationResumeWritesAt, &st.LastHandledResumeWritesAt, owner || r.ownsHalt(obj), a.Resume},
	} {
		value := bounded.Text(asked[request.annotation], maxRequest)
		if value != "" && value != *request.handled && request.heard {
			request.do()
			*request.handled = value
		}
	}
}

// maxRequest is what status keeps of an annotation's value, in bytes.
const maxRequest = 256

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
	return r.patchStatus(ctx, obj, before)
}

// patchStatus writes what changed, with the version read as precondition.
func (r *Reconciler) patchStatus(ctx context.Context, obj, before v1alpha1.SellerObject) error {
	err := r.Client.Status().Patch(ctx, obj, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
	if err == nil {
		r.wrote(obj)
	}
	return err
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

// keyOf is the account that the object leads to.
func keyOf(obj v1alpha1.SellerObject) broker.Account {
	s := obj.Settings()
	return broker.AccountOf(s.Endpoint, string(s.SellerID))
}
