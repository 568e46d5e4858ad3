package seller

import (
	"context"
	"slices"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
)

// askUsers notes whether a Reseller needs the object, by a live list: the cache may
// not show one that just saw the object protected.
func (p *pass) askUsers(ctx context.Context) error {
	list, obj := &v1alpha1.ResellerList{}, p.obj
	fields := client.MatchingFields{"spec.sellerRef.name": obj.GetName()}
	if err := p.r.Live.List(ctx, list, client.InNamespace(obj.GetNamespace()), fields); err != nil {
		return err
	}
	users := slices.DeleteFunc(list.Items, func(u v1alpha1.Reseller) bool {
		return u.Spec.SellerRef.KindOrDefault() != obj.SellerKind()
	})
	known, err := p.known(ctx, p.r.Live, users)
	if err != nil {
		return err
	}
	needed := sellerplan.Needed(known, p.state.EverVerified())
	p.state.Outcome.Needed = &needed
	return nil
}

// heldBy are the keys of the brokers that users hold in an account: one may still
// hold a broker of the account that its Seller led to before.
func heldBy(users []v1alpha1.Reseller, in broker.Account) map[broker.ID]bool {
	held := make(map[broker.ID]bool, len(users))
	for i := range users {
		st := &users[i].Status
		if id := broker.ID(st.BrokerID); id != "" && broker.AccountOf(st.Endpoint, st.SellerID) == in {
			held[id.Key()] = true
		}
	}
	return held
}
