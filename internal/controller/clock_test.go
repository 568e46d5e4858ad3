package controller_test

import (
	"sync/atomic"
	"time"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/reseller-operator/reseller-operator/internal/controller"
)

// aheadClock is the real clock, set forward by a spec that can't wait.
type aheadClock struct {
	clock.RealClock
	ahead atomic.Int64
}

func (c *aheadClock) advance(d time.Duration) { c.ahead.Add(int64(d)) }

// Now implements clock.PassiveClock.
func (c *aheadClock) Now() time.Time { return c.RealClock.Now().Add(time.Duration(c.ahead.Load())) }

// Since implements clock.PassiveClock.
func (c *aheadClock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }

// with runs the manager by this clock.
func with(c clock.Clock) setting {
	return func(_ *ctrl.Options, o *controller.Options) { o.Clock = c }
}
