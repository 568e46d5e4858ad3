package account

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// Sessions whose credentials have yet to get the list are on trial. They read by
// themselves, beside the account's own syncs, so that nobody waits for them.

// trialAt is when the next session on trial is to read; zero for never.
func (a *Account) trialAt() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	next := time.Time{}
	for _, s := range a.sessions {
		if at := s.trialAt(); !s.entitled && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next
}

// trialAt is when a session on trial is to read.
func (s *Session) trialAt() time.Time {
	return moment.Later(moment.Later(s.retryAt, s.trial.Silence()), time.Time{}.Add(1))
}

// trialsDue are the sessions on trial whose time has come: those of Sellers that
// were trusted first, then those that failed least.
func (a *Account) trialsDue(now time.Time) []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var due []string
	for name, s := range a.sessions {
		if !s.entitled && !s.trialAt().After(now) {
			due = append(due, name)
		}
	}
	slices.SortFunc(due, func(x, y string) int {
		s, t := a.sessions[x], a.sessions[y]
		return cmp.Or(cmp.Compare(t.trust, s.trust), cmp.Compare(s.failures, t.failures), cmp.Compare(x, y))
	})
	return due
}

// tryNext has the first of them read.
func (a *Account) tryNext(ctx context.Context) {
	if due := a.trialsDue(a.clock.Now()); len(due) > 0 {
		a.try(ctx, due[0])
	}
}

// try has one session on trial read. Only its own keeper hears of a failure.
func (a *Account) try(ctx context.Context, name string) {
	if a.readWith(cloudmore.WithLane(ctx, cloudmore.LaneCreates), name) == nil {
		name = ""
		a.run() // the account's own syncs go on from here
	}
	a.wakeKept(a.key, name)
}

// entitle notes that a session's credentials got the list: it leaves its trial.
func (a *Account) entitle(s *Session) {
	s.entitled = true
	s.door.lead(a.gate)
	a.useSettings()
}
