package account

import (
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// Next is when Observe has something to do; zero while it has nothing.
func (a *Account) Next() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.sessions) == 0 {
		return time.Time{}
	}
	next := a.readAt()
	if !a.nextTick.IsZero() && a.nextTick.Before(next) {
		next = a.nextTick
	}
	return next
}

// readAt is when the account is to be read: at its interval, or earlier for
// those who wait and for sessions that have not shown what they may; not while
// it is silent or was read just now.
func (a *Account) readAt() time.Time {
	at := a.nextRead
	if after, waited := a.followers.due(); waited && after.Add(1).Before(at) {
		at = after.Add(1)
	}
	for _, s := range a.sessions {
		if !s.verified && s.failure == nil {
			at = time.Time{}
		}
	}
	if gap := max(readingGap, readingShare*a.lastTook); !a.lastStart.IsZero() && at.Before(a.lastStart.Add(gap)) {
		at = a.lastStart.Add(gap)
	}
	if until, _ := a.gate.silence(); at.Before(until) {
		at = until
	}
	if a.retry > 0 {
		if pause := a.lastStart.Add(min(firstPause<<min(a.retry-1, 10), longestPause)); at.Before(pause) {
			at = pause
		}
	}
	return at
}

// Observe does what is due: reads the account, or some details.
func (a *Account) Observe(ctx context.Context) {
	ctx = cloudmore.WithLane(ctx, cloudmore.LaneBackground)
	now := a.clock.Now()
	a.mu.Lock()
	due := len(a.sessions) > 0 && !a.readAt().After(now)
	a.mu.Unlock()
	if due {
		a.read(ctx, now)
		return
	}
	a.readDetails(ctx, now)
}

// read reads the account with every session that has not shown what it may, or
// else with one that has.
func (a *Account) read(ctx context.Context, start time.Time) {
	a.mu.Lock()
	a.lastStart = start
	names := a.readers()
	regular := !start.Before(a.nextRead)
	a.mu.Unlock()
	for _, name := range names {
		if a.readWith(ctx, name, start, regular) {
			start = a.clock.Now()
		}
	}
	a.mu.Lock()
	a.lastTook = a.clock.Now().Sub(a.lastStart)
	a.mu.Unlock()
	a.wakeKept(a.key)
}

// readers are the sessions to read with, by name.
func (a *Account) readers() []string {
	var unproven, proven []string
	for _, name := range slices.Sorted(maps.Keys(a.sessions)) {
		if a.sessions[name].verified {
			proven = append(proven, name)
		} else {
			unproven = append(unproven, name)
		}
	}
	if len(proven) > 0 {
		unproven = append(unproven, proven[a.retry%len(proven)])
	}
	return unproven
}

// readWith reads the account with one session and reports whether that worked.
func (a *Account) readWith(ctx context.Context, name string, start time.Time, regular bool) bool {
	s := a.session(name)
	if s == nil {
		return false
	}
	listed, err := s.client.List(ctx)
	f := failure(err)
	var details map[broker.ID]*broker.Broker
	if f == nil {
		details, f = a.identify(ctx, s, listed)
	}
	var active []broker.ID
	var servicesFailed error
	if f == nil && regular {
		active, servicesFailed = s.client.ActiveResellers(ctx)
	}
	a.mu.Lock()
	if s.failure = f; f != nil {
		s.verified = s.verified && (f.Class != broker.Unauthorized && f.Class != broker.Forbidden && f.Class != broker.NotFound)
		if f.RetryAfter == 0 { // a pause that the server asks for is kept by the gate
			a.retry++
		}
		a.mu.Unlock()
		return false
	}
	s.verified = true
	a.retry = 0
	woken := a.takeIn(start, listed, details)
	if regular {
		a.nextRead = start.Add(careful(a.sessions).ObserveInterval)
		a.takeInServices(woken, active, servicesFailed)
	}
	a.mu.Unlock()
	a.wakeUp(slices.Collect(maps.Keys(woken)))
	return true
}

// takeIn makes the list the account's state, unless it lost many brokers at
// once, and returns whom that concerns.
func (a *Account) takeIn(start time.Time, listed []broker.Broker, details map[broker.ID]*broker.Broker) map[Owner]bool {
	if a.snap.doubt = a.snap.doubts(listed); a.snap.doubt != "" && !a.snap.trusted {
		return a.followers.served(start)
	}
	a.snap.doubt, a.snap.trusted = "", false
	for id, detail := range details {
		a.snap.learn(id, start, detail, false)
	}
	changed := a.snap.believe(start, listed)
	woken := a.followers.served(start)
	for _, id := range changed {
		identity := broker.Identity{}
		if e := a.snap.entries[id]; e != nil {
			identity = e.identity
		}
		a.followers.concerned(woken, id, identity)
	}
	if a.nextTick.IsZero() {
		a.nextTick = start.Add(detailTick)
	}
	return woken
}

