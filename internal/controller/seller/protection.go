package seller

import (
	"context"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

var (
	secretKind    = schema.GroupVersionKind{Version: "v1", Kind: "Secret"}
	namespaceKind = schema.GroupVersionKind{Version: "v1", Kind: "Namespace"}
	configMapKind = schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}
)

// protect keeps the object and what it names while a Reseller needs them, and
// lets them go after a live list shows no user. It reports whether the object
// is going.
func (r *Reconciler) protect(ctx context.Context, obj v1alpha1.SellerObject, used bool) (gone bool, err error) {
	going := !obj.GetDeletionTimestamp().IsZero()
	kept := controllerutil.ContainsFinalizer(obj, v1alpha1.FinalizerInUse)
	switch {
	case used && going:
		return !kept, nil
	case used:
		if err := r.keepHeld(ctx, obj); err != nil {
			return false, err
		}
		return false, r.patchFinalizer(ctx, obj, controllerutil.AddFinalizer)
	case !kept:
		return going, nil
	}
	if unused, err := r.unusedLive(ctx, obj); err != nil || !unused {
		return false, err
	}
	if err := r.releaseHeld(ctx, obj); err != nil {
		return false, err
	}
	if going {
		r.end(client.ObjectKeyFromObject(obj))
	}
	return going, r.patchFinalizer(ctx, obj, controllerutil.RemoveFinalizer)
}

func (r *Reconciler) patchFinalizer(ctx context.Context, obj client.Object, change func(client.Object, string) bool) error {
	return patchFinalizer(ctx, r.Client, obj, change)
}

// patchFinalizer changes the finalizer, with the version read as precondition.
func patchFinalizer(ctx context.Context, to client.Writer, obj client.Object, change func(client.Object, string) bool) error {
	before := obj.DeepCopyObject().(client.Object)
	if !change(obj, v1alpha1.FinalizerInUse) {
		return nil
	}
	return to.Patch(ctx, obj, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{}))
}

// unusedLive reports whether no Reseller needs the object, by a live list: the
// cache may not show one that just saw the object protected.
func (r *Reconciler) unusedLive(ctx context.Context, obj v1alpha1.SellerObject) (bool, error) {
	list := &v1alpha1.ResellerList{}
	fields := client.MatchingFields{"spec.sellerRef.name": obj.GetName()}
	if err := r.Live.List(ctx, list, client.InNamespace(obj.GetNamespace()), fields); err != nil {
		return false, err
	}
	users := slices.DeleteFunc(list.Items, func(u v1alpha1.Reseller) bool {
		return u.Spec.SellerRef.Kind != obj.SellerKind() && (u.Spec.SellerRef.Kind != "" || obj.SellerKind() != v1alpha1.SellerKindSeller)
	})
	needing, err := r.needing(ctx, r.Live, obj, users)
	return len(needing) == 0, err
}

// held are the Secret and the CA bundle that the object names.
func held(obj v1alpha1.SellerObject) []*metav1.PartialObjectMetadata {
	if obj.Settings().SecretProtection == v1alpha1.SecretProtectionNone {
		return nil
	}
	at := obj.CredentialsKey()
	objects := []*metav1.PartialObjectMetadata{metadataOf(secretKind, at)}
	if ref := obj.Settings().CABundleRef; ref != nil {
		kind := configMapKind
		if ref.Kind == v1alpha1.CABundleSecret {
			kind = secretKind
		}
		objects = append(objects, metadataOf(kind, types.NamespacedName{Namespace: at.Namespace, Name: string(ref.Name)}))
	}
	return objects
}

func metadataOf(kind schema.GroupVersionKind, at types.NamespacedName) *metav1.PartialObjectMetadata {
	m := &metav1.PartialObjectMetadata{}
	m.SetGroupVersionKind(kind)
	m.Namespace, m.Name = at.Namespace, at.Name
	return m
}

// keepHeld puts the finalizer on what the object names, as soon as that exists.
func (r *Reconciler) keepHeld(ctx context.Context, obj v1alpha1.SellerObject) error {
	for _, m := range held(obj) {
		there, err := readMetadata(ctx, r.Client, m)
		if err != nil {
			return err
		}
		if !there || !m.GetDeletionTimestamp().IsZero() {
			continue // a finalizer can't be added to what is going
		}
		if err := r.patchFinalizer(ctx, m, controllerutil.AddFinalizer); client.IgnoreNotFound(err) != nil {
			return err
		}
	}
	return nil
}

// releaseHeld takes the finalizer off what the object names, where no other
// Seller in use names the same.
func (r *Reconciler) releaseHeld(ctx context.Context, obj v1alpha1.SellerObject) error {
	for _, m := range held(obj) {
		there, err := readMetadata(ctx, r.Client, m)
		if err != nil {
			return err
		}
		needed, err := r.neededElsewhere(ctx, obj, m)
		if err != nil {
			return err
		}
		if !there || needed {
			continue
		}
		if err := r.patchFinalizer(ctx, m, controllerutil.RemoveFinalizer); client.IgnoreNotFound(err) != nil {
			return err
		}
	}
	return nil
}

// readMetadata reads the metadata of an object and reports whether it exists.
func readMetadata(ctx context.Context, from client.Reader, m *metav1.PartialObjectMetadata) (bool, error) {
	kind := m.GroupVersionKind()
	err := from.Get(ctx, client.ObjectKeyFromObject(m), m)
	m.SetGroupVersionKind(kind)
	return err == nil, client.IgnoreNotFound(err)
}

// neededElsewhere reports whether another object in use names the same Secret or CA.
func (r *Reconciler) neededElsewhere(ctx context.Context, obj v1alpha1.SellerObject, m *metav1.PartialObjectMetadata) (bool, error) {
	all, err := sellersFor(ctx, r.Client, m.GetNamespace(), r.ClusterWide)
	return slices.ContainsFunc(all, func(other v1alpha1.SellerObject) bool {
		return other.GetUID() != obj.GetUID() && controllerutil.ContainsFinalizer(other, v1alpha1.FinalizerInUse) && protects(other, m)
	}), err
}

// protects reports whether a Seller names the Secret or CA and protects it.
func protects(seller v1alpha1.SellerObject, m *metav1.PartialObjectMetadata) bool {
	return slices.ContainsFunc(held(seller), func(h *metav1.PartialObjectMetadata) bool {
		return h.GroupVersionKind() == m.GroupVersionKind() && h.Namespace == m.Namespace && h.Name == m.Name
	})
}

// sellersFor are the Sellers and ClusterSellers that may name objects of a namespace.
func sellersFor(ctx context.Context, from client.Reader, namespace string, clusterWide bool) ([]v1alpha1.SellerObject, error) {
	var all []v1alpha1.SellerObject
	sellers := &v1alpha1.SellerList{}
	if err := from.List(ctx, sellers, client.InNamespace(namespace)); err != nil {
		return nil, err
	}
	for i := range sellers.Items {
		all = append(all, &sellers.Items[i])
	}
	if !clusterWide {
		return all, nil
	}
	clusters := &v1alpha1.ClusterSellerList{}
	if err := from.List(ctx, clusters); err != nil {
		return nil, err
	}
	for i := range clusters.Items {
		all = append(all, &clusters.Items[i])
	}
	return all, nil
}
