package users

import (
	"context"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// NamespaceKind is read and watched for its labels only.
var NamespaceKind = schema.GroupVersionKind{Version: "v1", Kind: "Namespace"}

// Admits reports whether a Seller may be used from a namespace: a ClusterSeller where it
// allows that by name, or by the labels that the namespace has now. A Seller is named in its
// own namespace only.
func Admits(ctx context.Context, from client.Reader, seller v1alpha1.SellerObject, namespace string) (bool, error) {
	cluster, ok := seller.(*v1alpha1.ClusterSeller)
	if !ok {
		return true, nil
	}
	allowed := cluster.Spec.AllowedNamespaces
	if allowed == nil {
		return false, nil
	}
	if slices.Contains(allowed.Names, v1alpha1.NamespaceName(namespace)) {
		return true, nil
	}
	if allowed.Selector == nil {
		return false, nil
	}
	selector, err := metav1.LabelSelectorAsSelector(allowed.Selector)
	if err != nil {
		selector = labels.Nothing() // admission does not look at operators
	}
	ns := &metav1.PartialObjectMetadata{}
	ns.SetGroupVersionKind(NamespaceKind)
	if err := from.Get(ctx, types.NamespacedName{Name: namespace}, ns); err != nil {
		return false, client.IgnoreNotFound(err)
	}
	return selector.Matches(labels.Set(ns.Labels)), nil
}
