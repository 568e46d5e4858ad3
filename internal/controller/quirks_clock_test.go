package controller_test

import (
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// heldClock is the real clock, which a spec can hold: what is due later does not come
// before the spec sets the clock forward, however slow the machine is, so that what
// happened until then can be counted. Timers go on by the real clock; who wakes too
// early finds that, and waits again.
type heldClock struct {
	clock.RealClock
	mu    sync.Mutex
	ahead time.Duration
	held  time.Time // zero while the clock runs
}

// Now implements clock.PassiveClock.
func (c *heldClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *heldClock) now() time.Time {
	if !c.held.IsZero() {
		return c.held
	}
	return c.RealClock.Now().Add(c.ahead)
}

// Since implements clock.PassiveClock.
func (c *heldClock) Since(t time.Time) time.Duration { return c.Now().Sub(t) }

// hold stops the clock, if it does not stand already.
func (c *heldClock) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = c.now()
}

// advance sets the clock forward.
func (c *heldClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ahead += d; !c.held.IsZero() {
		c.held = c.held.Add(d)
	}
}

// run lets the clock go on from where it stands.
func (c *heldClock) run() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead, c.held = c.now().Sub(c.RealClock.Now()), time.Time{}
}
