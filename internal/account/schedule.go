package account

import (
	"maps"
	"slices"
	"time"
)

// Next is when Observe has something to do; zero while it has nothing.
func (a *Account) Next() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.sessions) == 0 {
		return time.Time{}
	}
	next := a.readAt()
	if at := a.detailsAt(); !at.IsZero() {
		next = earlier(next, at)
	}
	return later(next, time.Time{}.Add(1))
}

// readAt is when the account is to be read: when somebody wants it to be, and
// with each session that is not at work, at once or some time after it failed;
// not while the account is silent or was read just now.
func (a *Account) readAt() time.Time {
	at, found := a.wantedAt(), false
	for _, s := range a.sessions {
		found = found || s.atWork()
	}
	for _, s := range a.sessions {
		if !s.atWork() && (!found || s.retryAt.Before(at)) {
			at, found = s.retryAt, true
		}
	}
	gap := min(max(readingGap, readingShare*a.lastTook), longestGap)
	if !a.lastStart.IsZero() {
		at = later(at, a.lastStart.Add(gap))
	}
	until, _ := a.gate.silence()
	return later(at, until)
}

// wantedAt is when a reading is wanted: at the account's interval, or earlier by
// those who wait for one. While lists are not believed, those wait longer each
// time: one more will not help them.
func (a *Account) wantedAt() time.Time {
	after, waited := a.followers.due()
	if !waited && a.doubted == 0 {
		return a.nextRead
	}
	if !waited {
		return earlier(a.nextRead, a.lastStart.Add(longestPause)) // a doubt is not left to the interval
	}
	at := after.Add(1)
	if a.doubted > 0 {
		at = later(at, a.lastStart.Add(min(firstPause<<min(a.doubted, 10), longestPause)))
	}
	return earlier(at, a.nextRead)
}

// readers are the sessions to read with at a moment, by name: those not at work
// whose time has come, and one that is, if a reading is wanted, in case that
// none of the others gets the list.
func (a *Account) readers(now time.Time) (waiting []string, ready string) {
	for _, name := range slices.Sorted(maps.Keys(a.sessions)) {
		switch s := a.sessions[name]; {
		case s.atWork() && ready == "" && !a.wantedAt().After(now):
			ready = name
		case !s.atWork() && !s.retryAt.After(now):
			waiting = append(waiting, name)
		}
	}
	return waiting, ready
}
