package account

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
	// Crowded says that too many share the key, and it has the name.
	Crowded bool
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
func (s *snapshot) telling(keys broker.Weak) broker.Weak {
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
func (s *snapshot) placeWeak(e *entry) (before, after broker.Weak) {
	var keys broker.Weak
	if e.mayBeThere() && !e.known.Foreign {
		keys = broker.WeakOf(e.known)
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
// them has, and are not among the matches. Of a key that tells nothing it is those with
// the name, where these are few.
func (s *snapshot) similar(q *Query, matches []*broker.Broker) []Similar {
	var found []Similar
	keys := q.Identity.Weak()
	for _, shelf := range [][]*entry{s.byNumber[keys.Number], s.byDomain[keys.Domain]} {
		for _, e := range shelf {
			known := func(other Similar) bool { return other.Broker == e.known }
			crowded := len(shelf) >= broker.Crowded
			if (crowded && !rare(shelf, q.Name, e)) || e.identity == q.Identity || slices.Contains(matches, e.known) || slices.ContainsFunc(found, known) {
				continue
			}
			found = append(found, Similar{Broker: e.known, Listed: e.known == e.listed || !e.known.Detail || !e.present(), Unlisted: e.missedAt.After(e.detailAt), Crowded: crowded})
		}
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

// findHeld notes which of them a Reseller holds; not to be called under the lock.
func (a *Account) findHeld(similar []Similar) {
	for i := range similar {
		similar[i].Held = a.held(similar[i].Broker.ID)
	}
}
