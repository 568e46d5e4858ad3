package plan

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// inSync is the usual answer, made once so that saying it costs nothing.
var inSync Step = Rest{Reason: v1alpha1.ReasonInSync, Message: "the broker is as described", Compared: true, For: ForUser | ForBroker}

// observing is the same for a broker that is only watched.
var observing Step = Rest{Reason: v1alpha1.ReasonObserving, Message: "the broker is watched and never written", Compared: true, For: ForUser | ForBroker}

// differences are the managed fields that the broker shows otherwise, by the GET
// of this pass if there was one.
func (s *State) differences() []broker.Difference {
	have := s.Reading.Known
	if l := s.looked(s.Record.BrokerID); l != nil {
		have = &l.Broker
	}
	if have == nil {
		return nil
	}
	return broker.Diff(&s.Desired.Broker, have, s.Record.Accepted)
}

// boundSummarised: this process knows the broker from a list only, which need not show
// every field. What status says stays; what the list shows otherwise is looked at.
func boundSummarised(s *State) Step {
	known := s.Reading.Known
	if known == nil || known.Detail || s.looked(s.Record.BrokerID) != nil {
		return nil
	}
	if s.Record.Ready == nil || !s.Record.Compared || len(twins(s)) > 0 {
		return Look{ID: s.Record.BrokerID}
	}
	for _, d := range s.differences() {
		shown := func(r v1alpha1.Drift) bool {
			return r.Field == d.Field && r.Desired == bounded.Characters(d.Desired, v1alpha1.MaxObservedLength) && r.Observed == bounded.Characters(d.Observed, v1alpha1.MaxObservedLength)
		}
		if !slices.ContainsFunc(s.Record.Drift, shown) {
			return Look{ID: s.Record.BrokerID}
		}
	}
	return Rest{Quiet: true}
}

// boundRespelled: the API shows otherwise what was just sent, and means the same.
func boundRespelled(s *State) Step {
	if len(s.Memory.Sent) == 0 {
		return nil
	}
	var found []broker.Spelling
	for _, d := range s.differences() {
		sent, ok := s.Memory.Sent[d.Field]
		fits := utf8.RuneCountInString(d.Observed) <= v1alpha1.MaxObservedLength // status has to remember it
		if ok && fits && sent.Desired == d.Desired && !s.Reading.KnownSince.Before(sent.At) && broker.Respelled(d.Desired, d.Observed, d.Shown) {
			found = append(found, broker.Spelling{Field: d.Field, Desired: d.Desired, Observed: d.Observed})
		}
	}
	if len(found) == 0 {
		return nil
	}
	return Accept{Spellings: found}
}

// boundInSync: nothing that the spec names differs.
func boundInSync(s *State) Step {
	if len(s.differences()) > 0 {
		return nil
	}
	if twins := twins(s); len(twins) > 0 {
		return Rest{
			Reason: v1alpha1.ReasonDuplicateSuspected,
			Message: fmt.Sprintf("the broker is as described, but brokers %s have the identity or the ownership mark of this Reseller, too; look in the portal which one is meant, and remove or change the other",
				ids(twins)),
			Compared: true, For: ForBroker,
		}
	}
	if s.Desired.Observe {
		return observing
	}
	return inSync
}

// twins are other brokers that carry our mark, or the identity of a broker that
// was created here, and that no other Reseller holds.
func twins(s *State) []Match {
	var found []Match
	for _, m := range s.Reading.Matches {
		if m.ID.Same(s.Record.BrokerID) || claimant(s, m.ID, broker.Identity{}) != nil {
			continue
		}
		if s.ownMark(m.Mark) || s.Record.Origin == v1alpha1.OriginCreated {
			found = append(found, m)
		}
	}
	return found
}

// boundOnlyReported: by policy the difference is shown and left.
func boundOnlyReported(s *State) Step {
	found := s.differences()
	switch {
	case s.Desired.Observe:
		return Rest{Reason: v1alpha1.ReasonObserving, Message: "the broker is watched and never written; it differs in " + fields(found), Drift: found, Compared: true, For: ForUser | ForBroker}
	case s.Desired.Suspended:
		return Rest{Reason: v1alpha1.ReasonSuspended, Message: "spec.suspend is true, so the broker is not changed; it differs in " + fields(found), Drift: found, Compared: true, For: ForUser | ForBroker}
	case s.Desired.Report && len(s.unreported(found)) == 0:
		return Rest{Reason: v1alpha1.ReasonDriftReported, Message: "the broker was changed elsewhere and driftPolicy is Report; it differs in " + fields(found), Drift: found, Compared: true, For: ForUser | ForBroker}
	default:
		return nil
	}
}

// unreported are the differences that an edit of the spec made: under driftPolicy
// Report only those are sent. What was shown as drift before stays, and so does
// what the broker had as the spec says until somebody changed it elsewhere.
func (s *State) unreported(found []broker.Difference) []broker.Difference {
	if !s.editWaits() {
		return nil
	}
	var edited []broker.Difference
	for _, d := range found {
		reported := func(r v1alpha1.Drift) bool {
			return r.Field == d.Field && r.Desired == bounded.Characters(d.Desired, v1alpha1.MaxObservedLength)
		}
		if !slices.ContainsFunc(s.Record.Drift, reported) && !s.agreed(d) {
			edited = append(edited, d)
		}
	}
	return edited
}

// withoutEdits are the differences that status shows as drift: under Report not
// those that are still to be sent, which it would take for somebody else's.
func (s *State) withoutEdits(found []broker.Difference) []broker.Difference {
	if !s.Desired.Report || len(found) == 0 {
		return found
	}
	edits := s.unreported(found)
	return slices.DeleteFunc(slices.Clone(found), func(d broker.Difference) bool { return slices.Contains(edits, d) })
}

// unsent are the reasons with which an edit waits to be sent, unborn those with
// which it waits for its broker.
var (
	unsent = []string{
		v1alpha1.ReasonUpdating, v1alpha1.ReasonUnavailable, v1alpha1.ReasonThrottled, v1alpha1.ReasonSellerNotReady,
		v1alpha1.ReasonWaitingForReading, v1alpha1.ReasonRefused, v1alpha1.ReasonForbidden, v1alpha1.ReasonIdentityTaken,
		v1alpha1.ReasonContested, v1alpha1.ReasonOwnershipUnproven, v1alpha1.ReasonHeldByBrake, v1alpha1.ReasonDryRun,
	}
	unborn = []string{v1alpha1.ReasonCreating, v1alpha1.ReasonResolvingCreate}
)

// editWaits reports whether the spec was edited since the broker was compared. A
// request for a look is no edit, nor is a broker that was taken over, or found
// again, with other values.
func (s *State) editWaits() bool {
	r, waits := s.Record, unsent
	if !r.Compared {
		if r.Origin != v1alpha1.OriginCreated {
			return false
		}
		waits = unborn
	}
	if r.ObservedGeneration != s.Desired.Generation {
		return r.ObservedGeneration >= 0
	}
	return r.Ready != nil && r.Ready.Status != "True" && slices.Contains(waits, r.Ready.Reason)
}

// agreed reports whether the broker had what the spec says until this pass looked.
func (s *State) agreed(d broker.Difference) bool {
	l := s.looked(s.Record.BrokerID)
	if l == nil || l.Before == nil || !l.Before.Detail {
		return false
	}
	before := broker.Diff(&s.Desired.Broker, l.Before, s.Record.Accepted)
	return !slices.ContainsFunc(before, func(b broker.Difference) bool { return b.Field == d.Field })
}
