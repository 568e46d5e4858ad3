package inventory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// What a list shows and nobody can tell apart is there all the same: a broker that it may
// be is neither absent nor free to be made.

// unread is what syncs showed of that.
type unread struct {
	// spoilt are the believed syncs with unreadable entries, oldest first.
	spoilt []spoiltReading
	// vague are brokers whose registration number or domain has a form without a meaning, or
	// is not known since they can't be read.
	vague map[broker.ID]*entry
}

type spoiltReading struct {
	start   time.Time
	entries []broker.Unreadable
}

// note keeps the unreadable entries of a sync.
func (u *unread) note(start time.Time, entries []broker.Unreadable) {
	if len(entries) > 0 {
		u.spoilt = append(u.spoilt, spoiltReading{start, entries})
	}
}

// spoiltLast are the entries of a sync that can't be told apart, if it is the latest.
func (u *unread) spoiltLast(latest time.Time) []broker.Unreadable {
	if n := len(u.spoilt); n > 0 && u.spoilt[n-1].start.Equal(latest) {
		return u.spoilt[n-1].entries
	}
	return nil
}

// forgetSpoilt drops the syncs from before a moment.
func (u *unread) forgetSpoilt(since time.Time) {
	u.spoilt = slices.DeleteFunc(u.spoilt, func(r spoiltReading) bool { return r.start.Before(since) })
}

// shelve notes whether a broker is vague.
func (u *unread) shelve(e *entry) {
	if e.present() && !e.known.Foreign && (e.unknown != nil || slices.ContainsFunc(e.known.Odd, identifies)) {
		u.vague[e.id] = e
	} else {
		delete(u.vague, e.id)
	}
}

func identifies(path string) bool { return path == "registrationNumber" || path == "domain" }

func anyMayBe(entries []broker.Unreadable, identity broker.Identity) bool {
	return slices.ContainsFunc(entries, func(u broker.Unreadable) bool { return u.MayBe(identity) })
}

// mayBe reports whether an entry may be what is asked for: by the identity that is
// sought, by that of the bound broker, or by the mark.
func (q *Query) mayBe(u *broker.Unreadable) bool {
	none := broker.Identity{}
	return q.Identity != none && u.MayBe(q.Identity) || q.Bound != none && u.MayBe(q.Bound) ||
		q.Identity == none && q.Bound == none && u.MayBe(none) || carries(&u.Shows, q.Mark)
}

// carries reports whether a broker has a mark of the owner.
func carries(b *broker.Broker, m broker.Marking) bool {
	shown := marksOf(b)
	return slices.ContainsFunc(keysOf(m), func(key markKey) bool { return slices.Contains(shown, key) })
}

// readable are those of some syncs without an entry that may be what is asked for:
// only they show that something is absent.
func (u *unread) readable(q *Query, starts []time.Time) []time.Time {
	if len(u.spoilt) == 0 {
		return starts
	}
	return slices.DeleteFunc(slices.Clone(starts), func(start time.Time) bool {
		return slices.ContainsFunc(u.spoilt, func(r spoiltReading) bool {
			return r.start.Equal(start) && slices.ContainsFunc(r.entries, func(e broker.Unreadable) bool { return q.mayBe(&e) })
		})
	})
}

// unreadable are the entries of the latest sync that may be what is asked for, and the
// vague brokers that may be.
func (s *Snapshot) unreadable(q *Query) []broker.Unreadable {
	var found []broker.Unreadable
	for _, e := range s.Unreadable() {
		if q.mayBe(&e) {
			found = append(found, e)
		}
	}
	return append(found, s.vagueFor(q)...)
}

// unlessVague are the syncs that show something to be absent: none while a vague broker
// may be it.
func (s *Snapshot) unlessVague(q *Query, starts []time.Time) []time.Time {
	if len(s.vagueFor(q)) > 0 {
		return nil
	}
	return starts
}

// vagueFor are the brokers that may be what is asked for.
func (s *Snapshot) vagueFor(q *Query) []broker.Unreadable {
	var found []broker.Unreadable
	for _, e := range s.vague {
		if u := e.unreadable(); !e.id.Same(q.ID) && !slices.ContainsFunc(q.Others, e.id.Same) && q.mayBe(&u) {
			found = append(found, u)
		}
	}
	slices.SortFunc(found, func(a, b broker.Unreadable) int { return strings.Compare(a.Problem, b.Problem) })
	return found
}

// unreadable is a vague broker in the words of an entry.
func (e *entry) unreadable() broker.Unreadable {
	if why := e.whyUnknown(); why != "" {
		return broker.Unreadable{Index: broker.NoIndex, ID: e.id, Problem: why, Shows: *cmp.Or(e.listed, e.known)}
	}
	u := broker.Unreadable{Index: broker.NoIndex, ID: e.id, Problem: fmt.Sprintf("broker %s shows %s in a form that is not understood", e.id, strings.Join(e.known.Odd, ", ")), Shows: *e.known}
	for _, path := range e.known.Odd {
		u.Shows.Forget(path)
	}
	return u
}

// Unreadable are the entries of the latest believed list that can't be told apart as
// brokers; they must not be changed.
func (s *Snapshot) Unreadable() []broker.Unreadable {
	if n := len(s.spoilt); n > 0 && s.spoilt[n-1].start.Equal(s.Latest()) {
		return s.spoilt[n-1].entries
	}
	return nil
}
