package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// updateTold reports whether the PUT of this pass has failed.
func (s *State) updateTold() bool {
	return s.Outcome.Updated != nil && s.Outcome.Updated.Failure != nil
}

// updateAnswered: the PUT of this pass was refused or is unknown. A PUT can be
// repeated, after a fresh look.
func updateAnswered(s *State) Step {
	rest := failed(s, s.Outcome.Updated.Failure)
	rest.Drift = s.differences() // in the same write; and under Report it tells what to leave to others
	return rest
}

// boundOtherwise: while a create was being settled, a person named another broker.
func boundOtherwise(s *State) Step {
	if s.Desired.BrokerID == "" || s.Desired.BrokerID.Same(s.Record.BrokerID) {
		return nil
	}
	return Rest{
		Reason: v1alpha1.ReasonOwnershipUnproven,
		Message: fmt.Sprintf("spec.brokerID names broker %s, but this Reseller has got broker %s meanwhile; remove spec.brokerID or set it to %q, and make another Reseller for the other broker",
			s.Desired.BrokerID, s.Record.BrokerID, s.Record.BrokerID),
		For: ForUser,
	}
}

// boundShared: another Reseller shows the same broker.
func boundShared(s *State) Step {
	r := shared(s)
	if r == nil {
		return nil
	}
	return Rest{
		Reason: v1alpha1.ReasonIdentityTaken,
		Message: fmt.Sprintf("broker %s is shown by %s, too, so neither writes or deletes it; delete one of the two objects (its broker stays)",
			s.Record.BrokerID, who(r, s.Record.Namespace)),
		For: ForRival,
	}
}

// boundMissing: the broker's own GET says 404, or the latest list lacks it.
func boundMissing(s *State) Step {
	id, absent := s.Record.BrokerID, s.Reading.AbsentID
	l := s.looked(id)
	missing := s.suspected()
	switch {
	case l != nil && s.missing(l.Failure):
		return goneOr(s, l, vanished(s))
	case l != nil:
		return nil
	case missing && s.Now.Before(s.Memory.lookAgain(s.Access.ListLag)):
		return goneOr(s, &Looked{ID: id}, nil)
	case missing, len(absent) > 0 && absent[len(absent)-1].After(s.Reading.KnownSince):
		return Look{ID: id}
	default:
		return nil
	}
}

// vanished is what follows when the broker is proven to be gone.
func vanished(s *State) Step {
	var why string
	switch {
	case s.Desired.Observe:
		why = "spec.managementPolicy is Observe"
	case s.Desired.Report:
		why = "spec.driftPolicy is Report"
	case s.Record.Origin != v1alpha1.OriginCreated || s.Desired.BrokerID != "":
		why = "it was not created by this Reseller"
	case s.Desired.Suspended:
		why = "spec.suspend is true"
	case s.Access.Halted != nil:
		why = s.Access.Halted.Message
	case s.Reading.Doubt != "":
		why = s.Reading.Doubt
	default:
		return Forget{}
	}
	return Rest{
		Reason: v1alpha1.ReasonBrokerNotFound,
		Message: fmt.Sprintf("broker %s no longer exists and is not made anew (%s); delete this Reseller, or delete it and make it again to have a new broker created",
			s.Record.BrokerID, why),
		AfterReading: s.Now.Add(lookAtMost),
	}
}

// pending reports whether the object has work waiting, as far as is known
// without the account: edited, asked for, or not in order.
func (s *State) pending() bool {
	r := s.Record.Ready
	return s.Record.ObservedGeneration != s.Desired.Generation || r == nil || r.Status != "True" || s.requested()
}

// boundUnknown: the broker was not read by this process, or not in full while
// there is work waiting, or a person asks for a look.
func boundUnknown(s *State) Step {
	l, known := s.looked(s.Record.BrokerID), s.Reading.Known
	switch {
	case l != nil && l.Failure != nil:
		return failed(s, l.Failure)
	case l != nil:
		return nil
	case s.requested(), known == nil && s.pending(), known != nil && !known.Detail && s.pending():
		return Look{ID: s.Record.BrokerID}
	case known == nil:
		return awaitReading(s, s.Reading.Latest)
	default:
		return nil
	}
}

// updatePaced: a PUT failed, and the next one is not due. What is shown of the broker
// meanwhile goes on; it may be as described by now.
func updatePaced(s *State) Step {
	t := s.waits(CallUpdate)
	known := s.Reading.Known
	if t == nil || s.Desired.Observe || s.Desired.Suspended || known == nil || (known.Detail && len(s.differences()) == 0) {
		return nil
	}
	return s.again(CallUpdate, t)
}

