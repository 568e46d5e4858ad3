package inventory

import (
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// markKey is under what brokers are found that carry a mark.
type markKey struct {
	propertyID, key string
}

// keysOf are those under which an owner's marks are found.
func keysOf(m broker.Marking) []markKey {
	var keys []markKey
	for _, key := range m.Owner().Keys() {
		keys = append(keys, markKey{m.PropertyID, key})
	}
	return keys
}

// index finds the brokers that show something, and tells when it was last seen.
type index[K comparable] map[K]*shelf

type shelf struct {
	entries []*entry
	seen    time.Time // when a broker that has left was last seen here
}

func (x index[K]) put(key K, e *entry) {
	if x[key] == nil {
		x[key] = &shelf{}
	}
	x[key].entries = append(x[key].entries, e)
}

// take removes a broker that was last seen here at a moment.
func (x index[K]) take(key K, e *entry, seen time.Time) {
	s := x[key]
	s.entries = slices.DeleteFunc(s.entries, func(other *entry) bool { return other == e })
	s.seen = moment.Later(s.seen, seen)
}

// at are the brokers that show the key now.
func (x index[K]) at(key K) []*entry {
	if s := x[key]; s != nil {
		return s.entries
	}
	return nil
}

// seen is when the key was last shown; zero if that is not remembered.
func (x index[K]) seen(key K) time.Time {
	s := x[key]
	if s == nil {
		return time.Time{}
	}
	seen := s.seen
	for _, e := range s.entries {
		seen = moment.Later(seen, e.lastSeen())
	}
	return seen
}

// prune forgets what nobody has shown since a moment.
func (x index[K]) prune(since time.Time) {
	for key, s := range x {
		if len(s.entries) == 0 && s.seen.Before(since) {
			delete(x, key)
		}
	}
}

// lastSeen is when a list, an own write or a GET last showed the broker.
func (e *entry) lastSeen() time.Time { return moment.Later(e.seenAt, e.detailAt) }

// place puts a broker under its present identity and marks. seen is when it was
// last seen before.
func (s *Snapshot) place(e *entry, seen time.Time) {
	var identity broker.Identity
	var marks []markKey
	if e.present() && !e.known.Foreign { // another seller's is no match, whatever it shows
		if shown, whole := broker.IdentityOf(e.known); whole && !slices.ContainsFunc(e.known.Odd, identifies) {
			identity = shown
		}
		marks = marksOf(e.known)
	}
	s.shelve(e)
	if identity != e.identity {
		if e.identity != (broker.Identity{}) {
			s.byIdentity.take(e.identity, e, seen)
		}
		if identity != (broker.Identity{}) {
			s.byIdentity.put(identity, e)
		}
		e.identity = identity
	}
	if slices.Equal(marks, e.marks) {
		return
	}
	for _, m := range e.marks {
		s.byMark.take(m, e, seen)
	}
	for _, m := range marks {
		s.byMark.put(m, e)
	}
	e.marks = marks
}

// marksOf are the custom properties that may be ownership marks.
func marksOf(b *broker.Broker) []markKey {
	var marks []markKey
	for i := range b.CustomProperties {
		p := &b.CustomProperties[i]
		if key := broker.Mark(p.Value).Key(); key != "" {
			marks = append(marks, markKey{p.ID, key})
		}
	}
	return marks
}
