package account

import (
	"cmp"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// Many that come one after the other, as by a merge, are let through or halted together,
// when it is known how many they are: no further one has come for a quiet time. While
// they go on coming, a few are let through in longestQuiet.

// settleAt is when it is decided about those who wait; zero while nobody does.
func (b *braking) settleAt() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.settles()
}

func (b *braking) settles() time.Time {
	if b.waiting == 0 || b.halted != nil {
		return time.Time{}
	}
	return moment.Earlier(b.latest.Add(quiet), b.since.Add(longestQuiet))
}

// settle decides about those who wait, once it is time. It returns who may go on, and
// whether writing is halted from now on.
func (b *braking) settle(rule Brake, total int, now time.Time) (released []Owner, halted bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	at := b.settles()
	if at.IsZero() || now.Before(at) {
		return nil, false
	}
	b.expire(rule.Window, now)
	if most := rule.most(total); rule.Percent > 0 && len(b.counted) > most {
		b.halted = b.halt(rule, most, total, now)
		return nil, true
	}
	waiting := b.inLine()
	if rule.Percent > 0 && now.Before(b.latest.Add(quiet)) {
		waiting = waiting[:min(len(waiting), rule.free(total))]
		b.since = now
	}
	for _, c := range waiting {
		b.release(c)
		released = append(released, c.what.Owner)
	}
	return released, false
}

// inLine are those who wait, the first one first.
func (b *braking) inLine() []*touch {
	var waiting []*touch
	for _, c := range b.counted {
		if c.waits {
			waiting = append(waiting, c)
		}
	}
	slices.SortFunc(waiting, func(x, y *touch) int {
		return cmp.Or(x.at.Compare(y.at), cmp.Compare(x.what.Broker, y.what.Broker))
	})
	return waiting
}

// settleBrake decides about those who wait for the brake, once it is time. Who is
// halted shows the same as before, and is not woken.
func (a *Account) settleBrake() {
	rule, total := a.brake()
	released, halted := a.braking.settle(rule, total, a.clock.Now())
	if halted {
		a.wakeKept(a.key, "") // who store it, before anything else is lost
	}
	if len(released) > 0 {
		a.wakeUp(released)
	}
}
