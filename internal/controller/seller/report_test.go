package seller

import (
	"testing"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
)

// Ids are numbers in some accounts, so that two accounts have brokers of one id.
func TestHeldAreBrokersOfThisAccountOnly(t *testing.T) {
	here := account.Key{Endpoint: "https://a.example", SellerID: "s"}
	user := func(id, sellerID, endpoint string) v1alpha1.Reseller {
		r := v1alpha1.Reseller{}
		r.Status.BrokerID, r.Status.SellerID, r.Status.Endpoint = id, sellerID, endpoint
		return r
	}
	held := heldBy([]v1alpha1.Reseller{
		user("1001", "s", here.Endpoint), user("1002", "other", here.Endpoint), user("1003", "s", "https://b.example"), user("", "s", here.Endpoint),
	}, here)
	if len(held) != 1 || !held["1001"] {
		t.Errorf("held are %v", held)
	}
}
