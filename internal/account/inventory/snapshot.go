package inventory

import (
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// Snapshot is the account as last read, own writes included.
type Snapshot struct {
	entries    map[broker.ID]*entry // by ID.Key()
	byIdentity index[broker.Identity]
	byMark     index[markKey]
	byNumber   carriers // by the halves of broker.Weak
	byDomain   carriers
	byName     carriers // by broker.NameKey
	// starts are the believed syncs, oldest first. The slice is never changed
	// in place, so that parts of it can be handed out.
	starts []time.Time
	size   int // how many brokers there were at the latest believed sync
	// inPart says that the latest list does not show all brokers as their details do.
	inPart bool
	shows  broker.FieldSet // what lists and GETs have shown of any broker
	lag    time.Duration   // of lists behind the brokers
	suspicion
	unread
}

// SetLag says how far lists may be behind the brokers.
func (s *Snapshot) SetLag(lag time.Duration) { s.lag = lag }

// InPart reports whether the latest list does not show all brokers as their details do.
func (s *Snapshot) InPart() bool { return s.inPart }

// Size is how many brokers there were at the latest believed list.
func (s *Snapshot) Size() int { return s.size }

// Change is news about one broker, for those who follow it or the identity that
// it showed before or shows now.
type Change struct {
	ID            broker.ID
	Before, After broker.Identity
	// WeakBefore and WeakAfter are its weak keys that tell something.
	WeakBefore, WeakAfter broker.Weak
}

// New is an account of which nothing is known.
func New() *Snapshot {
	return &Snapshot{
		entries: map[broker.ID]*entry{}, byIdentity: index[broker.Identity]{}, byMark: index[markKey]{},
		byNumber: carriers{}, byDomain: carriers{}, byName: carriers{},
		unread: unread{vague: map[broker.ID]*entry{}},
	}
}

// Latest is when the latest believed sync started; zero before the first.
func (s *Snapshot) Latest() time.Time {
	if len(s.starts) == 0 {
		return time.Time{}
	}
	return s.starts[len(s.starts)-1]
}

// since are the believed syncs that started after a moment, oldest first.
func (s *Snapshot) since(moment time.Time) []time.Time {
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
func (s *Snapshot) find(id broker.ID) *entry {
	if e := s.entries[id]; e != nil {
		return e
	}
	return s.entries[id.Key()]
}

// at is the entry of a broker, made if there is none.
func (s *Snapshot) at(id broker.ID) *entry {
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
func (s *Snapshot) believe(start time.Time, listed []broker.Broker, unreadable ...broker.Unreadable) []Change {
	var changes []Change
	s.note(start, unreadable)
	s.inPart = false
	for i := range listed {
		e := s.at(listed[i].ID)
		seen := e.lastSeen()
		e.seenAt = moment.Later(e.seenAt, start)
		if e.goneAt.After(start) {
			s.inPart = s.inPart || !listed[i].Detail
			continue
		}
		if e.show(start, &listed[i]) {
			s.shows |= broker.ShownBy(&listed[i])
			changes = append(changes, s.changed(e, seen))
		}
		s.inPart = s.inPart || e.inPart()
	}
	for _, e := range s.entries {
		if s.unseen(e, start, unreadable) {
			changes = append(changes, s.changed(e, e.lastSeen()))
		}
	}
	first := max(0, len(s.starts)+1-keptReadings)
	s.starts = append(slices.Clone(s.starts[first:]), start)
	s.prune()
	return changes
}

// unseen takes in that a list was believed, for a broker that it may lack, and reports
// whether that changes what is known.
func (s *Snapshot) unseen(e *entry, start time.Time, unreadable []broker.Unreadable) bool {
	lacking := e.known != nil && e.seenAt.Before(start)
	e.veiled = lacking && anyMayBe(unreadable, e.identity)
	s.inPart = s.inPart || e.veiled
	news := lacking && !e.veiled && e.miss(start)
	if !e.inPart() {
		e.unread = 0
	}
	return news
}

// prune counts the brokers, and forgets what was seen only before the oldest
// reading that is remembered.
func (s *Snapshot) prune() {
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
func (s *Snapshot) changed(e *entry, seen time.Time) Change {
	before := e.identity
	s.place(e, seen)
	weakBefore, weakAfter := s.placeWeak(e)
	return Change{ID: e.id, Before: before, After: e.identity, WeakBefore: weakBefore, WeakAfter: weakAfter}
}

// Learn takes in the answer to a GET that started, or to an own write that
// ended, at a moment. What is known to be older than that of others is dropped.
func (s *Snapshot) Learn(id broker.ID, at time.Time, detail *broker.Broker, own bool) Change {
	e := s.at(id)
	if e.detailAt.After(at) || e.goneAt.After(at) {
		return Change{ID: e.id, Before: e.identity, After: e.identity}
	}
	e.compare(at, detail, own, s.lag)
	seen := e.lastSeen()
	e.detail, e.detailAt, e.goneAt, e.denied, e.unknown, e.unread = detail, at, time.Time{}, time.Time{}, nil, 0
	if !own { // an answer to a write may only echo it
		s.shows |= broker.ShownBy(detail)
	}
	if own {
		e.seenAt, e.deleted = moment.Later(e.seenAt, at), false
	}
	e.settle()
	return s.changed(e, seen)
}

// Lose takes in that a GET which started at a moment found no such broker.
func (s *Snapshot) Lose(id broker.ID, at time.Time) Change {
	e := s.find(id)
	if e == nil {
		return Change{ID: id.Key()}
	}
	if e.detailAt.After(at) || (e.inList && e.listedAt.After(at)) {
		return Change{ID: e.id, Before: e.identity, After: e.identity}
	}
	e.goneAt = at
	return s.changed(e, e.lastSeen())
}

// Deleted notes that an own DELETE was accepted: lists may lack the broker from now on.
func (s *Snapshot) Deleted(id broker.ID) {
	if e := s.find(id); e != nil {
		e.deleted = true
	}
}

// Present are the brokers that are known; they must not be changed.
func (s *Snapshot) Present() (known []*broker.Broker) {
	for _, e := range s.entries {
		if e.present() {
			known = append(known, e.known)
		}
	}
	return known
}
