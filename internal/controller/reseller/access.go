package reseller

import (
	"context"
	"fmt"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/controller/users"
	"github.com/reseller-operator/reseller-operator/internal/gather"
	"github.com/reseller-operator/reseller-operator/internal/plan"
	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
)

// findAccess finds out whether and how the account may be used for this object.
func (p *pass) findAccess(ctx context.Context) error {
	ref := p.obj.Spec.SellerRef
	if len(p.r.Namespaces) > 0 && ref.KindOrDefault() == v1alpha1.SellerKindClusterSeller {
		p.access.Problem = &plan.Problem{
			Reason:  v1alpha1.ReasonSellerNotAllowed,
			Message: "spec.sellerRef: this operator is limited to namespaces (--watch-namespaces) and reads no ClusterSellers; name a Seller",
		}
		return nil
	}
	seller, err := users.SellerOf(ctx, p.r.Client, ref, p.obj.Namespace)
	if apierrors.IsNotFound(err) {
		p.access.Problem = &plan.Problem{
			Reason:  v1alpha1.ReasonSellerNotFound,
			Message: fmt.Sprintf("spec.sellerRef: there is no %s %s; create it", ref.KindOrDefault(), where(ref, p.obj.Namespace)),
		}
		return nil
	}
	if err != nil {
		return err
	}
	p.seller = seller
	if cluster, ok := seller.(*v1alpha1.ClusterSeller); ok {
		allowed, err := users.Admits(ctx, p.r.Client, cluster, p.obj.Namespace)
		if err != nil {
			return err
		}
		if !allowed {
			p.access.Problem = p.notAllowed()
			return nil
		}
		p.access.AdoptionForbidden = cluster.Spec.Adoption != v1alpha1.AdoptionAllowed
	}
	gather.Settings(&p.access, seller.Settings(), p.obj)
	p.useSession(seller)
	return nil
}

// useSession finds the Seller's session at work, or says why there is none. Nobody
// acts before the cache shows to all that the Seller is verified.
func (p *pass) useSession(seller v1alpha1.SellerObject) {
	name := users.SessionName(seller)
	p.r.wakeUps.bar(p.access.Account, p.owner()) // before looking, so that no sync slips through
	a := p.r.Accounts.Find(p.access.Account)
	p.access.DryRun = p.whyDryRun(seller.Settings(), a)
	if a != nil {
		standing := a.Standing(name)
		p.access.Session = standing.ID
		if standing.Verified && users.Verified(seller) {
			p.account, p.session = a, name
			p.claimTurn()
			p.obeyBrake()
			p.r.wakeUps.admit(p.access.Account, p.owner())
			return
		}
	}
	message, passing := sellerplan.NotReady(seller)
	p.access.Problem, p.access.Passing = &plan.Problem{Reason: v1alpha1.ReasonSellerNotReady, Message: message}, passing
}

// silence says until when the account may not be called, and why.
func silence(a *account.Account) (time.Time, plan.Problem) {
	switch silence := a.Silence(); silence.Why {
	case limiter.Asked:
		return silence.Until, plan.Problem{Reason: v1alpha1.ReasonThrottled, Message: "Cloudmore asked for a pause; work goes on automatically after it"}
	case limiter.Denied:
		return silence.Until, plan.Problem{Reason: v1alpha1.ReasonUnavailable, Message: "Cloudmore denies the account's writes, so one at a time is tried; the Seller says what to do, and work goes on automatically then"}
	default:
		return silence.Until, plan.Problem{Reason: v1alpha1.ReasonUnavailable, Message: "Cloudmore can't be reached or answers with errors; work goes on automatically when it is back"}
	}
}

func where(ref v1alpha1.SellerReference, namespace string) string {
	if ref.KindOrDefault() == v1alpha1.SellerKindClusterSeller {
		return string(ref.Name)
	}
	return fmt.Sprintf("%s in namespace %s", ref.Name, namespace)
}
