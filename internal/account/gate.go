package account

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"k8s.io/utils/clock"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// Limits are how hard the account may be used.
type Limits struct {
	RequestsPerSecond float64
	Burst             int
	MaxInFlight       int
}

// merge keeps the more careful of both.
func (l Limits) merge(other Limits) Limits {
	return Limits{
		RequestsPerSecond: min(l.RequestsPerSecond, other.RequestsPerSecond),
		Burst:             min(l.Burst, other.Burst),
		MaxInFlight:       min(l.MaxInFlight, other.MaxInFlight),
	}
}

// DefaultLimits suit an API that documents none.
var DefaultLimits = Limits{RequestsPerSecond: 10, Burst: 20, MaxInFlight: 8}

// gate lets calls through by lane, at the account's rate, never more than so
// many at once, and not at all while the account must be silent.
type gate struct {
	clock   clock.Clock
	called  func(cloudmore.Call, cloudmore.Result)
	onPause func()        // called without the lock when a silence begins or ends
	onTurn  func([]Owner) // likewise for those who got a turn, and when the next one's time is another

	mu       sync.Mutex
	limiter  *rate.Limiter
	limits   Limits
	inFlight int
	lines    lines[chan struct{}]
	turns    turns
	pauses   pauses
}

func newGate(c clock.Clock, random func() float64, called func(cloudmore.Call, cloudmore.Result), onPause func()) *gate {
	return &gate{
		clock: c, called: called, onPause: onPause, onTurn: func([]Owner) {}, limits: DefaultLimits, pauses: pauses{random: random},
		turns:   newTurns(&crew{}),
		limiter: rate.NewLimiter(rate.Limit(DefaultLimits.RequestsPerSecond), DefaultLimits.Burst),
	}
}

// limit sets the limits from now on.
func (g *gate) limit(l Limits) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if l == g.limits {
		return
	}
	g.limits = l
	now := g.clock.Now()
	g.limiter.SetLimitAt(now, rate.Limit(l.RequestsPerSecond))
	g.limiter.SetBurstAt(now, l.Burst)
	g.wakeNext()
}

// silence is until when the account is silent, and whether the server asked for it.
func (g *gate) silence() (time.Time, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pauses.until, g.pauses.asked
}

// Enter waits for the call's turn. It fails at once while the account is
// silent, and when ctx ends first; nothing was sent then.
func (g *gate) Enter(ctx context.Context, call cloudmore.Call) (func(cloudmore.Result), error) {
	wake := make(chan struct{}, 1)
	g.mu.Lock()
	g.lines[call.Lane].join(call.Namespace, wake)
	g.mu.Unlock()
	for {
		wait, round, err := g.admit(call, wake)
		if err != nil {
			return nil, err
		}
		if wait == 0 {
			return func(r cloudmore.Result) { g.leave(ctx, call, round, r) }, nil
		}
		timer := g.clock.NewTimer(wait)
		select {
		case <-wake:
		case <-timer.C():
		case <-ctx.Done():
			timer.Stop()
			g.drop(call, wake)
			return nil, &broker.Failure{Class: broker.Unavailable, Op: call.Op.String(), Reason: "its turn did not come in time", NotSent: true}
		}
		timer.Stop()
	}
}

// forever is waited by those who are not next; they are woken.
const forever = 24 * time.Hour

// admit lets the call in whose turn it is, in the present round of pauses. It
// returns how long to wait before asking again, 0 for "go".
func (g *gate) admit(call cloudmore.Call, wake chan struct{}) (wait time.Duration, round int, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.clock.Now()
	if f := g.pauses.failureAt(now); f != nil {
		g.lines[call.Lane].leave(call.Namespace, wake)
		g.wakeNext()
		return 0, 0, f
	}
	if first, _ := g.lines.first(); first != wake || g.inFlight >= g.pauses.atOnce(g.limits.MaxInFlight) {
		return forever, 0, nil
	}
	reservation := g.limiter.ReserveN(now, 1)
	if delay := reservation.DelayFrom(now); delay > 0 {
		reservation.CancelAt(now)
		return delay, 0, nil
	}
	g.lines.enter(call.Lane)
	g.inFlight++
	g.wakeNext()
	return 0, g.pauses.round, nil
}

// leave takes the result of a call into account and lets the next one in.
func (g *gate) leave(ctx context.Context, call cloudmore.Call, round int, r cloudmore.Result) {
	g.called(call, r)
	g.mu.Lock()
	news := false
	if telling(ctx, r.Failure) {
		news = g.pauses.note(r.Failure, round, g.clock.Now())
	}
	g.inFlight--
	g.wakeNext()
	g.mu.Unlock()
	if news {
		g.onPause()
	}
}

// giveBack lets the next one in, in the place of a call that was let in and is not made.
func (g *gate) giveBack() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inFlight--
	g.wakeNext()
}

// silenced is the failure of a call while the account is silent; nil while it is not.
func (g *gate) silenced(now time.Time) *broker.Failure {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pauses.failureAt(now)
}

// telling reports whether a result says something about the server: who gave up
// before anything was sent says nothing.
func telling(ctx context.Context, f *broker.Failure) bool {
	return f == nil || !f.NotSent || ctx.Err() == nil
}

// wakeNext tells the first in line to ask again.
func (g *gate) wakeNext() {
	if first, waits := g.lines.first(); waits {
		select {
		case first <- struct{}{}:
		default:
		}
	}
}

// drop takes a call out of the line.
func (g *gate) drop(call cloudmore.Call, wake chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.lines[call.Lane].leave(call.Namespace, wake)
	g.wakeNext()
}
