package account

import (
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// snapshot is the account as last read, own writes included.
type snapshot struct {
	entries    map[broker.ID]*entry // by ID.Key()
	byIdentity index[broker.Identity]
	byMark     index[markKey]
	byNumber   carriers // by the halves of broker.Weak
	byDomain   carriers
	// starts are the believed readings, oldest first. The slice is never changed
	// in place, so that parts of it can be handed out.
	starts []time.Time
	size   int // how many brokers there were at the latest believed reading
	// inPart says that the latest list does not show all brokers as their details do.
	inPart bool
	lag    time.Duration // of lists behind the brokers
	suspicion
	unread
}

// change is news about one broker, for those who follow it or the identity that
// it showed before or shows now.
type change struct {
	id            broker.ID
	before, after broker.Identity
	// weakBefore and weakAfter are its weak keys that tell something.
	weakBefore, weakAfter broker.Weak
}

func newSnapshot() *snapshot {
	return &snapshot{
		entries: map[broker.ID]*entry{}, byIdentity: index[broker.Identity]{}, byMark: index[markKey]{},
		byNumber: carriers{}, byDomain: carriers{},
		unread: unread{vague: map[broker.ID]*entry{}},
	}
}

// latest is when the latest believed reading started; zero before the first.
func (s *snapshot) latest() time.Time {
	if len(s.starts) == 0 {
		return time.Time{}
	}
	return s.starts[len(s.starts)-1]
}

// since are the believed readings that started after a moment, oldest first.
func (s *snapshot) since(moment time.Time) []time.Time {
	at, _ := slices.BinarySearchFunc(s.starts, moment, func(start, moment time.Time) int {
		if start.After(moment) {
			return 1
		}
		return -1
	})
	return s.starts[at:]
}

// find is the entry of a broker, nil if there is none. Most ids are their own
// key, and looking them up is cheaper than working that out.
func (s *snapshot) find(id broker.ID) *entry {
	if e := s.entries[id]; e != nil {
		return e
	}
	return s.entries[id.Key()]
}

// at is the entry of a broker, made if there is none.
func (s *snapshot) at(id broker.ID) *entry {
	if e := s.find(id); e != nil {
		return e
	}
	e := &entry{id: id.Key()}
	s.entries[e.id] = e
	return e
}

// believe takes a list in as the account's state at start, and returns the
// brokers whose entry changed, those that disappeared included. One that an unreadable
// entry may be has not.
func (s *snapshot) believe(start time.Time, listed []broker.Broker, unreadable ...broker.Unreadable) []change {
	var changes []change
	s.note(start, unreadable)
	s.inPart = false
	for i := range listed {
		e := s.at(listed[i].ID)
		seen := e.lastSeen()
		e.seenAt = later(e.seenAt, start)
		if e.goneAt.After(start) {
			s.inPart = s.inPart || !listed[i].Detail
			continue
		}
		if e.show(start, &listed[i]) {
			changes = append(changes, s.changed(e, seen))
		}
		s.inPart = s.inPart || e.inPart()
	}
	for _, e := range s.entries {
		if e.seenAt.Before(start) && e.known != nil && !anyMayBe(unreadable, e.identity) && e.miss(start) {
			changes = append(changes, s.changed(e, e.lastSeen()))
		}
	}
	first := max(0, len(s.starts)+1-keptReadings)
	s.starts = append(slices.Clone(s.starts[first:]), start)
	s.prune()
	return changes
}

// prune counts the brokers, and forgets what was seen only before the oldest
// reading that is remembered.
func (s *snapshot) prune() {
	s.size = 0
	for id, e := range s.entries {
		if e.present() {
			s.size++
		}
		if e.known == nil && e.lastSeen().Before(s.starts[0]) {
			delete(s.entries, id)
		}
	}
	s.byIdentity.prune(s.starts[0])
	s.byMark.prune(s.starts[0])
	s.forgetSpoilt(s.starts[0])
}

// changed puts a broker where it belongs now and returns the news.
func (s *snapshot) changed(e *entry, seen time.Time) change {
	before := e.identity
	s.place(e, seen)
	weakBefore, weakAfter := s.placeWeak(e)
	return change{id: e.id, before: before, after: e.identity, weakBefore: weakBefore, weakAfter: weakAfter}
}

// learn takes in the answer to a GET that started, or to an own write that
// ended, at a moment. What is known to be older than that of others is dropped.
func (s *snapshot) learn(id broker.ID, at time.Time, detail *broker.Broker, own bool) change {
	e := s.at(id)
	if e.detailAt.After(at) || e.goneAt.After(at) {
		return change{id: e.id, before: e.identity, after: e.identity}
	}
	e.compare(at, detail, own, s.lag)
	seen := e.lastSeen()
	e.detail, e.detailAt, e.goneAt = detail, at, time.Time{}
	if own {
		e.seenAt, e.deleted = later(e.seenAt, at), false
	}
	e.settle()
	return s.changed(e, seen)
}

// lose takes in that a GET which started at a moment found no such broker.
func (s *snapshot) lose(id broker.ID, at time.Time) change {
	e := s.find(id)
	if e == nil {
		return change{id: id.Key()}
	}
	if e.detailAt.After(at) || (e.inList && e.listedAt.After(at)) {
		return change{id: e.id, before: e.identity, after: e.identity}
	}
	e.goneAt = at
	return s.changed(e, e.lastSeen())
}
