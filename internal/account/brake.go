package account

import (
	"sync"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
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

// braking is the state of an account's brake. It has a lock of its own, since it
// is there before its account is.
type braking struct {
	mu      sync.Mutex
	touched map[broker.ID]touch
	halted  *Halt     // nil: writing goes on; never changed in place
	resumed time.Time // when a person let it go on; nothing counts for a window
}

// touch is a change or deletion that was about to happen.
type touch struct {
	at   time.Time
	what Write
}

// touch counts a broker that is about to be changed or deleted, and says why
// nothing may be written; nil if it may. A broker counts once in a window.
func (b *braking) touch(rule Brake, next Write, total int, now time.Time) (halted *Halt, news bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if rule.Percent == 0 || b.halted != nil || now.Before(b.resumed.Add(rule.Window)) {
		return b.halted, false
	}
	for other, t := range b.touched {
		if now.Sub(t.at) >= rule.Window {
			delete(b.touched, other)
		}
	}
	if b.touched == nil {
		b.touched = map[broker.ID]touch{}
	}
	most := max(rule.Minimum, total*rule.Percent/100)
	id := next.Broker.Key()
	if _, again := b.touched[id]; !again && len(b.touched) >= most {
		b.halted = b.halt(rule, most, total, next, now)
		return b.halted, true
	}
	b.touched[id] = touch{now, next}
	return nil, false
}

func (b *braking) current() *Halt {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.halted
}

// resume ends a halt, also one by a process whose clock is ahead.
func (b *braking) resume(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.resumed = now.Truncate(time.Microsecond)
	if b.halted != nil {
		b.resumed = later(b.resumed, b.halted.Since)
	}
	b.touched, b.halted = nil, nil
}

// Touch counts a broker that is about to be changed or deleted. It returns why
// nothing may be written to the account, nil if it may.
func (a *Account) Touch(next Write) *Halt {
	a.mu.Lock()
	rule, total := a.settings.Brake, a.snap.size
	a.mu.Unlock()
	halted, news := a.braking.touch(rule, next, total, a.clock.Now())
	if news {
		a.wakeKept(a.key, "") // who store it, before anything else is lost
	}
	return halted
}

// Halted says why nothing may be written to the account, nil if it may.
func (a *Account) Halted() *Halt { return a.braking.current() }

// Resume lets writing go on for a window, after which is counted anew: what a
// person has approved must not halt at the next share of the brokers. All who
// may wait for it are woken.
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
