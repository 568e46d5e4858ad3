package account

import (
	"context"
	"errors"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
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
	var c inventory.Change
	a.mu.Lock()
	switch {
	case f == nil:
		detail := read
		c = a.snap.Learn(id, started, &detail, false)
		read = a.snap.Marked(id, detail)
	case f.Class == broker.NotFound && f.Documented:
		c = a.snap.Lose(id, started)
	}
	a.mu.Unlock()
	a.tell(c)
	return read, f
}

// LogIn has a session hold a token, and calls nothing where it does: what is announced
// then is seldom stopped by a login.
func (a *Account) LogIn(ctx context.Context, session string) *broker.Failure {
	s := a.session(session)
	if s == nil {
		return errNoSession("log in")
	}
	return a.judged(s, s.client.Login(ctx))
}

// Create posts a broker, at most once, and enters it. The id is empty where the
// answer named none; shown is when the answer showed the broker whole, zero where it did
// not: it is entered as posted then, like a list's entry that shows not everything.
func (a *Account) Create(ctx context.Context, session string, want broker.Broker) (id broker.ID, shown time.Time, f *broker.Failure) {
	s := a.session(session)
	if s == nil {
		return "", time.Time{}, errNoSession("create broker")
	}
	made, err := s.client.Create(ctx, want)
	f = a.wrote(ctx, s, err)
	a.noteRight(s, f)
	switch {
	case f != nil:
		return "", time.Time{}, f
	case made.ID == "":
		return "", time.Time{}, nil
	case !made.Detail:
		want.ID = made.ID
		a.enter(want, true)
		return made.ID, time.Time{}, nil
	default:
		return made.ID, a.enter(made, true), nil
	}
}

// Update sends every field of a broker and enters the answer. It returns when the answer
// showed the broker whole; zero where it did not, and nothing is known then before it is
// read.
func (a *Account) Update(ctx context.Context, session string, id broker.ID, body broker.Broker) (shown time.Time, f *broker.Failure) {
	s := a.session(session)
	if s == nil {
		return time.Time{}, errNoSession("update broker")
	}
	answer, err := s.client.Update(ctx, id, body)
	if f := a.wrote(ctx, s, err); f != nil {
		return time.Time{}, f
	}
	a.braking.done(id)
	if !answer.Detail {
		return time.Time{}, nil
	}
	return a.enter(answer, false), nil
}

// Delete deletes a broker. From now on lists may lack it.
func (a *Account) Delete(ctx context.Context, session string, id broker.ID) *broker.Failure {
	s := a.session(session)
	if s == nil {
		return errNoSession("delete broker")
	}
	f := a.wrote(ctx, s, s.client.Delete(ctx, id))
	if f == nil {
		a.braking.done(id)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if f == nil {
		a.snap.Deleted(id)
	}
	return f
}

// enter puts an own write into the snapshot; it is in effect from now on. For a
// broker that was just made, no services can be activated.
func (a *Account) enter(b broker.Broker, created bool) time.Time {
	a.mu.Lock()
	at := a.clock.Now()
	c := a.snap.Learn(b.ID, at, &b, true)
	if created {
		a.snap.NoServices(b.ID)
	}
	a.mu.Unlock()
	a.tell(c)
	return at
}

// noteRight notes whether the session may write: who is denied a create, but got
// the list, has an account that only reads.
func (a *Account) noteRight(s *Session, f *broker.Failure) {
	if f != nil && !f.Denied() {
		return
	}
	a.mu.Lock()
	news := s.readOnly != (f != nil)
	s.readOnly = f != nil
	a.mu.Unlock()
	if news {
		a.wakeKept(a.key, "")
	}
}

// judged is the error of a call as a Failure; nil for none. A session whose token
// was refused has to show again what it may, by a sync at once, before more is
// tried with it.
func (a *Account) judged(s *Session, err error) *broker.Failure {
	f := failure(err)
	if f != nil && f.Class == broker.Unauthorized {
		a.mu.Lock()
		if s.verified {
			s.verified, s.failure, s.retryAt = false, nil, time.Time{}
		}
		a.mu.Unlock()
		a.run()
	}
	return f
}

// wrote is the error of a write as a Failure; nil for none.
func (a *Account) wrote(ctx context.Context, s *Session, err error) *broker.Failure {
	f := a.judged(s, err)
	namespace, name := cloudmore.ObjectOf(ctx)
	a.gate.Wrote(Owner{Namespace: namespace, Name: name}, f)
	if f == nil {
		a.mu.Lock()
		a.demand = newDemand()
		a.mu.Unlock()
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
