package seller

import (
	"strings"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
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

// TestTroubleOfTheAccountIsTold: what Cloudmore answers, since when, and what is done.
// It says the same as long as that lasts, so that status is not written again.
func TestTroubleOfTheAccountIsTold(t *testing.T) {
	down := &broker.Failure{Class: broker.Unavailable, Op: "get broker", Status: 503, StatusLine: "503 Service Unavailable", Reason: "HTTP 503 Service Unavailable", Said: "down for maintenance"}
	denied := &broker.Failure{Class: broker.Forbidden, Op: "update broker", Status: 401, StatusLine: "401 Unauthorized", Reason: "HTTP 401 Unauthorized"}
	since := time.Date(2026, 1, 1, 12, 30, 5, 0, time.UTC)
	for _, row := range []struct {
		name           string
		standing       account.Standing
		reason         string
		says           string
		stalled, ready bool
	}{
		{
			"while calls fail", account.Standing{Verified: true, Trouble: &account.Trouble{Since: since, Cause: down}}, v1alpha1.ReasonUnreachable,
			"(Cloudmore answered 503 Service Unavailable: down for maintenance); since 2026-01-01T12:30:05Z calls pause, and one at a time is tried", false, false,
		},
		{
			"also when the reading was turned away", account.Standing{Verified: true, Trouble: &account.Trouble{Since: since, Cause: down}, Failure: &broker.Failure{Class: broker.Unavailable, NotSent: true}},
			v1alpha1.ReasonUnreachable, "since 2026-01-01T12:30:05Z calls pause", false, false,
		},
		{
			"while writes are denied", account.Standing{Verified: true, Trouble: &account.Trouble{Since: since, Cause: denied, Denied: true}}, v1alpha1.ReasonReadOnlyAccount,
			"(Cloudmore answered 401 Unauthorized); since 2026-01-01T12:30:05Z writes pause", true, false,
		},
		{"not while all is well", account.Standing{Verified: true}, v1alpha1.ReasonReady, "can be read and written", false, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			v := judge(&v1alpha1.Seller{}, nil, nil, row.standing, "")
			if v.reason != row.reason || v.stalled != row.stalled || v.ready != row.ready || !strings.Contains(v.message, row.says) {
				t.Errorf("the verdict is %+v", v)
			}
		})
	}
}
