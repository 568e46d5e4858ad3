package account

import (
	"context"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// identify reads the details of the listed brokers whose entry does not show
// their identity, unless a Reseller holds them or they are known already. What
// was read stays, should a later call fail. One that can't be read for lack of
// rights has no identity, and is asked for again in the detail interval.
func (a *Account) identify(ctx context.Context, s *Session, listed []broker.Broker, woken map[Owner]bool) *broker.Failure {
	for _, b := range a.unidentified(listed) {
		if a.held(b.ID) {
			continue
		}
		started := a.clock.Now()
		detail, err := s.client.Get(ctx, b.ID)
		f := failure(err)
		if f != nil && f.Class != broker.NotFound && !denied(f) {
			return f
		}
		a.mu.Lock()
		if f == nil {
			a.followers.concerned(woken, a.snap.learn(b.ID, started, &detail, false))
		} else {
			a.snap.at(b.ID).denied = started
		}
		a.mu.Unlock()
	}
	return nil
}

// denied reports whether the API itself denies to show a broker. A firewall that
// blocks a GET says nothing of the broker's identity.
func denied(f *broker.Failure) bool { return f != nil && f.Class == broker.Forbidden && !f.Gateway }

// unidentified are the brokers of a list whose identity is neither shown nor known.
func (a *Account) unidentified(listed []broker.Broker) []*broker.Broker {
	a.mu.Lock()
	defer a.mu.Unlock()
	var found []*broker.Broker
	now := a.clock.Now()
	for i := range listed {
		b := &listed[i]
		if b.Foreign || (b.RegistrationNumber != nil && b.Domain != nil) {
			continue
		}
		e := a.snap.find(b.ID)
		if e == nil || !e.identified(b, now.Add(-a.settings.DetailInterval)) {
			found = append(found, b)
		}
	}
	return found
}
