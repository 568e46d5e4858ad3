package reseller

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/gather"
	"github.com/reseller-operator/reseller-operator/internal/plan"
	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
)

// A stranger names a Seller that does not allow its namespace, or whose
// credentials never got the account's list, and holds nothing there. It is
// nobody's competing Reseller, and nothing is protected for it.

// Verified reports whether the Seller's own credentials got the list of its
// account at some time.
func Verified(seller v1alpha1.SellerObject) bool {
	return sellerplan.Verified(seller.CurrentStatus(), gather.AccountOf(seller.Settings()))
}

// UserOf is what a Seller knows of a Reseller that names it. Whether its namespace is
// admitted is asked only where something depends on it.
func UserOf(ctx context.Context, from client.Reader, seller v1alpha1.SellerObject, verified bool, obj *v1alpha1.Reseller) (sellerplan.User, error) {
	u := sellerplan.User{Namespace: obj.Namespace, Name: obj.Name, Drifted: meta.IsStatusConditionTrue(obj.Status.Conditions, v1alpha1.ConditionDrifted)}
	if account := holdsIn(obj); account != (broker.Account{}) && account == gather.AccountOf(seller.Settings()) {
		u.Holds = true
	}
	var err error
	if verified && !u.Holds {
		u.Admitted, err = admits(ctx, from, seller, obj.Namespace)
	}
	return u, err
}

// counts reports whether a Reseller that names the Seller is no stranger in its
// account.
func counts(ctx context.Context, from client.Reader, seller v1alpha1.SellerObject, obj *v1alpha1.Reseller) (bool, error) {
	verified := Verified(seller)
	u, err := UserOf(ctx, from, seller, verified, obj)
	return u.Counts(verified), err
}

// holdsIn is the account in which a Reseller holds a broker, or may: by an open
// intent or deletion; zero for none.
func holdsIn(obj *v1alpha1.Reseller) broker.Account {
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

// admits reports whether a Seller may be used from a namespace. A Seller is named
// in its own namespace only.
func admits(ctx context.Context, from client.Reader, seller v1alpha1.SellerObject, namespace string) (bool, error) {
	if cluster, ok := seller.(*v1alpha1.ClusterSeller); ok {
		return allows(ctx, from, cluster, namespace)
	}
	return true, nil
}

// mindAdmission asks the API server whether the namespace may still use the
// ClusterSeller, before anything is written or adopted through it: the cache
// may not show yet that a label was taken away. It reports whether that is so,
// so that the step is decided again.
func (p *pass) mindAdmission(ctx context.Context, step plan.Step) (bool, error) {
	if _, ok := p.seller.(*v1alpha1.ClusterSeller); !ok || p.admitted || !needsAdmission(step) {
		return false, nil
	}
	seller, err := sellerOf(ctx, p.r.Live, p.obj.Spec.SellerRef, p.obj.Namespace)
	if err != nil {
		return false, err
	}
	p.admitted, err = admits(ctx, p.r.Live, seller, p.obj.Namespace)
	if err != nil || p.admitted {
		return false, err
	}
	p.access.Problem, p.account = p.notAllowed(), nil
	return true, nil
}

// needsAdmission reports whether a step writes to the account, announces that, or
// takes a broker over.
func needsAdmission(step plan.Step) bool {
	_, takes := step.(plan.Bind)
	return takes || step.Writes()
}

// notAllowed is why a ClusterSeller can't be used.
func (p *pass) notAllowed() *plan.Problem {
	return &plan.Problem{
		Reason: v1alpha1.ReasonSellerNotAllowed,
		Message: fmt.Sprintf("spec.sellerRef: ClusterSeller %s does not allow namespace %s; ask its owner to name it in spec.allowedNamespaces",
			p.obj.Spec.SellerRef.Name, p.obj.Namespace),
	}
}
