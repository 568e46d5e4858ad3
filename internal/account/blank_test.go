package account

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// TestListsWithoutAnyBroker holds which syncs are told as such.
func TestListsWithoutAnyBroker(t *testing.T) {
	blanks := func(w *world) int { return len(w.account.View(inventory.Query{Identity: identity(9)}).Blank) }
	t.Run("are told", func(t *testing.T) {
		w, _ := readWorld(t, fake.Shapes{})
		w.refresh()
		if v := w.account.View(inventory.Query{Identity: identity(9)}); len(v.Blank) != 2 || len(v.Absent) != 2 || v.Doubt != "" {
			t.Errorf("two syncs are seen as %+v", v)
		}
	})
	t.Run("are none when one shows another broker, and who waits is woken then", func(t *testing.T) {
		w, _ := readWorld(t, fake.Shapes{})
		w.account.Await(owner("a"), w.clock.Now().Add(time.Hour))
		w.refresh()
		if got := w.wokenNow(); len(got) != 0 {
			t.Fatalf("woken by a list that proves nothing: %v", got)
		}
		w.server.Add(company(1))
		w.refresh()
		if got := w.wokenNow(); len(got) != 1 || blanks(w) != 2 {
			t.Errorf("woken are %v; %d syncs prove nothing", got, blanks(w))
		}
	})
	t.Run("are right when a user says so, until one shows a broker", func(t *testing.T) {
		w, _ := readWorld(t, fake.Shapes{})
		w.account.Await(owner("a"), w.clock.Now().Add(time.Hour))
		w.account.AcceptList(false)
		w.refresh()
		w.refresh()
		if got := w.wokenNow(); blanks(w) != 1 || len(got) != 1 {
			t.Errorf("%d syncs prove nothing, woken are %v", blanks(w), got)
		}
		id := w.server.Add(company(1))
		w.refresh()
		w.remove(broker.ID(id))
		for range 20 {
			w.refresh() // until it is believed
		}
		if blanks(w) < 2 {
			t.Error("what a user said of an earlier list counts for good")
		}
	})
}
