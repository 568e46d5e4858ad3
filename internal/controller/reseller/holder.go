package reseller

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Holder tells accounts which brokers a Reseller holds, from the cache.
func Holder(cache client.Reader) func(broker.Account, broker.ID) bool {
	return func(in broker.Account, id broker.ID) bool {
		list := &v1alpha1.ResellerList{}
		err := cache.List(context.Background(), list, client.MatchingFields{indexBroker: string(id.Key())}, client.UnsafeDisableDeepCopy)
		if err != nil {
			return false
		}
		for i := range list.Items {
			st := &list.Items[i].Status
			if broker.ID(st.BrokerID).Same(id) && broker.AccountOf(st.Endpoint, st.SellerID) == in {
				return true
			}
		}
		return false
	}
}
