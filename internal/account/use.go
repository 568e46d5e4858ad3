package account

import (
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// Use is how an account is used at a moment.
type Use struct {
	// ReadAt is when the latest sync that was believed began; zero before the first.
	ReadAt time.Time
	// ObserveInterval is how often the account is read.
	ObserveInterval time.Duration
	// Waiting are the calls and the objects that wait for their turn, by lane.
	Waiting map[cloudmore.Lane]int
	// Silence is until when nothing is called, and why.
	Silence limiter.Silence
	// Trouble is why calls, or only writes, fail; nil while they do not.
	Trouble *limiter.Trouble
	// BrakeUsed are the brokers that count for the brake now, BrakeLimit how many may; 0
	// where it is off.
	BrakeUsed, BrakeLimit int
}

// Use returns it.
func (a *Account) Use() Use {
	rule, total := a.brake()
	u := Use{Silence: a.Silence(), Trouble: a.gate.Trouble(), Waiting: a.gate.Waiting(), BrakeUsed: a.braking.used(rule, a.clock.Now())}
	if rule.Percent > 0 {
		u.BrakeLimit = rule.most(total)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	u.ReadAt, u.ObserveInterval = a.snap.Latest(), a.settings.ObserveInterval
	return u
}

// used is how many brokers count at a moment.
func (b *braking) used(rule Brake, now time.Time) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expire(rule.Window, now)
	return len(b.counted)
}
