package plan

import (
	"time"

	"github.com/reseller-operator/reseller-operator/internal/moment"
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
