package account

import (
	"sync"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// Brake halts writing when more of the account's brokers than this are about to
// be changed or deleted within a window: one bad merge must not run through all.
type Brake struct {
	// Percent of the account's brokers, and at least Minimum of them. Percent 0
	// switches the brake off.
	Percent, Minimum int
	Window           time.Duration
}

// merge keeps the more careful of both; one that is off asks for nothing.
func (b Brake) merge(other Brake) Brake {
	switch {
	case b.Percent == 0:
		return other
	case other.Percent == 0:
		return b
	}
	return Brake{
		Percent: min(b.Percent, other.Percent), Minimum: min(b.Minimum, other.Minimum), Window: max(b.Window, other.Window),
	}
}

// most is how many brokers of so many may be changed or deleted within the window.
func (b Brake) most(total int) int { return max(b.Minimum, total*b.Percent/100) }

// free is how many of those that come one after the other are let through at once,
// before it is known how many there will be.
func (b Brake) free(total int) int {
	most := b.most(total)
	return min(most, max(freeAtLeast, most*freePercent/100))
}

// braking is the state of an account's brake: it counts who is about to write, so that
// a halt comes before the writes. It has a lock of its own, since it is there before
// its account is.
type braking struct {
	mu      sync.Mutex
	counted map[broker.ID]*touch
	waiting int       // how many of them wait
	burst   int       // how many came one after the other
	latest  time.Time // when the last of these came
	since   time.Time // from when longestQuiet counts, while some wait
	oldest  time.Time // none was counted before
	halted  *Halt     // nil: writing goes on; never changed in place
	resumed time.Time // when a user let it go on
	// confirmed are those whom that person let go on.
	confirmed confirmed
	// harmed are, by field, the brokers in which updates changed it, since that person let
	// writing go on.
	harmed map[string][]Write
}

// touch is a change or deletion that is about to happen, or has happened.
type touch struct {
	at    time.Time
	what  Write
	waits bool
}

// touch counts a broker that is about to be changed or deleted, and reports whether
// that has to wait. A broker counts once in a window.
func (b *braking) touch(rule Brake, next Write, total int, now time.Time) (waits bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.halted != nil:
		return true
	case rule.Percent == 0, b.confirmed.permit(next.Broker, b.resumed, rule.Window, now):
		return false
	}
	b.expire(rule.Window, now)
	if known := b.counted[next.Broker.Key()]; known != nil {
		next.Sends = next.Sends || known.what.Sends
		known.what = next
		return known.waits
	}
	return b.count(rule, next, total, now)
}

// count counts one more.
func (b *braking) count(rule Brake, next Write, total int, now time.Time) (waits bool) {
	if b.counted == nil {
		b.counted = map[broker.ID]*touch{}
	}
	if b.waiting == 0 && !now.Before(b.latest.Add(quiet)) {
		b.burst = 0
	}
	b.burst++
	b.latest = now
	waits = next.Waited || b.burst > rule.free(total) || len(b.counted) >= rule.most(total)
	b.counted[next.Broker.Key()] = &touch{at: now, what: next, waits: waits}
	if !waits {
		return false
	}
	if b.waiting++; b.since.IsZero() {
		b.since = now
	}
	return true
}

// expire drops what lies outside the window. Who waits stays.
func (b *braking) expire(window time.Duration, now time.Time) {
	if now.Before(b.oldest.Add(window)) {
		return // which is nearly always, and there may be thousands
	}
	b.oldest = now
	for id, c := range b.counted {
		if !c.waits && now.Sub(c.at) >= window {
			delete(b.counted, id)
			continue
		}
		b.oldest = moment.Earlier(b.oldest, c.at)
	}
}

// withdraw is for a broker that is not about to be changed or deleted any more.
func (b *braking) withdraw(id broker.ID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.counted[id.Key()]
	if c == nil || (c.what.Sends && !c.waits) {
		return
	}
	delete(b.counted, id.Key())
	if c.waits {
		b.release(c)
	}
}

// release has one wait no longer.
func (b *braking) release(c *touch) {
	c.waits = false
	if b.waiting--; b.waiting == 0 {
		b.since = time.Time{}
	}
}

// stops reports whether a write to a broker has to wait: it was counted, or all have to.
func (b *braking) stops(id broker.ID) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.counted[id.Key()]
	return b.halted != nil || (c != nil && c.waits)
}

func (b *braking) current() *Halt {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.halted
}

// resume ends a halt, also one by a process whose clock is ahead. It permits what the
// halt told of; what comes on top counts.
func (b *braking) resume(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.halted == nil {
		return
	}
	b.resumed = moment.Later(now.Truncate(time.Microsecond), b.halted.Since)
	b.confirmed = confirmedIn(b.halted.Waiting)
	b.counted, b.halted, b.harmed = nil, nil, nil
	b.waiting, b.burst, b.since = 0, 0, time.Time{}
}

// Touch counts a broker that is about to be changed or deleted, and reports whether
// that has to wait. Who waits is woken when it may go on.
func (a *Account) Touch(next Write) (waits bool) {
	rule, total := a.brake()
	waits = a.braking.touch(rule, next, total, a.clock.Now())
	if waits {
		poke(a.wakeTurn) // the loop looks when that ends
	}
	return waits
}

// brake is the rule at present, and how many brokers there are.
func (a *Account) brake() (rule Brake, total int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.settings.Brake, a.snap.Size()
}

// Withdraw is for a broker that is not about to be changed or deleted any more. While the
// account is paused that can't be told.
func (a *Account) Withdraw(id broker.ID) {
	if !a.clock.Now().Before(a.gate.Silence().Until) {
		a.braking.withdraw(id)
	}
}

// Stops reports whether a change or deletion of a broker has to wait.
func (a *Account) Stops(id broker.ID) bool { return a.braking.stops(id) }

// Halted says why nothing may be written to the account, nil if it may.
func (a *Account) Halted() *Halt { return a.braking.current() }

// Resume lets go what a halt told of, and nothing on top. All who may wait for it are
// woken.
func (a *Account) Resume() {
	a.braking.resume(a.clock.Now())
	woken := map[Owner]bool{}
	a.mu.Lock()
	for owner := range a.followers.interest {
		woken[owner] = true
	}
	a.mu.Unlock()
	a.wakeKept(a.key, "")
	a.wake(woken)
}
