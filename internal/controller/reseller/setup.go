package reseller

import (
	"context"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/controller/passes"
	"github.com/reseller-operator/reseller-operator/internal/controller/users"
	"github.com/reseller-operator/reseller-operator/internal/gather"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// +kubebuilder:rbac:groups=cloudmore.com,resources=resellers,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=cloudmore.com,resources=resellers/status,verbs=patch
// +kubebuilder:rbac:groups=cloudmore.com,resources=sellers;clustersellers,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

type queue = workqueue.TypedRateLimitingInterface[reconcile.Request]

// SetupIndexes makes the indexes of the cache that this package and the
// controller of Sellers use.
func SetupIndexes(ctx context.Context, indexer client.FieldIndexer) error {
	for index, values := range map[string]func(*v1alpha1.Reseller) []string{
		indexIdentity: func(r *v1alpha1.Reseller) []string { identities, _ := indexed(r); return identities },
		indexBroker:   func(r *v1alpha1.Reseller) []string { _, ids := meanings(r); return ids },
		users.Index:   users.IndexValues,
	} {
		extract := func(obj client.Object) []string { return values(obj.(*v1alpha1.Reseller)) }
		if err := indexer.IndexField(ctx, &v1alpha1.Reseller{}, index, extract); err != nil {
			return err
		}
	}
	return nil
}

// SetupWithManager registers the controller. workers is how many Resellers are
// looked at side by side.
func (r *Reconciler) SetupWithManager(mgr manager.Manager, workers int) error {
	r.Accounts.ShareWorkers(workers)
	b := ctrl.NewControllerManagedBy(mgr).Named("reseller").
		WithOptions(controller.Options{
			MaxConcurrentReconciles: workers,
			RateLimiter:             workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](firstBackOff, longestBackOff),
		}).
		WatchesRawSource(source.Kind(mgr.GetCache(), &v1alpha1.Reseller{}, r.ResellerEvents())).
		WatchesRawSource(source.Kind(mgr.GetCache(), &v1alpha1.Seller{}, r.SellerEvents())).
		WatchesRawSource(r.WakeUps())
	if len(r.Namespaces) == 0 {
		ns := &metav1.PartialObjectMetadata{}
		ns.SetGroupVersionKind(users.NamespaceKind)
		b = b.WatchesRawSource(source.Kind(mgr.GetCache(), &v1alpha1.ClusterSeller{}, sellerEvents[*v1alpha1.ClusterSeller](r))).
			WatchesRawSource(source.Kind(mgr.GetCache(), ns, r.namespaceEvents()))
	}
	return b.Complete(passes.Traced("Reseller", r))
}

// WakeUps is the source of what the accounts have to tell.
func (r *Reconciler) WakeUps() source.TypedSource[reconcile.Request] {
	r.wakeUps.fairness, r.wakeUps.heeds = &r.fairness, r.memories.heeds
	r.Accounts.OnOwners(r.wakeUps.wake)
	r.Accounts.OnTurns(r.wakeUps.turn)
	r.Accounts.OnKeepers(r.wakeUps.wakeBarred)
	return source.TypedFunc[reconcile.Request](r.wakeUps.start)
}

// ResellerEvents queues a Reseller for what was not written by this process, or
// what it waits to see in the cache; and its competing Resellers when it claims other brokers.
func (r *Reconciler) ResellerEvents() handler.TypedEventHandler[*v1alpha1.Reseller, reconcile.Request] {
	return handler.TypedFuncs[*v1alpha1.Reseller, reconcile.Request]{
		CreateFunc: func(_ context.Context, e event.TypedCreateEvent[*v1alpha1.Reseller], q queue) {
			r.sees(q, e.Object)
			priority := priorityNew
			if e.IsInInitialList {
				priority = priorityInitial
			}
			r.fairness.add(q, priority, requestOf(e.Object))
		},
		UpdateFunc: func(ctx context.Context, e event.TypedUpdateEvent[*v1alpha1.Reseller], q queue) {
			r.sees(q, e.ObjectNew)
			if gather.RivalFrom(e.ObjectOld) != gather.RivalFrom(e.ObjectNew) || plan.Discovered(e.ObjectOld) != plan.Discovered(e.ObjectNew) {
				r.addRivals(ctx, q, e.ObjectOld) // for whom the way may be free
				r.addRivals(ctx, q, e.ObjectNew)
			}
			switch {
			case edited(e.ObjectOld, e.ObjectNew):
				r.fairness.add(q, priorityEdit, requestOf(e.ObjectNew))
			case awaited(e.ObjectOld, e.ObjectNew), r.memories.awaitsVersion(requestOf(e.ObjectNew).NamespacedName):
				r.fairness.add(q, priorityGoOn, requestOf(e.ObjectNew))
			case r.overwritten(e.ObjectOld, e.ObjectNew):
				q.AddAfter(requestOf(e.ObjectNew), disputePause)
			}
		},
		DeleteFunc: func(ctx context.Context, e event.TypedDeleteEvent[*v1alpha1.Reseller], q queue) {
			r.sees(q, e.Object)
			r.fairness.add(q, priorityEdit, requestOf(e.Object))
			r.addRivals(ctx, q, e.Object)
		},
	}
}

