package account

import (
	"net/http"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// pauses are the silences of an account: those that the server asks for, and
// those after repeated failures.
type pauses struct {
	random   func() float64  // in [0,1), for jitter
	failures int             // in a row
	until    time.Time       // the account is silent until then
	asked    bool            // the server asked for the silence
	cause    *broker.Failure // what began the latest silence
	round    int             // counts the silences
}

// failureAt is what a call gets while the account is silent: why it is, in the words
// of the answer that it began with. Nil while it is not.
func (p *pauses) failureAt(now time.Time) *broker.Failure {
	if !now.Before(p.until) {
		return nil
	}
	class := broker.Unavailable
	if p.asked {
		class = broker.Throttled
	}
	f := &broker.Failure{Class: class, Op: "call", Reason: "the account pauses", NotSent: true, RetryAfter: p.until.Sub(now)}
	if c := p.cause; c != nil {
		f.Reason += " after " + c.Error()
		f.Status, f.StatusLine, f.Said, f.Gateway = c.Status, c.StatusLine, c.Said, c.Gateway
	}
	return f
}

// atOnce is how many calls may be under way: while failures last, one probe.
func (p *pauses) atOnce(limit int) int {
	if p.failures >= patience {
		return 1
	}
	return limit
}

// note takes a result into account and reports whether a silence begins or ended.
// What was sent before the latest silence began says nothing about the server
// since: of many calls under way when it fails, only the first ones count. It
// may still ask for a longer silence.
func (p *pauses) note(f *broker.Failure, round int, now time.Time) bool {
	asks := f != nil && f.Class == broker.Throttled
	if round != p.round && !asks {
		return false
	}
	if works(f) {
		ended := p.failures >= patience || p.asked
		p.failures, p.asked = 0, false
		return ended
	}
	until := now.Add(p.pause(f, round == p.round))
	if !until.After(p.until) || !until.After(now) {
		return false
	}
	p.until, p.asked, p.cause = until, asks, f
	p.round++
	return true
}

// works reports whether an answer shows that the server works; a refusal does.
func works(f *broker.Failure) bool {
	switch {
	case f == nil:
		return true
	case f.Class == broker.Throttled:
		return false
	case f.Class == broker.Unavailable, f.Class == broker.Ambiguous:
		return f.Documented && f.Status >= http.StatusBadRequest && f.Status < http.StatusInternalServerError &&
			f.Status != http.StatusRequestTimeout
	default:
		return true
	}
}

// pause is how long the account is silent after a failure. A pause that the
// server asks for is kept as it is, but for some jitter; it is no failure that
// makes the next one longer.
func (p *pauses) pause(f *broker.Failure, counts bool) time.Duration {
	if f.Class == broker.Throttled && f.RetryAfter > 0 {
		asked := min(f.RetryAfter, longestSilence)
		return asked + time.Duration(p.random()*float64(min(asked/10, firstPause)))
	}
	if counts {
		p.failures++
	}
	over := p.failures - patience
	if over < 0 && f.Class != broker.Throttled {
		return 0
	}
	pause := min(firstPause<<min(max(over, 0), 10), longestPause)
	return pause/2 + time.Duration(p.random()*float64(pause)/2)
}
