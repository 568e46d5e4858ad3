package limiter

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// floor are turns whose places are set by hand, in time that a test sets.
type floor struct {
	*testing.T
	turns
	places int
	now    time.Time
}

func newFloor(t *testing.T, places int) *floor {
	return &floor{T: t, turns: newTurns(&Workers{}), places: places, now: begin}
}

// asks has owners ask for a turn, and returns those who got one.
func (f *floor) asks(lane cloudmore.Lane, owners ...Owner) (taken []string) {
	for _, o := range owners {
		if got, _ := f.take(o, lane, f.places, f.now); got {
			taken = append(taken, o.Name)
		}
	}
	return taken
}

// calls are those who are called next.
func (f *floor) calls() []string { return namesOf(f.call(f.places, f.now)) }

func namesOf(owners []Owner) []string {
	names := []string{}
	for _, o := range owners {
		names = append(names, o.Name)
	}
	return names
}

func (f *floor) expect(what string, got []string, want ...string) {
	f.Helper()
	if !slices.Equal(got, want) {
		f.Errorf("%s: %v, not %v", what, got, want)
	}
}

// those are owners of a namespace, by number.
func those(namespace string, n int) []Owner {
	all := make([]Owner, n)
	for i := range all {
		all[i] = Owner{Namespace: namespace, Name: fmt.Sprint(namespace, i)}
	}
	return all
}

func TestTurnsGoByLaneAndNamespace(t *testing.T) {
	f := newFloor(t, 2)
	f.expect("have a turn", f.asks(cloudmore.LaneCreates, those("many", 5)...), "many0", "many1")
	f.asks(cloudmore.LaneCreates, those("few", 1)...)
	f.asks(cloudmore.LaneEdits, those("edit", 1)...)
	f.asks(cloudmore.LaneBackground, those("other", 1)...)
	f.expect("are called while all have theirs", f.calls())
	var order []string
	for _, o := range slices.Concat(those("many", 2), those("edit", 1), those("many", 5)[2:], those("few", 1), those("other", 1)) {
		f.end(o)
		order = append(order, f.calls()...)
	}
	f.expect("are called", order, "edit0", "many2", "few0", "many3", "many4", "other0")
}

func TestATurnIsAskedForAsOftenAsOneLikes(t *testing.T) {
	f := newFloor(t, 1)
	f.asks(cloudmore.LaneEdits, Owner{Name: "first"})
	for range 3 {
		f.asks(cloudmore.LaneBackground, Owner{Name: "waits"})
		f.asks(cloudmore.LaneCreates, Owner{Name: "waits"}) // it became more urgent
	}
	f.expect("who has a turn keeps it", f.asks(cloudmore.LaneEdits, Owner{Name: "first"}), "first")
	f.end(Owner{Name: "first"})
	f.expect("are called", f.calls(), "waits")
	f.end(Owner{Name: "waits"})
	f.expect("are called once", f.calls())
}

func TestTurnsEndByThemselves(t *testing.T) {
	for _, row := range []struct {
		name  string
		lasts time.Duration
		leave func(f *floor, o Owner)
	}{
		{"when who was called does not come", callLasts, func(f *floor, o Owner) {
			f.forget(Owner{Name: "next"})
			f.wait(Owner{Name: "absent"}, cloudmore.LaneEdits)
			f.wait(Owner{Name: "next"}, cloudmore.LaneEdits)
			f.end(o)
			f.expect("are called", f.calls(), "absent")
		}},
		{"when what was announced may not be sent any more", time.Minute, func(f *floor, o Owner) { f.keep(o, f.now.Add(time.Minute)) }},
		{"at once with their object", 0, func(f *floor, o Owner) { f.forget(o) }},
		{"at once with their pass", 0, func(f *floor, o Owner) { f.end(o) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			f := newFloor(t, 1)
			f.asks(cloudmore.LaneEdits, Owner{Name: "first"}, Owner{Name: "gone"}, Owner{Name: "next"})
			f.forget(Owner{Name: "gone"})
			row.leave(f, Owner{Name: "first"})
			if row.lasts > 0 {
				if at := f.expiry(); !at.Equal(f.now.Add(row.lasts)) {
					t.Errorf("the next one's time is %v, not in %v", at, row.lasts)
				}
				f.now = f.now.Add(row.lasts - 1)
				f.expect("are called too early", f.calls())
				f.now = f.now.Add(1)
			}
			f.expect("are called", f.calls(), "next")
			if busy := f.workers.busy.Load(); busy != 1 {
				t.Errorf("%d workers are busy, not 1", busy)
			}
		})
	}
}

