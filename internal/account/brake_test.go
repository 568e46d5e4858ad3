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

// merge has n brokers counted, pause apart, and returns how many were let through at once.
func (b *braking) merge(rule Brake, n, total int, from time.Time, pause time.Duration) (sent int) {
	for i := range n {
		if !b.touch(rule, Write{Broker: numberedID(i), Sends: true}, total, from.Add(time.Duration(i)*pause)) {
			sent++
		}
	}
	return sent
}

func numberedID(i int) broker.ID { return broker.ID(fmt.Sprint("id", i)) }

func TestBrake(t *testing.T) {
	rule := Brake{Percent: 20, Minimum: 3, Window: 10 * time.Minute}
	for _, row := range []struct {
		name     string
		rule     Brake
		n, total int
		pause    time.Duration
		sent     int // at once
		halts    int // who wait then; 0: nobody is halted
	}{
		{"lets five of many through before it halts", rule, 41, 200, time.Second / 10, 5, 36},
		{"lets a twentieth of a large limit through", rule, 161, 800, time.Second / 10, 8, 153},
		{"has those wait that are no more than the share, and lets them through then", rule, 40, 200, time.Second / 10, 5, 0},
		{"lets no more than a small limit through", rule, 10, 4, time.Second, 3, 7},
		{"does not halt a small account below the minimum", rule, 3, 4, time.Second, 3, 0},
		{"delays nobody who comes alone", rule, 40, 200, quiet, 40, 0},
		{"halts those who come alone when they are too many within the window", rule, 41, 200, quiet, 40, 1},
		{"forgets what lies outside the window", rule, 100, 4, 5 * time.Minute, 100, 0},
		{"is off at zero percent", Brake{}, 100, 4, time.Second, 100, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			var b braking
			if sent := b.merge(row.rule, row.n, row.total, begin, row.pause); sent != row.sent {
				t.Errorf("%d were let through at once, not %d", sent, row.sent)
			}
			ended := begin.Add(time.Duration(row.n-1)*row.pause + quiet)
			if early, halted := b.settle(row.rule, row.total, ended.Add(-1)); len(early) > 0 || halted {
				t.Errorf("%d were let through too early, halted: %v", len(early), halted)
			}
			released, halted := b.settle(row.rule, row.total, ended)
			if halted != (row.halts > 0) || halted != (b.current() != nil) {
				t.Fatalf("halted: %v", halted)
			}
			if h := b.current(); halted && (h.More+len(h.Whom) != row.halts || h.Sent != row.sent || len(released) > 0) {
				t.Errorf("halted %+v, and let %d through", h, len(released))
			}
			if !halted && len(released) != row.n-row.sent {
				t.Errorf("%d more were let through", len(released))
			}
		})
	}
}

// What comes all the time, too slowly to be too much, is not held up for ever, and not
// let through together.
func TestBrakeLetsSomeThroughWhileMoreCome(t *testing.T) {
	rule := Brake{Percent: 20, Minimum: 100, Window: 10 * time.Minute}
	var b braking
	const pause = 9 * time.Second
	sent := b.merge(rule, 8, 1, begin, pause) // the sixth begins to wait at 45 s
	at := begin.Add(5*pause + longestQuiet)
	if sent != 5 || !b.settleAt().Equal(begin.Add(7*pause+quiet)) {
		t.Fatalf("%d were let through, and it is decided at %v", sent, b.settleAt())
	}
	for i := 8; i < 12; i++ {
		b.touch(rule, Write{Broker: numberedID(i)}, 1, begin.Add(time.Duration(i)*pause))
	}
	if !b.settleAt().Equal(at) {
		t.Fatalf("it is decided at %v, not %v", b.settleAt(), at)
	}
	released, _ := b.settle(rule, 1, at)
	if len(released) != 5 || b.waiting != 2 || b.stops(numberedID(5)) || !b.stops(numberedID(11)) {
		t.Errorf("%d were let through, %d wait", len(released), b.waiting)
	}
}

