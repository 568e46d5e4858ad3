package plan

import (
	"fmt"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// identityTaken: another Reseller means the same company or broker, and comes first.
func identityTaken(s *State) Step {
	r := winner(s)
	if r == nil {
		return nil
	}
	return Rest{
		Reason:  v1alpha1.ReasonIdentityTaken,
		Message: fmt.Sprintf("%s already claims this registration number and domain, or for this broker; delete one of the two, or correct spec.registrationNumber, spec.domain or %s here", who(r, s.Record.Namespace), s.naming()),
		For:     ForRival | ForUser,
	}
}

// brokerNamed: spec.brokerID, or the annotation where status was lost, says which broker
// it is.
func brokerNamed(s *State) Step {
	id := s.named()
	switch {
	case id == "":
		return nil
	case s.Access.AdoptionForbidden:
		return adoptionForbidden()
	}
	l := s.looked(id)
	switch {
	case l == nil && s.byAnnotation() && s.waitsForMissing(id):
		return nil // as its latest GET said
	case l == nil:
		return Look{ID: id}
	case s.missing(l.Failure) && s.byAnnotation():
		return nil // it may be older than the broker: that may be found otherwise
	case s.missing(l.Failure):
		return Rest{
			Reason:  v1alpha1.ReasonBrokerNotFound,
			Message: fmt.Sprintf("spec.brokerID: there is no broker %s in this account; correct it, or remove the line to have the broker created", id),
			Until:   s.Now.Add(lookAtMost),
		}
	case l.Failure != nil:
		return failed(s, l.Failure)
	}
	if r := s.meantBy(&l.Broker); r != nil && s.byAnnotation() {
		return claimed(s, id, r)
	}
	return bind(s, l, s.originOf(&l.Broker))
}

// meantBy is the competing Reseller that means the identity which a broker shows, where this Reseller
// means another one, nil for none: its annotation was copied.
func (s *State) meantBy(b *broker.Broker) *Rival {
	shown := broker.Halves(b)
	if shown.Half(s.Desired.Identity) {
		return nil
	}
	for i := range s.Rivals {
		if r := &s.Rivals[i]; r.Identity.Half(shown) {
			return r
		}
	}
	return nil
}

// matched: brokers have this registration number and domain.
func matched(s *State) Step {
	matches := s.Reading.Matches
	if id := s.unseen(); id != "" {
		return Look{ID: id}
	}
	switch {
	case len(matches) == 0 && s.Desired.Observe:
		return Rest{
			Reason:  v1alpha1.ReasonBrokerNotFound,
			Message: "no broker has this registration number and domain; with managementPolicy Observe none is created",
			For:     ForBroker | ForUser,
		}
	case len(matches) == 0:
		return nil
	case len(matches) > 1:
		return ambiguous(matches, "have this registration number and domain, or the ownership mark of this Reseller")
	case matches[0].Other:
		return Rest{
			Reason: v1alpha1.ReasonAdoptionNotAllowed,
			Message: fmt.Sprintf("broker %s carries the ownership mark of this Reseller, but another registration number or domain; if it is the right one, say so with spec.brokerID: %q, else clear the mark (custom property %s) in the portal",
				matches[0].ID, matches[0].ID, s.Access.Mark.PropertyID),
			For: ForBroker | ForUser,
		}
	case s.Access.AdoptionForbidden:
		return adoptionForbidden()
	case !s.Desired.Observe && !s.Desired.MatchExisting:
		id := matches[0].ID
		return Rest{
			Reason:  v1alpha1.ReasonAdoptionNotAllowed,
			Message: fmt.Sprintf("broker %s already has this registration number and domain; to adopt it, set spec.brokerID: %q or spec.adoptionPolicy: MatchExisting; what is adopted stays when the Reseller is deleted, unless spec.deletionPolicy is Delete", id, id),
			For:     ForBroker | ForUser,
		}
	default:
		return lookThenBind(s, matches[0].ID, adoptedAs(s))
	}
}

// unseen is the first match that nobody is to be told of before its own GET: it may be gone,
// or another seller's, which lists need not say. "" for none.
func (s *State) unseen() broker.ID {
	told := s.stalledBy(v1alpha1.ReasonAdoptionNotAllowed) || s.stalledBy(v1alpha1.ReasonAmbiguousMatch)
	for _, m := range s.Reading.Matches {
		unread := m.Unlisted || (m.Listed && (!told || m.Summary))
		if unread && s.looked(m.ID) == nil && s.waiting(CallLook, string(m.ID.Key())) == nil {
			return m.ID
		}
	}
	return ""
}

// lookThenBind reads the candidate by its own GET first: a deleted broker may
// still be listed.
func lookThenBind(s *State, id broker.ID, origin v1alpha1.Origin) Step {
	l := s.looked(id)
	switch {
	case l == nil:
		return Look{ID: id}
	case s.missing(l.Failure):
		return s.listedOnly(id)
	case l.Failure != nil:
		return failed(s, l.Failure)
	}
	if identity, whole := broker.IdentityOf(&l.Broker); !whole || identity != s.Desired.Identity {
		return waiting(s, fmt.Sprintf("broker %s is listed with another registration number or domain than its details show; the next sync decides", id))
	}
	return bind(s, l, origin)
}

// bind takes the broker that was just read, unless somebody else may have it.
func bind(s *State, l *Looked, origin v1alpha1.Origin) Step {
	if r := claimant(s, l.ID, &l.Broker); r != nil {
		return claimed(s, l.ID, r)
	}
	if l.Broker.Foreign {
		return Rest{
			Reason:  v1alpha1.ReasonAdoptionNotAllowed,
			Message: fmt.Sprintf("broker %s belongs to another seller and has only added a service of this one, so it can't be managed here; correct or remove %s", l.ID, s.naming()),
			For:     ForBroker | ForUser,
		}
	}
	if rest := s.othersMark(l); rest != nil {
		return *rest
	}
	return Bind{ID: l.ID, Origin: origin}
}

// claimed waits for the competing Reseller that holds a broker, or whose open intent may have made it.
func claimed(s *State, id broker.ID, r *Rival) Rest {
	return Rest{
		Reason:  v1alpha1.ReasonIdentityTaken,
		Message: fmt.Sprintf("broker %s belongs to %s, or may be the one that it is creating or deleting; a broker belongs to one Reseller only", id, who(r, s.Record.Namespace)),
		Until:   s.Now.Add(lookAtMost), // nobody tells when a create of another identity has ended
	}
}

// adoptedAs is the origin of a broker that existed before.
func adoptedAs(s *State) v1alpha1.Origin {
	if s.Desired.Observe {
		return v1alpha1.OriginObserved
	}
	return v1alpha1.OriginAdopted
}

func adoptionForbidden() Rest {
	return Rest{
		Reason:  v1alpha1.ReasonAdoptionNotAllowed,
		Message: "a broker for this Reseller exists already, and the ClusterSeller forbids adopting existing brokers; ask its owner to set spec.adoption: Allowed",
		For:     ForSeller,
	}
}

func ambiguous(matches []Match, what string) Rest {
	return Rest{
		Reason:  v1alpha1.ReasonAmbiguousMatch,
		Message: fmt.Sprintf("brokers %s %s; say which one it is with spec.brokerID: %q", ids(matches), what, matches[0].ID),
		For:     ForBroker | ForUser,
	}
}

// waiting rests until the next sync of the account.
func waiting(s *State, message string) Rest {
	return Rest{Reason: v1alpha1.ReasonWaitingForReading, Message: message, AfterReading: s.Now.Add(s.Access.ListLag)}
}
