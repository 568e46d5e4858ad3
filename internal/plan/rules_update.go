package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// updateTold reports whether the PUT of this pass has failed.
func (s *State) updateTold() bool {
	return s.Outcome.Updated != nil && s.Outcome.Updated.Failure != nil
}

// updateAnswered: the PUT of this pass was refused or is unknown. A PUT can be
// repeated, after a fresh look; without the fields that it was refused for, at once.
func updateAnswered(s *State) Step {
	all := s.deviations()
	rest := failed(s, s.Outcome.Updated.Failure)
	if len(because(all, v1alpha1.DriftRefused)) == 0 {
		rest.Quiet = rest.Quiet || (s.Outcome.Updated.Background && s.settled()) // nobody waits for it
		return rest
	}
	named := s.left(all)
	named.Note, named.Rejected = rest.Note, rest.Rejected
	if len(s.sendable(all)) > 0 {
		named.Until = s.Now.Add(firstLook)
	}
	return named
}

// boundOtherwise: while a create was being settled, a user named another broker.
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

// boundMissing: the broker's own GET says 404, or the latest list lacks it, or nobody knows
// any more how it is.
func boundMissing(s *State) Step {
	id, absent := s.Record.BrokerID, s.Reading.AbsentID
	l := s.looked(id)
	switch {
	case l != nil && s.missing(l.Failure):
		return provenGone(s, l, vanished(s))
	case l != nil:
		return nil
	case awaitsProof(s, id) != nil:
		return awaitsProof(s, id)
	case s.suspected(), s.Reading.Unread, len(absent) > 0 && absent[len(absent)-1].After(s.Reading.shownSince()):
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
		Message: fmt.Sprintf("broker %s no longer exists and is not recreated (%s); delete this Reseller, or delete it and make it again to have a new broker created",
			s.Record.BrokerID, why),
		AfterReading: s.sharedReading(),
	}
}

// pending reports whether the object has work waiting, as far as is known
// without the account: edited, asked for, or not healthy.
func (s *State) pending() bool {
	r := s.Record.Ready
	return s.Record.ObservedGeneration != s.Desired.Generation || r == nil || r.Status != "True" || s.requested()
}

// boundAsked: a user asks for a look. Where lists show all of a broker, one sync is a
// look at all that are healthy; what has to be mended is read automatically anyway.
func boundAsked(s *State) Step {
	if !s.requested() || s.looked(s.Record.BrokerID) != nil {
		return nil
	}
	asked := s.Memory.AskedAt
	shares := s.settled() && s.Reading.Whole && s.Reading.Doubt == "" && s.Now.Before(asked.Add(askedWithin))
	switch {
	case !shares:
		return Look{ID: s.Record.BrokerID}
	case s.Reading.KnownSince.After(asked):
		return nil
	default:
		return Rest{
			Reason: v1alpha1.ReasonWaitingForReading, Message: "the account is being read for all who ask for a look",
			AfterReading: moment.Later(asked, s.Reading.Latest.Add(askedGap)), Until: asked.Add(askedWithin), Quiet: true,
		}
	}
}

