package seller

import (
	"context"
	"slices"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/controller/users"
	"github.com/reseller-operator/reseller-operator/internal/says"
	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
)

// awaitedElsewhere reports whether another object in use still needs what is being
// deleted: it goes itself, with the Resellers that need it, or this process has not
// come to it yet.
func (r *Reconciler) awaitedElsewhere(ctx context.Context, obj v1alpha1.SellerObject, m *metav1.PartialObjectMetadata) (bool, error) {
	all, err := sellersFor(ctx, r.Client, m.GetNamespace(), r.ClusterWide)
	return slices.ContainsFunc(all, func(other v1alpha1.SellerObject) bool {
		if other.GetUID() == obj.GetUID() || !controllerutil.ContainsFinalizer(other, v1alpha1.FinalizerInUse) || !protects(other, m) {
			return false
		}
		wasReady := meta.IsStatusConditionTrue(other.CurrentStatus().Conditions, v1alpha1.ConditionReady)
		return !other.GetDeletionTimestamp().IsZero() || wasReady && !r.atWork(other)
	}), err
}

// atWork reports whether this process has put the credentials of an object to work.
func (r *Reconciler) atWork(obj v1alpha1.SellerObject) bool {
	a := r.Accounts.Find(sellerplan.AccountOf(obj))
	return a != nil && a.Standing(users.SessionName(obj)).ID != ""
}

// askNamespace notes whether the namespace of the Secret ends. Who may not read it keeps
// what is there: a deletion that can't be finished is worse than one that waits.
func (p *pass) askNamespace(ctx context.Context) error {
	namespace := metadataOf(users.NamespaceKind, types.NamespacedName{Name: p.obj.CredentialsKey().Namespace})
	there, err := readMetadata(ctx, p.r.Live, namespace)
	if err != nil && !apierrors.IsForbidden(err) {
		return err
	}
	ending := !there || !namespace.GetDeletionTimestamp().IsZero()
	p.state.Outcome.Ending = &ending
	return nil
}

// lose notes that what the session was made of is gone. It lets go of it first where
// that is being deleted.
func (p *pass) lose(ctx context.Context, step *sellerplan.Lose) error {
	for i := range p.state.Held {
		h := &p.state.Held[i]
		if !step.Release || !h.Releasable() {
			continue
		}
		if err := p.r.patchFinalizer(ctx, p.held[i], controllerutil.RemoveFinalizer); client.IgnoreNotFound(err) != nil {
			return err
		}
		h.Protected = false
	}
	if known := p.r.session(p.name); known != nil {
		next := *known
		next.Lost = step.Since
		p.r.keep(p.name, &next)
	}
	p.say(says.CredentialsLost, step.Note)
	return nil
}
