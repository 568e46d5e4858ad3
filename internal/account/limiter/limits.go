package limiter

import "time"

const (
	// laneShare: of so many calls that go before others that wait, one is theirs.
	laneShare = 20
	// callLasts is how long a turn waits for the pass of the object that was woken for it.
	callLasts = 10 * time.Second
	// Patience is how many different callers have to fail in a row, without a success
	// of anybody between, until the account counts as not working.
	Patience = 3
	// FirstPause and LongestPause bound the pauses between the probes of an account that
	// does not work: with what fails until it counts as such, at most 30 calls an hour.
	FirstPause = time.Second
	// LongestPause bounds them; see FirstPause.
	LongestPause = 4 * time.Minute
	// longestDenial bounds them while writes are denied, which a user has to correct.
	longestDenial = 10 * time.Minute
	// longestSilence bounds what a Retry-After may ask for.
	longestSilence = time.Hour
	// forever is waited by those who are not next; they are woken.
	forever = 24 * time.Hour
)
