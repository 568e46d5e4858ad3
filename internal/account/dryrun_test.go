package account

import (
	"slices"
	"testing"

	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// writes makes one call of each kind that writes, and returns how many reached the server.
func (w *world) writes(id broker.ID) int {
	w.server.ResetHistory()
	ctx := w.Context()
	_, _, _ = w.account.Create(ctx, "main", broker.Broker{})
	_, _ = w.account.Update(ctx, "main", id, broker.Broker{})
	_ = w.account.Delete(ctx, "main", id)
	return w.server.Calls(fake.OpCreate) + w.server.Calls(fake.OpUpdate) + w.server.Calls(fake.OpDelete)
}

// dry are the usual settings of a Seller that has nothing written.
func dry() Settings {
	settings := usual
	settings.DryRun = true
	return settings
}

func TestNoWriteSlipsThroughADryRun(t *testing.T) {
	for _, row := range []struct {
		name string
		do   func(*world)
		want int
	}{
		{"writes pass without one", func(*world) {}, 3},
		{"none does when the Seller says so", func(w *world) { w.registry.Adjust(testKey, "main", dry()) }, 0},
		{"none does when another Seller of the account says so", func(w *world) {
			w.enterAs("other", fake.DefaultUsername, Proven, dry())
		}, 0},
		{"they do when a stranger says so", func(w *world) { w.enter("stranger", "nobody", dry()) }, 3},
		{"they do when it has ended", func(w *world) {
			w.registry.Adjust(testKey, "main", dry())
			w.registry.Adjust(testKey, "main", usual)
		}, 3},
		{"they do when that Seller has gone", func(w *world) {
			w.enterAs("other", fake.DefaultUsername, Proven, dry())
			w.registry.Leave(testKey, "other")
		}, 3},
	} {
		t.Run(row.name, func(t *testing.T) {
			w, ids := readWorld(t, fake.Shapes{}, company(1))
			row.do(w)
			if got := w.writes(ids[0]); got != row.want {
				t.Errorf("%d reached the server, not %d", got, row.want)
			}
			if _, f := w.account.Look(t.Context(), "main", ids[0]); row.want == 0 && f != nil {
				t.Errorf("it can't be read: %v", f)
			}
		})
	}
}

// What a call that was held back came to says that it was not sent.
func TestWhatADryRunHoldsBackWasNotSent(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, company(1))
	w.registry.Adjust(testKey, "main", dry())
	for range 2 * limiter.Patience {
		if f := w.account.Delete(t.Context(), "main", ids[0]); f == nil || !f.NotSent {
			t.Fatalf("it came to %+v", f)
		}
	}
	if trouble := w.account.Standing("main").Trouble; trouble != nil {
		t.Errorf("the account counts as not working: %+v", trouble)
	}
}

func TestAllAreWokenWhenADryRunEnds(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{}, company(1))
	who := Owner{Namespace: "a", Name: "1"}
	w.account.Follow(who, Interest{ID: "1"})
	for _, settings := range []Settings{dry(), usual} {
		w.woken = nil
		w.registry.Adjust(testKey, "main", settings)
		if !slices.Equal(w.woken, []Owner{who}) {
			t.Errorf("woken are %v", w.woken)
		}
		w.woken = nil
		w.registry.Adjust(testKey, "main", settings)
		if len(w.woken) > 0 {
			t.Errorf("woken without a change are %v", w.woken)
		}
	}
}

func TestADryRunOfAllAccounts(t *testing.T) {
	w := newWorldOf(t, fake.Shapes{}, func(r *Registry) { r.SetDryRun() })
	id := broker.ID(w.server.Add(company(1)))
	w.observe()
	if got := w.writes(id); got != 0 || !w.registry.DryRun() {
		t.Errorf("%d reached the server", got)
	}
}
