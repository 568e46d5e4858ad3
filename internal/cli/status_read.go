package cli

import (
	"context"
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/fleet"
)

// readFleet reads the fleet of a namespace, or of all for "". ClusterSellers are those that its
// Resellers name; who may not read them sees none.
func readFleet(ctx context.Context, c client.Client, namespace string) (fleet.Fleet, error) {
	resellers, err := resellersOf(ctx, c, namespace)
	if err != nil {
		return fleet.Fleet{}, explained(err)
	}
	var own v1alpha1.SellerList
	if err := c.List(ctx, &own, client.InNamespace(namespace)); err != nil {
		return fleet.Fleet{}, explained(err)
	}
	var sellers []v1alpha1.SellerObject
	for i := range own.Items {
		sellers = append(sellers, &own.Items[i])
	}
	shared, err := sharedSellers(ctx, c, resellers)
	return fleet.Of(append(sellers, shared...), resellers), err
}

// resellersOf reads page by page and keeps of each object what a row is made of.
func resellersOf(ctx context.Context, c client.Client, namespace string) ([]v1alpha1.Reseller, error) {
	var rows []v1alpha1.Reseller
	var page v1alpha1.ResellerList
	for {
		if err := c.List(ctx, &page, client.InNamespace(namespace), client.Limit(pageSize), client.Continue(page.Continue)); err != nil {
			return nil, err
		}
		for i := range page.Items {
			rows = append(rows, slim(&page.Items[i]))
		}
		if page.Continue == "" {
			return rows, nil
		}
		page = v1alpha1.ResellerList{ListMeta: page.ListMeta}
	}
}

func slim(r *v1alpha1.Reseller) v1alpha1.Reseller {
	var s v1alpha1.Reseller
	s.Namespace, s.Name = r.Namespace, r.Name
	s.Spec.SellerRef = r.Spec.SellerRef
	s.Status.Conditions, s.Status.Standing = r.Status.Conditions, r.Status.Standing
	s.Status.BrokerID, s.Status.Drift = r.Status.BrokerID, r.Status.Drift
	return s
}

// sharedSellers are the ClusterSellers that any of the Resellers names.
func sharedSellers(ctx context.Context, c client.Client, resellers []v1alpha1.Reseller) ([]v1alpha1.SellerObject, error) {
	var found []v1alpha1.SellerObject
	asked := map[string]bool{}
	for i := range resellers {
		ref := fleet.RefOf(&resellers[i])
		if ref.Kind != v1alpha1.SellerKindClusterSeller || asked[ref.Name] {
			continue
		}
		asked[ref.Name] = true
		obj := &v1alpha1.ClusterSeller{}
		err := c.Get(ctx, client.ObjectKey{Name: ref.Name}, obj)
		switch {
		case err == nil:
			found = append(found, obj)
		case apierrors.IsForbidden(err), apierrors.IsNotFound(err):
		default:
			return found, errors.New("ClusterSeller " + ref.Name + ": " + err.Error())
		}
	}
	return found, nil
}