func TestBrakeStaysHalted(t *testing.T) {
	rule := Brake{Percent: 20, Minimum: 1, Window: time.Minute}
	var b braking
	b.merge(rule, 2, 1, begin, 0)
	b.settle(rule, 1, begin.Add(quiet))
	if !b.touch(rule, Write{Broker: "1"}, 1, begin.Add(time.Hour)) || !b.stops("another") || !b.settleAt().IsZero() {
		t.Error("writing went on automatically")
	}
}

func TestWhoWaited(t *testing.T) {
	rule := Brake{Percent: 20, Minimum: 50, Window: time.Minute}
	for _, row := range []struct {
		name string
		do   func(*braking)
		want bool
	}{
		{"in an earlier process waits again", func(*braking) {}, true},
		{"goes on when nothing is to be changed any more", func(b *braking) { b.withdraw("1") }, false},
		{"and is counted again waits on", func(b *braking) { b.touch(rule, Write{Broker: "1", Sends: true}, 1, begin) }, true},
		{"goes on when the brake is switched off", func(b *braking) { b.settle(Brake{}, 1, begin.Add(quiet)) }, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			var b braking
			b.touch(rule, Write{Broker: "1", Waited: true}, 1, begin)
			row.do(&b)
			if b.stops("1") != row.want || b.settleAt().IsZero() == row.want {
				t.Errorf("stopped: %v, decided at %v", b.stops("1"), b.settleAt())
			}
		})
	}
}

// What was sent stays counted whatever the pass ends with.
func TestWhatWasSentIsNotWithdrawn(t *testing.T) {
	rule := Brake{Percent: 20, Minimum: 1, Window: time.Minute}
	var b braking
	b.touch(rule, Write{Broker: "1"}, 1, begin)
	b.withdraw("1")
	if b.touch(rule, Write{Broker: "2"}, 1, begin.Add(quiet)) {
		t.Error("what was withdrawn counts")
	}
	b.touch(rule, Write{Broker: "2", Sends: true}, 1, begin.Add(quiet))
	b.withdraw("2")
	if !b.touch(rule, Write{Broker: "3"}, 1, begin.Add(2*quiet)) {
		t.Error("what was sent counts no longer")
	}
}

// haltedBrake is a brake that halts n writes but for the first ones.
func haltedBrake(rule Brake, n int) *braking {
	b := &braking{}
	b.merge(rule, n, 1, begin, 0)
	b.settle(rule, 1, begin.Add(quiet))
	return b
}

func TestAResumePermitsWhatWasConfirmed(t *testing.T) {
	rule := Brake{Percent: 20, Minimum: 2, Window: time.Minute}
	b := haltedBrake(rule, 10)
	at := begin.Add(time.Hour)
	b.resume(at)
	for again := range 2 { // in this process, and in the next one
		sent := b.merge(rule, 20, 1, at, 0)
		// The eight, and two of the others: the first two were done before the halt.
		if sent != 10 || b.stops(numberedID(9)) || !b.stops(numberedID(10)) {
			t.Errorf("%d were let through (time %d)", sent, again)
		}
		r := NewRegistry(nil, nil, nil, nil)
		r.Recall(testKey, Memory{Resumed: b.resumed, Confirmed: b.confirmed.text})
		b = r.brakes[testKey]
	}
}

func TestWhatWasConfirmedIsPermittedUntilItIsDone(t *testing.T) {
	rule := Brake{Percent: 20, Minimum: 1, Window: time.Minute}
	for _, row := range []struct {
		name  string
		after time.Duration
		do    func(*braking)
		want  int
	}{
		{"for a day", confirmedFor - 1, func(*braking) {}, 9},
		{"no longer", confirmedFor, func(*braking) {}, 1},
		{"but what was done", 0, func(b *braking) { b.done(numberedID(9)); b.done(numberedID(8)) }, 8},
	} {
		t.Run(row.name, func(t *testing.T) {
			b := haltedBrake(rule, 10)
			b.resume(begin)
			row.do(b)
			sent := 0
			for i := 1; i < 10; i++ {
				if !b.touch(rule, Write{Broker: numberedID(i), Sends: true}, 1, begin.Add(quiet+row.after)) {
					sent++
				}
			}
			if sent != row.want {
				t.Errorf("%d were let through, not %d", sent, row.want)
			}
		})
	}
}