// takeInServices notes for whom services are activated. A failure leaves it
// unknown: it is no reason to doubt the list.
func (a *Account) takeInServices(woken map[Owner]bool, active []broker.ID, failed error) {
	known := failed == nil
	activated := make(map[broker.ID]bool, len(active))
	for _, id := range active {
		activated[id.Key()] = true
	}
	for id, e := range a.snap.entries {
		if news := known && (!a.snap.servicesKnown || e.services != activated[id]); news {
			a.followers.concerned(woken, id, broker.Identity{})
		}
		e.services = activated[id]
	}
	a.snap.servicesKnown = known
}

// doubts says why a list is not to be believed: it lacks many brokers at once
// that were known. "" if it is.
func (s *snapshot) doubts(listed []broker.Broker) string {
	shown := make(map[broker.ID]bool, len(listed))
	for i := range listed {
		shown[listed[i].ID.Key()] = true
	}
	known, missing := 0, 0
	for id, e := range s.entries {
		if e.listed == nil || !e.goneAt.IsZero() {
			continue
		}
		known++
		if !shown[id] {
			missing++
		}
	}
	if missing < suspicionMinimum || missing*100 <= known*suspicionPercent {
		return ""
	}
	return fmt.Sprintf("the list lacks %d of %d known brokers at once, so it is not believed; nothing is made anew until a list agrees", missing, known)
}

// identify reads the details of the listed brokers whose entry does not show
// their identity, unless a Reseller holds them or they are known already. One
// that can't be read for lack of rights has none.
func (a *Account) identify(ctx context.Context, s *Session, listed []broker.Broker) (map[broker.ID]*broker.Broker, *broker.Failure) {
	details := map[broker.ID]*broker.Broker{}
	for i := range listed {
		b := &listed[i]
		if b.Foreign || (b.RegistrationNumber != nil && b.Domain != nil) || a.knows(b) || a.held(b.ID) {
			continue
		}
		detail, err := s.client.Get(ctx, b.ID)
		f := failure(err)
		switch {
		case f == nil:
			details[b.ID] = &detail
		case f.Class == broker.NotFound, f.Class == broker.Forbidden:
		default:
			return nil, f
		}
	}
	return details, nil
}

// knows reports whether the details of a listed broker were read, and its
// summary has not changed since.
func (a *Account) knows(b *broker.Broker) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	e := a.snap.entries[b.ID.Key()]
	return e != nil && e.detail != nil && len(broker.Diff(b, e.detail, nil)) == 0
}

// readDetails reads the details that are due, where lists are summaries: at
// once where the summary changed, else once in the detail interval, spread
// evenly over it.
func (a *Account) readDetails(ctx context.Context, now time.Time) {
	a.mu.Lock()
	due, session := a.detailsDue(now)
	a.nextTick = now.Add(detailTick)
	a.mu.Unlock()
	for _, id := range due {
		before := a.View(Query{ID: id}).Known
		read, f := a.Look(ctx, session, id)
		if f != nil && f.Class != broker.NotFound {
			return
		}
		if f == nil && before != nil && before.Detail && broker.Equal(before, &read) {
			continue
		}
		a.mu.Lock()
		woken := map[Owner]bool{}
		a.followers.concerned(woken, id, broker.Identity{})
		a.mu.Unlock()
		a.wakeUp(slices.Collect(maps.Keys(woken)))
	}
}

// detailsDue are the followed brokers whose details are to be read now, and the
// session to read them with.
func (a *Account) detailsDue(now time.Time) ([]broker.ID, string) {
	session := ""
	for _, name := range slices.Sorted(maps.Keys(a.sessions)) {
		if a.sessions[name].verified && a.sessions[name].failure == nil {
			session = name
			break
		}
	}
	if until, _ := a.gate.silence(); session == "" || now.Before(until) {
		return nil, ""
	}
	interval := careful(a.sessions).DetailInterval
	var due []broker.ID
	for id := range a.followers.byID {
		e := a.snap.entries[id]
		if e == nil || e.listed == nil || e.listed.Detail || !e.goneAt.IsZero() {
			continue
		}
		if e.stale() || !now.Before(a.detailAt(id, e, interval)) {
			due = append(due, id)
		}
		if len(due) == detailsPerTick {
			break
		}
	}
	return due, session
}

// detailAt is when the details of a broker are to be read next. Those not read
// yet are spread over the interval by a hash of the id.
func (a *Account) detailAt(id broker.ID, e *entry, interval time.Duration) time.Time {
	if e.detail != nil {
		return e.detailAt.Add(interval)
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	first := a.snap.starts[0]
	return first.Add(time.Duration(float64(interval) * float64(h.Sum32()) / (1 << 32)))
}
