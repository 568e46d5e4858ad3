package plan

import (
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Outage is a time in which the account did not work, and that has ended; zero for none.
type Outage struct {
	From, Until time.Time
}

// explains reports whether a call failed for the account's sake, so that the object need
// not wait any longer. It does not where the outage was shorter than that wait: what failed
// so often fails on its own.
func (o Outage) explains(t *Try) bool {
	within := !t.At.Before(o.From) && !t.At.After(o.Until)
	return within && accounts(t.Failure) && o.Until.Sub(o.From) >= growing(t.Failures)
}

// accounts reports whether a failure may be the account's: no refusal of what was sent.
func accounts(f *broker.Failure) bool {
	if f == nil {
		return false
	}
	switch f.Class {
	case broker.Throttled, broker.Unavailable, broker.Ambiguous:
		return true
	default:
		return f.WriteDenied()
	}
}

// growing is the pause after so many failures in a row.
func growing(failures int) time.Duration {
	if failures >= failuresOfLongest {
		return longestPause
	}
	return min(firstPause<<max(0, failures-1), longestPause)
}
