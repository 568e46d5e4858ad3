package plan

import "github.com/reseller-operator/reseller-operator/internal/broker"

// means reports whether the rival stands for this identity.
func (r *Rival) means(id broker.Identity) bool {
	return id != (broker.Identity{}) && (r.Identity == id || r.Intent == id || r.Bound == id)
}

// claims reports whether the rival holds this broker or may be about to: bound,
// under deletion, or what its open intent may have made.
func (r *Rival) claims(id broker.ID, identity broker.Identity) bool {
	return r.BrokerID.Same(id) || r.DeletionID.Same(id) ||
		(r.Intent != (broker.Identity{}) && r.Intent == identity)
}

// holds reports whether the rival has more than a wish: a broker or an open intent.
func (r *Rival) holds() bool {
	return r.BrokerID != "" || r.DeletionID != "" || r.Intent != (broker.Identity{})
}

// winner is the rival that comes before this Reseller in meaning the identity
// or the named broker, nil if none does: who holds a broker or an open intent
// first, then who is older, then the smaller UID.
func winner(s *State) *Rival {
	for i := range s.Rivals {
		r := &s.Rivals[i]
		same := r.means(s.Desired.Identity) ||
			(s.Desired.BrokerID != "" && (r.claims(s.Desired.BrokerID, broker.Identity{}) || r.SpecID.Same(s.Desired.BrokerID)))
		if !same {
			continue
		}
		if r.holds() || (!r.Deleting && r.before(&s.Record)) {
			return r
		}
	}
	return nil
}

// before reports whether the rival is older, or of the same second and smaller UID.
func (r *Rival) before(own *Record) bool {
	if !r.Created.Equal(own.Created) {
		return r.Created.Before(own.Created)
	}
	return r.UID < own.UID
}

// claimant is the rival that holds this broker or may be about to, nil for none.
func claimant(s *State, id broker.ID, identity broker.Identity) *Rival {
	for i := range s.Rivals {
		if s.Rivals[i].claims(id, identity) {
			return &s.Rivals[i]
		}
	}
	return nil
}

// holder is the rival that holds this broker, or comes first for it because it is
// the older of two that name it; nil for none.
func holder(s *State, id broker.ID) *Rival {
	for i := range s.Rivals {
		r := &s.Rivals[i]
		if r.claims(id, broker.Identity{}) || (r.SpecID.Same(id) && r.before(&s.Record)) {
			return r
		}
	}
	return nil
}

// shared is the rival that shows the bound broker as its own, too.
func shared(s *State) *Rival {
	for i := range s.Rivals {
		if r := &s.Rivals[i]; r.BrokerID.Same(s.Record.BrokerID) || r.DeletionID.Same(s.Record.BrokerID) {
			return r
		}
	}
	return nil
}

// contender is the rival that comes first for the identity to which a bound
// broker would be changed, nil for none: who has it, or may be making it; among
// others that hold a broker and were edited likewise, the older. Who holds
// nothing waits for the holder, or both would wait for each other.
func contender(s *State, identity broker.Identity) *Rival {
	for i := range s.Rivals {
		r := &s.Rivals[i]
		has := r.Bound == identity || r.Intent == identity
		if r.means(identity) && (has || (r.holds() && r.before(&s.Record))) {
			return r
		}
	}
	return nil
}

// who names the rival in a message; a Reseller of another namespace is not named.
func who(r *Rival, ownNamespace string) string {
	if r.Namespace == ownNamespace {
		return "Reseller " + r.Name
	}
	return "a Reseller of another namespace"
}
