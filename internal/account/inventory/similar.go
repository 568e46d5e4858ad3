package inventory

import (
	"slices"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Similar is a broker that shares a weak key with the sought identity, and has another.
type Similar struct {
	// Broker is as last read or written; it must not be changed.
	Broker *broker.Broker
	// Listed says that it is known from a list alone, and Unlisted that a later list lacks
	// it: it may be gone, or somebody else's, before its own GET says otherwise.
	Listed, Unlisted bool
	// Crowded says that too many share the key; where even more do, it has the name.
	Crowded bool
	// Named says that it shares the name alone.
	Named bool
	// Held says that a Reseller holds it.
	Held bool
}

// carriers are the brokers that have a weak key, and belong to this seller.
type carriers map[string][]*entry

func (c carriers) put(key string, e *entry) {
	if key != "" {
		c[key] = append(c[key], e)
	}
}

func (c carriers) take(key string, e *entry) {
	rest := slices.DeleteFunc(c[key], func(other *entry) bool { return other == e })
	if len(rest) == 0 {
		delete(c, key)
		return
	}
	c[key] = rest
}

// tells reports whether a key is rare enough to tell something of who has it.
func (c carriers) tells(key string) bool {
	n := len(c[key])
	return n > 0 && n < broker.Crowded
}

// telling are those of some keys that tell something of the brokers that have them.
func (s *Snapshot) telling(keys broker.Weak) broker.Weak {
	if !s.byNumber.tells(keys.Number) {
		keys.Number = ""
	}
	if !s.byDomain.tells(keys.Domain) {
		keys.Domain = ""
	}
	return keys
}

// placeWeak puts a broker under its present weak keys. It returns those of before and of
// now that told something before or tell it now.
func (s *Snapshot) placeWeak(e *entry) (before, after broker.Weak) {
	var keys broker.Weak
	name := ""
	if e.mayBeThere() && !e.known.Foreign {
		keys, name = broker.WeakOf(e.known), broker.NameKey(e.known)
	}
	if name != e.name {
		s.byName.take(e.name, e)
		s.byName.put(name, e)
		e.name = name
	}
	told, tells := s.telling(e.weak), s.telling(keys)
	if keys != e.weak {
		s.byNumber.take(e.weak.Number, e)
		s.byDomain.take(e.weak.Domain, e)
		s.byNumber.put(keys.Number, e)
		s.byDomain.put(keys.Domain, e)
	}
	before, after = either(told, s.telling(e.weak)), either(tells, s.telling(keys))
	e.weak = keys
	return before, after
}

// either has each half that one of two has.
func either(a, b broker.Weak) broker.Weak {
	if a.Number == "" {
		a.Number = b.Number
	}
	if a.Domain == "" {
		a.Domain = b.Domain
	}
	return a
}

// similar are the brokers that share a weak key with the sought identity, which none of
// them has, and are not among the matches. Who has it and was not found by a GET is a
// match again when the next list shows it, and in no question until then. Of a key that
// many share it is those with the name, where these are few.
func (s *Snapshot) similar(q *Query, matches []*broker.Broker) []Similar {
	var found []Similar
	keys := q.Identity.Weak()
	for _, shelf := range [][]*entry{s.byNumber[keys.Number], s.byDomain[keys.Domain]} {
		for _, e := range shelf {
			known := func(other Similar) bool { return other.Broker == e.known }
			crowded := listed(shelf) >= broker.Crowded
			if (len(shelf) > listedCrowd && !rare(shelf, q.Name, e)) || broker.Halves(e.known) == q.Identity || slices.Contains(matches, e.known) || slices.ContainsFunc(found, known) {
				continue
			}
			found = append(found, e.similar(crowded))
		}
	}
	return append(found, s.namesakes(q, matches, found)...)
}

// listed counts the brokers of a shelf that lists do not lack: one that only GETs show now and
// then makes no crowd.
func listed(shelf []*entry) (n int) {
	for _, e := range shelf {
		if e.inList || e.missedAt.IsZero() {
			n++
		}
	}
	return n
}

func (e *entry) similar(crowded bool) Similar {
	return Similar{Broker: e.known, Listed: e.known == e.listed || !e.known.Detail || !e.present(), Unlisted: e.missedAt.After(e.detailAt), Crowded: crowded}
}

// namesakes are the brokers beside those that have the sought name, where these are few: the
// API may show both halves of an identity so that nothing is like what was posted.
func (s *Snapshot) namesakes(q *Query, matches []*broker.Broker, others []Similar) []Similar {
	key := broker.NameKey(&broker.Broker{Name: &q.Name})
	if !s.byName.tells(key) {
		return nil
	}
	var found []Similar
	for _, e := range s.byName[key] {
		known := func(other Similar) bool { return other.Broker == e.known }
		if broker.Halves(e.known) == q.Identity || slices.Contains(matches, e.known) || slices.ContainsFunc(others, known) {
			continue
		}
		one := e.similar(false)
		one.Named = true
		found = append(found, one)
	}
	return found
}

// rare reports whether a broker has a name that few of those on a shelf have.
func rare(shelf []*entry, name string, e *entry) bool {
	if !broker.SameName(name, e.known) {
		return false
	}
	n := 0
	for _, other := range shelf {
		if broker.SameName(name, other.known) {
			n++
		}
	}
	return n < broker.Crowded
}
