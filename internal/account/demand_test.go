package account

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// TestReadingsForNothingAreBounded: who waits for one sync after the other, and comes to
// nothing, gets ever fewer of them beside those of the interval, until there is news.
func TestReadingsForNothingAreBounded(t *testing.T) {
	for _, row := range []struct {
		name string
		news func(w *world)
		most int
	}{
		{"while nothing comes of them", func(*world) {}, 2*demandBurst + 12},
		{"where somebody new comes", func(w *world) {
			w.account.Follow(owner("new"), Interest{Identity: broker.Identity{RegistrationNumber: "1", Domain: "new.example"}})
		}, 3*demandBurst + 12},
		{"where a write succeeds", func(w *world) {
			if _, _, f := w.account.Create(w.Context(), "main", wanted(7)); f != nil {
				t.Fatal(f)
			}
		}, 3*demandBurst + 12},
	} {
		t.Run(row.name, func(t *testing.T) {
			w, _ := readWorld(t, fake.Shapes{})
			before := w.lists()
			for minute := range 60 {
				if minute == 30 {
					row.news(w)
				}
				w.account.Await(owner("a"), w.clock.Now())
				w.run(time.Minute)
			}
			got := w.lists() - before
			t.Logf("%d lists in an hour", got)
			if got > row.most || got < row.most-demandBurst {
				t.Errorf("%d lists in an hour, not about %d", got, row.most)
			}
			before = w.lists()
			for range 60 {
				w.account.Await(owner("a"), w.clock.Now())
				w.run(time.Minute)
			}
			if got := w.lists() - before; got > demandBurst+12 {
				t.Errorf("%d lists in the hour after, at most %d are due", got, demandBurst+12)
			}
		})
	}
}

// TestAReadingIsDueAtOnce: when it is due may not move with the clock that goes on meanwhile.
func TestAReadingIsDueAtOnce(t *testing.T) {
	d := newDemand()
	if at := d.next(begin); !at.IsZero() {
		t.Errorf("a first sync is due at %v, not at once", at)
	}
	for range demandBurst {
		d.take(begin)
	}
	if at := d.next(begin); !at.After(begin) {
		t.Errorf("one more is due at %v, not after a pause", at)
	}
}
