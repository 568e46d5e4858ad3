package account

import (
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// entry is what is known of one broker.
type entry struct {
	listed   *broker.Broker  // from the latest list that showed it
	listedAt time.Time       // when that list's reading started
	detail   *broker.Broker  // from a GET or an own write
	detailAt time.Time       // when the GET started, or the write ended
	known    *broker.Broker  // both, the newer over the older
	goneAt   time.Time       // when a GET or an own DELETE said that it is gone
	services bool            // services are activated, as of the latest reading
	identity broker.Identity // under which it is indexed; zero for none
}

// knownAt is when the newer of both was read.
func (e *entry) knownAt() time.Time {
	if e.listedAt.After(e.detailAt) {
		return e.listedAt
	}
	return e.detailAt
}

// settle works out what is known: a list that shows everything and is newer
// stands alone, a summary lies over the details.
func (e *entry) settle() {
	switch {
	case e.listed == nil:
		e.known = e.detail
	case e.detail == nil, e.listed.Detail && e.listedAt.After(e.detailAt):
		e.known = e.listed
	case e.stale():
		merged := broker.Merge(e.listed, e.detail)
		merged.Foreign = e.listed.Foreign || e.detail.Foreign
		e.known = &merged
	default:
		e.known = e.detail
	}
}

// stale reports whether the list shows something that the details do not know yet.
func (e *entry) stale() bool {
	return e.detail != nil && e.listed != nil && e.listedAt.After(e.detailAt) &&
		len(broker.Diff(e.listed, e.detail, nil)) > 0
}

// snapshot is the account as last read, own writes included.
type snapshot struct {
	entries map[broker.ID]*entry // by ID.Key()
	// byIdentity are the ids of the brokers that show this identity.
	byIdentity map[broker.Identity][]broker.ID
	// seen is when an identity or a broker was last shown by a believed reading
	// or an own write.
	seenIdentity map[broker.Identity]time.Time
	seenID       map[broker.ID]time.Time
	// starts are the believed readings, oldest first. The slice is never changed
	// in place, so that parts of it can be handed out.
	starts []time.Time
	// servicesKnown says that the reading told which brokers have activated services.
	servicesKnown bool
	doubt         string
	trusted       bool // a person says that the next list is right
}

func newSnapshot() *snapshot {
	return &snapshot{
		entries: map[broker.ID]*entry{}, byIdentity: map[broker.Identity][]broker.ID{},
		seenIdentity: map[broker.Identity]time.Time{}, seenID: map[broker.ID]time.Time{},
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

// at is the entry of a broker, made if there is none.
func (s *snapshot) at(id broker.ID) *entry {
	e := s.entries[id.Key()]
	if e == nil {
		e = &entry{}
		s.entries[id.Key()] = e
	}
	return e
}

// believe takes a list in as the account's state at start, and returns the
// brokers whose entry changed, those that disappeared included.
func (s *snapshot) believe(start time.Time, listed []broker.Broker) []broker.ID {
	var changed []broker.ID
	for i := range listed {
		if id := listed[i].ID.Key(); s.show(id, start, &listed[i]) {
			changed = append(changed, id)
		}
		if start.After(s.seenID[listed[i].ID.Key()]) {
			s.seenID[listed[i].ID.Key()] = start
		}
	}
	for id, e := range s.entries {
		if e.listedAt.Before(start) && s.miss(id, e, start) {
			changed = append(changed, id)
		}
	}
	first := max(0, len(s.starts)+1-keptReadings)
	s.starts = append(slices.Clone(s.starts[first:]), start)
	s.index(start)
	return changed
}

// miss notes that a list lacks a broker and reports whether it is news. What its
// details said stays known: a list proves nothing by what it lacks.
func (s *snapshot) miss(id broker.ID, e *entry, start time.Time) bool {
	if !e.detailAt.Before(start) {
		return false
	}
	news := e.listed != nil
	e.listed = nil
	e.settle()
	if e.detail == nil || !e.goneAt.IsZero() {
		s.displace(id, e)
		delete(s.entries, id)
	}
	return news
}

// show takes one list entry in and reports whether what is known changed.
func (s *snapshot) show(id broker.ID, start time.Time, listed *broker.Broker) bool {
	e := s.at(id)
	if e.goneAt.After(start) {
		return false
	}
	before := e.known
	if e.listed != nil && broker.Equal(e.listed, listed) {
		listed = e.listed // keep one copy
	}
	missed := e.listed == nil
	e.listed, e.listedAt, e.goneAt = listed, start, time.Time{}
	e.settle()
	return missed || before == nil || (before != e.known && !broker.Equal(before, e.known))
}

// index puts every broker under its present identity.
func (s *snapshot) index(start time.Time) {
	for id, e := range s.entries {
		at := e.detailAt
		if e.listed != nil && start.After(at) {
			at = start
		}
		s.place(id, e, at)
	}
}

// place puts one broker, last seen at a moment, under its present identity.
func (s *snapshot) place(id broker.ID, e *entry, at time.Time) {
	identity := broker.Identity{}
	if e.known != nil && e.goneAt.IsZero() {
		if shown, whole := broker.IdentityOf(e.known); whole {
			identity = shown
		}
	}
	if identity != e.identity {
		s.displace(id, e)
		if identity != (broker.Identity{}) {
			s.byIdentity[identity] = append(s.byIdentity[identity], id)
			e.identity = identity
		}
	}
	if identity != (broker.Identity{}) && at.After(s.seenIdentity[identity]) {
		s.seenIdentity[identity] = at
	}
}

// displace takes a broker out of the index.
func (s *snapshot) displace(id broker.ID, e *entry) {
	if ids := slices.DeleteFunc(slices.Clone(s.byIdentity[e.identity]), func(other broker.ID) bool { return other == id }); len(ids) > 0 {
		s.byIdentity[e.identity] = ids
	} else {
		delete(s.byIdentity, e.identity)
	}
	e.identity = broker.Identity{}
}

// learn takes in the answer to a GET that started, or to an own write that
// ended, at a moment.
func (s *snapshot) learn(id broker.ID, at time.Time, detail *broker.Broker, own bool) {
	e := s.at(id)
	if e.detail != nil && e.detailAt.After(at) {
		return
	}
	e.detail, e.detailAt, e.goneAt = detail, at, time.Time{}
	e.settle()
	if own {
		s.seenID[id.Key()] = at
	}
	s.place(id.Key(), e, at)
}

// lose takes in that a broker is gone, by a GET or an own DELETE.
func (s *snapshot) lose(id broker.ID, at time.Time) {
	if e := s.entries[id.Key()]; e != nil {
		e.goneAt = at
		s.displace(id.Key(), e)
	}
}
