package limiter

import (
	"net/http"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// pauses are the pauses of an account: while the server asks for one, and between
// the probes of its breakers.
type pauses struct {
	random  func() float64  // in [0,1), for jitter
	asked   time.Time       // the server asked for a pause until then
	asking  *broker.Failure // how it did; nil after a success
	unnamed int             // how often in a row it named no time
	calls   breaker         // opens when calls get no answer or an error of the server
	writes  breaker         // opens when a write gets 401 with a token that reads work with
	round   int             // counts the pauses
}

func newPauses(random func() float64) pauses {
	return pauses{
		random: random,
		calls:  breaker{opensAt: Patience, longest: LongestPause, random: random},
		writes: breaker{opensAt: 1, longest: longestDenial, random: random},
	}
}

// Why is why an account pauses.
type Why int

const (
	// Asked is that the server asked for it.
	Asked Why = iota + 1
	// Failing is that calls got no answer or an error of the server.
	Failing
	// Denied is that writes were answered 401 with a token that reads work with.
	Denied
)

// Silence is until when the passes of an account do not call it, and why.
type Silence struct {
	Until time.Time
	Why   Why
}

// silence is the longest one.
func (p *pauses) silence() Silence {
	longest := Silence{Until: p.calls.until, Why: Failing}
	for _, other := range []Silence{{p.asked, Asked}, {p.writes.until, Denied}} {
		if other.Until.After(longest.Until) {
			longest = other
		}
	}
	return longest
}

// Trouble is why the calls of an account, or only its writes, fail: one at a time is tried.
type Trouble struct {
	Since  time.Time
	Cause  *broker.Failure
	Denied bool // only writes, by 401
}

// trouble is nil while calls do not fail.
func (p *pauses) trouble() *Trouble {
	switch {
	case p.calls.open:
		return &Trouble{Since: p.calls.since, Cause: p.calls.cause}
	case p.writes.open:
		return &Trouble{Since: p.writes.since, Cause: p.writes.cause, Denied: true}
	default:
		return nil
	}
}

// outage is the latest one that has ended.
func (p *pauses) outage() Outage {
	if p.writes.last.Until.After(p.calls.last.Until) {
		return p.writes.last
	}
	return p.calls.last
}

// behind reports whether an object has failed since the account works no longer: others
// go first.
func (p *pauses) behind(who Owner) bool {
	return (p.calls.open && p.calls.failed[who]) || (p.writes.open && p.writes.failed[who])
}

// toReadings is until when nobody may call. Syncs go on while writes are denied.
func (p *pauses) toReadings() time.Time { return moment.Later(p.asked, p.calls.until) }

// failureAt is what a call gets while the account is paused: why it is, in the words
// of the answer that it began with. Nil while it is not.
func (p *pauses) failureAt(call cloudmore.Call, now time.Time) *broker.Failure {
	until, class, cause := p.toReadings(), broker.Unavailable, p.calls.cause
	switch {
	case now.Before(p.asked):
		class, cause = broker.Throttled, p.asking
	case !now.Before(until) && writes(call):
		until, cause = p.writes.until, p.writes.cause
	}
	if !now.Before(until) {
		return nil
	}
	f := &broker.Failure{Class: class, Op: "call", Reason: "the account pauses", NotSent: true, RetryAfter: until.Sub(now)}
	if c := cause; c != nil {
		f.Reason += " after " + c.Error()
		f.Status, f.StatusLine, f.Said, f.Gateway, f.Before = c.Status, c.StatusLine, c.Said, c.Gateway, c
	}
	return f
}

// writes reports whether a call changes the account.
func writes(call cloudmore.Call) bool {
	return slices.Contains([]cloudmore.Op{cloudmore.OpCreate, cloudmore.OpUpdate, cloudmore.OpDelete}, call.Op)
}

// atOnce is how many calls may be under way: until the server works again, one probe.
func (p *pauses) atOnce(limit int) int {
	if p.calls.open || p.asking != nil {
		return 1
	}
	return limit
}

// passesAtOnce is the same of passes, most of which write.
func (p *pauses) passesAtOnce(limit int) int {
	if p.writes.open {
		return 1
	}
	return p.atOnce(limit)
}

// news is what a result has changed.
type news struct {
	silence bool    // one began or ended
	healed  []Owner // who failed for the account's sake, which works again
}

// note takes the result of a call into account that was let in, in a round. What was
// sent before the latest pause began says nothing about the server since. It may
// still ask for a longer pause.
func (p *pauses) note(call cloudmore.Call, f *broker.Failure, round int, now time.Time) news {
	probe := round == p.round
	began := false
	switch {
	case f != nil && f.Class == broker.Throttled:
		began = p.ask(f, probe, now)
	case Fails(f):
		began = p.calls.fail(Owner{call.Namespace, call.Name}, f, probe, now)
	case probe && works(f):
		closed, healed := p.calls.succeed(now)
		n := news{silence: closed || p.asking != nil, healed: healed}
		p.asking, p.unnamed = nil, 0
		return n
	}
	if began {
		p.round++
	}
	return news{silence: began}
}

// noteWrite takes in what a write came to, with a new token if it needed one.
func (p *pauses) noteWrite(who Owner, f *broker.Failure, now time.Time) news {
	switch {
	case f != nil && (f.WriteDenied() || (p.writes.open && f.Status == http.StatusUnauthorized)):
		return news{silence: p.writes.fail(who, f, !now.Before(p.writes.until), now)}
	case works(f) && (f == nil || f.Status != http.StatusUnauthorized && !f.NotSent):
		closed, healed := p.writes.succeed(now)
		return news{silence: closed, healed: healed}
	default:
		return news{}
	}
}

// ask begins the pause that the server asks for, and reports whether it is longer than
// the present one. One that is named is kept as it is, but for some jitter.
func (p *pauses) ask(f *broker.Failure, probe bool, now time.Time) bool {
	pause := min(f.RetryAfter, longestSilence)
	if pause > 0 {
		pause += time.Duration(p.random() * float64(min(pause/10, FirstPause)))
	} else {
		pause = lengthened(Growing(p.unnamed, LongestPause), p.random)
		if probe {
			p.unnamed++
		}
	}
	if until := now.Add(pause); until.After(p.asked) {
		p.asked, p.asking = until, f
		return true
	}
	return false
}

// Fails reports whether a result shows that the server does not work: it gave no
// answer, an error of its own, or what a gateway puts in the place of one. A refusal of
// any kind never counts.
func Fails(f *broker.Failure) bool {
	if f == nil || f.Class == broker.Throttled {
		return false
	}
	switch {
	case f.Status < http.StatusOK, f.Status >= http.StatusInternalServerError:
		return true
	case f.Status < http.StatusMultipleChoices:
		return f.Gateway
	default:
		return f.Status < http.StatusBadRequest
	}
}

// works reports whether a result shows that the server works: a success, or a refusal
// that is the API's own and no time-out.
func works(f *broker.Failure) bool {
	if f == nil {
		return true
	}
	own := f.Documented || f.Class == broker.Unauthorized || f.Class == broker.Forbidden
	return own && !Fails(f) && f.Status != http.StatusRequestTimeout && f.Status != http.StatusTooEarly
}
