package account

import (
	"context"
	"slices"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// identify reads the details of the listed brokers whose entry does not show their
// identity, unless a Reseller holds them or they are known already: new ones, and those
// whose entry changed. The others have their turns (see planHidden). What was read stays,
// should a later call fail.
//
// One that the API hides, twice, has no identity, and is asked for again when it has its
// turn: it may be another seller's. One whose GET fails while others are answered may be anyone's: it is
// unknown, and the list is believed all the same, lest one broker stop the account.
func (a *Account) identify(ctx context.Context, s *Session, listed []broker.Broker, woken map[Owner]bool) *broker.Failure {
	a.mu.Lock()
	fresh, unknown := a.snap.Unidentified(listed)
	a.mu.Unlock()
	failed, hidden, f := a.identifyAll(ctx, s, fresh, woken)
	if f != nil {
		return f
	}
	_, more, f := a.identifyAll(ctx, s, append(unknown, failed...), woken)
	if f == nil || !ofAccount(f) {
		_, hidden, f = a.identifyAll(ctx, s, append(hidden, more...), woken)
	}
	if f != nil && ofAccount(f) {
		return f
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, b := range hidden {
		a.snap.Unidentifiable(b.ID, a.clock.Now())
	}
	return nil // the others have their turns, too
}

// ofAccount reports whether a failure is one of the account or the session, whichever
// broker was asked for.
func ofAccount(f *broker.Failure) bool {
	return f.NotSent || slices.Contains([]broker.Class{broker.Unauthorized, broker.Throttled}, f.Class)
}

// identifyOne reads the details of one broker.
func (a *Account) identifyOne(ctx context.Context, s *Session, b *broker.Broker, woken map[Owner]bool) *broker.Failure {
	if a.held(b.ID) {
		return nil
	}
	started := a.clock.Now()
	detail, err := s.client.Get(ctx, b.ID)
	f := failure(err)
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case f == nil:
		a.followers.concerned(woken, a.snap.Learn(b.ID, started, &detail, false))
	case !f.Hides() && !ofAccount(f):
		a.followers.concerned(woken, a.snap.Unknown(b.ID, f))
	}
	return f
}
