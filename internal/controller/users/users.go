package users

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/gather"
	"github.com/reseller-operator/reseller-operator/internal/plan"
	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
)

// Index is the index of the cache by which Of finds Resellers. It holds what IndexValues says.
const Index = "seller"

// IndexValues are the values of Index for a Reseller: "<kind>/<name>" of spec.sellerRef.
func IndexValues(obj *v1alpha1.Reseller) []string {
	return []string{indexValue(obj.Spec.SellerRef.KindOrDefault(), string(obj.Spec.SellerRef.Name))}
}

func indexValue(kind v1alpha1.SellerKind, name string) string { return string(kind) + "/" + name }

// Of are the Resellers that name a Seller, as the cache has them: they may be looked at, and
// not be changed.
func Of(ctx context.Context, cache client.Reader, seller v1alpha1.SellerObject) ([]v1alpha1.Reseller, error) {
	list := &v1alpha1.ResellerList{}
	index := client.MatchingFields{Index: indexValue(seller.SellerKind(), seller.GetName())}
	err := cache.List(ctx, list, client.InNamespace(seller.GetNamespace()), index, client.UnsafeDisableDeepCopy)
	return list.Items, err
}

// SellerOf reads the Seller or ClusterSeller that a reference in a namespace names.
func SellerOf(ctx context.Context, from client.Reader, ref v1alpha1.SellerReference, namespace string) (v1alpha1.SellerObject, error) {
	if ref.KindOrDefault() == v1alpha1.SellerKindClusterSeller {
		seller := &v1alpha1.ClusterSeller{}
		return seller, from.Get(ctx, types.NamespacedName{Name: string(ref.Name)}, seller)
	}
	seller := &v1alpha1.Seller{}
	return seller, from.Get(ctx, types.NamespacedName{Namespace: namespace, Name: string(ref.Name)}, seller)
}

// SessionName is the name of a Seller's session in its account: "<kind>/<namespace>/<name>".
func SessionName(seller v1alpha1.SellerObject) string {
	return fmt.Sprintf("%s/%s/%s", seller.SellerKind(), seller.GetNamespace(), seller.GetName())
}

// A stranger names a Seller that does not allow its namespace, or whose
// credentials never got the account's list, and holds nothing there. It is
// nobody's competing Reseller, and nothing is protected for it. The same goes for
// a Reseller that discovery made and nobody edited.

// Known is what a Seller knows of a Reseller that names it. Whether its namespace is
// admitted is asked only where something depends on it.
func Known(ctx context.Context, from client.Reader, seller v1alpha1.SellerObject, verified bool, obj *v1alpha1.Reseller) (sellerplan.User, error) {
	u := sellerplan.User{Namespace: obj.Namespace, Name: obj.Name, Drifted: meta.IsStatusConditionTrue(obj.Status.Conditions, v1alpha1.ConditionDrifted)}
	if account := HoldsIn(obj); account != (broker.Account{}) && account == gather.AccountOf(seller.Settings()) {
		u.Holds = true
	}
	var err error
	if verified && !u.Holds && !plan.Discovered(obj) {
		u.Admitted, err = Admits(ctx, from, seller, obj.Namespace)
	}
	return u, err
}

// Count reports whether a Reseller that names the Seller is no stranger in its account.
func Count(ctx context.Context, from client.Reader, seller v1alpha1.SellerObject, obj *v1alpha1.Reseller) (bool, error) {
	verified := Verified(seller)
	u, err := Known(ctx, from, seller, verified, obj)
	return u.Counts(verified), err
}

// Verified reports whether the Seller's own credentials got the list of its
// account at some time.
func Verified(seller v1alpha1.SellerObject) bool {
	return sellerplan.Verified(seller.CurrentStatus(), gather.AccountOf(seller.Settings()))
}

// HoldsIn is the account in which a Reseller holds a broker, or may: by an open
// intent or deletion; zero for none.
func HoldsIn(obj *v1alpha1.Reseller) broker.Account {
	st := &obj.Status
	switch {
	case st.Creation != nil:
		return broker.AccountOf(st.Creation.Endpoint, st.Creation.SellerID)
	case st.BrokerID != "" || st.Deletion != nil:
		return broker.AccountOf(st.Endpoint, st.SellerID)
	default:
		return broker.Account{}
	}
}
