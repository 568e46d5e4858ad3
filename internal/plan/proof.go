package plan

import (
	"fmt"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// countsFrom is the moment from which a 404 of the held broker counts: one that came sooner
// after this process first saw the binding than lists and GETs may lag may only not show it
// yet. An accepted DELETE says that it was there.
func (s *State) countsFrom() time.Time {
	shown := s.Memory.BoundSince.Add(s.Access.ListLag)
	if s.Record.Deletion != nil && s.deleteAccepted() {
		return earlier(shown, s.Memory.DeleteEnded)
	}
	return shown
}

// missed notes that a GET said 404 at a moment; see countsFrom.
func (m *Memory) missed(at, counts time.Time) {
	if m.MissingSince.IsZero() || m.MissingSince.Before(counts) {
		m.MissingSince = at
	}
}

// lookAgain is when the broker's next GET can add to the proof that it is gone.
func (m *Memory) lookAgain(counts time.Time, listLag time.Duration) time.Time {
	if m.MissingSince.Before(counts) {
		return counts
	}
	return m.MissingSince.Add(listLag)
}

// absence is how far the proof has come that a broker is gone: its own GET said 404, a
// complete reading that started later, and after a DELETE of it, lacks it, and a second
// GET, a list lag after the first, agrees.
type absence struct {
	// since is when the first GET that counts began, again when the next one can add to it.
	since, again time.Time
	// lacked says that such a reading is there, listed that one shows the broker, blank
	// that there are only some that show none at all.
	lacked, listed, blank bool
}

// telling are those of some readings that prove what they lack: while an intent is open,
// or a disappearance is to be proved, a list without any broker proves nothing.
func (s *State) telling(starts []time.Time) []time.Time {
	if len(s.Reading.Blank) == 0 {
		return starts
	}
	return slices.DeleteFunc(slices.Clone(starts), func(start time.Time) bool { return slices.ContainsFunc(s.Reading.Blank, start.Equal) })
}

// howToTell says what lets lists without any broker prove something.
const howToTell = "the lists show no broker at all, as in an outage, so they prove nothing; if the account is really empty, set the annotation " +
	v1alpha1.AnnotationAcceptListAt + " of the Seller to any new value; a list that shows any other broker decides, too"

// absence is the proof so far, with a GET of this pass that said 404 at a moment; zero
// for none.
func (s *State) absence(looked time.Time) absence {
	m, counts := s.Memory, s.countsFrom()
	if !looked.IsZero() {
		m.missed(looked, counts)
	}
	a := absence{since: m.MissingSince, again: m.lookAgain(counts, s.Access.ListLag)}
	starts := s.Reading.AbsentID
	if !s.Desired.Deleting {
		starts = s.telling(starts) // who makes it anew would make a second one
	}
	a.lacked = !firstSince(starts, later(a.since, m.DeleteEnded)).IsZero()
	a.blank = !a.lacked && !firstSince(s.Reading.AbsentID, later(a.since, m.DeleteEnded)).IsZero()
	a.listed = !a.lacked && !a.blank && s.Reading.Latest.After(a.since)
	return a
}

// goneOr answers then once the broker is proven to be gone. Until then it rests until
// the missing piece can be there.
func goneOr(s *State, l *Looked, then Step) Step {
	a := s.absence(l.At)
	if a.lacked && !l.At.Before(a.again) {
		return then
	}
	return a.rest(s, l.ID)
}

// awaitsProof rests while another GET of a missing broker can add nothing to the proof,
// whatever wakes the object.
func awaitsProof(s *State, id broker.ID) Step {
	if s.Memory.MissingSince.IsZero() || s.requested() {
		return nil
	}
	a := s.absence(time.Time{})
	if !s.Now.Before(a.again) && (a.lacked || a.listed) {
		return nil
	}
	return a.rest(s, id)
}

// rest waits for the missing piece.
func (a absence) rest(s *State, id broker.ID) Rest {
	rest := Rest{
		Reason:  v1alpha1.ReasonDeleting,
		Message: fmt.Sprintf("broker %s can't be found; a second look and a list decide whether it is gone", id),
		Quiet:   !s.Desired.Deleting || a.soon(s),
		Until:   later(s.Access.SilentUntil, later(a.again, s.Now.Add(firstLook))),
	}
	if a.lacked {
		return rest
	}
	early := s.Now.Before(a.again)
	switch {
	case a.blank && s.Reading.Doubt == "" && !early:
		rest.Reason, rest.Quiet = v1alpha1.ReasonBrokerUnreadable, false
		rest.Message = fmt.Sprintf("broker %s can't be found; %s", id, howToTell)
	case !a.blank && s.Reading.Latest.After(a.again) && !early:
		rest.Reason, rest.Quiet = v1alpha1.ReasonBrokerUnreadable, false
		rest.Message = fmt.Sprintf("broker %s is listed, but reading it by its id says that there is none; it may be deleted or belong to another seller: look in the portal, or ask Cloudmore", id)
	case s.Reading.Doubt != "":
		rest.Message += "; " + s.Reading.Doubt
	}
	rest.AfterReading = a.since
	if a.listed || a.blank {
		rest.AfterReading = nextLook(a.since, s.Now) // the list is behind, or proves nothing
	}
	if !early {
		rest.Until = time.Time{} // only the reading is awaited
	}
	return rest
}

// soon reports whether the proof takes no longer than after every accepted DELETE: status
// says already that the broker is being deleted.
func (a absence) soon(s *State) bool {
	ready := s.Record.Ready
	return s.Record.Deletion != nil && s.deleteAccepted() && ready != nil && ready.Reason == v1alpha1.ReasonDeleting &&
		s.Reading.Doubt == "" && s.Now.Before(a.again.Add(s.Access.ListLag))
}

// proven reports whether the broker, as just read, is this Reseller's: it has
// the identity of the spec or the recorded one, or our mark, or a person named
// it, or this process bound or wrote it. Status alone proves nothing.
func (s *State) proven(b *broker.Broker) bool {
	if b.Foreign || foreignMark(s, b) {
		return false
	}
	identity, whole := broker.IdentityOf(b)
	value, _ := b.Property(s.Access.Mark.PropertyID)
	return (whole && (identity == s.Desired.Identity || identity == s.Record.Bound)) ||
		s.ownMark(value) || s.Desired.BrokerID.Same(b.ID) || s.Memory.Proven.Same(b.ID)
}

func unproven(s *State) Rest {
	return Rest{
		Reason: v1alpha1.ReasonOwnershipUnproven,
		Message: fmt.Sprintf("broker %s has another registration number and domain than this Reseller, so it is neither changed nor deleted; if it is the right one, say so with spec.brokerID: %q",
			s.Record.BrokerID, s.Record.BrokerID),
		Until: s.Now.Add(lookAtMost),
	}
}
