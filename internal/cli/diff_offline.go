package cli

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/fleet"
)

// sellerIn is the Seller or ClusterSeller that a manifest makes; nil for other kinds.
func sellerIn(object map[string]any, namespace string) v1alpha1.SellerObject {
	var seller v1alpha1.SellerObject
	switch object["kind"] {
	case string(v1alpha1.SellerKindSeller):
		seller = &v1alpha1.Seller{}
	case string(v1alpha1.SellerKindClusterSeller):
		seller = &v1alpha1.ClusterSeller{}
	default:
		return nil
	}
	if runtime.DefaultUnstructuredConverter.FromUnstructured(object, seller) != nil {
		return nil // a kind of somebody else's
	}
	if seller.SellerKind() == v1alpha1.SellerKindSeller {
		seller.SetNamespace(or(seller.GetNamespace(), namespace))
	}
	if settings := seller.Settings(); settings.Endpoint == "" {
		settings.Endpoint = v1alpha1.DefaultEndpoint
	}
	return seller
}

// sellerOffline is the Seller of a manifest, else one with the id that was said.
func (d *differ) sellerOffline(ref fleet.Ref) (v1alpha1.SellerObject, error) {
	for _, seller := range d.sellers {
		if ref == (fleet.Ref{Kind: seller.SellerKind(), Namespace: seller.GetNamespace(), Name: seller.GetName()}) {
			return seller, nil
		}
	}
	if d.sellerID == "" {
		return nil, fmt.Errorf("the manifests have no %s %s: say --seller-id", ref.Kind, account(ref))
	}
	var seller v1alpha1.SellerObject = &v1alpha1.Seller{}
	if ref.Kind == v1alpha1.SellerKindClusterSeller {
		seller = &v1alpha1.ClusterSeller{}
	}
	seller.SetNamespace(ref.Namespace)
	seller.SetName(ref.Name)
	seller.Settings().SellerID, seller.Settings().Endpoint = v1alpha1.ID(d.sellerID), d.endpoint
	return seller, nil
}

// pruned are the Resellers of the namespace that the selector finds and that are not among
// those of the manifests.
func (d *differ) pruned(ctx context.Context, objects []v1alpha1.Reseller) ([]v1alpha1.Reseller, error) {
	if d.prune == "" {
		return nil, nil
	}
	selector, err := labels.Parse(d.prune)
	if err != nil {
		return nil, fmt.Errorf("--prune-selector: %w", err)
	}
	kept := map[client.ObjectKey]bool{}
	for i := range objects {
		kept[client.ObjectKeyFromObject(&objects[i])] = true
	}
	all, err := allResellers(ctx, d.client, d.inNamespace)
	if err != nil {
		return nil, err
	}
	var gone []v1alpha1.Reseller
	for i := range all {
		if !kept[client.ObjectKeyFromObject(&all[i])] && selector.Matches(labels.Set(all[i].Labels)) {
			gone = append(gone, all[i])
		}
	}
	return gone, nil
}
