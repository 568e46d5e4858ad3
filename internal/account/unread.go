package account

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// What a list shows and nobody can tell apart is there all the same: a broker that it may
// be is neither absent nor free to be made.

// unread is what readings showed of that.
type unread struct {
	// spoilt are the believed readings with unreadable entries, oldest first.
	spoilt []spoiltReading
	// vague are brokers whose registration number or domain has a form without a meaning.
	vague map[broker.ID]*entry
}

type spoiltReading struct {
	start   time.Time
	entries []broker.Unreadable
}

// note keeps the unreadable entries of a reading.
func (u *unread) note(start time.Time, entries []broker.Unreadable) {
	if len(entries) > 0 {
		u.spoilt = append(u.spoilt, spoiltReading{start, entries})
	}
}

// forgetSpoilt drops the readings from before a moment.
func (u *unread) forgetSpoilt(since time.Time) {
	u.spoilt = slices.DeleteFunc(u.spoilt, func(r spoiltReading) bool { return r.start.Before(since) })
}

// shelve notes whether a broker is vague.
func (u *unread) shelve(e *entry) {
	if e.present() && !e.known.Foreign && slices.ContainsFunc(e.known.Odd, identifies) {
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
		q.Identity == none && q.Bound == none && u.MayBe(none) || q.Mark.on(&u.Shows)
}

// on reports whether a broker carries a mark of the owner.
func (m Mark) on(b *broker.Broker) bool {
	shown := marksOf(b)
	return slices.ContainsFunc(m.keys(), func(key markKey) bool { return slices.Contains(shown, key) })
}

// readable are those of some readings without an entry that may be what is asked for:
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

// unreadable are the entries of the latest reading that may be what is asked for, and the
// vague brokers that may be.
func (s *snapshot) unreadable(q *Query) []broker.Unreadable {
	var found []broker.Unreadable
	if n := len(s.spoilt); n > 0 && s.spoilt[n-1].start.Equal(s.latest()) {
		for _, e := range s.spoilt[n-1].entries {
			if q.mayBe(&e) {
				found = append(found, e)
			}
		}
	}
	return append(found, s.vagueFor(q)...)
}

// unlessVague are the readings that show something to be absent: none while a vague broker
// may be it.
func (s *snapshot) unlessVague(q *Query, starts []time.Time) []time.Time {
	if len(s.vagueFor(q)) > 0 {
		return nil
	}
	return starts
}

// vagueFor are the brokers that may be what is asked for.
func (s *snapshot) vagueFor(q *Query) []broker.Unreadable {
	var found []broker.Unreadable
	for _, e := range s.vague {
		if u := e.unreadable(); !e.id.Same(q.ID) && q.mayBe(&u) {
			found = append(found, u)
		}
	}
	slices.SortFunc(found, func(a, b broker.Unreadable) int { return strings.Compare(a.Problem, b.Problem) })
	return found
}

// unreadable is a vague broker in the words of an entry.
func (e *entry) unreadable() broker.Unreadable {
	u := broker.Unreadable{Index: broker.NoIndex, Problem: fmt.Sprintf("broker %s shows %s in a form that is not understood", e.id, strings.Join(e.known.Odd, ", ")), Shows: *e.known}
	for _, path := range e.known.Odd {
		u.Shows.Forget(path)
	}
	return u
}

// Unreadable are the entries of the latest believed list that can't be told apart as
// brokers; they must not be changed.
func (a *Account) Unreadable() []broker.Unreadable {
	a.mu.Lock()
	defer a.mu.Unlock()
	if n := len(a.snap.spoilt); n > 0 && a.snap.spoilt[n-1].start.Equal(a.snap.latest()) {
		return a.snap.spoilt[n-1].entries
	}
	return nil
}
