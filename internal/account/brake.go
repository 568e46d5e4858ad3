package account

import (
	"fmt"
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

// braking is the state of an account's brake. The account's lock guards it.
type braking struct {
	touched map[broker.ID]time.Time
	halted  string
}

// touch counts a broker that is about to be changed or deleted, and says why
// nothing may be written; "" if it may. A broker counts once in a window.
func (b *braking) touch(rule Brake, id broker.ID, total int, now time.Time) string {
	if rule.Percent == 0 || b.halted != "" {
		return b.halted
	}
	for other, at := range b.touched {
		if now.Sub(at) >= rule.Window {
			delete(b.touched, other)
		}
	}
	if b.touched == nil {
		b.touched = map[broker.ID]time.Time{}
	}
	most := max(rule.Minimum, total*rule.Percent/100)
	if _, again := b.touched[id.Key()]; !again && len(b.touched) >= most {
		b.halted = fmt.Sprintf("more than %d of %d brokers were about to be changed or deleted within %s", most, total, rule.Window)
		return b.halted
	}
	b.touched[id.Key()] = now
	return ""
}

// Touch counts a broker that is about to be changed or deleted. It returns why
// nothing may be written to the account, "" if it may.
func (a *Account) Touch(id broker.ID) string {
	a.mu.Lock()
	before := a.braking.halted
	halted := a.braking.touch(a.settings.Brake, id, a.snap.size, a.clock.Now())
	a.mu.Unlock()
	if halted != before {
		a.wakeKept(a.key)
	}
	return halted
}

// Halted says why nothing may be written to the account; "" if it may.
func (a *Account) Halted() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.braking.halted
}

// Halt stops all writing, as an earlier process had done.
func (a *Account) Halt(why string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.braking.halted = why
}

// Resume lets writing go on, and counts anew.
func (a *Account) Resume() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.braking = braking{}
}
