package limiter

import (
	"maps"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// breaker stops calls that keep failing for the account's sake. It opens when those of
// so many different callers failed in a row. One at a time is then tried, after pauses
// that double, until one succeeds: that closes it.
type breaker struct {
	opensAt int
	longest time.Duration  // pause
	random  func() float64 // in [0,1), for jitter
	failed  map[Owner]bool // since the last success
	since   time.Time      // of the first of these failures
	open    bool
	pauses  int             // so far while open
	until   time.Time       // no call before
	cause   *broker.Failure // that opened it
	last    Outage          // that has ended
}

// Outage is a time in which an account failed: from the first failure to the success
// that ended it. Zero for none.
type Outage struct {
	From, Until time.Time
}

// fail counts a failure of a caller, and reports whether a pause begins. While the
// breaker is open, only that of a probe makes one: what was sent before says nothing
// of the account since.
func (b *breaker) fail(who Owner, f *broker.Failure, probe bool, now time.Time) bool {
	if !probe && !b.open {
		return false
	}
	if len(b.failed) == 0 {
		b.failed, b.since = map[Owner]bool{}, now
	}
	b.failed[who] = true
	switch {
	case b.open && !probe, !b.open && len(b.failed) < b.opensAt:
		return false
	case !b.open:
		b.open, b.cause = true, f
	}
	b.until = now.Add(lengthened(Growing(b.pauses, b.longest), b.random))
	b.pauses++
	return true
}

// succeed notes a success. If it closes the breaker, it returns who failed meanwhile:
// they need not wait any longer.
func (b *breaker) succeed(now time.Time) (closed bool, healed []Owner) {
	if closed = b.open; closed {
		b.last = Outage{From: b.since, Until: now}
		delete(b.failed, Owner{}) // a sync: it is planned by the account
		healed = slices.Collect(maps.Keys(b.failed))
	}
	b.failed, b.since, b.open, b.pauses, b.until, b.cause = nil, time.Time{}, false, 0, time.Time{}, nil
	return closed, healed
}

// Growing is a pause after so many before it: each is twice as long.
func Growing(before int, longest time.Duration) time.Duration {
	return min(FirstPause<<min(before, 10), longest)
}

// lengthened adds up to a tenth, so that several operators do not call at once. Pauses
// are not shortened, which would be more calls than their bound says.
func lengthened(pause time.Duration, random func() float64) time.Duration {
	return pause + time.Duration(random()*float64(pause)/10)
}
