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

// DefaultLimits suit an API that documents none.
var DefaultLimits = Limits{RequestsPerSecond: 10, Burst: 20, MaxInFlight: 8}

// gate lets calls through by lane, at the account's rate, never more than so
// many at once, and not at all while the account must be silent.
type gate struct {
	clock  clock.Clock
	random func() float64 // in [0,1), for jitter

	mu       sync.Mutex
	limiter  *rate.Limiter
	limits   Limits
	inFlight int
	queues   [cloudmore.LaneBackground + 1][]chan struct{}
	failures int       // in a row
	until    time.Time // the account is silent until then
	throttle bool      // the server asked for the silence
	called   func(cloudmore.Call, cloudmore.Result)
	onPause  func() // called without the lock when a silence begins or ends
}

func newGate(c clock.Clock, random func() float64, called func(cloudmore.Call, cloudmore.Result)) *gate {
	return &gate{
		clock: c, random: random, called: called, limits: DefaultLimits, onPause: func() {},
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
	return g.until, g.throttle
}

// Enter waits for the call's turn. It fails at once while the account is
// silent, and when ctx ends first; nothing was sent then.
func (g *gate) Enter(ctx context.Context, call cloudmore.Call) (func(cloudmore.Result), error) {
	wake := make(chan struct{}, 1)
	g.mu.Lock()
	g.queues[call.Lane] = append(g.queues[call.Lane], wake)
	g.mu.Unlock()
	for {
		wait, err := g.admit(call.Lane, wake)
		if err != nil {
			return nil, err
		}
		if wait == 0 {
			return func(r cloudmore.Result) { g.leave(call, r) }, nil
		}
		timer := g.clock.NewTimer(wait)
		select {
		case <-wake:
		case <-timer.C():
		case <-ctx.Done():
			timer.Stop()
			g.drop(call.Lane, wake)
			return nil, &broker.Failure{Class: broker.Unavailable, Op: call.Op.String(), Reason: "its turn did not come in time", NotSent: true}
		}
		timer.Stop()
	}
}

// forever is waited by those who are not next; they are woken.
const forever = 24 * time.Hour

// admit lets the first of the most urgent lane pass. It returns how long to
// wait before asking again, 0 for "go".
func (g *gate) admit(lane cloudmore.Lane, wake chan struct{}) (time.Duration, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.clock.Now()
	if now.Before(g.until) {
		g.remove(lane, wake)
		g.wakeNext()
		class := broker.Unavailable
		if g.throttle {
			class = broker.Throttled
		}
		return 0, &broker.Failure{Class: class, Op: "call", Reason: "the account pauses", NotSent: true, RetryAfter: g.until.Sub(now)}
	}
	most := g.limits.MaxInFlight
	if g.failures >= patience {
		most = 1 // one probe at a time
	}
	if g.first() != wake || g.inFlight >= most {
		return forever, nil
	}
	reservation := g.limiter.ReserveN(now, 1)
	if delay := reservation.DelayFrom(now); delay > 0 {
		reservation.CancelAt(now)
		return delay, nil
	}
	g.remove(lane, wake)
	g.inFlight++
	g.wakeNext()
	return 0, nil
}

// leave takes the result of a call into account and lets the next one in.
func (g *gate) leave(call cloudmore.Call, r cloudmore.Result) {
	g.called(call, r)
	g.mu.Lock()
	paused := g.note(r.Failure)
	g.inFlight--
	g.wakeNext()
	g.mu.Unlock()
	if paused {
		g.onPause()
	}
}

// note counts failures of the server and reports whether a silence began or
// ended. A refusal shows that the server works.
func (g *gate) note(f *broker.Failure) bool {
	failed := f != nil && !f.NotSent && (f.Class == broker.Unavailable || f.Class == broker.Ambiguous || f.Class == broker.Throttled)
	if !failed {
		ended := g.failures >= patience || g.throttle
		g.failures, g.throttle = 0, false
		return ended
	}
	until := g.clock.Now().Add(g.pause(f))
	if !until.After(g.until) {
		return false
	}
	g.until = until
	return true
}

// pause is how long the account is silent after a failure. A pause that the
// server asks for is kept as it is, but for some jitter; it is no failure that
// makes the next one longer.
func (g *gate) pause(f *broker.Failure) time.Duration {
	g.throttle = f.Class == broker.Throttled
	if g.throttle && f.RetryAfter > 0 {
		asked := min(f.RetryAfter, longestSilence)
		return asked + time.Duration(g.random()*float64(min(asked/10, firstPause)))
	}
	g.failures++
	over := g.failures - patience
	if over < 0 && !g.throttle {
		return 0
	}
	pause := min(firstPause<<min(max(over, 0), 10), longestPause)
	return pause/2 + time.Duration(g.random()*float64(pause)/2)
}

// first is the one whose turn it is, nil for nobody.
func (g *gate) first() chan struct{} {
	for _, queue := range g.queues {
		if len(queue) > 0 {
			return queue[0]
		}
	}
	return nil
}

// wakeNext tells the first in line to ask again.
func (g *gate) wakeNext() {
	if first := g.first(); first != nil {
		select {
		case first <- struct{}{}:
		default:
		}
	}
}

// drop takes a call out of the line.
func (g *gate) drop(lane cloudmore.Lane, wake chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.remove(lane, wake)
	g.wakeNext()
}

func (g *gate) remove(lane cloudmore.Lane, wake chan struct{}) {
	queue := g.queues[lane]
	for i := range queue {
		if queue[i] == wake {
			g.queues[lane] = append(queue[:i:i], queue[i+1:]...)
			return
		}
	}
}