func TestATurnLastsAsLongAsItsPass(t *testing.T) {
	f := newFloor(t, 1)
	f.asks(cloudmore.LaneEdits, Owner{Name: "hangs"}, Owner{Name: "next"})
	f.now = f.now.Add(24 * time.Hour)
	f.expect("are called", f.calls())
	f.keep(Owner{Name: "hangs"}, f.now.Add(time.Minute))
	if !f.claim(Owner{Name: "hangs"}, f.now) {
		t.Error("the next pass has no turn")
	}
	f.now = f.now.Add(24 * time.Hour)
	f.expect("are called", f.calls())
}

// TestAccountsLeaveWorkersToEachOther: of many accounts that hang none takes what the
// others need, and each may do something.
func TestAccountsLeaveWorkersToEachOther(t *testing.T) {
	shared := &Workers{Size: 32}
	var got []int
	for range 4 {
		f := newFloor(t, 127)
		f.turns = newTurns(shared)
		got = append(got, len(f.asks(cloudmore.LaneEdits, those("hangs", 100)...)))
	}
	if !slices.Equal(got, []int{16, 8, 4, 2}) {
		t.Errorf("the accounts have %v turns", got)
	}
	tiny := newFloor(t, 7)
	tiny.turns = newTurns(&Workers{Size: 1})
	tiny.expect("of one worker", tiny.asks(cloudmore.LaneEdits, those("hangs", 3)...), "hangs0")
}

// TestNobodyIsForgottenInLine plays long lives by chance: whatever passes and objects
// do, places are never exceeded, no turn is lost, and all who wait are called.
func TestNobodyIsForgottenInLine(t *testing.T) {
	for seed := range uint64(200) {
		f, random := newFloor(t, 3), rand.New(rand.NewPCG(seed, 7))
		all := slices.Concat(those("a", 6), those("b", 3), those("c", 1))
		for range 300 {
			o := all[random.IntN(len(all))]
			switch random.IntN(6) {
			case 0, 1, 2:
				f.asks(cloudmore.Lane(1+random.IntN(3)), o)
			case 3:
				f.keep(o, f.now.Add(time.Minute))
			case 4:
				f.end(o)
			case 5:
				f.forget(o)
			}
			f.calls()
			f.now = f.now.Add(time.Duration(random.IntN(3)) * time.Second)
			free := len(f.held) < f.places
			if len(f.held) > f.places || int(f.workers.busy.Load()) != len(f.held) || (free && len(f.waiting) > 0 && f.expiry().After(f.now)) {
				t.Fatalf("seed %d: %d of %d places are held, %d workers are busy, %d wait", seed, len(f.held), f.places, f.workers.busy.Load(), len(f.waiting))
			}
		}
		for o := range f.held {
			f.keep(o, f.now)
		}
		for range 100 {
			f.calls()
			f.now = f.now.Add(callLasts)
		}
		if _, waits := f.lines.first(); waits || len(f.waiting) > 0 || len(f.held) > 0 {
			t.Fatalf("seed %d: %d wait for ever, %d turns are lost", seed, len(f.waiting), len(f.held))
		}
	}
}

func TestPlaces(t *testing.T) {
	for _, row := range []struct {
		name   string
		limits Limits
		want   int
	}{
		{"leave one call under way to syncs", Limits{RequestsPerSecond: 100, Burst: 1, MaxInFlight: 8}, 7},
		{"are one at least", Limits{RequestsPerSecond: 100, Burst: 1, MaxInFlight: 1}, 1},
		{"are no more than may call in a second", Limits{RequestsPerSecond: 4, Burst: 20, MaxInFlight: 8}, 4},
		{"are two where the rate is low", Limits{RequestsPerSecond: 0.1, Burst: 1, MaxInFlight: 8}, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := testGate(row.limits).places(begin); got != row.want {
				t.Errorf("%d places, not %d", got, row.want)
			}
		})
	}
}