// sees has the watches know of an event, and queues those who waited for it.
func (r *Reconciler) sees(q queue, obj *v1alpha1.Reseller) {
	if len(r.Namespaces) < 2 {
		return
	}
	r.watches.saw(obj, r.Clock.Now())
	for _, name := range r.watches.released(r.Namespaces) {
		r.fairness.add(q, priorityTurn, reconcile.Request{NamespacedName: name})
	}
}

// wakeReleased queues those who waited for what lists have shown.
func (r *Reconciler) wakeReleased() {
	var owners []account.Owner
	for _, name := range r.watches.released(r.Namespaces) {
		owners = append(owners, account.Owner{Namespace: name.Namespace, Name: name.Name})
	}
	r.wakeUps.turn(owners)
}

// edited reports whether a user changed what is asked for.
func edited(before, after *v1alpha1.Reseller) bool {
	for _, name := range []string{v1alpha1.AnnotationReconcileRequestedAt, v1alpha1.AnnotationForceDelete, v1alpha1.AnnotationDeletionProtection, v1alpha1.AnnotationAcceptChange, v1alpha1.AnnotationCreateDespite} {
		if before.Annotations[name] != after.Annotations[name] {
			return true
		}
	}
	if after.Status.BrokerID == "" && before.Annotations[v1alpha1.AnnotationBrokerID] != after.Annotations[v1alpha1.AnnotationBrokerID] {
		return true // it names a broker where none is held
	}
	if plan.Discovered(before) != plan.Discovered(after) {
		return true // its label was taken away
	}
	return before.Generation != after.Generation || lostFinalizer(before, after) ||
		before.DeletionTimestamp.IsZero() != after.DeletionTimestamp.IsZero()
}

// lostFinalizer reports whether a finalizer is gone: ours, which is put back, or one
// that a deletion waits for. Others may have come in its place.
func lostFinalizer(before, after *v1alpha1.Reseller) bool {
	return slices.ContainsFunc(before.Finalizers, func(name string) bool { return !slices.Contains(after.Finalizers, name) })
}

// awaited reports whether a fact changed that a pass ended with, so that the next
// one begins when the cache shows it.
func awaited(before, after *v1alpha1.Reseller) bool {
	old, now := &before.Status, &after.Status
	attempt := func(st *v1alpha1.ResellerStatus) (create, remove string) {
		if st.Creation != nil {
			create = st.Creation.Attempt
		}
		if st.Deletion != nil {
			remove = st.Deletion.Attempt
		}
		return create, remove
	}
	oldCreate, oldDelete := attempt(old)
	newCreate, newDelete := attempt(now)
	return old.BrokerID != now.BrokerID || oldCreate != newCreate || oldDelete != newDelete
}

// overwritten reports whether somebody else, such as a manager that no longer
// leads, wrote another result than this process found.
func (r *Reconciler) overwritten(before, after *v1alpha1.Reseller) bool {
	return *readyOf(&before.Status) != *readyOf(&after.Status) && r.memories.disputes(requestOf(after).NamespacedName, &after.Status)
}

// addRivals queues who claims the same identity or broker as this version, and waits
// for others who do.
func (r *Reconciler) addRivals(ctx context.Context, q queue, obj *v1alpha1.Reseller) {
	identities, ids := concerned(obj)
	found, err := r.sharing(ctx, identities, ids)
	if err != nil {
		return // the cache is not there yet, and the initial list queues everybody
	}
	for uid, other := range found {
		if uid != obj.UID {
			r.wake(q, priorityGoOn, plan.ForRival, requestOf(other))
		}
	}
}

