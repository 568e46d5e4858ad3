package account

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

func TestBrake(t *testing.T) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	rule := Brake{Percent: 20, Minimum: 3, Window: 10 * time.Minute}
	// touchAll touches n brokers, pause apart, and returns how many were let through.
	touchAll := func(rule Brake, n, total int, pause time.Duration, id func(int) broker.ID) int {
		var b braking
		for i := range n {
			if halted, _ := b.touch(rule, Write{Broker: id(i)}, total, begin.Add(time.Duration(i)*pause)); halted != nil {
				return i
			}
		}
		return n
	}
	each := func(i int) broker.ID { return broker.ID(fmt.Sprint("id", i)) }
	for _, row := range []struct {
		name     string
		rule     Brake
		n, total int
		pause    time.Duration
		id       func(int) broker.ID
		want     int
	}{
		{"halts at more than the share", rule, 100, 100, time.Second, each, 20},
		{"does not halt a small account below the minimum", rule, 3, 4, time.Second, each, 3},
		{"halts a small account above the minimum", rule, 10, 4, time.Second, each, 3},
		{"counts one broker once", rule, 100, 4, time.Second, func(int) broker.ID { return "same" }, 100},
		{"forgets what lies outside the window", rule, 100, 4, 5 * time.Minute, each, 100},
		{"is off at zero percent", Brake{}, 100, 4, time.Second, each, 100},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := touchAll(row.rule, row.n, row.total, row.pause, row.id); got != row.want {
				t.Errorf("%d writes were let through, not %d", got, row.want)
			}
		})
	}
}

// halts has a broker touched and reports whether writing is halted.
func halts(b *braking, rule Brake, id string, now time.Time) bool {
	halted, _ := b.touch(rule, Write{Broker: broker.ID(id)}, 1, now)
	return halted != nil
}

func TestBrakeStaysHalted(t *testing.T) {
	rule, now := Brake{Percent: 20, Minimum: 1, Window: time.Minute}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var b braking
	halts(&b, rule, "1", now)
	if !halts(&b, rule, "2", now) || !halts(&b, rule, "1", now.Add(time.Hour)) {
		t.Error("writing went on by itself")
	}
}

func TestAPersonLetsTheBrakeGoForAWindow(t *testing.T) {
	rule, now := Brake{Percent: 20, Minimum: 1, Window: time.Minute}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	b := braking{resumed: now}
	for i := range 100 {
		if halts(&b, rule, fmt.Sprint(i), now.Add(time.Minute-1)) {
			t.Fatal("halted again at once")
		}
	}
	if halts(&b, rule, "a", now.Add(time.Minute)) || !halts(&b, rule, "b", now.Add(time.Minute)) {
		t.Error("never counted again")
	}
}

func TestBrakeTellsWhatWasAboutToHappen(t *testing.T) {
	rule, now := Brake{Percent: 20, Minimum: 12, Window: time.Hour}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var b braking
	write := func(n int) Write {
		return Write{Deletes: n > 0, Owner: Owner{Namespace: "default", Name: fmt.Sprint("r", n)}, Broker: broker.ID(fmt.Sprint("id", n))}
	}
	for i := range 12 {
		b.touch(rule, write(i+1), 1, now.Add(time.Duration(i)*time.Second))
	}
	at := now.Add(time.Minute)
	got, news := b.touch(rule, write(0), 1, at)
	want := &Halt{Since: at, Most: 12, Total: 1, Window: time.Hour, More: 3, Whom: []Write{
		write(0), write(12), write(11), write(10), write(9), write(8), write(7), write(6), write(5), write(4),
	}}
	if !news || !reflect.DeepEqual(got, want) {
		t.Errorf("told %+v, not %+v", got, want)
	}
}

func TestAccountsRecallTheirBrakes(t *testing.T) {
	key, at := testKey, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	halted := func(since time.Time) Memory { return Memory{Halt: &Halt{Since: since}} }
	resumed := func(at time.Time) Memory { return Memory{Resumed: at} }
	for _, row := range []struct {
		name   string
		stored []Memory
		want   Memory
	}{
		{"nothing of what was never halted", []Memory{{}, {}}, Memory{}},
		{"a halt that one Seller has", []Memory{{}, halted(at), {}}, halted(at)},
		{"a halt that is later than a resumption", []Memory{resumed(at), halted(at.Add(1))}, Memory{Halt: &Halt{Since: at.Add(1)}, Resumed: at}},
		{"no halt from before a resumption", []Memory{halted(at), resumed(at.Add(1))}, resumed(at.Add(1))},
		{"no halt from before a resumption, in another order", []Memory{resumed(at.Add(1)), halted(at)}, resumed(at.Add(1))},
		{"no halt of the moment of its resumption", []Memory{resumed(at), halted(at)}, resumed(at)},
		{"the latest resumption", []Memory{resumed(at.Add(1)), resumed(at)}, resumed(at.Add(1))},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := NewRegistry(nil, nil, nil, nil)
			for range 2 { // each pass tells it again
				for _, m := range row.stored {
					r.Recall(key, m)
				}
			}
			if got := r.Brake(key); !reflect.DeepEqual(got, row.want) {
				t.Errorf("recalled %+v, not %+v", got, row.want)
			}
		})
	}
}

// A Seller that was stored as halted by a manager whose clock was ahead is
// resumed for good.
func TestAResumptionIsLaterThanItsHalt(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	b := braking{halted: &Halt{Since: now.Add(time.Minute)}}
	b.resume(now)
	if b.halted != nil || b.resumed.Before(now.Add(time.Minute)) {
		t.Errorf("halted by %+v, resumed at %v", b.halted, b.resumed)
	}
}

// Whoever waits for writing does so as a follower of the account.
func TestAllAreWokenWhenAHaltEnds(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{}, company(1))
	all := []Owner{{Namespace: "a", Name: "1"}, {Namespace: "b", Name: "2"}}
	for _, o := range all {
		w.account.Follow(o, Interest{ID: "1"})
	}
	w.registry.Recall(testKey, Memory{Halt: &Halt{Since: w.clock.Now()}})
	if w.account.Halted() == nil {
		t.Fatal("the account does not know of its halt")
	}
	w.woken, w.kept = nil, 0
	w.account.Resume()
	slices.SortFunc(w.woken, func(x, y Owner) int { return strings.Compare(x.Name, y.Name) })
	if w.account.Halted() != nil || !slices.Equal(w.woken, all) || w.kept != 1 {
		t.Errorf("woken are %v, and Sellers %d times", w.woken, w.kept)
	}
}

// A Seller that is made anew does not end a halt.
func TestAHaltOutlivesItsAccount(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{}, company(1))
	w.registry.Recall(testKey, Memory{Halt: &Halt{Since: w.clock.Now()}})
	w.registry.Leave(testKey, "main")
	if w.registry.Account(testKey).Halted() == nil {
		t.Error("it ended with the account")
	}
}
