package account

import (
	"maps"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// Next is when Observe has something to do; zero while it has nothing.
func (a *Account) Next() time.Time {
	return moment.Sooner(a.passesAt(), moment.Sooner(a.next(), a.trialAt()))
}

// next is when observe has something to do; zero while it has nothing.
func (a *Account) next() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return moment.Sooner(a.readAt(), a.detailsAt())
}

// readAt is when the account is to be read: when somebody wants it to be, and
// with each session that is not at work, at once or some time after it failed;
// not while the account is paused or was read just now. Zero while all sessions
// are on trial.
func (a *Account) readAt() time.Time {
	var at time.Time
	found := false
	for _, s := range a.sessions {
		due := s.retryAt
		if s.atWork() {
			due = a.wantedAt()
		}
		if s.entitled && (!found || due.Before(at)) {
			at, found = due, true
		}
	}
	if !found {
		return time.Time{}
	}
	gap := min(max(readingGap, readingShare*a.lastTook), longestGap)
	if !a.lastStart.IsZero() {
		at = moment.Later(at, a.lastStart.Add(gap))
	}
	return moment.Later(moment.Later(at, a.gate.SilentUntil()), time.Time{}.Add(1))
}

// wantedAt is when a sync is wanted: at the account's interval, or earlier by
// those who wait for one, as far as these may. While lists are not believed, those wait longer each
// time: one more will not help them.
func (a *Account) wantedAt() time.Time {
	after, waited := a.followers.due()
	if !waited && a.doubted == 0 {
		return a.nextRead
	}
	if !waited {
		return moment.Earlier(a.nextRead, a.lastStart.Add(longestDoubt)) // a doubt is not left to the interval
	}
	at := moment.Later(after.Add(1), a.demand.next(a.clock.Now()))
	if a.doubted > 0 {
		at = moment.Later(at, a.lastStart.Add(min(limiter.FirstPause<<min(a.doubted, 10), longestDoubt)))
	}
	return moment.Earlier(at, a.nextRead)
}

// readers are the sessions to read with at a moment, who read longest ago first: those
// not at work whose time has come, but for those on trial, and one that is, if a sync is wanted, in case that
// none of the others gets the list.
func (a *Account) readers(now time.Time) (waiting []string, ready string) {
	for _, name := range slices.Sorted(maps.Keys(a.sessions)) {
		switch s := a.sessions[name]; {
		case !s.entitled:
		case s.atWork() && ready == "" && !a.wantedAt().After(now):
			ready = name
		case !s.atWork() && !s.retryAt.After(now):
			waiting = append(waiting, name)
		}
	}
	slices.SortStableFunc(waiting, func(x, y string) int { return a.sessions[x].readAt.Compare(a.sessions[y].readAt) })
	return waiting, ready
}

// wanted reports whether the account is to be read now.
func (a *Account) wanted(now time.Time) bool {
	at := a.readAt()
	return !at.IsZero() && !at.After(now)
}