// SellerEvents queues the users of a Seller.
func (r *Reconciler) SellerEvents() handler.TypedEventHandler[*v1alpha1.Seller, reconcile.Request] {
	return sellerEvents[*v1alpha1.Seller](r)
}

// sellerEvents queues the users of a Seller: all when it is edited, goes, comes, or proves
// its credentials; who waits for it when it becomes ready or not.
func sellerEvents[S interface {
	client.Object
	v1alpha1.SellerObject
}](r *Reconciler,
) handler.TypedEventHandler[S, reconcile.Request] {
	queueUsers := func(ctx context.Context, seller S, q queue, what plan.Wait, rivals bool) {
		named, err := users.Of(ctx, r.Client, seller)
		if err != nil {
			return // the cache is not there yet, and the initial list queues everybody
		}
		for i := range named {
			r.wake(q, priorityRest, what, requestOf(&named[i]))
			if rivals {
				r.addRivals(ctx, q, &named[i])
			}
		}
	}
	return handler.TypedFuncs[S, reconcile.Request]{
		CreateFunc: func(ctx context.Context, e event.TypedCreateEvent[S], q queue) {
			queueUsers(ctx, e.Object, q, plan.ForUser, false)
		},
		DeleteFunc: func(ctx context.Context, e event.TypedDeleteEvent[S], q queue) {
			queueUsers(ctx, e.Object, q, plan.ForUser, true)
		},
		UpdateFunc: func(ctx context.Context, e event.TypedUpdateEvent[S], q queue) {
			switch {
			case changedForAll(e.ObjectOld, e.ObjectNew):
				queueUsers(ctx, e.ObjectNew, q, plan.ForUser, true)
			case changedReadiness(e.ObjectOld, e.ObjectNew):
				queueUsers(ctx, e.ObjectNew, q, plan.ForSeller, false)
			}
		},
	}
}

// changedReadiness reports whether a Seller may be used, or lets writing go on, and could
// not or did not before, or the other way round.
func changedReadiness(before, after v1alpha1.SellerObject) bool {
	was := meta.FindStatusCondition(before.CurrentStatus().Conditions, v1alpha1.ConditionReady)
	is := meta.FindStatusCondition(after.CurrentStatus().Conditions, v1alpha1.ConditionReady)
	return !slices.Equal(before.GetFinalizers(), after.GetFinalizers()) ||
		before.GetDeletionTimestamp().IsZero() != after.GetDeletionTimestamp().IsZero() ||
		(was == nil) != (is == nil) || (was != nil && (was.Status != is.Status || was.Reason != is.Reason))
}

// changedForAll reports whether a Seller changed for all who name it, at rest or not: its
// users may have become strangers, or are none any more.
func changedForAll(before, after v1alpha1.SellerObject) bool {
	return before.GetGeneration() != after.GetGeneration() || users.Verified(before) != users.Verified(after)
}

// namespaceEvents queues the Resellers of a namespace whose labels changed, and
// their competing Resellers: a ClusterSeller may allow it by them.
func (r *Reconciler) namespaceEvents() handler.TypedEventHandler[*metav1.PartialObjectMetadata, reconcile.Request] {
	return handler.TypedFuncs[*metav1.PartialObjectMetadata, reconcile.Request]{
		UpdateFunc: func(ctx context.Context, e event.TypedUpdateEvent[*metav1.PartialObjectMetadata], q queue) {
			list := &v1alpha1.ResellerList{}
			if maps.Equal(e.ObjectOld.Labels, e.ObjectNew.Labels) || r.Client.List(ctx, list, client.InNamespace(e.ObjectNew.Name)) != nil {
				return
			}
			for i := range list.Items {
				r.wake(q, priorityRest, plan.ForUser, requestOf(&list.Items[i]))
				r.addRivals(ctx, q, &list.Items[i])
			}
		},
	}
}

func requestOf(obj *v1alpha1.Reseller) reconcile.Request {
	return reconcile.Request{NamespacedName: types.NamespacedName{Namespace: obj.Namespace, Name: obj.Name}}
}
