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
	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
)

var (
	secretKind    = schema.GroupVersionKind{Version: "v1", Kind: "Secret"}
	configMapKind = schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}
)

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

// heldAsRead is what the object names, and what the cache shows of it.
func (r *Reconciler) heldAsRead(ctx context.Context, obj v1alpha1.SellerObject) ([]*metav1.PartialObjectMetadata, []sellerplan.Held, error) {
	objects := held(obj)
	found := make([]sellerplan.Held, len(objects))
	for i, m := range objects {
		there, err := readMetadata(ctx, r.Client, m)
		if err != nil {
			return nil, nil, err
		}
		found[i] = sellerplan.Held{
			Name: m.Kind + " " + m.Name, Found: there, Going: !m.GetDeletionTimestamp().IsZero(),
			Protected: controllerutil.ContainsFinalizer(m, v1alpha1.FinalizerInUse),
		}
		if found[i].Going {
			if found[i].Awaited, err = r.awaitedElsewhere(ctx, obj, m); err != nil {
				return nil, nil, err
			}
		}
	}
	return objects, found, nil
}

// protect puts the finalizer on what the object names, as soon as that exists, and
// then on the object. None can be added to what is going.
func (p *pass) protect(ctx context.Context) error {
	for i := range p.state.Held {
		h := &p.state.Held[i]
		if !h.Found || h.Going {
			continue
		}
		err := p.r.patchFinalizer(ctx, p.held[i], controllerutil.AddFinalizer)
		if client.IgnoreNotFound(err) != nil {
			return err
		}
		h.Found, h.Protected = err == nil, true
	}
	return p.changeFinalizer(ctx, controllerutil.AddFinalizer)
}

// letGo takes the finalizer off what the object names, where no other Seller in use
// names the same, and then off the object.
func (p *pass) letGo(ctx context.Context, ends bool) error {
	for i, m := range p.held {
		needed, err := p.r.neededElsewhere(ctx, p.obj, m)
		if err != nil {
			return err
		}
		if !p.state.Held[i].Found || needed {
			continue
		}
		if err := p.r.patchFinalizer(ctx, m, controllerutil.RemoveFinalizer); client.IgnoreNotFound(err) != nil {
			return err
		}
		p.state.Held[i].Protected = false
	}
	if ends {
		p.r.end(p.name)
	}
	return p.changeFinalizer(ctx, controllerutil.RemoveFinalizer)
}

// changeFinalizer changes the object's own.
func (p *pass) changeFinalizer(ctx context.Context, change func(client.Object, string) bool) error {
	if err := p.r.patchFinalizer(ctx, p.obj, change); err != nil {
		return err
	}
	p.read()
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
