package account

import (
	"context"
	"time"
)

// Start reads the accounts until ctx ends, and waits for the syncs under way.
func (r *Registry) Start(ctx context.Context) error {
	r.mu.Lock()
	r.running = ctx
	for _, a := range r.accounts {
		r.loop(a)
	}
	r.mu.Unlock()
	<-ctx.Done()
	r.mu.Lock()
	r.running = nil // no further loop begins
	r.mu.Unlock()
	r.done.Wait()
	return nil
}

// NeedLeaderElection is true: a standby must not use up the account's rate.
func (r *Registry) NeedLeaderElection() bool { return true }

// loop does what is due in one account, until it is no longer in use: its own
// syncs, and beside them those of the sessions on trial, and what its passes wait for.
func (r *Registry) loop(a *Account) {
	ctx := r.running
	r.done.Go(func() { r.repeat(ctx, a, a.next, a.observe, a.wakeRun) })
	r.done.Go(func() { r.repeat(ctx, a, a.trialAt, a.tryNext, a.wakeTry) })
	r.done.Go(func() { r.repeat(ctx, a, a.passesAt, func(context.Context) { a.callPasses() }, a.wakeTurn) })
}

func (r *Registry) repeat(ctx context.Context, a *Account, next func() time.Time, do func(context.Context), wake <-chan struct{}) {
	for ctx.Err() == nil && r.Find(a.key) == a {
		wait := idle
		if at := next(); !at.IsZero() {
			wait = at.Sub(r.clock.Now())
		}
		if wait <= 0 {
			do(ctx)
			continue
		}
		timer := r.clock.NewTimer(wait)
		select {
		case <-timer.C():
		case <-wake:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}
