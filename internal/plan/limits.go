package plan

import (
	"time"

	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// Defaults of the three times that bound a create; a Seller may set its own.
const (
	// DefaultDeadline is how long a POST may take. Portals of this kind answer
	// within seconds; a minute outlasts a slow gateway.
	DefaultDeadline = 60 * time.Second
	// DefaultCommitBound is how long after its deadline a POST may still take
	// effect: longer than the usual request time-outs of gateways and servers.
	DefaultCommitBound = 4 * time.Minute
	// DefaultListLag is how far a list may be behind the brokers.
	DefaultListLag = 30 * time.Second
)

const (
	// maxFights is how often one value is sent before somebody else is believed
	// to change it back on purpose.
	maxFights = 3
	// fightMemory is how long a correction counts as part of the same fight.
	fightMemory = time.Hour
	// freshReading is how old the two syncs may be on which a create is decided: a
	// broker may have come since. Longer than a list of any size takes, or no sync
	// would ever be fresh, and than the default observeInterval, so that an account
	// at rest needs one more reading only.
	freshReading = 6 * time.Minute
	// tokenRetry is how soon to go on after a refused token: a new one is fetched
	// within seconds, or the Seller says that it can't be.
	tokenRetry = 5 * time.Second
	// deleteSettles is how long a broker may stay readable after a DELETE that
	// was accepted, before a user is told.
	deleteSettles = 10 * time.Minute
	// speaksWithin is how long an object may say nothing of itself after this process
	// first saw it: every one has a Ready condition within a minute. It is also how long
	// a reason that has ended may wait for the write of the create that follows it.
	speaksWithin = 30 * time.Second
	// askedGap is how long after a sync the next one is made for users who ask for a look,
	// so that all who ask in that time share it. askedWithin is how long one may wait for it;
	// where none comes, one broker is read.
	askedGap    = 15 * time.Second
	askedWithin = 2 * askedGap
	// firstLook is the first pause between two looks at the same matter; each
	// further one is twice as long, up to lookAtMost.
	firstLook = time.Second
	// lookAtMost bounds the pauses, so that nothing is noticed later than this.
	lookAtMost = 5 * time.Minute
)

// nextLook is the next moment to look at a matter that began at since: pauses
// double, so that a short wait is answered quickly and a long one costs little.
func nextLook(since, now time.Time) time.Time {
	_, next := looks(since, now)
	return next
}

// looks are the last moment to look that has passed, and the next one.
func looks(since, now time.Time) (last, next time.Time) {
	pause := firstLook
	for last, next = since, since.Add(pause); !next.After(now); next = next.Add(pause) {
		last = next
		if pause *= 2; pause > lookAtMost {
			return moment.Later(last, now.Add(-lookAtMost)), now.Add(lookAtMost)
		}
	}
	return last, next
}

// nextReading is the same for a sync. Once the pauses are at their longest, all who wait
// mean the same one.
func (s *State) nextReading(since time.Time) time.Time {
	next := nextLook(since, s.Now)
	if next.Sub(s.Now) < lookAtMost {
		return next
	}
	return s.sharedReading()
}

// sharedReading is the next moment after which the account is read for all who can only
// look on: it is counted from the latest sync, so that all of them mean the same one.
func (s *State) sharedReading() time.Time {
	if s.Reading.Latest.IsZero() {
		return s.Now.Add(lookAtMost)
	}
	return s.Now.Add(lookAtMost - s.Now.Sub(s.Reading.Latest)%lookAtMost)
}
