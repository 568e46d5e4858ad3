package account

import (
	"context"
	"net/http"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// Observe does everything that is due, one after the other.
func (a *Account) Observe(ctx context.Context) {
	a.callPasses()
	for _, name := range a.trialsDue(a.clock.Now()) {
		a.try(ctx, name)
	}
	a.observe(ctx)
}

// observe reads the account, or some details. Others wait for the account to be
// read, so that goes before the details, and in the lane of creates.
func (a *Account) observe(ctx context.Context) {
	now := a.clock.Now()
	if a.readingDue(now) {
		a.read(cloudmore.WithLane(ctx, cloudmore.LaneCreates), now)
		return
	}
	a.readDetails(cloudmore.WithLane(ctx, cloudmore.LaneBackground), now)
}

func (a *Account) readingDue(now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.wanted(now)
}

// read reads the account with every session that has to show what it may again,
// or else with one that is at work.
func (a *Account) read(ctx context.Context, now time.Time) {
	a.mu.Lock()
	waiting, ready := a.readers(now)
	a.lastStart = now
	a.mu.Unlock()
	got := false
	for _, name := range waiting {
		f := a.readWith(ctx, name)
		if got = got || f == nil; limiter.Fails(f) || unusable(f) {
			a.failsForAll(name)
			break
		}
	}
	if !got && ready != "" {
		a.readBy(ctx, ready)
	}
	a.wakeKept(a.key, "")
}

// unusable reports whether the server answered with a list that can't be used, such as one
// that is not whole: it is the same for all.
func unusable(f *broker.Failure) bool {
	return f != nil && f.Status >= http.StatusOK && f.Status < http.StatusMultipleChoices
}

// readBy is readWith where the session alone has to know how that failed. It reports
// whether the account was read.
func (a *Account) readBy(ctx context.Context, name string) bool { return a.readWith(ctx, name) == nil }

// failsForAll has all sessions that are not at work wait as the one for which the server
// did not work just now, or had no list of use: it would not for them. The next sync begins with another.
func (a *Account) failsForAll(name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	tried := a.sessions[name]
	if tried == nil {
		return
	}
	for _, s := range a.sessions {
		if s.entitled && !s.atWork() {
			s.failures, s.retryAt = max(s.failures, tried.failures), moment.Later(s.retryAt, tried.retryAt)
		}
	}
}

// readWith reads the account with one session and says how that failed.
func (a *Account) readWith(ctx context.Context, name string) *broker.Failure {
	s := a.session(name)
	if s == nil {
		return errNoSession("list brokers")
	}
	start := a.clock.Now()
	a.mu.Lock()
	s.readAt = start
	a.mu.Unlock()
	list, err := s.client.List(ctx)
	listed, f := list.Brokers, failure(err)
	regular := a.noteRead(s, start, f)
	woken := map[Owner]bool{}
	if f == nil {
		f = a.identify(ctx, s, listed, woken)
	}
	if f == nil && regular {
		_ = a.readActive(ctx, s) // it is no reason to doubt the list
	}
	held := a.holders(listed)
	a.mu.Lock()
	if f == nil {
		a.gotList(s, start, &list, held, woken)
	} else {
		s.failed(f, a.clock.Now())
	}
	if f == nil && regular {
		if !a.nextRead.After(start) { // nobody asked for another one meanwhile
			a.nextRead = start.Add(a.settings.ObserveInterval)
		}
		a.takeInServices(woken)
	}
	a.mu.Unlock()
	a.wake(woken)
	return f
}

// noteRead notes that a list was asked for, and reports whether the interval brought it.
func (a *Account) noteRead(s *Session, start time.Time, f *broker.Failure) (regular bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if f == nil || f.Announced != "" {
		a.entitle(s) // what follows may be many calls; who got half a list may call it right
	}
	if f == nil {
		a.lastStart = moment.Later(a.lastStart, start)
	}
	regular = !start.Before(a.nextRead)
	if s.entitled {
		a.lastTook = a.clock.Now().Sub(start)
		if !regular {
			a.demand.take(start)
		}
	}
	return regular
}

// gotList takes a list in, and what it says about the session that got it.
func (a *Account) gotList(s *Session, start time.Time, list *cloudmore.Listing, held []broker.ID, woken map[Owner]bool) {
	s.succeeded()
	if start.After(a.snap.Latest()) {
		a.takeIn(start, list, held, woken)
	}
}

// holders are the brokers that Resellers hold, where the list shows none at all: the first
// one of a process, which no Reseller follows yet, may be from an outage, too.
func (a *Account) holders(listed []broker.Broker) []broker.ID {
	if len(listed) > 0 {
		return nil
	}
	return a.stored()
}

// takeIn makes the list the account's state, unless it lost many brokers at
// once, and adds whom that concerns. held are brokers that Resellers are known to hold,
// besides those who follow them. Those who wait hear of a doubt once.
func (a *Account) takeIn(start time.Time, list *cloudmore.Listing, held []broker.ID, woken map[Owner]bool) {
	whole, doubted := !a.snap.InPart(), a.snap.Doubt() != ""
	all := func() []broker.ID { return append(a.followers.held(), held...) }
	changes, proved, believed := a.snap.TakeIn(&inventory.List{Start: start, Brokers: list.Brokers, Unreadable: list.Unreadable, Accepted: list.Heeded}, all)
	if !believed {
		a.doubted++
		if !doubted {
			a.followers.served(start, woken)
		}
		return
	}
	a.doubted = 0
	if proved {
		a.followers.waitNoMore(woken)
	}
	a.followers.served(start, woken)
	for _, c := range changes {
		a.followers.concerned(woken, c)
	}
	a.planChanged(changes, start, whole)
}