func TestAResumeWithoutAHaltPermitsNothing(t *testing.T) {
	rule := Brake{Percent: 20, Minimum: 2, Window: time.Minute}
	var b braking
	b.resume(begin)
	if sent := b.merge(rule, 10, 1, begin, 0); sent != 2 || !b.resumed.IsZero() {
		t.Errorf("%d were let through, resumed at %v", sent, b.resumed)
	}
}

// A halt by an earlier version does not tell who waits.
func TestAResumeOfAnOldHaltPermitsAllForAWindow(t *testing.T) {
	rule := Brake{Percent: 20, Minimum: 1, Window: time.Minute}
	b := braking{halted: &Halt{Since: begin, Told: "the old text"}}
	b.resume(begin)
	if sent := b.merge(rule, 100, 1, begin.Add(time.Minute-1), 0); sent != 100 {
		t.Errorf("%d were let through", sent)
	}
	if sent := b.merge(rule, 100, 1, begin.Add(time.Minute), 0); sent != 1 {
		t.Errorf("%d were let through after a window", sent)
	}
}

func TestWhatIsConfirmedIsBounded(t *testing.T) {
	rule := Brake{Percent: 20, Minimum: 1, Window: time.Minute}
	h := haltedBrake(rule, 2*confirmedAtMost).halted
	if len(h.Waiting) != confirmedAtMost*digestLength || h.More+len(h.Whom) != 2*confirmedAtMost-1 {
		t.Errorf("%d characters for %d who wait", len(h.Waiting), h.More+len(h.Whom))
	}
}

func TestBrakeTellsWhatWaits(t *testing.T) {
	rule, now := Brake{Percent: 20, Minimum: 2, Window: time.Hour}, begin
	var b braking
	write := func(n int) Write {
		return Write{Deletes: n > 2, Owner: Owner{Namespace: "default", Name: fmt.Sprint("r", n)}, Broker: broker.ID(fmt.Sprint("id", n))}
	}
	for i := range 15 {
		b.touch(rule, write(i+1), 1, now.Add(time.Duration(i)*time.Second))
	}
	at := now.Add(time.Minute)
	_, halted := b.settle(rule, 1, at)
	got := *b.halted
	want := Halt{Since: at, Most: 2, Total: 1, Window: time.Hour, More: 3, Sent: 2, Waiting: got.Waiting, Whom: []Write{
		write(15), write(14), write(13), write(12), write(11), write(10), write(9), write(8), write(7), write(6),
	}}
	if !halted || !reflect.DeepEqual(got, want) || len(got.Waiting) != 13*digestLength || strings.Contains(got.Waiting, "id") {
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
	now := begin
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

// A Seller that is recreated does not end a halt.
func TestAHaltOutlivesItsAccount(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{}, company(1))
	w.registry.Recall(testKey, Memory{Halt: &Halt{Since: w.clock.Now()}})
	w.registry.Leave(testKey, "main")
	if w.registry.Account(testKey).Halted() == nil {
		t.Error("it ended with the account")
	}
}

// Who waits is let go by the account's own time, and nobody has to look meanwhile.
func TestTheAccountLetsThemGo(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, company(1), company(2), company(3), company(4), company(5), company(6), company(7))
	rule := usual
	rule.Brake = Brake{Percent: 100, Minimum: 7, Window: time.Hour}
	w.registry.Adjust(testKey, "main", rule)
	w.woken = nil
	for i, id := range ids {
		w.account.Touch(Write{Broker: id, Owner: Owner{Namespace: "default", Name: fmt.Sprint("r", i)}})
		w.clock.Step(1)
	}
	w.clock.Step(-1)
	w.run(quiet - 1)
	if len(w.woken) > 0 || !w.account.Stops(ids[6]) {
		t.Fatalf("woken too early are %v", w.woken)
	}
	w.run(1)
	if want := []Owner{{Namespace: "default", Name: "r5"}, {Namespace: "default", Name: "r6"}}; !slices.Equal(w.woken, want) || w.account.Stops(ids[6]) {
		t.Errorf("woken are %v, not %v", w.woken, want)
	}
}
