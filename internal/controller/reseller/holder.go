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

// Held tells accounts all brokers that Resellers hold, from the cache.
func Held(cache client.Reader) func(broker.Account) []broker.ID {
	return func(in broker.Account) []broker.ID {
		list := &v1alpha1.ResellerList{}
		if err := cache.List(context.Background(), list, client.UnsafeDisableDeepCopy); err != nil {
			return nil
		}
		var ids []broker.ID
		for i := range list.Items {
			if st := &list.Items[i].Status; st.BrokerID != "" && broker.AccountOf(st.Endpoint, st.SellerID) == in {
				ids = append(ids, broker.ID(st.BrokerID))
			}
		}
		return ids
	}
}
