package seller

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	ktypes "k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/controller/passes"
	"github.com/reseller-operator/reseller-operator/internal/controller/users"
)

// +kubebuilder:rbac:groups=cloudmore.com,resources=sellers;clustersellers,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=cloudmore.com,resources=sellers/status;clustersellers/status,verbs=patch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=secrets;configmaps,verbs=get;list;watch;patch

type queue = workqueue.TypedRateLimitingInterface[reconcile.Request]

// SetupWithManager registers the controller for its kind.
func (r *Reconciler) SetupWithManager(mgr manager.Manager) error {
	kind := r.New().SellerKind()
	changed := builder.WithPredicates(predicate.Or(predicate.GenerationChangedPredicate{}, predicate.AnnotationChangedPredicate{}, finalizersChanged))
	wakeUps := &wakeUps{reconciler: r}
	r.Accounts.OnKeepers(wakeUps.wake)
	b := ctrl.NewControllerManagedBy(mgr).Named(controllerName(kind)).
		For(r.New(), changed).
		Watches(&v1alpha1.Reseller{}, r.usersChange()).
		WatchesMetadata(metadataOf(secretKind, ktypes.NamespacedName{}), r.namedBy()).
		WatchesMetadata(metadataOf(configMapKind, ktypes.NamespacedName{}), r.namedBy()).
		WatchesRawSource(source.TypedFunc[reconcile.Request](wakeUps.start))
	if kind == v1alpha1.SellerKindClusterSeller {
		b = b.WatchesMetadata(metadataOf(users.NamespaceKind, ktypes.NamespacedName{}), r.labelsChange())
	}
	return b.Complete(passes.Traced(string(kind), r))
}

// controllerName is the controller's name in logs and metrics.
func controllerName(kind v1alpha1.SellerKind) string {
	if kind == v1alpha1.SellerKindClusterSeller {
		return "clusterseller"
	}
	return "seller"
}

// finalizersChanged sees one replaced by another, too.
var finalizersChanged = predicate.Funcs{UpdateFunc: func(e event.UpdateEvent) bool {
	return !slices.Equal(e.ObjectOld.GetFinalizers(), e.ObjectNew.GetFinalizers())
}}

// usersChange queues the Seller of a Reseller that becomes or ends as a user, is bound,
// or is found to differ.
func (r *Reconciler) usersChange() handler.EventHandler {
	queueSeller := func(ctx context.Context, obj client.Object, q queue) {
		for _, request := range r.sellerOf(ctx, obj) {
			q.AddAfter(request, r.pauseBefore(ctx, request))
		}
	}
	return handler.Funcs{
		CreateFunc: func(ctx context.Context, e event.CreateEvent, q queue) { queueSeller(ctx, e.Object, q) },
		DeleteFunc: func(ctx context.Context, e event.DeleteEvent, q queue) { queueSeller(ctx, e.Object, q) },
		UpdateFunc: func(ctx context.Context, e event.UpdateEvent, q queue) {
			was, is := &e.ObjectOld.(*v1alpha1.Reseller).Status, &e.ObjectNew.(*v1alpha1.Reseller).Status
			if (len(was.Drift) > 0) != (len(is.Drift) > 0) || was.BrokerID != is.BrokerID || (was.Creation == nil) != (is.Creation == nil) {
				queueSeller(ctx, e.ObjectNew, q)
			}
		},
	}
}

// labelsChange queues the objects that may allow a namespace, or no longer do.
func (r *Reconciler) labelsChange() handler.EventHandler {
	return handler.Funcs{UpdateFunc: func(ctx context.Context, e event.UpdateEvent, q queue) {
		objects, err := r.all(ctx)
		if err != nil || maps.Equal(e.ObjectOld.GetLabels(), e.ObjectNew.GetLabels()) {
			return
		}
		for _, obj := range objects {
			q.AddAfter(reconcile.Request{NamespacedName: client.ObjectKeyFromObject(obj)}, protectAfter)
		}
	}}
}

// pauseBefore is how long the look at a Seller may wait.
func (r *Reconciler) pauseBefore(ctx context.Context, request reconcile.Request) time.Duration {
	obj := r.New()
	err := r.Client.Get(ctx, request.NamespacedName, obj)
	if err == nil && (!obj.GetDeletionTimestamp().IsZero() || !controllerutil.ContainsFinalizer(obj, v1alpha1.FinalizerInUse)) {
		return protectAfter
	}
	return countAfter
}

// sellerOf is the object of this kind that a Reseller names.
func (r *Reconciler) sellerOf(_ context.Context, obj client.Object) []reconcile.Request {
	user := obj.(*v1alpha1.Reseller)
	kind := user.Spec.SellerRef.KindOrDefault()
	if kind != r.New().SellerKind() {
		return nil
	}
	name := ktypes.NamespacedName{Name: string(user.Spec.SellerRef.Name)}
	if kind == v1alpha1.SellerKindSeller {
		name.Namespace = user.Namespace
	}
	return []reconcile.Request{{NamespacedName: name}}
}

// namedBy queues the objects of this kind that name a Secret or ConfigMap.
func (r *Reconciler) namedBy() handler.EventHandler {
	return handler.EnqueueRequestsFromMapFunc(func(ctx context.Context, obj client.Object) []reconcile.Request {
		objects, err := r.all(ctx)
		if err != nil {
			return nil
		}
		var requests []reconcile.Request
		for _, seller := range objects {
			if names(seller, obj) {
				requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(seller)})
			}
		}
		return requests
	})
}

// names reports whether a Seller names this Secret or CA bundle.
func names(seller v1alpha1.SellerObject, obj client.Object) bool {
	at := seller.CredentialsKey()
	if obj.GetNamespace() != at.Namespace {
		return false
	}
	ref := seller.Settings().CABundleRef
	return obj.GetName() == at.Name || (ref != nil && obj.GetName() == string(ref.Name))
}

// all are the objects of this kind.
func (r *Reconciler) all(ctx context.Context) ([]v1alpha1.SellerObject, error) {
	var objects []v1alpha1.SellerObject
	if r.New().SellerKind() == v1alpha1.SellerKindClusterSeller {
		list := &v1alpha1.ClusterSellerList{}
		err := r.Client.List(ctx, list)
		for i := range list.Items {
			objects = append(objects, &list.Items[i])
		}
		return objects, err
	}
	list := &v1alpha1.SellerList{}
	err := r.Client.List(ctx, list)
	for i := range list.Items {
		objects = append(objects, &list.Items[i])
	}
	return objects, err
}

// wakeUps queues the keepers of sessions when their account was read.
type wakeUps struct {
	reconciler *Reconciler
	mu         sync.Mutex
	queue      queue
}

func (w *wakeUps) start(_ context.Context, q queue) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queue = q
	return nil
}

// wake never blocks.
func (w *wakeUps) wake(key broker.Account, session string) {
	w.mu.Lock()
	q := w.queue
	w.mu.Unlock()
	if q == nil {
		return
	}
	for _, name := range w.reconciler.keepers(key, session) {
		q.Add(reconcile.Request{NamespacedName: name})
	}
}
