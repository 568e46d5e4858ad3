// Package moment compares moments and durations. Zero is no moment: it never came, or
// never comes.
package moment

import "time"

// Later is the later of two moments; one that never came is the earliest.
func Later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Earlier is the earlier of two moments that both come.
func Earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// Sooner is the earlier of two moments of which each may never come.
func Sooner(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// OrDefault is a duration, or another one where nothing is said.
func OrDefault(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}
