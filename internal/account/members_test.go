package account

import (
	"testing"

	"k8s.io/utils/clock"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

func TestMembersAreOfTheAccount(t *testing.T) {
	key := broker.AccountOf("https://api.example", "1")
	r := NewRegistry(clock.RealClock{}, func() float64 { return 0 }, func(broker.Account, broker.ID) bool { return false }, func(cloudmore.Call, cloudmore.Result) {})
	var told []broker.Account
	r.OnKeepers(func(of broker.Account, _ string) { told = append(told, of) })
	first := r.Members(key)
	if first != r.Members(key) || first == r.Members(broker.AccountOf("https://api.example", "2")) {
		t.Error("they are not those of one account")
	}
	if first.Forget(r.clock.Now()); len(told) != 1 || told[0] != key {
		t.Errorf("told %v", told)
	}
	r.Account(key)
	if r.Leave(key, "none"); first == r.Members(key) {
		t.Error("they outlive the account")
	}
}
