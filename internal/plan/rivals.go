package plan

import (
	"slices"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// means reports whether the competing Reseller claims this identity.
func (r *Rival) means(id broker.Identity) bool {
	return id != (broker.Identity{}) && (r.Identity == id || r.Intent == id || r.Bound == id || slices.Contains(r.Sent[:], id))
}

// has reports whether the competing Reseller holds this broker, or is deleting it.
func (r *Rival) has(id broker.ID) bool { return r.BrokerID.Same(id) || r.DeletionID.Same(id) }

// makes reports whether the competing Reseller has an intent open for this identity, however written.
func (r *Rival) makes(identity broker.Identity) bool {
	return r.Intent != (broker.Identity{}) && (r.Intent == identity || r.Intent.Like(identity))
}

// holds reports whether the competing Reseller has more than a wish: a broker or an open intent.
func (r *Rival) holds() bool {
	return r.BrokerID != "" || r.DeletionID != "" || r.Intent != (broker.Identity{})
}

// winner is the competing Reseller that comes before this Reseller in meaning the identity
// or the named broker, nil if none does: who holds a broker or an open intent
// first, then who is older, then the smaller UID.
func winner(s *State) *Rival {
	for i := range s.Rivals {
		r := &s.Rivals[i]
		same := (r.means(s.Desired.Identity) && !s.apart(r)) ||
			(s.named() != "" && (r.has(s.named()) || r.SpecID.Same(s.named())))
		if !same {
			continue
		}
		if r.holds() || (!r.Deleting && r.before(&s.Record)) {
			return r
		}
	}
	return nil
}

// apart reports whether both name a broker by spec.brokerID, or hold one, and not the same:
// who is named needs no identity of its own.
func (s *State) apart(r *Rival) bool {
	named := s.Desired.BrokerID
	return named != "" && !r.has(named) && !r.SpecID.Same(named) && (r.SpecID != "" || r.BrokerID != "")
}

// before reports whether the competing Reseller is older, or of the same second and smaller UID.
func (r *Rival) before(own *Record) bool {
	if !r.Created.Equal(own.Created) {
		return r.Created.Before(own.Created)
	}
	return r.UID < own.UID
}

// claimant is the competing Reseller that holds this broker, or whose open intent may have made it or
// ends in it, since a user named it, nil for none. The API may show that one in its own way:
// half of the identity is enough.
func claimant(s *State, id broker.ID, b *broker.Broker) *Rival {
	identity := broker.Halves(b)
	for i := range s.Rivals {
		r := &s.Rivals[i]
		endsIn := r.Intent != (broker.Identity{}) && r.SpecID.Same(id) && r.before(&s.Record)
		if r.has(id) || endsIn || r.makes(identity) || r.Intent.Weak().Shares(identity.Weak()) {
			return r
		}
	}
	return nil
}

// making is the competing Reseller that may be making a broker of this identity, or has made it and
// does not know, nil for none; makingBefore is one that comes first.
func making(s *State, identity broker.Identity) *Rival {
	for i := range s.Rivals {
		if r := &s.Rivals[i]; r.makes(identity) {
			return r
		}
	}
	return nil
}

func makingBefore(s *State, identity broker.Identity) *Rival {
	for i := range s.Rivals {
		if r := &s.Rivals[i]; r.makes(identity) && r.before(&s.Record) {
			return r
		}
	}
	return nil
}

// disputed reports whether a competing Reseller holds this broker, or may have made it as well.
func disputed(s *State, id broker.ID, identity broker.Identity) bool {
	return making(s, identity) != nil || haver(s, id) != nil
}

// haver is the competing Reseller that holds this broker, or is deleting it; nil for none.
func haver(s *State, id broker.ID) *Rival {
	for i := range s.Rivals {
		if s.Rivals[i].has(id) {
			return &s.Rivals[i]
		}
	}
	return nil
}

// holder is the competing Reseller that holds this broker, or comes first for it because it is
// the older of two that name it; nil for none.
func holder(s *State, id broker.ID) *Rival {
	for i := range s.Rivals {
		r := &s.Rivals[i]
		if r.has(id) || (r.SpecID.Same(id) && r.before(&s.Record)) {
			return r
		}
	}
	return nil
}

// shared is the competing Reseller that shows the bound broker as its own, too.
func shared(s *State) *Rival {
	return haver(s, s.Record.BrokerID)
}

// contender is the competing Reseller that comes first for the identity to which a bound
// broker would be changed, nil for none: who has it, or may be making it, also where it is
// written otherwise; among others that hold a broker and were edited likewise, the older.
// Who holds nothing waits for the holder, or both would wait for each other.
func contender(s *State, identity broker.Identity) *Rival {
	for i := range s.Rivals {
		r := &s.Rivals[i]
		sent := slices.Contains(r.Sent[:], identity) && (!slices.Contains(s.Record.Sent, identity) || r.before(&s.Record))
		has := r.Bound == identity || r.Intent == identity || sent
		if r.means(identity) && (has || (r.holds() && r.before(&s.Record))) {
			return r
		}
		if s.becomesLike(r, identity) {
			return r
		}
	}
	return nil
}

// becomesLike reports whether an update to an identity would make the broker one that can't
// be told any more from the one that a competing Reseller has, or may be making: Cloudmore may write both
// alike. Brokers that are similar already, and those that a user says are others, may be.
func (s *State) becomesLike(r *Rival, identity broker.Identity) bool {
	has := r.Bound.Like(identity)
	if !has && !r.makes(identity) {
		return false
	}
	known := s.compared()
	similar := known != nil && has && r.Bound.Like(broker.Halves(known))
	allowed := has && s.Access.CreateBesideSimilar
	return !similar && !allowed && !slices.ContainsFunc(s.Desired.Despite, r.BrokerID.Same)
}

// swaps reports whether a competing Reseller wants the identity that the broker here has, and has the one
// that is wanted here: each waits for the other.
func (s *State) swaps(r *Rival) bool {
	want, have := s.Desired.Identity, s.Record.Bound
	return (r.Bound == want || r.Bound.Like(want)) && (r.Identity == have || r.Identity.Like(have)) && r.Identity != r.Bound
}

// who names the competing Reseller in a message; a Reseller of another namespace is not named.
func who(r *Rival, ownNamespace string) string {
	if r.Namespace == ownNamespace {
		return "Reseller " + r.Name
	}
	return "a Reseller of another namespace"
}
