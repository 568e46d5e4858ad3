package account

import (
	"context"
	"net/http"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// activeList is the list of resellers that have activated services, as last read.
type activeList struct {
	start      time.Time // of the sync; zero before the first
	ids        map[broker.ID]bool
	unreadable int // rows that name no reseller: each may be any
	// short is how the latest one failed if it announced more than it showed, at shortAt.
	short   *broker.Failure
	shortAt time.Time
	renewed bool // before it is too old, by somebody who asked
}

// shows reports whether the list shows a reseller; told is false where it does not tell.
func (l *activeList) shows(id broker.ID) (activated, told bool) {
	activated = l.ids[id.Key()]
	return activated, activated || l.unreadable == 0
}

// readActive reads the list, which is taken in after it.
func (a *Account) readActive(ctx context.Context, s *Session) *broker.Failure {
	start := a.clock.Now()
	read, err := s.client.ActiveResellers(ctx)
	if f := a.judged(s, err); f != nil {
		a.noteShort(f)
		return f
	}
	list := activeList{start: start, ids: make(map[broker.ID]bool, len(read.IDs)), unreadable: read.Unreadable}
	for _, id := range read.IDs {
		list.ids[id.Key()] = true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if start.After(a.active.start) {
		a.active = list
	}
	return nil
}

// noteShort keeps how a list failed that waits for a user's word: it is the same for all who
// ask meanwhile.
func (a *Account) noteShort(f *broker.Failure) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if f.Announced != "" {
		a.active.short, a.active.shortAt = f, a.clock.Now()
	}
}

// takeInServices notes for whom the latest list shows activated services.
func (a *Account) takeInServices(woken map[Owner]bool) {
	if a.active.start.IsZero() {
		return
	}
	for _, id := range a.snap.TellServices(a.active.shows) {
		a.followers.concerned(woken, inventory.Change{ID: id})
	}
}

// freshActive reports whether a delete may go by the list as last read, and how that failed
// where it waits for a user's word. Of many deletes one has it read again a moment before it
// is too old for all of them.
func (a *Account) freshActive() (fresh bool, short *broker.Failure) {
	a.mu.Lock()
	defer a.mu.Unlock()
	l, since := &a.active, a.clock.Now().Sub
	if l.short != nil && since(l.shortAt) < shortServices {
		return false, l.short
	}
	age := since(l.start)
	if l.start.IsZero() || age >= freshServices {
		return false, nil
	}
	first := age >= renewServices && !l.renewed
	l.renewed = l.renewed || first
	return !first, nil
}

// ServicesActivated asks whether services are activated for a broker. Before a delete one
// answer is not enough for a no: besides the 404 a fresh list of all who have some has to
// lack the broker, and that alone decides where the 404 may be a gateway's.
func (a *Account) ServicesActivated(ctx context.Context, session string, id broker.ID) (bool, *broker.Failure) {
	s := a.session(session)
	if s == nil {
		return false, errNoSession("get active reseller")
	}
	activated, err := s.client.ActiveReseller(ctx, id)
	f := a.judged(s, err)
	if unclear := f != nil && f.UnclearlyAbsent(); activated || f != nil && !unclear {
		return activated, f
	}
	fresh, short := a.freshActive()
	if short != nil {
		return false, short
	}
	if !fresh {
		if failed := a.readActive(ctx, s); failed != nil {
			return false, failed
		}
	}
	a.mu.Lock()
	a.takeInServices(map[Owner]bool{}) // who asks goes on with it, and the next sync tells the others
	activated, told := a.active.shows(id)
	a.mu.Unlock()
	switch {
	case activated:
		return true, nil
	case !told:
		return false, &broker.Failure{
			Class: broker.Unavailable, Op: cloudmore.OpActiveResellers.String(), Status: http.StatusOK, Answered: true,
			Reason: "a row of the list names no reseller, so it may be this one",
		}
	default:
		return false, f
	}
}
