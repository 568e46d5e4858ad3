package simulation

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// A deletion whose manager can't log in announces nothing and lets nothing go; when logins
// work again its broker is deleted once.
func TestADeleteWaitsForTheLogin(t *testing.T) {
	inWorld(t, func(t *testing.T, w *World, _ *manager) {
		w.live("a", nil)
		w.strike = func(p *point) Outcome { return onlyIf(p.op == login, "503") }
		w.leader().kill() // and with it the token
		w.remove("a")
		w.calm(30 * time.Minute)
		r := w.reseller("a")
		if r.Status.Deletion != nil || w.times(del) != 0 {
			t.Fatalf("%d DELETEs, and it is %s", w.times(del), readiness(r))
		}
		if n := w.times(login); n > 8 {
			t.Errorf("%d logins", n)
		}
		w.strike = nil
		w.calm(time.Hour) // five logins an hour are tried
		if w.reseller("a") != nil || w.times(del) != 1 {
			t.Errorf("%d DELETEs, and a is still there: %t", w.times(del), w.reseller("a") != nil)
		}
	})
}

// Each Seller of an account says what the account answers, and that it is over, whoever of
// them reads it.
func TestEachSellerOfAnAccountTellsOfItsOutage(t *testing.T) {
	inWorld(t, func(t *testing.T, w *World, _ *manager) {
		w.addSellerNamed("second", nil)
		w.calm(20 * time.Minute)
		names := []string{sellerName, "second"}
		statusOf := func(name string) *v1alpha1.SellerStatus {
			found, err := w.server.find("Seller", named(name))
			must(err)
			return &found.obj.(*v1alpha1.Seller).Status
		}
		w.strike = func(p *point) Outcome { return onlyIf(p.op == list, "503") }
		w.calm(20 * time.Minute)
		for _, name := range names {
			if e := statusOf(name).LastSyncError; e == nil || e.Status != 503 {
				t.Errorf("%s does not tell of the outage: %+v", name, e)
			}
		}
		before := *statusOf("second").LastSyncAt
		w.strike = nil
		w.calm(2 * time.Hour)
		for _, name := range names {
			st := statusOf(name)
			if st.LastSyncError != nil || !st.LastSyncAt.After(before.Time) {
				t.Errorf("%s tells of an outage that is over: %+v, read %v", name, st.LastSyncError, st.LastSyncAt)
			}
		}
	})
}
