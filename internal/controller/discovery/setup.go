package discovery

import (
	"context"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// SetupWithManager registers the controller for its kind. A change of the account reaches it
// as one of the Seller's status, and at the latest once in spec.observeInterval.
func (r *Reconciler) SetupWithManager(mgr manager.Manager) error {
	kind := r.New().SellerKind()
	discovered := builder.WithPredicates(predicate.NewPredicateFuncs(func(obj client.Object) bool {
		_, labelled := obj.GetLabels()[v1alpha1.LabelDiscovered]
		return labelled
	}))
	return ctrl.NewControllerManagedBy(mgr).Named("discovery-"+strings.ToLower(string(kind))).
		For(r.New()).
		Watches(&v1alpha1.Reseller{}, handler.EnqueueRequestsFromMapFunc(r.sellerOf), discovered).
		Complete(r)
}

// sellerOf is the object of this kind that a Reseller names, also where that is gone.
func (r *Reconciler) sellerOf(_ context.Context, obj client.Object) []reconcile.Request {
	user := obj.(*v1alpha1.Reseller)
	if user.Spec.SellerRef.KindOrDefault() != r.New().SellerKind() {
		return nil
	}
	name := types.NamespacedName{Name: string(user.Spec.SellerRef.Name)}
	if user.Spec.SellerRef.KindOrDefault() == v1alpha1.SellerKindSeller {
		name.Namespace = user.Namespace
	}
	return []reconcile.Request{{NamespacedName: name}}
}
