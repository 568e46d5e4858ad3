package inventory

import (
	"cmp"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Lists and details need not say the same of a broker: who it is, whose, and whether it is
// active.

// Hidden are the brokers of which the latest list does not tell who they are.
func (s *Snapshot) Hidden() (ids []broker.ID) {
	for id, e := range s.entries {
		if e.hidden() {
			ids = append(ids, id)
		}
	}
	return ids
}

// IsHidden reports whether a broker is one of them.
func (s *Snapshot) IsHidden(id broker.ID) bool {
	e := s.find(id)
	return e != nil && e.hidden()
}

// hidden reports whether the list does not tell who the broker is: it lacks half of the
// identity, or does not mark what details said to be another seller's.
func (e *entry) hidden() bool {
	return e.inPart() && e.listed != nil && !e.listed.Foreign && (nameless(e.listed) || e.hiddenForeign())
}

// hiddenForeign reports whether only details said that it is another seller's.
func (e *entry) hiddenForeign() bool {
	return e.listed != nil && e.detail != nil && e.detail.Foreign && !e.listed.Foreign
}

// saysMore reports whether the latest list says something of the broker that its details do
// not: that it is another seller's, or whether it is active.
func (e *entry) saysMore(detail *broker.Broker) bool {
	return e.inList && e.listed != nil && ((e.listed.Foreign && !detail.Foreign) || (e.listed.Active != nil && detail.Active == nil))
}

// Marked are details of a broker that were just read, and what the latest list says besides.
func (s *Snapshot) Marked(id broker.ID, detail broker.Broker) broker.Broker {
	return s.at(id).marked(detail)
}

// marked are the details of a broker, and what the latest list says besides.
func (e *entry) marked(detail broker.Broker) broker.Broker {
	if e.saysMore(&detail) {
		detail.Foreign, detail.Active = detail.Foreign || e.listed.Foreign, cmp.Or(detail.Active, e.listed.Active)
	}
	return detail
}

// nameless reports whether a list's entry does not show the whole identity.
func nameless(listed *broker.Broker) bool {
	return listed.RegistrationNumber == nil || listed.Domain == nil
}
