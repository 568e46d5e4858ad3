package inventory

import (
	"cmp"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// entry is what is known of one broker. One that is known no longer is kept for
// its seenAt, as long as syncs from before that are remembered.
type entry struct {
	id       broker.ID      // its key
	listed   *broker.Broker // from the latest list that showed it; nil if none did
	listedAt time.Time      // when that list's reading started
	detail   *broker.Broker // from a GET or an own write; nil once a whole list entry shows the same
	detailAt time.Time      // when the GET started, or the write ended
	known    *broker.Broker // both, the newer over the older; nil while not known
	// likened is the list entry with which a GET agreed although it shows otherwise:
	// lists spell this broker in a way of their own. It holds for the details as they
	// are since changedAt; zero where they were never seen to change.
	likened   *broker.Broker
	changedAt time.Time

	inList   bool      // the latest believed list shows it
	veiled   bool      // it may be what that list shows and nobody can tell apart
	unread   int       // how many GETs failed since it was last shown whole
	missedAt time.Time // when a list started that lacks it, since it was last seen in one
	seenAt   time.Time // when a list or an own write last showed it
	goneAt   time.Time // when a GET started that found it gone; zero while it may be there
	deleted  bool      // an own DELETE was accepted: lists may lack it from now on
	denied   time.Time // when a GET for its identity was refused; zero where none was since the entry changed
	// unknown is how the latest GET failed of a broker whose identity no list shows; nil
	// where it did not, or was denied.
	unknown *broker.Failure

	services *bool           // whether services are activated, as last told; nil: never
	identity broker.Identity // under which it is indexed; zero for none
	marks    []markKey       // likewise
	weak     broker.Weak     // likewise
	name     string          // likewise
}

// present reports whether the broker may be shown.
func (e *entry) present() bool { return e.known != nil && e.goneAt.IsZero() }

// mayBeThere reports whether the broker may be there all the same: one GET that finds
// none, against the latest list, proves nothing.
func (e *entry) mayBeThere() bool {
	return e.present() || (e.known != nil && e.inList && !e.deleted)
}

// shownAt is when the broker was last shown, knownAt when all that is known of it was
// read: a list's entry that says less, or otherwise, is no sync of its details.
func (e *entry) shownAt() time.Time { return moment.Later(e.listedAt, e.detailAt) }

func (e *entry) knownAt() time.Time {
	if e.known == e.listed {
		return e.listedAt
	}
	return e.detailAt
}

// settle works out what is known: a list entry that shows everything and agrees with the
// details stands alone; what a newer one shows otherwise lies over them, and is no
// comparison then: lists may spell in a way of their own, and the details are read again.
func (e *entry) settle() {
	switch {
	case e.listed == nil:
		e.known = e.detail
	case e.detail == nil:
		e.known = e.listed
	case e.stale():
		merged := broker.Merge(e.listed, e.detail)
		merged.Foreign, merged.Detail = e.listed.Foreign || e.detail.Foreign, false
		merged.Active = cmp.Or(e.listed.Active, e.detail.Active)
		e.known = &merged
	case e.listed.Detail && e.listed != e.likened && e.listedAt.After(e.detailAt) && !e.hiddenForeign():
		e.known, e.detail = e.listed, nil
	case e.saysMore(e.detail):
		marked := e.marked(*e.detail)
		e.known = &marked
	default:
		e.known = e.detail
	}
}

// stale reports whether the list shows something that the details do not know yet.
func (e *entry) stale() bool {
	return e.detail != nil && e.listed != nil && e.listedAt.After(e.detailAt) && e.listed != e.likened && !alike(e.listed, e.detail)
}

// alike reports whether two show the same of a broker, as far as the first shows it.
func alike(a, b *broker.Broker) bool {
	return (a.Active == nil || b.Active == nil || *a.Active == *b.Active) && len(broker.Diff(a, b, nil)) == 0 && (!a.Detail || len(broker.Diff(b, a, nil)) == 0)
}

// inPart reports whether lists do not show all of the broker as its details do, so that
// these are read in their own interval. Details that are newer than a whole list say
// nothing of that yet.
func (e *entry) inPart() bool {
	return e.veiled || e.inList && e.listed != nil && (!e.listed.Detail || (e.detail != nil && e.listedAt.After(e.detailAt)))
}

// whole reports whether the latest list shows all of the broker, as its details would.
func (e *entry) whole() bool {
	return e.inList && e.listed != nil && e.listed.Detail && e.listed != e.likened
}

// compare takes in that details were read, or came of an own write, before they are
// known. Read as they were, once no list can be from before, they are what the list means.
func (e *entry) compare(at time.Time, detail *broker.Broker, own bool, lag time.Duration) {
	if e.detail != nil && broker.Equal(e.detail, detail) {
		if !own && e.listed != nil && e.listedAt.After(e.changedAt.Add(lag)) && !alike(e.listed, detail) {
			e.likened = e.listed
		}
		return
	}
	e.likened = nil
	if own || e.detail != nil || (e.known != nil && !alike(e.known, detail)) {
		e.changedAt = at
	}
}

// show takes a list entry in and reports whether what is known changed, or the
// broker is back.
func (e *entry) show(start time.Time, listed *broker.Broker) bool {
	settled := e.listed != nil && e.inList && e.goneAt.IsZero() && (e.listedAt.After(e.detailAt) || e.detailAt.IsZero())
	same := e.listed != nil && broker.Equal(e.listed, listed)
	back, marked := !e.missedAt.IsZero() || !e.goneAt.IsZero(), e.listed != nil && e.listed.Inactive()
	e.listedAt, e.inList, e.missedAt, e.goneAt = start, true, time.Time{}, time.Time{}
	if settled && same {
		return false
	}
	if !same {
		if e.listed != nil {
			e.denied = time.Time{}
		}
		kept := *listed // a pointer into the list would keep all of it
		e.listed = &kept
	}
	before := e.known
	if (back || marked != listed.Inactive()) && e.detail != nil && e.detail.Inactive() {
		e.detail = nil // it may be active again: its details are read again
	}
	e.settle()
	return back || before == nil || (before != e.known && !broker.Equal(before, e.known))
}

// identified reports whether the details that belong to a list entry were read, or were
// refused.
func (e *entry) identified(listed *broker.Broker) bool {
	same := e.listed != nil && broker.Equal(e.listed, listed)
	if !e.denied.IsZero() {
		return same || e.listed == nil
	}
	return e.detail != nil && ((same && e.listed == e.likened) || len(broker.Diff(listed, e.detail, nil)) == 0)
}

// miss takes in that a list lacks the broker and reports whether that is news.
// It was known for news before, unless somebody found the broker since; and one
// that no list has shown yet has some time to get there.
func (e *entry) miss(start time.Time) bool {
	if !e.detailAt.Before(start) {
		return false
	}
	lags := start.Sub(e.detailAt) < listedAtMost
	again := !e.missedAt.IsZero()
	news := e.inList || (!lags && e.detailAt.After(e.missedAt))
	if news {
		e.missedAt = start
	}
	e.inList = false
	if e.deleted || !e.goneAt.IsZero() || (again && !lags) {
		news = news || e.present()
		e.forget()
	}
	return news
}

// forget drops what was known.
func (e *entry) forget() {
	e.listed, e.detail, e.known, e.likened, e.unknown = nil, nil, nil, nil, nil
	e.goneAt, e.services = time.Time{}, nil
}
