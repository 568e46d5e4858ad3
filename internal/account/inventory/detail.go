package inventory

import (
	"fmt"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// What is known of a broker beside lists comes from GETs of its own: whether one is to be
// sent, and what it came to.

// Stale reports whether the list shows something of a broker that its details do not.
func (s *Snapshot) Stale(id broker.ID) bool {
	e := s.find(id)
	return e != nil && e.stale()
}

// WantsDetail reports whether the details of a broker are to be read, which were read before
// a moment or differ from the list.
func (s *Snapshot) WantsDetail(id broker.ID, before time.Time) bool {
	e := s.find(id)
	return e != nil && e.inPart() && e.goneAt.IsZero() && (e.stale() || e.detailAt.Before(before))
}

// Denied takes in that the API denies a broker's details: lists ask for them no more.
func (s *Snapshot) Denied(id broker.ID, at time.Time) {
	if e := s.find(id); e != nil {
		e.denied = at
	}
}

// untold is how many GETs in a row may fail of a broker of which lists do not show all,
// before nobody knows any more how it is.
const untold = 2

// Unread takes in that such a GET failed, and reports whether it is the one after which
// nobody knows.
func (s *Snapshot) Unread(id broker.ID) bool {
	e := s.find(id)
	if e == nil || !e.inPart() {
		return false
	}
	e.unread++
	return e.unread == untold
}

// Unidentifiable takes in that a listed broker has no details to tell who it is.
func (s *Snapshot) Unidentifiable(id broker.ID, at time.Time) {
	e := s.at(id)
	e.denied, e.unknown = at, nil
}

// Unknown takes in that a GET failed which was to tell who a listed broker is: it may be
// anyone.
func (s *Snapshot) Unknown(id broker.ID, f *broker.Failure) Change {
	e := s.at(id)
	e.unknown = f
	return s.changed(e, e.lastSeen())
}

// Unidentified are the brokers of a list whose identity is neither shown nor known: those
// that were not asked for yet, and those whose GET failed.
func (s *Snapshot) Unidentified(listed []broker.Broker) (fresh, unknown []*broker.Broker) {
	for i := range listed {
		b := &listed[i]
		if b.Foreign || !nameless(b) {
			continue
		}
		switch e := s.find(b.ID); {
		case e != nil && e.unknown != nil:
			unknown = append(unknown, b)
		case e == nil || !e.identified(b):
			fresh = append(fresh, b)
		}
	}
	return fresh, unknown
}

// whyUnknown says of a broker that nobody knows which one it is; "" where that is known.
func (e *entry) whyUnknown() string {
	if e.unknown == nil {
		return ""
	}
	return fmt.Sprintf("lists do not show registration number and domain of broker %s, and it can't be read: %s", e.id, e.unknown.Error())
}
