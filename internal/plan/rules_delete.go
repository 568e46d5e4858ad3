package plan

import (
	"fmt"
	"strings"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// released: the object is going and our finalizer is off it.
func released(s *State) Step {
	if s.Record.Finalizer {
		return nil
	}
	return Rest{Quiet: true}
}

// neverMade: neither broker nor intent, so there is nothing to clean up.
func neverMade(s *State) Step {
	if s.bound() {
		return nil
	}
	return Release{}
}

// letGo: the broker stays by policy. While a create is unsettled the object
// stays, too, or its broker would be nobody's; while a DELETE may be under way
// it stays until that has ended.
func letGo(s *State) Step {
	ready := s.Record.Ready
	return Release{Orphaned: true, Gone: ready != nil && ready.Reason == v1alpha1.ReasonBrokerNotFound}
}

// deletionProtected: a user keeps the Reseller, whatever becomes of the broker by policy.
func deletionProtected(s *State) Step {
	if !s.Desired.Protected || !s.Desired.Deleting {
		return nil
	}
	return Rest{
		Reason: v1alpha1.ReasonDeletionProtected,
		Message: fmt.Sprintf("the annotation %s is \"true\", so neither the broker nor this object is deleted; take the annotation away to go on with the deletion",
			v1alpha1.AnnotationDeletionProtection),
		For: ForUser,
	}
}

// deletionSuspended: a user, the brake or the role of the account stops all writing.
func deletionSuspended(s *State) Step {
	switch {
	case s.Desired.Suspended:
		return Rest{
			Reason:  v1alpha1.ReasonSuspended,
			Message: "spec.suspend is true, so the broker is not deleted; set spec.suspend: false to delete it, or spec.deletionPolicy: Orphan to leave it as it is",
			For:     ForUser,
		}
	case s.Access.Halted != nil:
		return Rest{Reason: s.Access.Halted.Reason, Message: s.Access.Halted.Message + orOrphan(s), For: ForSeller}
	default:
		return nil
	}
}

// deletionHeld: others have finalizers on the object.
func deletionHeld(s *State) Step {
	if len(s.Record.Foreign) == 0 {
		return nil
	}
	return Rest{
		Reason:  v1alpha1.ReasonDeleting,
		Message: "the broker is deleted when the finalizers of others are off: " + strings.Join(s.Record.Foreign, ", "),
		For:     ForUser,
	}
}

// deletionShared: another Reseller shows the same broker, so it stays.
func deletionShared(s *State) Step {
	if shared(s) == nil {
		return nil
	}
	return Release{Orphaned: true}
}

// deletionPosted: this process wrote the deletion, has not sent it, and the
// cache shows it, so nobody can bind the broker any more.
func deletionPosted(s *State) Step {
	d := s.Record.Deletion
	if d == nil || d.Attempt != s.Memory.DeletionWrote || d.Attempt == s.Memory.DeleteSent {
		return nil
	}
	if s.mayDelete() != nil || !s.Now.Before(d.Deadline) || !d.BrokerID.Same(s.Record.BrokerID) {
		return ClearDeletion{Then: deleting(s, "the delete was withdrawn before it was sent")}
	}
	return Delete{}
}

// deleteTold reports whether the DELETE of this pass was refused by the API itself, or
// not sent. What another one came to is shown by reading.
func (s *State) deleteTold() bool {
	if s.Record.Deletion == nil || s.Outcome.Deleted == nil || s.Outcome.Deleted.Failure == nil {
		return false
	}
	f := s.Outcome.Deleted.Failure
	return !notFound(f) && (f.NotSent || turnedAway(f) || refused(f))
}

// deleteAnswered: the DELETE of this pass was refused by the API itself, or
// not sent.
func deleteAnswered(s *State) Step {
	if !s.deleteTold() {
		return nil
	}
	return ClearDeletion{Then: failed(s, s.Outcome.Deleted.Failure), Answered: true}
}

// deletionUnsettled: a DELETE was sent, or may have been. The finalizer stays until the
// broker is proven to be gone, whatever the answer was; where it was lost and the broker
// is still there, it is deleted again.
func deletionUnsettled(s *State) Step {
	d := s.deletion()
	if d == nil {
		return nil
	}
	l := s.looked(d.BrokerID)
	leaves := s.policy() == v1alpha1.DeletionOrphan && !s.Desired.Protected
	switch {
	case leaves && s.deleteAccepted():
		return s.endDeletion(true) // the call has ended, and what becomes of the broker is not the object's business any more
	case l == nil:
		return lookForDeleted(s)
	case s.missing(l.Failure):
		return provenGone(s, l, s.endDeletion(false))
	case l.Failure != nil:
		return failed(s, l.Failure)
	case s.deleteAccepted():
		return stillReadable(s)
	case s.mayDelete() == nil:
		return nil // a DELETE names one broker, so it may be sent again, by the rules for a first one
	case s.Now.Before(deleteEnds(s)):
		return deleteUnknown(s)
	case leaves:
		return s.endDeletion(true)
	default:
		return ClearDeletion{Then: Rest{Reason: v1alpha1.ReasonDeleting, Message: "the delete did not take effect; it is started over", Until: s.Now.Add(firstLook)}}
	}
}

// lookForDeleted reads the broker whose DELETE was sent, when that can tell more than is
// known: whatever wakes the object costs no call of its own.
func lookForDeleted(s *State) Step {
	id, repeats := s.Record.Deletion.BrokerID, s.mayDelete() == nil
	if rest := awaitsProof(s, id); rest != nil {
		return rest
	}
	last, _ := looks(deletionBegan(s), s.Now)
	seen := !s.foundAt().Before(last) && !s.requested()
	switch waits := s.deletionWaits(); {
	case s.deleteAccepted() && seen:
		return stillReadable(s)
	case !s.deleteAccepted() && repeats && waits != nil && s.stillThere():
		return waits
	case !s.deleteAccepted() && !repeats && seen && s.Now.Before(deleteEnds(s)):
		return deleteUnknown(s)
	default:
		return Look{ID: id}
	}
}

// foundAt is when the broker was last seen: by its own GET, though no list may show it any
// more, or in a list.
func (s *State) foundAt() time.Time {
	if s.Reading.Known == nil {
		return s.Memory.FoundAt
	}
	return moment.Later(s.Memory.FoundAt, s.Reading.shownSince())
}

// stillThere reports whether nothing says that a DELETE which is not due again has taken
// effect: by the answer that this process has, or, of another process's, by a GET since it
// was first seen, with no list after that which lacks the broker.
func (s *State) stillThere() bool {
	if s.Record.Deletion.Attempt == s.Memory.DeleteSent {
		return !s.deleteMissed()
	}
	seen := s.Memory.FoundAt
	return !seen.Before(s.Memory.DeletionSince) && firstSince(s.Reading.AbsentID, seen).IsZero()
}

// deleteMissed reports whether the DELETE found no broker, and none was seen since: it
// may be gone, which is what was wanted, so that is read at once.
func (s *State) deleteMissed() bool {
	t := s.Memory.Tries[CallDelete]
	return notFound(t.Failure) && (s.Reading.Known == nil || s.Reading.shownSince().Before(t.At))
}

// deleteAccepted reports whether this process sent the DELETE and was answered with
// success.
func (s *State) deleteAccepted() bool {
	return s.Record.Deletion.Attempt == s.Memory.DeleteSent && s.Memory.DeleteAccepted
}

// endDeletion lets the object go. One that stays, since it was restored with an open
// deletion, only forgets the deletion.
func (s *State) endDeletion(orphaned bool) Step {
	if !s.Desired.Deleting {
		return ClearDeletion{Then: Rest{Reason: v1alpha1.ReasonWaitingForReading, Message: "an earlier deletion of the broker has ended", Until: s.Now.Add(firstLook)}}
	}
	return Release{Orphaned: orphaned}
}

// deleteUnknown waits for a DELETE that was not answered and may not be repeated.
func deleteUnknown(s *State) Step {
	rest := deleting(s, "it is unknown whether the delete took effect; the broker is still there")
	rest.Until = moment.Earlier(rest.Until, deleteEnds(s))
	return rest
}

// deleteEnds is when a DELETE that was not answered can no longer take effect.
func deleteEnds(s *State) time.Time {
	d, m, a := s.Record.Deletion, s.Memory, s.Access
	if d.Attempt == m.DeleteSent {
		return moment.Later(d.Deadline, m.DeleteEnded).Add(a.CommitBound)
	}
	return m.DeletionSince.Add(max(a.Deadline, d.Allowed) + a.CommitBound)
}

// stillReadable: the DELETE was accepted and the broker can be read all the
// same: for a while, or for good as an inactive one that no list shows.
func stillReadable(s *State) Step {
	ended := s.Memory.DeleteEnded
	first := firstSince(s.Reading.AbsentID, ended)
	n := len(s.Reading.AbsentID)
	switch {
	case s.Now.Before(ended.Add(deleteSettles)):
		return deleting(s, "Cloudmore accepted the delete; the broker can still be read")
	case !first.IsZero() && !s.Reading.AbsentID[n-1].Before(first.Add(s.Access.ListLag)):
		return s.endDeletion(false)
	default:
		return Rest{
			Reason: v1alpha1.ReasonDeletionUnconfirmed,
			Message: fmt.Sprintf("Cloudmore accepted the delete at %s, but broker %s can still be read and listed; look in the portal, or set spec.deletionPolicy: Orphan to let this object go",
				ended.UTC().Format("15:04:05 UTC"), s.Record.Deletion.BrokerID),
			AfterReading: s.sharedReading(),
		}
	}
}

// deletionPaced: a DELETE or the question before it failed, or services were activated,
// and the next try is not due. Nothing is read for it meanwhile, whatever wakes the object.
func deletionPaced(s *State) Step {
	return s.deletionWaits()
}

// deletionWaits rests until a DELETE that failed, or the question for services before
// it, is due again; nil for not at all.
func (s *State) deletionWaits() Step {
	if t := s.waits(CallDelete); t != nil {
		return s.again(CallDelete, t)
	}
	t := s.waiting(CallServices, s.servicesOf(s.Record.BrokerID))
	switch {
	case t == nil, s.forced(), !firstSince(s.Reading.AbsentID, t.At).IsZero():
		return nil
	case t.InUse:
		return inUse(s, t.due(CallServices, s.Record.UID))
	default:
		return s.again(CallServices, t)
	}
}

// deletionUnproven: nothing is deleted whose identity was not read just before.
func deletionUnproven(s *State) Step {
	l := s.looked(s.Record.BrokerID)
	switch {
	case l == nil && awaitsProof(s, s.Record.BrokerID) != nil:
		return awaitsProof(s, s.Record.BrokerID)
	case l == nil:
		return Look{ID: s.Record.BrokerID}
	case s.missing(l.Failure):
		return provenGone(s, l, Release{Gone: true})
	case l.Failure != nil:
		return failed(s, l.Failure)
	case !s.proven(&l.Broker):
		return unproven(s, &l.Broker)
	default:
		return nil
	}
}

// deletionInUse: activated services are asked for just before.
func deletionInUse(s *State) Step {
	id, answer := s.Record.BrokerID, s.Outcome.Services
	switch {
	case answer == nil:
		return AskServices{ID: id}
	case s.failureOf(CallServices) != nil:
		return failed(s, answer.Failure)
	case !answer.Activated || s.forced():
		return nil
	default:
		return inUse(s, s.Now.Add(lookAtMost))
	}
}

// listedFree reports whether the list of those with services lacks the broker: an unclear
// 404 to the question for them says the same.
func (s *State) listedFree() bool {
	activated := s.Reading.ServicesActivated
	return activated != nil && !*activated
}

// forced reports whether a user says that the broker may go with its services.
func (s *State) forced() bool { return s.Record.BrokerID.Same(broker.ID(s.Desired.ForceDelete)) }

// answeredInUse reports whether a step asked for services, and some stop the deletion.
func (s *State) answeredInUse(step Step) bool {
	answer := s.Outcome.Services
	return step.Call() == CallServices && answer.Failure == nil && answer.Activated && !s.forced()
}

// inUse waits until services are deactivated, or a user decides.
func inUse(s *State, until time.Time) Rest {
	id := s.Record.BrokerID
	message := fmt.Sprintf("services are activated for broker %s, so it is not deleted; deactivate them, or set the annotation %s: %q to delete it all the same, or spec.deletionPolicy: Orphan to leave it",
		id, v1alpha1.AnnotationForceDelete, id)
	if s.Desired.ForceDelete != "" {
		message += fmt.Sprintf(" (the annotation names another broker, %.64q, and is ignored)", s.Desired.ForceDelete)
	}
	return Rest{Reason: v1alpha1.ReasonServicesActivated, Message: message, Until: until}
}

// deletionStarts: written down before it is sent.
func deletionStarts(*State) Step { return RecordDeletion{} }

// deleting rests until the next look at a deletion.
func deleting(s *State, message string) Rest {
	return Rest{Reason: v1alpha1.ReasonDeleting, Message: message, Until: nextLook(deletionBegan(s), s.Now)}
}

// deletionBegan is the moment from which the looks at a deletion are counted.
func deletionBegan(s *State) time.Time {
	return moment.Later(s.Memory.DeletionSince, s.Memory.DeleteEnded)
}
