package limiter

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"k8s.io/utils/clock"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// Owner is who has an interest in the account: the namespace and name of an object.
type Owner struct {
	Namespace, Name string
}

// Limits are how hard the account may be used.
type Limits struct {
	RequestsPerSecond float64
	Burst             int
	MaxInFlight       int
}

// Lower is the lower of each two limits.
func (l Limits) Lower(other Limits) Limits {
	return Limits{
		RequestsPerSecond: min(l.RequestsPerSecond, other.RequestsPerSecond),
		Burst:             min(l.Burst, other.Burst),
		MaxInFlight:       min(l.MaxInFlight, other.MaxInFlight),
	}
}

// DefaultLimits suit an API that documents none.
var DefaultLimits = Limits{RequestsPerSecond: 10, Burst: 20, MaxInFlight: 8}

// Limiter lets calls through by lane, at the account's rate, never more than so
// many at once, and not at all while the account must be paused.
type Limiter struct {
	clock   clock.Clock
	called  func(cloudmore.Call, cloudmore.Result)
	onPause func()
	onHeal  func([]Owner)
	onTurn  func([]Owner)

	mu       sync.Mutex
	rate     *rate.Limiter
	limits   Limits
	inFlight int
	lines    lines[chan struct{}]
	turns    turns
	pauses   pauses
}

// Config is what a limiter is made of. Random is in [0,1), for jitter. The other functions
// are called without a lock: Called with every call that was let in and its result, OnPause
// when a pause begins or ends, OnHeal with those who failed in an outage that has ended,
// OnTurn with those who got a turn, and with nobody when the next one's time is another.
type Config struct {
	Clock   clock.Clock
	Random  func() float64
	Called  func(cloudmore.Call, cloudmore.Result)
	OnPause func()        // nil: nobody
	OnHeal  func([]Owner) // nil: nobody
	OnTurn  func([]Owner) // nil: nobody
	Workers *Workers      // nil: one of its own, without a bound
}

// New makes a limiter with the default limits.
func New(c Config) *Limiter {
	g := &Limiter{
		clock: c.Clock, called: c.Called, onPause: c.OnPause, onHeal: c.OnHeal, onTurn: c.OnTurn,
		limits: DefaultLimits, pauses: newPauses(c.Random),
		rate: rate.NewLimiter(rate.Limit(DefaultLimits.RequestsPerSecond), DefaultLimits.Burst),
	}
	if g.onPause == nil {
		g.onPause = func() {}
	}
	if g.onHeal == nil {
		g.onHeal = func([]Owner) {}
	}
	if g.onTurn == nil {
		g.onTurn = func([]Owner) {}
	}
	if c.Workers == nil {
		c.Workers = &Workers{}
	}
	g.turns = newTurns(c.Workers)
	return g
}

// Limit sets the limits from now on.
func (g *Limiter) Limit(l Limits) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if l == g.limits {
		return
	}
	g.limits = l
	now := g.clock.Now()
	g.rate.SetLimitAt(now, rate.Limit(l.RequestsPerSecond))
	g.rate.SetBurstAt(now, l.Burst)
	g.wakeNext()
}

// Half is half of the calls that may be under way, at least one.
func (g *Limiter) Half() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return max(1, g.limits.MaxInFlight/2)
}

// Silence is until when passes do not call the account, and why.
func (g *Limiter) Silence() Silence {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pauses.silence()
}

// SilentUntil is until when nobody calls it.
func (g *Limiter) SilentUntil() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pauses.toReadings()
}

// Trouble is why calls fail; nil while they do not.
func (g *Limiter) Trouble() *Trouble {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pauses.trouble()
}

// Outage is the latest one that has ended.
func (g *Limiter) Outage() Outage {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pauses.outage()
}

// Enter waits for the call's turn. It fails at once while the account is
// paused, and when ctx ends first; nothing was sent then.
func (g *Limiter) Enter(ctx context.Context, call cloudmore.Call) (func(cloudmore.Result), error) {
	wake, came := make(chan struct{}, 1), g.clock.Now()
	g.mu.Lock()
	g.lines[call.Lane].join(call.Namespace, wake)
	g.mu.Unlock()
	for {
		wait, round, err := g.admit(call, wake)
		if err != nil {
			return nil, err
		}
		if wait == 0 {
			waited := g.clock.Now().Sub(came)
			return func(r cloudmore.Result) {
				r.Waited = waited
				g.leave(ctx, call, round, r)
			}, nil
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

// admit lets the call in whose turn it is, in the present round of pauses. It
// returns how long to wait before asking again, 0 for "go".
func (g *Limiter) admit(call cloudmore.Call, wake chan struct{}) (wait time.Duration, round int, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.clock.Now()
	if f := g.pauses.failureAt(call, now); f != nil {
		g.lines[call.Lane].leave(call.Namespace, wake)
		g.wakeNext()
		return 0, 0, f
	}
	if first, _ := g.lines.first(); first != wake || g.inFlight >= g.pauses.atOnce(g.limits.MaxInFlight) {
		return forever, 0, nil
	}
	reservation := g.rate.ReserveN(now, 1)
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
func (g *Limiter) leave(ctx context.Context, call cloudmore.Call, round int, r cloudmore.Result) {
	g.called(call, r)
	g.tell(func(now time.Time) (n news) {
		if !r.Unheard && telling(ctx, r.Failure) {
			n = g.pauses.note(call, r.Failure, round, now)
		}
		g.inFlight--
		g.wakeNext()
		return n
	})
}

// Wrote takes what a write came to into account.
func (g *Limiter) Wrote(who Owner, f *broker.Failure) {
	g.tell(func(now time.Time) news { return g.pauses.noteWrite(who, f, now) })
}

// tell has those know whom it concerns that something changed.
func (g *Limiter) tell(change func(now time.Time) news) {
	g.mu.Lock()
	n := change(g.clock.Now())
	g.mu.Unlock()
	if n.silence {
		g.onPause()
	}
	if len(n.healed) > 0 {
		g.onHeal(n.healed)
	}
}

// giveBack lets the next one in, in the place of a call that was let in and is not made.
func (g *Limiter) giveBack() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.inFlight--
	g.wakeNext()
}

// silenced is the failure of a call while the account is paused; nil while it is not.
func (g *Limiter) silenced(call cloudmore.Call, now time.Time) *broker.Failure {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.pauses.failureAt(call, now)
}

// telling reports whether a result says something about the server: who gave up
// before anything was sent says nothing.
func telling(ctx context.Context, f *broker.Failure) bool {
	return f == nil || !f.NotSent || ctx.Err() == nil
}

// wakeNext tells the first in line to ask again.
func (g *Limiter) wakeNext() {
	if first, waits := g.lines.first(); waits {
		select {
		case first <- struct{}{}:
		default:
		}
	}
}

// drop takes a call out of the line.
func (g *Limiter) drop(call cloudmore.Call, wake chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.lines[call.Lane].leave(call.Namespace, wake)
	g.wakeNext()
}
