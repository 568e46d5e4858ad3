package inventory

import (
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// View is what is known about one Reseller's broker.
type View struct {
	// Latest is when the latest believed sync started; zero before the first.
	Latest time.Time
	// Doubt says why the latest list is not believed; "" if it is.
	Doubt string
	// Known is the broker as last read or written, nil while not known; it must not
	// be changed. KnownSince is when all of it was, ShownSince when it was last shown.
	Known                  *broker.Broker
	KnownSince, ShownSince time.Time
	// Listed says that it is known from a list alone, Whole that lists show all of it.
	Listed, Whole bool
	// Unread says that lists do not show all of it, and that its own GETs fail.
	Unread bool
	// Matches are the brokers with the sought identity or mark. One that a single
	// list lacks is still among them, and Unlisted then.
	Matches  []*broker.Broker
	Unlisted []broker.ID
	// ListedOnly are those of them that are known from lists alone.
	ListedOnly []broker.ID
	// Similar are those that only share a weak key with it.
	Similar []Similar
	// Absent and AbsentID are the starts of the believed syncs since the sought
	// identity or mark, and the broker, were last seen, oldest first.
	Absent, AbsentID []time.Time
	// Blank are the starts of syncs among them that showed no broker at all, which an
	// outage looks like, too, and that no user called right.
	Blank []time.Time
	// Unreadable are what the latest list shows and nobody can tell apart, as far as it may
	// be what is asked for. Syncs with such are in neither Absent nor AbsentID.
	Unreadable []broker.Unreadable
	// ServicesActivated is nil while not known.
	ServicesActivated *bool
	// Shows are the fields that lists or GETs have shown of any broker of the account.
	Shows broker.FieldSet
}

// Query says what a View is to be about.
type Query struct {
	// ID is the bound broker; "" for none.
	ID       broker.ID
	Identity broker.Identity
	// Bound is the identity of the bound broker as last shown, zero while not known.
	Bound broker.Identity
	// Weak says that brokers are to be found that only share a weak key with it, and Name
	// that of a key of too many those with this name are, "" for none.
	Weak bool
	Name string
	// Mark is the ownership mark; zero where none is used.
	Mark broker.Marking
	// Others are brokers that a user says are of other companies.
	Others []broker.ID
}

// View answers from what is known. Of similar brokers it does not know who is held.
func (s *Snapshot) View(q Query) View {
	v := View{Latest: s.Latest(), Doubt: s.doubt, Blank: s.blanks, Shows: s.shows}
	if q.ID != "" {
		s.view(q.ID, &v)
	}
	if q.Identity != (broker.Identity{}) {
		seen := s.byIdentity.seen(q.Identity)
		for _, key := range keysOf(q.Mark) {
			seen = moment.Later(seen, s.byMark.seen(key))
		}
		v.Absent = s.since(seen)
	}
	s.match(&q, &v)
	v.Absent, v.AbsentID = s.readable(&q, v.Absent), s.readable(&q, v.AbsentID)
	if v.Unreadable = s.unreadable(&q); len(s.vague) > 0 && len(v.Unreadable) > 0 {
		v.Absent = s.unlessVague(&q, v.Absent)
	}
	if q.Weak {
		v.Similar = s.similar(&q, v.Matches)
	}
	return v
}

// match adds the brokers with the sought identity, and those with its mark alone.
func (s *Snapshot) match(q *Query, v *View) {
	if q.Identity != (broker.Identity{}) {
		for _, e := range s.byIdentity.at(q.Identity) {
			v.match(e)
		}
	}
	for _, key := range keysOf(q.Mark) {
		for _, e := range s.byMark.at(key) {
			if q.Identity == (broker.Identity{}) || e.identity != q.Identity {
				v.match(e)
			}
		}
	}
}

// match adds a broker with the sought identity or mark.
func (v *View) match(e *entry) {
	v.Matches = append(v.Matches, e.known)
	if e.detail == nil || !e.known.Detail {
		v.ListedOnly = append(v.ListedOnly, e.id)
	}
	if !e.missedAt.IsZero() {
		v.Unlisted = append(v.Unlisted, e.id)
	}
}

// view shows one broker.
func (s *Snapshot) view(id broker.ID, v *View) {
	e := s.find(id)
	if e == nil {
		v.AbsentID = s.starts
		return
	}
	v.AbsentID, v.ServicesActivated, v.Unread = s.since(e.seenAt), e.services, e.unread >= untold
	if e.present() {
		v.Known, v.KnownSince, v.ShownSince, v.Listed, v.Whole = e.known, e.knownAt(), e.shownAt(), e.known == e.listed, e.whole()
	}
}
