package plan

import (
	"fmt"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// missed notes that a GET said 404 at a moment. One that came sooner after this
// process first saw the binding than lists and GETs may lag counts for nothing.
func (m *Memory) missed(at time.Time, listLag time.Duration) {
	if m.MissingSince.IsZero() || m.MissingSince.Before(m.BoundSince.Add(listLag)) {
		m.MissingSince = at
	}
}

// lookAgain is when the broker's next GET can add to the proof that it is gone.
func (m *Memory) lookAgain(listLag time.Duration) time.Time {
	if counts := m.BoundSince.Add(listLag); m.MissingSince.Before(counts) {
		return counts
	}
	return m.MissingSince.Add(listLag)
}

// goneOr answers then once the broker is proven to be gone: its own GET said
// 404, a complete reading that started later lacks it, and a second GET, a list
// lag later, agrees. Until then it rests until the missing piece can be there.
func goneOr(s *State, l *Looked, then Step) Step {
	known := s.Memory
	known.missed(l.At, s.Access.ListLag)
	since, again := known.MissingSince, known.lookAgain(s.Access.ListLag)
	lacked := !firstSince(s.Reading.AbsentID, since).IsZero()
	if lacked && !l.At.Before(again) {
		return then
	}
	rest := Rest{
		Reason:  v1alpha1.ReasonDeleting,
		Message: fmt.Sprintf("broker %s can't be found; a second look and a list decide whether it is gone", l.ID),
		Quiet:   !s.Desired.Deleting,
		Until:   later(s.Access.SilentUntil, later(again, s.Now.Add(firstLook))),
	}
	if lacked {
		return rest
	}
	if s.Reading.Latest.After(again) && !s.Now.Before(again) {
		rest.Reason, rest.Quiet = v1alpha1.ReasonBrokerUnreadable, false
		rest.Message = fmt.Sprintf("broker %s is listed, but reading it by its id says that there is none; it may be deleted or belong to another seller: look in the portal, or ask Cloudmore", l.ID)
	}
	rest.AfterReading = since
	if s.Reading.Latest.After(since) {
		rest.AfterReading = nextLook(since, s.Now) // the list is behind, and still shows it
	}
	if !s.Now.Before(again) {
		rest.Until = time.Time{} // only the reading is awaited
	}
	return rest
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
