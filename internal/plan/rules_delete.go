package plan

import (
	"fmt"
	"strings"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
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
func letGo(*State) Step { return Release{Orphaned: true} }

// deletionSuspended: a person, the brake or the role of the account stops all writing.
func deletionSuspended(s *State) Step {
	switch {
	case s.Desired.Suspended:
		return Rest{
			Reason:  v1alpha1.ReasonSuspended,
			Message: "spec.suspend is true, so the broker is not deleted; set spec.suspend: false to delete it, or spec.deletionPolicy: Orphan to leave it as it is",
		}
	case s.Access.Halted != nil:
		return Rest{Reason: s.Access.Halted.Reason, Message: s.Access.Halted.Message + orOrphan(s)}
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
	return ClearDeletion{Then: failed(s, s.Outcome.Deleted.Failure)}
}

// deletionUnsettled: a DELETE was sent, or may have been. The finalizer stays until the
// broker is proven to be gone; where the answer was lost and the broker is still there,
// it is deleted again.
func deletionUnsettled(s *State) Step {
	d := s.Record.Deletion
	if d == nil {
		return nil
	}
	l := s.looked(d.BrokerID)
	accepted := d.Attempt == s.Memory.DeleteSent && s.Memory.DeleteAccepted
	if t := s.deletionWaits(); t != nil && !accepted && s.mayDelete() == nil {
		return t
	}
	switch {
	case l == nil:
		return Look{ID: d.BrokerID}
	case notFound(l.Failure) && accepted:
		return Release{}
	case notFound(l.Failure):
		return goneOr(s, l, Release{})
	case l.Failure != nil:
		return failed(s, l.Failure)
	case accepted:
		return stillReadable(s)
	case s.mayDelete() == nil:
		return nil // a DELETE names one broker, so it may be sent again, by the rules for a first one
	case s.Now.Before(deleteEnds(s)):
		return deleting(s, "it is unknown whether the delete took effect; the broker is still there")
	case s.policy() == v1alpha1.DeletionOrphan:
		return Release{Orphaned: true}
	default:
		return ClearDeletion{Then: Rest{Reason: v1alpha1.ReasonDeleting, Message: "the delete did not take effect; it is started over", Until: s.Now.Add(firstLook)}}
	}
}

// deleteEnds is when a DELETE that was not answered can no longer take effect.
func deleteEnds(s *State) time.Time {
	d, m, a := s.Record.Deletion, s.Memory, s.Access
	if d.Attempt == m.DeleteSent {
		return later(d.Deadline, m.DeleteEnded).Add(a.CommitBound)
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
		return Release{}
	case s.policy() == v1alpha1.DeletionOrphan:
		return Release{Orphaned: true}
	default:
		return Rest{
			Reason: v1alpha1.ReasonDeletionUnconfirmed,
			Message: fmt.Sprintf("Cloudmore accepted the delete %s ago, but broker %s can still be read and listed; look in the portal, or set spec.deletionPolicy: Orphan to let this object go",
				s.Now.Sub(ended).Round(time.Minute), s.Record.Deletion.BrokerID),
			AfterReading: s.Now.Add(lookAtMost),
		}
	}
}

// deletionPaced: a DELETE or the question before it failed, and the next one is not due.
// Nothing is read for it meanwhile, whatever wakes the object.
func deletionPaced(s *State) Step {
	return s.deletionWaits()
}

// deletionWaits rests until a DELETE that failed, or the question for services before
// it, is due again; nil for none.
func (s *State) deletionWaits() Step {
	if t := s.waits(CallDelete); t != nil {
		return s.again(CallDelete, t)
	}
	if t := s.waiting(CallServices, string(s.Record.BrokerID.Key())); t != nil {
		return s.again(CallServices, t)
	}
	return nil
}

// deletionUnproven: nothing is deleted whose identity was not read just before.
func deletionUnproven(s *State) Step {
	l := s.looked(s.Record.BrokerID)
	switch {
	case l == nil:
		return Look{ID: s.Record.BrokerID}
	case notFound(l.Failure):
		return goneOr(s, l, Release{})
	case l.Failure != nil:
		return failed(s, l.Failure)
	case !s.proven(&l.Broker):
		return unproven(s)
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
	case answer.Failure != nil:
		return failed(s, answer.Failure)
	case !answer.Activated || id.Same(broker.ID(s.Desired.ForceDelete)):
		return nil
	}
	message := fmt.Sprintf("services are activated for broker %s, so it is not deleted; deactivate them, or set the annotation %s: %q to delete it all the same, or spec.deletionPolicy: Orphan to leave it",
		id, v1alpha1.AnnotationForceDelete, id)
	if s.Desired.ForceDelete != "" {
		message += fmt.Sprintf(" (the annotation names another broker, %.64q, and is ignored)", s.Desired.ForceDelete)
	}
	return Rest{Reason: v1alpha1.ReasonServicesActivated, Message: message, Until: s.Now.Add(lookAtMost)}
}

// deletionStarts: written down before it is sent.
func deletionStarts(*State) Step { return RecordDeletion{} }

// deleting rests until the next look at a deletion.
func deleting(s *State, message string) Rest {
	return Rest{Reason: v1alpha1.ReasonDeleting, Message: message, Until: nextLook(later(s.Memory.DeletionSince, s.Memory.DeleteEnded), s.Now)}
}
