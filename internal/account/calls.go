package account

import (
	"context"
	"errors"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// errNoSession is the failure of a call by a session that has gone.
func errNoSession(op string) *broker.Failure {
	return &broker.Failure{Class: broker.Unauthorized, Op: op, Reason: "the Seller has no session", NotSent: true}
}

// session returns the session of a Seller, nil if there is none.
func (a *Account) session(name string) *Session {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.sessions[name]
}

// Look reads one broker by its own GET and enters the answer.
func (a *Account) Look(ctx context.Context, session string, id broker.ID) (broker.Broker, *broker.Failure) {
	s := a.session(session)
	if s == nil {
		return broker.Broker{}, errNoSession("get broker")
	}
	started := a.clock.Now()
	read, err := s.client.Get(ctx, id)
	f := a.judged(s, err)
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case f == nil:
		a.snap.learn(id, started, &read, false)
	case f.Class == broker.NotFound && f.Documented:
		a.snap.lose(id, started)
	}
	return read, f
}

// Create posts a broker, at most once, and enters it. The id is empty where the
// answer named none.
func (a *Account) Create(ctx context.Context, session string, want broker.Broker) (broker.ID, *broker.Failure) {
	s := a.session(session)
	if s == nil {
		return "", errNoSession("create broker")
	}
	made, err := s.client.Create(ctx, want)
	if f := a.judged(s, err); f != nil {
		return "", f
	}
	if made.ID == "" {
		return "", nil
	}
	if !made.Detail {
		want.ID, want.Detail = made.ID, true // as posted, until it is read
		made = want
	}
	a.enter(made)
	return made.ID, nil
}

// Update sends every field of a broker and enters the answer, or what was sent
// where there is none.
func (a *Account) Update(ctx context.Context, session string, id broker.ID, body broker.Broker) *broker.Failure {
	s := a.session(session)
	if s == nil {
		return errNoSession("update broker")
	}
	answer, err := s.client.Update(ctx, id, body)
	if f := a.judged(s, err); f != nil {
		return f
	}
	if !answer.Detail {
		body.ID, body.Detail = id, true
		answer = body
	}
	a.enter(answer)
	return nil
}

// Delete deletes a broker.
func (a *Account) Delete(ctx context.Context, session string, id broker.ID) *broker.Failure {
	s := a.session(session)
	if s == nil {
		return errNoSession("delete broker")
	}
	return a.judged(s, s.client.Delete(ctx, id))
}

// ServicesActivated asks whether services are activated for a broker.
func (a *Account) ServicesActivated(ctx context.Context, session string, id broker.ID) (bool, *broker.Failure) {
	s := a.session(session)
	if s == nil {
		return false, errNoSession("get active reseller")
	}
	activated, err := s.client.ActiveReseller(ctx, id)
	return activated, a.judged(s, err)
}

// enter puts an own write into the snapshot; it is in effect from now on.
func (a *Account) enter(b broker.Broker) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.snap.learn(b.ID, a.clock.Now(), &b, true)
}

// judged is the error of a call as a Failure; nil for none. A session whose token
// was refused has to show anew what it may, by a reading at once, before more is
// tried with it.
func (a *Account) judged(s *Session, err error) *broker.Failure {
	f := failure(err)
	if f != nil && f.Class == broker.Unauthorized {
		a.mu.Lock()
		s.verified, s.failure = false, nil
		a.mu.Unlock()
		a.run()
	}
	return f
}

// failure is the error of a call as a Failure; nil for none.
func failure(err error) *broker.Failure {
	if err == nil {
		return nil
	}
	var f *broker.Failure
	if errors.As(err, &f) {
		return f
	}
	return &broker.Failure{Class: broker.Ambiguous, Op: "call", Reason: "it failed in an unknown way"}
}
