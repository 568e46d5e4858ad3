package account

import (
	"fmt"
	"slices"
	"strings"
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
	touched map[broker.ID]touch
	halted  string
	whom    string    // what was about to happen to whom when it halted
	resumed time.Time // when a person let it go on; nothing counts for a window
}

// touch is a change or deletion that was about to happen.
type touch struct {
	at   time.Time
	what string
}

// touch counts a broker that is about to be changed or deleted, and says why
// nothing may be written; "" if it may. A broker counts once in a window.
func (b *braking) touch(rule Brake, id broker.ID, what string, total int, now time.Time) string {
	if rule.Percent == 0 || b.halted != "" || now.Before(b.resumed.Add(rule.Window)) {
		return b.halted
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
	if _, again := b.touched[id.Key()]; !again && len(b.touched) >= most {
		b.halted = fmt.Sprintf("more than %d brokers (the account has %d) were about to be changed or deleted within %s", most, total, rule.Window)
		b.whom = b.latest(what)
		return b.halted
	}
	b.touched[id.Key()] = touch{now, what}
	return ""
}

// latest lists what was about to happen, the newest first and a few only.
func (b *braking) latest(now string) string {
	const most = 10
	var earlier []touch
	for _, t := range b.touched {
		earlier = append(earlier, t)
	}
	slices.SortFunc(earlier, func(x, y touch) int {
		if order := y.at.Compare(x.at); order != 0 {
			return order
		}
		return strings.Compare(x.what, y.what)
	})
	words := []string{now}
	for _, t := range earlier[:min(most-1, len(earlier))] {
		words = append(words, t.what)
	}
	if over := len(earlier) + 1 - len(words); over > 0 {
		words = append(words, fmt.Sprintf("and %d more", over))
	}
	return strings.Join(words, ", ")
}

// Touch counts a broker that is about to be changed or deleted; what says how and
// for whom. It returns why nothing may be written to the account, "" if it may.
func (a *Account) Touch(id broker.ID, what string) string {
	a.mu.Lock()
	before := a.braking.halted
	halted := a.braking.touch(a.settings.Brake, id, what, a.snap.size, a.clock.Now())
	a.mu.Unlock()
	if halted != before {
		a.wakeKept(a.key, "")
	}
	return halted
}

// Halted says why nothing may be written to the account, "" if it may, and what
// was about to happen to whom, which is for the account's owner only.
func (a *Account) Halted() (why, whom string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.braking.halted, a.braking.whom
}

// Halt stops all writing, as an earlier process had done.
func (a *Account) Halt(why, whom string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.braking.halted, a.braking.whom = why, whom
}

// Resume lets writing go on for a window, after which is counted anew: what a
// person has approved must not halt at the next share of the brokers.
func (a *Account) Resume() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.braking = braking{resumed: a.clock.Now()}
}
