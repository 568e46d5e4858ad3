package seller

import (
	"testing"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Ids are numbers in some accounts, so that two accounts have brokers of one id.
func TestHeldAreBrokersOfThisAccountOnly(t *testing.T) {
	const endpoint = "https://a.example"
	here := broker.AccountOf(endpoint, "s")
	user := func(id, sellerID, endpoint string) v1alpha1.Reseller {
		r := v1alpha1.Reseller{}
		r.Status.BrokerID, r.Status.SellerID, r.Status.Endpoint = id, sellerID, endpoint
		return r
	}
	held := heldBy([]v1alpha1.Reseller{
		user("1001", "s", endpoint), user("1002", "other", endpoint), user("1003", "s", "https://b.example"), user("", "s", endpoint), user("1004", "S", "https://a.example:443"),
	}, here)
	if len(held) != 2 || !held["1001"] || !held["1004"] {
		t.Errorf("held are %v", held)
	}
}
