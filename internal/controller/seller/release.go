package seller

import (
	"context"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/controller/users"
)

// Releaser lets go of the Secrets, or the ConfigMaps, that have our finalizer and
// that no Seller in use protects: one that names another now, protects no more, or
// is gone, perhaps while no manager ran. It finds them by the finalizer.
type Releaser struct {
	kind        schema.GroupVersionKind
	client      client.Client
	live        client.Reader
	clusterWide bool
}

// Releasers are one for each kind that Sellers protect.
func Releasers(mgr manager.Manager, clusterWide bool) []*Releaser {
	var all []*Releaser
	for _, kind := range []schema.GroupVersionKind{secretKind, configMapKind} {
		all = append(all, &Releaser{kind: kind, client: mgr.GetClient(), live: mgr.GetAPIReader(), clusterWide: clusterWide})
	}
	return all
}

// SetupWithManager registers the controller.
func (r *Releaser) SetupWithManager(mgr manager.Manager) error {
	protected := builder.WithPredicates(predicate.NewPredicateFuncs(func(obj client.Object) bool {
		return controllerutil.ContainsFinalizer(obj, v1alpha1.FinalizerInUse)
	}))
	b := ctrl.NewControllerManagedBy(mgr).Named("protected-"+strings.ToLower(r.kind.Kind)).
		WatchesMetadata(metadataOf(r.kind, types.NamespacedName{}), &handler.EnqueueRequestForObject{}, protected).
		Watches(&v1alpha1.Seller{}, r.named())
	if r.clusterWide {
		b = b.Watches(&v1alpha1.ClusterSeller{}, r.named())
	}
	return b.Complete(r)
}

// named queues what a Seller names, and what it named before an edit.
func (r *Releaser) named() handler.EventHandler {
	add := func(q queue, objects ...client.Object) {
		for _, obj := range objects {
			for _, m := range held(obj.(v1alpha1.SellerObject)) {
				if m.GroupVersionKind() == r.kind {
					q.Add(reconcile.Request{NamespacedName: client.ObjectKeyFromObject(m)})
				}
			}
		}
	}
	return handler.Funcs{
		UpdateFunc: func(_ context.Context, e event.UpdateEvent, q queue) {
			if e.ObjectOld.GetGeneration() != e.ObjectNew.GetGeneration() || finalizersChanged.Update(e) {
				add(q, e.ObjectOld, e.ObjectNew)
			}
		},
		DeleteFunc: func(_ context.Context, e event.DeleteEvent, q queue) { add(q, e.Object) },
	}
}

// Reconcile takes our finalizer off one object if nobody needs it. The cache may
// lack a Seller that protects it since a moment, so a live list has the last word.
func (r *Releaser) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	m := metadataOf(r.kind, req.NamespacedName)
	there, err := readMetadata(ctx, r.client, m)
	if err != nil || !there || !controllerutil.ContainsFinalizer(m, v1alpha1.FinalizerInUse) {
		return reconcile.Result{}, err
	}
	for _, from := range []client.Reader{r.client, r.live} {
		all, err := sellersFor(ctx, from, req.Namespace, r.clusterWide)
		if err != nil {
			return reconcile.Result{}, err
		}
		all = slices.DeleteFunc(all, func(s v1alpha1.SellerObject) bool { return !protects(s, m) })
		if needed, err := r.anyUsed(ctx, all); needed || err != nil {
			return reconcile.Result{}, err
		}
	}
	return again(patchFinalizer(ctx, r.client, m, controllerutil.RemoveFinalizer))
}

// anyUsed reports whether one of the Sellers is in use, or about to be: it puts its
// own finalizer on after those of what it names.
func (r *Releaser) anyUsed(ctx context.Context, sellers []v1alpha1.SellerObject) (bool, error) {
	for _, s := range sellers {
		if controllerutil.ContainsFinalizer(s, v1alpha1.FinalizerInUse) {
			return true, nil
		}
		named, err := users.Of(ctx, r.client, s)
		if err != nil || len(named) > 0 {
			return err == nil, err
		}
	}
	return false, nil
}
