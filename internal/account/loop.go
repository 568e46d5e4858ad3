package account

import "context"

// Start reads the accounts until ctx ends, and waits for the readings under way.
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

// loop observes one account whenever something is due, until it is no longer in use.
func (r *Registry) loop(a *Account) {
	ctx := r.running
	r.done.Go(func() {
		for ctx.Err() == nil && r.Find(a.key) == a {
			wait := forever
			if next := a.Next(); !next.IsZero() {
				wait = next.Sub(r.clock.Now())
			}
			if wait <= 0 {
				a.Observe(ctx)
				continue
			}
			timer := r.clock.NewTimer(wait)
			select {
			case <-timer.C():
			case <-a.wakeRun:
			case <-ctx.Done():
			}
			timer.Stop()
		}
	})
}
