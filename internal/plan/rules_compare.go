package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// inSync is the usual answer, made once so that saying it costs nothing.
var inSync Step = Rest{Reason: v1alpha1.ReasonInSync, Message: "the broker is as described", Compared: true, For: ForUser | ForBroker}

// observing is the same for a broker that is only watched.
var observing Step = Rest{Reason: v1alpha1.ReasonObserving, Message: "the broker is watched and never written", Compared: true, For: ForUser | ForBroker}

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
		if row := s.shownFor(&d); row.Field == "" || !isShown(row.Observed, d.Observed) {
			return Look{ID: s.Record.BrokerID}
		}
	}
	return Rest{Quiet: true}
}

// boundInactive: Cloudmore shows the broker as inactive, as what somebody deleted may stay.
// Nothing is sent to it; a list or its details show when it is active again.
func boundInactive(s *State) Step {
	have := s.compared()
	switch {
	case have == nil || !have.Inactive():
		return nil
	case !have.Detail && s.looked(s.Record.BrokerID) == nil:
		return Look{ID: s.Record.BrokerID}
	}
	message := fmt.Sprintf("Cloudmore shows broker %s as inactive, so nothing is sent to it; activate it in the portal, or delete this Reseller if the broker is not needed any more", s.Record.BrokerID)
	if all := s.deviations(); len(all) > 0 {
		message += "; it differs in " + fields(all)
	}
	return Rest{Reason: v1alpha1.ReasonBrokerInactive, Message: message, Compared: true, For: ForBroker | ForUser}
}

// boundInSync: nothing that the spec names differs.
func boundInSync(s *State) Step {
	if len(s.differences()) > 0 {
		return nil
	}
	if twins := twins(s); len(twins) > 0 {
		return Rest{
			Reason: v1alpha1.ReasonDuplicateSuspected,
			Message: fmt.Sprintf("the broker is as described, but brokers %s have the identity or the ownership mark of this Reseller, too; look in the portal which one is meant, and remove or change the other%s",
				ids(twins), s.orOthers(twins)),
			Compared: true, For: ForBroker | ForUser,
		}
	}
	step := inSync
	if s.Desired.Observe {
		step = observing
	}
	odd := s.oddities()
	if len(s.Record.Accepted) == 0 && odd == "" {
		return step
	}
	rest, _ := step.(Rest)
	rest.Message += odd + s.shownOtherwise() + s.unprovedUnderReport()
	rest.Until = s.proofGoesOn()
	if !s.proofTurn(s.unproved()).IsZero() {
		rest.For |= ForSeller // who may stop writing, or have it go on
	}
	return rest
}

// namedForms is how many normal forms a message shows; status.normalized has them all.
const namedForms = 3

// shownOtherwise says how Cloudmore shows what it took, where no canonical form makes
// both equal.
func (s *State) shownOtherwise() string {
	var forms []string
	for _, n := range s.Record.Accepted {
		if !broker.SameValue(n.Field, n.Desired, n.Observed) {
			forms = append(forms, fmt.Sprintf("%s as %q", n.Field, bounded.Characters(n.Observed, shownValue)))
		}
	}
	switch more := len(forms) - namedForms; {
	case len(forms) == 0:
		return ""
	case more > 0:
		return fmt.Sprintf("; Cloudmore shows %s, and %d more in its own way (status.normalized)", strings.Join(forms[:namedForms], ", "), more)
	default:
		return "; Cloudmore shows " + strings.Join(forms, ", ")
	}
}

// twins are other brokers that carry our mark, or the identity of a broker that
// was created here, and that no other Reseller holds.
func twins(s *State) []Match {
	var found []Match
	for _, m := range s.Reading.Matches {
		if m.ID.Same(s.Record.BrokerID) || haver(s, m.ID) != nil {
			continue
		}
		if s.ownMark(m.Mark) || s.Record.Origin == v1alpha1.OriginCreated {
			found = append(found, m)
		}
	}
	return append(found, s.twinsOtherwise()...)
}

// twinsOtherwise are those whose registration number and domain are both written otherwise
// only, or as Cloudmore shows those of the own broker: a create whose answer came late may
// have made them. Where similar brokers are usual, or a user says that they are others, they
// are.
func (s *State) twinsOtherwise() []Match {
	if s.Record.Origin != v1alpha1.OriginCreated || s.Access.CreateBesideSimilar {
		return nil
	}
	var found []Match
	want := broker.Halves(&s.Desired.Broker)
	for _, b := range s.unanswered() {
		have := broker.Halves(b.Broker)
		number, domain := broker.Identity{RegistrationNumber: have.RegistrationNumber}, broker.Identity{Domain: have.Domain}
		both := func(of broker.Identity) bool { return of.Half(number) && of.Half(domain) }
		if !b.Crowded && !b.Unlisted && !b.Broker.ID.Same(s.Record.BrokerID) && (both(want) || both(s.Record.Bound)) {
			found = append(found, Match{ID: b.Broker.ID, Other: true, Half: true})
		}
	}
	return found
}

// orOthers says how a user answers for twins that are written otherwise.
func (s *State) orOthers(twins []Match) string {
	var others []broker.ID
	for _, m := range twins {
		if m.Half {
			others = append(others, m.ID)
		}
	}
	if len(others) == 0 {
		return ""
	}
	return fmt.Sprintf("; if it is another company, set the annotation %s: %q", v1alpha1.AnnotationCreateDespite, s.despiteAlso(others...))
}

// onlyListed reports whether a list shows what would be reported as changed, and status
// does not have it yet: lists may spell in a way of their own.
func (s *State) onlyListed(all []Deviation) bool {
	d := &s.Desired
	reports := d.Observe || d.Suspended || d.Report
	if !s.Reading.Listed || !reports || s.looked(s.Record.BrokerID) != nil {
		return false
	}
	return slices.ContainsFunc(all, func(d Deviation) bool {
		row := s.shownFor(&d.Difference)
		return d.Cause == v1alpha1.DriftChanged && (row.Field == "" || !isShown(row.Observed, d.Observed))
	})
}

// boundOnlyReported: by policy the difference is shown and left.
func boundOnlyReported(s *State) Step {
	all := s.deviations()
	if s.onlyListed(all) {
		return Look{ID: s.Record.BrokerID}
	}
	changed := because(all, v1alpha1.DriftChanged)
	switch {
	case s.Desired.Observe:
		return Rest{Reason: v1alpha1.ReasonObserving, Message: "the broker is watched and never written; it differs in " + fields(all), Compared: true, For: ForUser | ForBroker}
	case s.Desired.Suspended:
		return Rest{Reason: v1alpha1.ReasonSuspended, Message: "spec.suspend is true, so the broker is not changed; it differs in " + fields(all), Compared: true, For: ForUser | ForBroker}
	case s.Desired.Report && len(changed) == len(all):
		return Rest{Reason: v1alpha1.ReasonDriftReported, Message: "the broker was changed elsewhere and driftPolicy is Report; it differs in " + fields(all) + s.unprovedUnderReport(), Compared: true, For: ForUser | ForBroker}
	default:
		return nil
	}
}
