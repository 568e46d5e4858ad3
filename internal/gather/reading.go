package gather

import (
	"slices"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// Query is what to ask an account about a Reseller. Marks are searched for only while no
// broker is bound, similar ones also beside one that was created.
func Query(s *plan.State) inventory.Query {
	q := inventory.Query{ID: s.Record.BrokerID, Identity: s.Sought(), Bound: s.Record.Bound, Others: s.Desired.Despite}
	if s.Desired.Discovered {
		return inventory.Query{ID: s.Desired.BrokerID}
	}
	if d := s.Record.Deletion; d != nil {
		q.ID = d.BrokerID
	}
	if s.Record.BrokerID != "" {
		q.Weak = SeeksTwins(s)
		return q
	}
	q.Mark, q.Weak = s.Access.Mark, true
	if name := s.Desired.Broker.Name; name != nil {
		q.Name = *name // what a create makes may be one of too many that share a key
	}
	return q
}

// SeeksTwins reports whether a second broker of the same company is looked for: one that was
// created may have been made twice.
func SeeksTwins(s *plan.State) bool { return s.Record.Origin == v1alpha1.OriginCreated }

// Reading is what the answer to that says of the Reseller.
func Reading(s *plan.State, view *inventory.View) plan.Reading {
	r := plan.Reading{
		Latest: view.Latest, Doubt: view.Doubt, Known: view.Known, KnownSince: view.KnownSince, ShownSince: view.ShownSince, Listed: view.Listed, Whole: view.Whole, Shows: view.Shows,
		Absent: view.Absent, AbsentID: view.AbsentID, Blank: view.Blank, Unreadable: view.Unreadable, Unread: view.Unread, ServicesActivated: view.ServicesActivated,
	}
	for _, b := range view.Matches {
		r.Matches = append(r.Matches, s.MatchOf(b, slices.Contains(view.Unlisted, b.ID.Key()), slices.Contains(view.ListedOnly, b.ID.Key())))
	}
	for _, b := range view.Similar {
		r.Similar = append(r.Similar, plan.Similar(b))
	}
	return r
}
