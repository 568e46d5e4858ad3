package account

import (
	"context"
	"net/http"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// activeList is the list of resellers that have activated services, as last read.
type activeList struct {
	start      time.Time // of the reading; zero before the first
	ids        map[broker.ID]bool
	unreadable int // rows that name no reseller: each may be any
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

// takeInServices notes for whom the latest list shows activated services.
func (a *Account) takeInServices(woken map[Owner]bool) {
	if a.active.start.IsZero() {
		return
	}
	for id, e := range a.snap.entries {
		told := &no
		switch activated, known := a.active.shows(id); {
		case activated:
			told = &yes
		case !known:
			told = nil
		}
		if e.known != nil && e.services != told {
			e.services = told
			a.followers.concerned(woken, change{id: id})
		}
	}
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
	if unclear := f != nil && f.Gateway && f.Status == http.StatusNotFound; activated || f != nil && !unclear {
		return activated, f
	}
	a.mu.Lock()
	fresh := a.clock.Now().Sub(a.active.start) < freshServices && !a.active.start.IsZero()
	a.mu.Unlock()
	if !fresh {
		if failed := a.readActive(ctx, s); failed != nil {
			return false, failed
		}
	}
	a.mu.Lock()
	a.takeInServices(map[Owner]bool{}) // who asks goes on with it, and the next reading tells the others
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
