package plan

import (
	"fmt"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// markOn is the ownership mark that a broker carries; "" for none.
func (s *State) markOn(b *broker.Broker) broker.Mark {
	if s.Access.Mark.PropertyID == "" {
		return ""
	}
	value, _ := b.Property(s.Access.Mark.PropertyID)
	return broker.Mark(value)
}

// MatchOf is what matters of a broker that has the sought identity, or our mark.
func (s *State) MatchOf(b *broker.Broker, unlisted, listed bool) Match {
	identity, whole := broker.IdentityOf(b)
	return Match{
		ID: b.ID.Key(), Mark: s.markOn(b), Summary: !b.Detail, Unlisted: unlisted, Listed: listed,
		Other: !whole || identity != s.Sought(), Half: broker.Halves(b).Half(s.Sought()),
	}
}

// ownMark reports whether an ownership mark is of this Reseller.
func (s *State) ownMark(mark broker.Mark) bool { return mark.Of(s.Access.Mark.Owner()) }

// foreignMark reports whether the broker is marked as somebody else's. One of ours that
// was cut too short to say so is nobody's.
func foreignMark(s *State, b *broker.Broker) bool {
	mark := s.markOn(b)
	return mark != "" && !s.ownMark(mark) && !mark.CutOf(s.Access.Mark.Owner())
}

// provesCreate reports whether a mark shows that the open intent made the broker: it has
// the intent's attempt; or it is ours, its attempt was cut, and the broker has the posted
// identity. One with another attempt may be of an earlier create, and proves that when
// nothing more can come of this one.
func (s *State) provesCreate(mark broker.Mark, same bool) bool {
	if !s.ownMark(mark) {
		return false
	}
	this, another := mark.By(s.Access.Mark.Owner(), s.Record.Creation.Attempt)
	return this || same && (!another || concluded(s))
}

// saysNoMark reports whether a broker's mark, where one is posted, says nothing: it was cut
// too short. What else was posted decides then.
func (s *State) saysNoMark(b *broker.Broker) bool {
	return s.Access.Mark.PropertyID == "" || s.markOn(b).CutOf(s.Access.Mark.Owner())
}

// markForged: the spec sets the property that holds the ownership mark, by which
// brokers would be taken for somebody else's.
func markForged(s *State) Step {
	id := s.Access.Mark.PropertyID
	if _, set := s.Desired.Broker.Property(id); id == "" || !set {
		return nil
	}
	return Rest{
		Reason:  v1alpha1.ReasonRefused,
		Message: fmt.Sprintf("%s: the Seller keeps its ownership mark in this property (spec.ownership.propertyID), so a Reseller can't set it; remove it", broker.PropertyPath(id)),
		For:     ForUser | ForSeller,
	}
}

// marked: a broker carries our ownership mark and the identity, or half of it, however
// written, so it was made for this Reseller. A mark alone proves nothing: who can edit
// brokers can copy it.
func marked(s *State) Step {
	var ours []Match
	for _, m := range s.Reading.Matches {
		if s.ownMark(m.Mark) && (!m.Other || m.Half) {
			ours = append(ours, m)
		}
	}
	switch {
	case len(ours) == 0:
		return s.readMarks()
	case s.Access.AdoptionForbidden:
		return adoptionForbidden()
	case len(ours) > 1:
		return ambiguous(ours, "carry the ownership mark of this Reseller")
	}
	id := ours[0].ID
	if l := s.looked(id); l != nil && l.Failure == nil && s.ownMark(s.markOn(&l.Broker)) && broker.Halves(&l.Broker).Half(s.Desired.Identity) {
		return bind(s, l, v1alpha1.OriginCreated)
	}
	return lookThenBind(s, id, v1alpha1.OriginCreated)
}

// readMarks reads the brokers that may be this Reseller's and that only a summary shows:
// their details may carry its mark. nil where there is none.
func (s *State) readMarks() Step {
	if s.Access.Mark.PropertyID == "" || s.Access.AdoptionForbidden {
		return nil
	}
	var unread []broker.ID
	for _, m := range s.Reading.Matches {
		if m.Summary {
			unread = append(unread, m.ID)
		}
	}
	for _, b := range s.unanswered() {
		if half := broker.Halves(b.Broker).Half(s.Desired.Identity); !b.Crowded && (!b.Named || half) && !b.Broker.Detail {
			unread = append(unread, b.Broker.ID)
		}
	}
	for _, id := range unread {
		if s.looked(id) == nil && haver(s, id) == nil {
			return Look{ID: id}
		}
	}
	return nil
}

// othersMark refuses the broker that was just read where it is marked as somebody else's,
// nil where it is not. Who names it by spec.brokerID answers for that, unless the mark is
// that of another Reseller here. An annotation does not: a second cluster made from the
// backup of one that lives has it, too.
func (s *State) othersMark(l *Looked) *Rest {
	if !foreignMark(s, &l.Broker) || (s.Desired.BrokerID.Same(l.ID) && l.Marker == nil) {
		return nil
	}
	rest := &Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed, For: ForBroker | ForUser}
	property := s.Access.Mark.PropertyID
	if l.Marker != nil {
		rest.Message = fmt.Sprintf("broker %s carries the ownership mark of %s (custom property %s), so it is not adopted; delete that Reseller with spec.deletionPolicy: Orphan, or clear the mark in the portal", l.ID, who(l.Marker, s.Record.Namespace), property)
		rest.Until = s.Now.Add(lookAtMost) // nobody tells when that one is deleted
		return rest
	}
	rest.Message = fmt.Sprintf("broker %s is marked as owned by another cluster or Reseller (custom property %s); to adopt it, name it with spec.brokerID: %q, or clear the mark in the portal", l.ID, property, l.ID)
	return rest
}