// contestedBefore: status says that somebody else changes what the spec says; that
// stays so until a user decides, over restarts, too.
func contestedBefore(s *State) Step {
	if s.requested() || !s.stalledBy(v1alpha1.ReasonContested) {
		return nil
	}
	return Rest{Quiet: true}
}

// boundHalted: the brake, a person or the role of the account stops all writing.
func boundHalted(s *State) Step {
	p := s.Access.Halted
	if p == nil {
		return nil
	}
	found := s.differences()
	return Rest{Reason: p.Reason, Message: p.Message + "; the broker differs in " + fields(found), Drift: found, Compared: true, For: ForSeller}
}

// boundContested: a value was sent as often as is sensible, and is different
// again. A person may ask for one more try.
func boundContested(s *State) Step {
	if s.requested() {
		return nil
	}
	found := s.differences()
	var contested []broker.Difference
	for _, d := range found {
		if sent, ok := s.Memory.Sent[d.Field]; ok && sent.Desired == d.Desired && sent.Times >= maxFights && s.Now.Before(sent.At.Add(fightMemory)) {
			contested = append(contested, d)
		}
	}
	if len(contested) == 0 {
		return nil
	}
	return Rest{
		Reason: v1alpha1.ReasonContested,
		Message: fmt.Sprintf("%s: sent %d times and changed back each time; find out who changes it, then adapt the spec or set the annotation %s to any new value",
			fields(contested), maxFights, v1alpha1.AnnotationReconcileRequestedAt),
		For: ForUser | ForBroker, Drift: found, Compared: true,
	}
}

// identityFields make the identity of a broker.
var identityFields = []string{"registrationNumber", "domain"}

// boundIdentityTaken: a new identity is not sent while another Reseller means
// it; the other fields are.
func boundIdentityTaken(s *State) Step {
	found := s.differences()
	r := contender(s, s.Desired.Identity)
	if r == nil || len(s.corrections(found)) > 0 {
		return nil
	}
	taken := slices.DeleteFunc(slices.Clone(found), func(d broker.Difference) bool { return !identifies(d) })
	return Rest{
		Reason: v1alpha1.ReasonIdentityTaken,
		Message: fmt.Sprintf("%s: not sent, because %s stands for this registration number and domain already; correct them here or there",
			fields(taken), who(r, s.Record.Namespace)),
		For: ForRival | ForUser, Drift: found, Compared: true,
	}
}

// corrections are the differences to be sent: all of them; under Report those that
// an edit of the spec made; never an identity that another Reseller comes first for.
func (s *State) corrections(found []broker.Difference) []broker.Difference {
	if s.Desired.Report {
		found = s.unreported(found)
	}
	if contender(s, s.Desired.Identity) != nil {
		found = slices.DeleteFunc(slices.Clone(found), identifies)
	}
	return found
}

func identifies(d broker.Difference) bool {
	return slices.Contains(identityFields, strings.TrimPrefix(d.Field, "spec."))
}

// boundCorrected: a fresh GET, proof that it is ours, and every field in one PUT.
func boundCorrected(s *State) Step {
	l := s.looked(s.Record.BrokerID)
	if l == nil {
		if rest := unsettled(s, s.differences()); rest != nil {
			return rest // nothing is read for what is not due
		}
		return Look{ID: s.Record.BrokerID}
	}
	if !s.proven(&l.Broker) {
		return unproven(s)
	}
	found := s.differences()
	if rest := unsettled(s, found); rest != nil {
		return rest
	}
	want, changed := s.Desired.Broker, s.corrections(found)
	if s.Desired.Report {
		want = broker.Only(want, changed)
	}
	if contender(s, s.Desired.Identity) != nil {
		want = broker.Without(want, identityFields...)
	}
	return Update{Body: broker.Merge(&want, &l.Broker), Changed: changed}
}

// unsettled waits where the API still shows what was there before the last PUT:
// it may only be behind, and sending again would look like a fight.
func unsettled(s *State, found []broker.Difference) Step {
	for _, d := range found {
		sent, ok := s.Memory.Sent[d.Field]
		settles := sent.At.Add(s.Access.ListLag)
		if ok && sent.Desired == d.Desired && sent.Before == d.Observed && s.Now.Before(settles) {
			return Rest{
				Reason: v1alpha1.ReasonUpdating, Message: d.Field + " was sent and is not shown yet", Until: settles,
				Quiet: s.settled(), Drift: found,
			}
		}
	}
	return nil
}

// fields joins the paths of differences for a message.
func fields(found []broker.Difference) string {
	paths := make([]string, 0, len(found))
	for _, d := range found {
		paths = append(paths, d.Field)
	}
	return strings.Join(paths, ", ")
}
