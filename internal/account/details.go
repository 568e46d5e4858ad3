package account

import (
	"context"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// Where lists are summaries, or spell brokers in a way of their own, the details of the
// brokers that somebody follows are read one by one: at once where the list's entry
// changed, else once in the detail interval. So are those of whom lists do not tell who
// they are: somebody may give them, in the portal, the identity that a create seeks.

// planDetail plans a broker's next turn, unless it is planned already.
func (a *Account) planDetail(id broker.ID) {
	if _, planned := a.details.planned[id]; !planned {
		at := turn(id, a.clock.Now(), a.settings.DetailInterval)
		a.details.plan(id, at, at)
	}
}

// planDetails plans the turns of all who are followed again.
func (a *Account) planDetails() {
	a.details = agenda{}
	for id := range a.followers.byID {
		a.planDetail(id)
	}
}

// planHidden plans the turns of those of whom the latest list does not tell who they are.
func (a *Account) planHidden() {
	for _, id := range a.snap.Hidden() {
		a.planDetail(id)
	}
}

// planChanged has the details of those read whose summary changed: at once, but
// for a moment in which the Reseller that was woken may do so. When lists were
// whole until now, nobody's turn was kept.
func (a *Account) planChanged(changes []inventory.Change, start time.Time, whole bool) {
	if !a.snap.InPart() {
		return
	}
	if whole {
		a.planDetails()
	}
	a.planHidden()
	for _, c := range changes {
		if a.snap.Stale(c.ID) && len(a.followers.byID[c.ID]) > 0 {
			a.details.plan(c.ID, a.clock.Now().Add(detailTick), start)
		}
	}
}

// detailsAt is when details are to be read; zero for never.
func (a *Account) detailsAt() time.Time {
	first, planned := a.details.next()
	if !planned || !a.snap.InPart() || a.sessionAtWork() == "" {
		return time.Time{}
	}
	return moment.Later(moment.Later(first.at, a.nextTick), a.gate.SilentUntil())
}

// sessionAtWork is the name of a session to read details with; "" for none.
func (a *Account) sessionAtWork() string {
	found := ""
	for name, s := range a.sessions {
		if s.atWork() && (found == "" || name < found) {
			found = name
		}
	}
	return found
}

// readDetails reads the details that are due, so many in one go, until somebody
// wants a sync.
func (a *Account) readDetails(ctx context.Context, now time.Time) {
	a.mu.Lock()
	due := a.detailsAt()
	if due.IsZero() || due.After(now) {
		a.mu.Unlock()
		return
	}
	a.nextTick = now.Add(detailTick)
	a.mu.Unlock()
	for range detailsPerTick {
		id, session := a.detailDue(now)
		if id == "" || !a.readDetail(ctx, session, id) {
			return
		}
	}
}

// detailDue takes the first broker whose details are to be read from the agenda;
// "" for none.
func (a *Account) detailDue(now time.Time) (id broker.ID, session string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for {
		first, planned := a.details.next()
		if !planned || first.at.After(now) || a.wanted(a.clock.Now()) {
			return "", ""
		}
		a.details.done()
		if len(a.followers.byID[first.id]) == 0 && !a.snap.IsHidden(first.id) {
			continue
		}
		a.planDetail(first.id)
		if a.snap.WantsDetail(first.id, first.since) {
			return first.id, a.sessionAtWork()
		}
	}
}

// readDetail reads the details of one broker, wakes those whom that concerns, and
// reports whether to go on.
func (a *Account) readDetail(ctx context.Context, session string, id broker.ID) bool {
	before := a.View(inventory.Query{ID: id}).Known
	read, f := a.Look(ctx, session, id)
	a.mu.Lock()
	switch {
	case f == nil:
		a.detailsFailed = 0
	case f.Hides():
		a.snap.Denied(id, a.clock.Now()) // syncs ask no more, and the next turn does
	}
	a.mu.Unlock()
	switch {
	case f == nil && before != nil && before.Detail && broker.Equal(before, &read):
		return true
	case f.Denied():
		a.countUnread(id)
		return true
	case f != nil && f.Class != broker.NotFound:
		if !f.NotSent {
			a.countUnread(id)
		}
		a.mu.Lock()
		now := a.clock.Now()
		at := now.Add(limiter.LongestPause) // others go first
		if f.NotSent {
			at = now
		}
		a.details.plan(id, at, now)
		a.nextTick = now.Add(limiter.Growing(a.detailsFailed, limiter.LongestPause))
		a.detailsFailed++
		a.mu.Unlock()
		return false
	}
	a.wakeFollowers(id)
	return true
}

// countUnread counts that the details of a broker could not be read.
func (a *Account) countUnread(id broker.ID) {
	a.mu.Lock()
	news := a.snap.Unread(id)
	a.mu.Unlock()
	if news {
		a.wakeFollowers(id)
	}
}

// wakeFollowers wakes those who follow a broker.
func (a *Account) wakeFollowers(id broker.ID) {
	woken := map[Owner]bool{}
	a.mu.Lock()
	a.followers.concerned(woken, inventory.Change{ID: id})
	a.mu.Unlock()
	a.wake(woken)
}
