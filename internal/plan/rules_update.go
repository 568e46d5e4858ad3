package plan

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// inSync is the usual answer, made once so that saying it costs nothing.
var inSync Step = Rest{Reason: v1alpha1.ReasonInSync, Message: "the broker is as described", Compared: true}

// observing is the same for a broker that is only watched.
var observing Step = Rest{Reason: v1alpha1.ReasonObserving, Message: "the broker is watched and never written", Compared: true}

// updateAnswered: the PUT of this pass was refused or is unknown. A PUT can be
// repeated, after a fresh look.
func updateAnswered(s *State) Step {
	if s.Outcome.Updated == nil || s.Outcome.Updated.Failure == nil {
		return nil
	}
	rest := failed(s, s.Outcome.Updated.Failure)
	if s.Desired.Report {
		rest.Drift = s.differences() // what is left to others must be known when the edit is sent again
	}
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
	}
}

// boundMissing: the broker's own GET says 404, or the latest list lacks it.
func boundMissing(s *State) Step {
	id, absent := s.Record.BrokerID, s.Reading.AbsentID
	l := s.looked(id)
	missing := !s.Memory.MissingSince.IsZero()
	switch {
	case l != nil && notFound(l.Failure):
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
			Compared: true,
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
		return Rest{Reason: v1alpha1.ReasonObserving, Message: "the broker is watched and never written; it differs in " + fields(found), Drift: found, Compared: true}
	case s.Desired.Suspended:
		return Rest{Reason: v1alpha1.ReasonSuspended, Message: "spec.suspend is true, so the broker is not changed; it differs in " + fields(found), Drift: found, Compared: true}
	case s.Desired.Report && len(s.unreported(found)) == 0:
		return Rest{Reason: v1alpha1.ReasonDriftReported, Message: "the broker was changed elsewhere and driftPolicy is Report; it differs in " + fields(found), Drift: found, Compared: true}
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
		v1alpha1.ReasonContested, v1alpha1.ReasonOwnershipUnproven,
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
	return Rest{Reason: p.Reason, Message: p.Message + "; the broker differs in " + fields(found), Drift: found, Compared: true}
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
		Drift: found, Compared: true,
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
		Drift: found, Compared: true,
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
