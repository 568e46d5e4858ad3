package plan

import (
	"fmt"
	"strings"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// What the list shows and nobody can tell apart may be this Reseller's broker: nothing is
// made beside it, and nothing is gone because of it.

// namedEntries is how many of them a message names; the Seller's status has more.
const namedEntries = 3

// entries names what can't be told apart.
func entries(all []broker.Unreadable) string {
	var names []string
	for i := range all[:min(len(all), namedEntries)] {
		names = append(names, all[i].String())
	}
	if more := len(all) - namedEntries; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, "; ")
}

// entryUnreadable: such an entry may be the broker that is about to be made or looked for.
func entryUnreadable(s *State) Step {
	all := s.Reading.Unreadable
	if len(all) == 0 || len(s.Reading.Matches) > 0 {
		return nil
	}
	return Rest{
		Reason: v1alpha1.ReasonBrokerUnreadable,
		Message: fmt.Sprintf("Cloudmore lists what can't be told apart and may be this broker: %s; nothing is created before that is known: look in the portal, have Cloudmore mend the entry, or name the broker with spec.brokerID%s",
			entries(all), s.ifOthers(all)),
		For: ForUser, AfterReading: s.sharedReading(),
	}
}

// unresolvedEntry: the bounds of an open create have passed, and such an entry may be what
// it made.
func unresolvedEntry(s *State) Step {
	all := s.Reading.Unreadable
	if len(all) == 0 || len(s.Reading.Matches) > 0 || s.Now.Before(settledAfter(s)) {
		return nil
	}
	reason := v1alpha1.ReasonCreateOutcomeUnknown
	if s.Record.Creation.Committed {
		reason = v1alpha1.ReasonCreatedButNotListed
	}
	return unresolved(s, reason, fmt.Sprintf(
		"it is unknown whether the create took effect%s, and Cloudmore lists what can't be told apart and may be its broker: %s; look in the portal and name the broker with spec.brokerID, or have Cloudmore mend the entry%s",
		s.answerToPost(), entries(all), s.ifOthers(all)))
}

// ifOthers says how a user calls those of them other companies that have an id; "" where
// none has.
func (s *State) ifOthers(all []broker.Unreadable) string {
	var named []broker.ID
	for i := range all {
		if all[i].ID != "" {
			named = append(named, all[i].ID)
		}
	}
	if len(named) == 0 {
		return ""
	}
	return fmt.Sprintf("; if it is another company, set the annotation %s: %q", v1alpha1.AnnotationCreateDespite, s.despiteAlso(named[:min(len(named), namedEntries)]...))
}
