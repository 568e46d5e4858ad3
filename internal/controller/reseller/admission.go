package reseller

import (
	"context"
	"fmt"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/controller/users"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// mindAdmission asks the API server whether the namespace may still use the
// ClusterSeller, before anything is written or adopted through it: the cache
// may not show yet that a label was taken away. It reports whether that is so,
// so that the step is decided again.
func (p *pass) mindAdmission(ctx context.Context, step plan.Step) (bool, error) {
	if _, ok := p.seller.(*v1alpha1.ClusterSeller); !ok || p.admitted || !needsAdmission(step) {
		return false, nil
	}
	seller, err := users.SellerOf(ctx, p.r.Live, p.obj.Spec.SellerRef, p.obj.Namespace)
	if err != nil {
		return false, err
	}
	p.admitted, err = users.Admits(ctx, p.r.Live, seller, p.obj.Namespace)
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