// boundUnknown: the broker was not read by this process, or not in full while
// there is work waiting.
func boundUnknown(s *State) Step {
	l, known := s.looked(s.Record.BrokerID), s.Reading.Known
	switch {
	case l != nil && l.Failure != nil:
		rest := failed(s, l.Failure)
		rest.Quiet = rest.Quiet && !s.Reading.Unread // no outage: lists can be read
		return rest
	case l != nil:
		return nil
	case known == nil && s.pending(), known != nil && !known.Detail && s.pending():
		return Look{ID: s.Record.BrokerID}
	case known == nil && len(s.Reading.AbsentID) == 0 && !s.Reading.Latest.IsZero():
		return Look{ID: s.Record.BrokerID} // listed, and a GET that was not its own found it gone
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

// boundHalted: the brake, a user or the role of the account stops all writing.
func boundHalted(s *State) Step {
	p := s.Access.Halted
	if p == nil {
		return nil
	}
	return Rest{Reason: p.Reason, Message: p.Message + "; the broker differs in " + fields(s.deviations()), Compared: true, For: ForSeller}
}

// boundCorrected: a fresh GET, proof that it is ours, and every field in one PUT.
func boundCorrected(s *State) Step {
	send := s.due(s.deviations())
	if len(send) == 0 {
		return nil // nothing is read for what is not due
	}
	if rest := s.identitySettling(); rest != nil {
		return rest
	}
	l := s.looked(s.Record.BrokerID)
	if l == nil {
		return Look{ID: s.Record.BrokerID}
	}
	if !s.proven(&l.Broker) {
		return unproven(s, &l.Broker)
	}
	want := s.laid(s.deviations())
	return Update{Want: want, Body: broker.Merge(&want, &l.Broker), Changed: send, Proves: s.unprovedIn(&want), ReadAt: l.At}
}

// due are the deviations that an update is to end now. Where the API still shows what was
// there before the last PUT it may only be behind, and sending again would look like a
// fight.
func (s *State) due(all []Deviation) []Deviation {
	return slices.DeleteFunc(s.sendable(all), func(d Deviation) bool {
		_, settling := s.settling(&d.Difference)
		return settling
	})
}

// boundLeft: nothing can be sent now, and something differs.
func boundLeft(s *State) Step {
	all := s.deviations()
	rest, refused := s.left(all), because(all, v1alpha1.DriftRefused)
	for _, r := range s.Record.Rejected {
		if slices.ContainsFunc(refused, func(d Deviation) bool { return concerns(r.Field, d.Field) }) {
			rest.Rejected = append(rest.Rejected, broker.FieldFailure{Path: r.Field, Message: r.Message})
		}
	}
	return rest
}

// left says why each field that differs is not sent now; the reason is the worst one's.
func (s *State) left(all []Deviation) Rest {
	rest := Rest{Compared: true, For: ForUser | ForBroker}
	for _, why := range []Rest{s.leftRefused(all), leftUnreadable(all), leftNotAccepted(all), leftContested(all), s.leftToRival(all), s.leftSettling(all)} {
		if why.Reason == "" {
			continue
		}
		if rest.Reason == "" {
			rest.Reason, rest.Quiet = why.Reason, why.Quiet
		}
		rest.Message, rest.For = strings.TrimPrefix(rest.Message+"\n"+why.Message, "\n"), rest.For|why.For
		if !why.Until.IsZero() && (rest.Until.IsZero() || why.Until.Before(rest.Until)) {
			rest.Until = why.Until
		}
	}
	if changed := because(all, v1alpha1.DriftChanged); s.Desired.Report && len(changed) > 0 {
		rest.Message += "\n" + fields(changed) + ": changed elsewhere, and driftPolicy is Report"
	}
	if next := s.due(all); len(next) > 0 { // in the answer to an update that was refused for another field
		rest.Message += "\n" + fields(next) + ": sent next"
	}
	return rest
}

// onceMore is how a user has a field sent that is held back.
const onceMore = "set the annotation " + v1alpha1.AnnotationReconcileRequestedAt + " to any new value"

// leftRefused are the fields that Cloudmore refused, and when they are sent again.
func (s *State) leftRefused(all []Deviation) Rest {
	of := because(all, v1alpha1.DriftRefused)
	if len(of) == 0 {
		return Rest{}
	}
	until := s.nextRefused(of)
	return Rest{Reason: v1alpha1.ReasonRefused, Message: s.refusedFields(of) + "\n" + againAt(until), Until: until}
}

// leftNotAccepted are those that it took and did not change.
func leftNotAccepted(all []Deviation) Rest {
	of := because(all, v1alpha1.DriftNotAccepted)
	if len(of) == 0 {
		return Rest{}
	}
	return Rest{
		Reason:  v1alpha1.ReasonNotAccepted,
		Message: notAccepted(of) + "; correct the spec, change it in the portal, or " + onceMore + " to send it once more",
	}
}

// leftContested are those that somebody else changes back.
func leftContested(all []Deviation) Rest {
	of := because(all, v1alpha1.DriftContested)
	if len(of) == 0 {
		return Rest{}
	}
	return Rest{
		Reason:  v1alpha1.ReasonContested,
		Message: fmt.Sprintf("%s: sent %d times and changed back each time; find out who changes it, then adapt the spec or %s", fields(of), maxFights, onceMore),
	}
}

// leftToRival are the parts of an identity that another Reseller comes first for.
func (s *State) leftToRival(all []Deviation) Rest {
	r, of := contender(s, s.Desired.Identity), s.identityHeldBack(all)
	if r == nil || len(of) == 0 {
		return Rest{}
	}
	rest := Rest{Reason: v1alpha1.ReasonIdentityTaken, For: ForRival | ForUser}
	other := who(r, s.Record.Namespace)
	switch {
	case s.swaps(r):
		rest.Message = fmt.Sprintf("%s: not sent, because %s has this registration number and domain and wants those of this one, so each waits for the other; give one of the two a third value first, and its own when the other one has moved",
			fields(of), other)
	case !r.means(s.Desired.Identity) && r.BrokerID != "":
		rest.Message = fmt.Sprintf("%s: not sent, because broker %s of %s has this registration number or domain, written otherwise; correct them here or there, or, if they are two companies, set the annotation %s: %q",
			fields(of), r.BrokerID, other, v1alpha1.AnnotationCreateDespite, s.despiteAlso(r.BrokerID))
	default:
		rest.Message = fmt.Sprintf("%s: not sent, because %s claims this registration number and domain already; correct them here or there", fields(of), other)
	}
	return rest
}

// leftSettling are those that were sent and may only be shown late.
func (s *State) leftSettling(all []Deviation) Rest {
	var late []Deviation
	rest := Rest{}
	for _, d := range s.sendable(all) {
		if until, settling := s.settling(&d.Difference); settling {
			if late = append(late, d); rest.Until.IsZero() || until.Before(rest.Until) {
				rest.Until = until
			}
		}
	}
	if len(late) == 0 {
		return Rest{}
	}
	return Rest{Reason: v1alpha1.ReasonUpdating, Message: fields(late) + ": sent, and not shown yet", Until: rest.Until, Quiet: s.settled()}
}

// identityHeldBack are the parts of the identity that would be sent but for a competing Reseller.
func (s *State) identityHeldBack(all []Deviation) []Deviation {
	return slices.DeleteFunc(slices.Clone(all), func(d Deviation) bool {
		return d.held() || !identifies(&d) || (s.Desired.Report && d.Cause == v1alpha1.DriftChanged)
	})
}

// nextRefused is when the first of the refused values is sent again.
func (s *State) nextRefused(of []Deviation) time.Time {
	first := of[0].Tried
	for _, d := range of {
		first = moment.Earlier(first, d.Tried)
	}
	return first.Add(s.refusedFor())
}

// refusedFields is one line for each refused field, in Cloudmore's words.
func (s *State) refusedFields(of []Deviation) string {
	lines := make([]string, 0, len(of))
	for _, d := range of {
		lines = append(lines, fmt.Sprintf("%s: Cloudmore refused it: %s", d.Field, s.rejection(d.Field)))
	}
	return strings.Join(lines, "\n")
}

// rejection is what Cloudmore said of a field, now or before.
func (s *State) rejection(field string) string {
	var said []string
	if u := s.Outcome.Updated; u != nil && u.Failure != nil {
		for _, f := range u.Failure.Fields {
			if concerns(f.Path, field) {
				said = append(said, f.Message)
			}
		}
	}
	for _, r := range s.Record.Rejected {
		if len(said) == 0 && concerns(r.Field, field) {
			return r.Message
		}
	}
	if len(said) == 0 {
		return "no reason was given"
	}
	return cutWords(strings.Join(said, "; "))
}

// notAccepted is one line for each field that Cloudmore took and did not change.
func notAccepted(of []Deviation) string {
	lines := make([]string, 0, len(of))
	for _, d := range of {
		shows := fmt.Sprintf("still shows %q", bounded.Characters(d.Observed, shownValue))
		switch {
		case d.Observed == "" && strings.Contains(d.Field, "["):
			shows = "does not show it; a custom property has to be defined in the portal first"
		case d.Observed == "":
			shows = "shows nothing there"
		}
		lines = append(lines, fmt.Sprintf("Cloudmore answered the update of %s with success and %s", d.Field, shows))
	}
	return strings.Join(lines, "\n")
}

func cutWords(message string) string {
	return bounded.Characters(message, v1alpha1.MaxRejectionLength)
}
