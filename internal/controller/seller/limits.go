package seller

import "time"

// Every bound and wait of this package, each with its reason.

// maxSteps bounds a pass: each step is taken once, but for a halt that may strike at
// any time. More is a bug.
const maxSteps = 16

// maxLogins is how many credentials of one Seller are remembered, so that no text shows
// those of before a rotation: more than a day of rotations.
const maxLogins = 8

// staleRetry is how soon to look again when the cache does not show the latest
// write yet, which may be an own one that brings no event.
const staleRetry = 50 * time.Millisecond

// How soon the Seller is looked at when a user comes, goes, is bound or differs: a
// pass looks at all users, so ten thousand changes must not cause ten thousand.
const (
	protectAfter = 100 * time.Millisecond // where the Seller is to be protected or let go
	countAfter   = 2 * time.Second        // where only its counts change
)
