package plan

import (
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// An update of registration number and domain leaves a broker that nothing in status is
// like: if the process dies with the answer and the spec is edited again, nobody knows whose
// it is. So the new identity is written down before, beside the one that is shown, and both
// prove the broker until a sync that no such update can change any more.

// renames reports whether the update changes the identity.
func (u *Update) renames() bool {
	return slices.ContainsFunc(u.Changed, func(d Deviation) bool { return identifies(&d) }) ||
		slices.ContainsFunc(u.Proves, func(d Deviation) bool { return identifies(&d) })
}

// foretold writes down the identity that an update gives the broker before that is sent,
// and has the object come back when the broker is to be read for it.
func foretold(s *State, step Step) Step {
	update, updates := step.(Update)
	if !updates {
		return s.untilRead(step)
	}
	next := broker.Halves(&update.Body)
	if !update.renames() || next == (broker.Identity{}) || next == s.sentLast() {
		return step
	}
	return RecordIdentity{RegistrationNumber: broker.TextOf(update.Body.RegistrationNumber), Domain: broker.TextOf(update.Body.Domain)}
}

// untilRead ends a rest when the broker is to be read because of what was sent.
func (s *State) untilRead(step Step) Step {
	at := s.readsIdentityAt()
	if !at.After(s.Now) {
		return step
	}
	rest, rests := step.(Rest)
	if !rests || (!rest.Until.IsZero() && !rest.Until.After(at)) {
		return step
	}
	rest.Until = moment.Later(at, s.Access.SilentUntil)
	return rest
}

// sentLast is the identity that was written down last; zero for none.
func (s *State) sentLast() broker.Identity {
	if n := len(s.Record.Sent); n > 0 {
		return s.Record.Sent[n-1]
	}
	return broker.Identity{}
}

// Foretell adds the identity of a step to those in status.
func Foretell(step RecordIdentity, status *v1alpha1.ResellerStatus) {
	kept := status.SentIdentities
	if over := len(kept) + 1 - v1alpha1.MaxSentIdentities; over > 0 {
		kept = kept[over:]
	}
	status.SentIdentities = append(slices.Clone(kept), v1alpha1.SentIdentity{
		RegistrationNumber: bounded.Characters(step.RegistrationNumber, v1alpha1.MaxObservedLength),
		Domain:             bounded.Characters(step.Domain, v1alpha1.MaxObservedLength),
	})
}

// sentIsShown reports whether the broker shows the identity that was sent last, however
// written.
func (s *State) sentIsShown(b *broker.Broker) bool {
	shown, last := broker.Halves(b), s.sentLast()
	return shown == last || shown.Like(last)
}

// sendsAgain reports whether the identity that was sent last is what the spec asks for: it
// is sent again unless it is shown.
func (s *State) sendsAgain() bool {
	want, last := broker.Halves(&s.Desired.Broker), s.sentLast()
	return (want.RegistrationNumber == "" || want.RegistrationNumber == last.RegistrationNumber) &&
		(want.Domain == "" || want.Domain == last.Domain)
}

// identitySettles is when no update that changed the identity can take effect any more.
// Who did not send it counts from when it first saw that.
func (s *State) identitySettles() time.Time {
	m, a := &s.Memory, &s.Access
	if m.RenameUnsure.IsZero() {
		return m.Renamed.Add(a.ListLag)
	}
	return m.RenameUnsure.Add(a.Deadline + a.CommitBound + a.ListLag)
}

// identitySettled reports whether what is shown of the broker is what came of every update
// that changed its identity.
func (s *State) identitySettled() bool {
	known, m := s.Reading.Known, &s.Memory
	if known == nil || !known.Detail {
		return false
	}
	switch is := s.sentIsShown(known); {
	case is && m.RenameUnsure.IsZero() && !s.Reading.KnownSince.Before(m.Renamed):
		return true // the answer, or what was read after it, says so
	case !is && s.sendsAgain():
		return false
	default:
		return !s.Reading.KnownSince.Before(s.identitySettles())
	}
}

// readsIdentityAt is when the broker is to be read because of what was sent; zero for never.
func (s *State) readsIdentityAt() time.Time {
	known := s.Reading.Known
	switch {
	case len(s.Record.Sent) == 0, PhaseOf(s) != Bound, s.Access.Problem != nil, s.elsewhere(), known == nil, s.identitySettled():
		return time.Time{}
	case !s.sentIsShown(known) && s.sendsAgain() && (len(s.Record.Sent) == 1 || !s.Reading.KnownSince.Before(s.identitySettles())):
		return time.Time{} // of the last one; what came of those before it is read once
	default:
		return s.identitySettles()
	}
}

// boundRenamed: an update changed the identity, and what came of it is read when it can
// change no more.
func boundRenamed(s *State) Step {
	at := s.readsIdentityAt()
	if at.IsZero() || s.Now.Before(at) || s.looked(s.Record.BrokerID) != nil {
		return nil
	}
	return Look{ID: s.Record.BrokerID}
}

// reportIdentities forgets what was sent once it is known what came of it, or that the
// broker is gone, and reports whether that changes status. While the last one is sent again
// and again, those before it end when no update with them can take effect any more.
func reportIdentities(s *State, rest *Rest, status *v1alpha1.ResellerStatus) bool {
	n := len(status.SentIdentities)
	switch known := s.Reading.Known; {
	case n == 0:
		return false
	case !s.bound(), rest.Reason == v1alpha1.ReasonBrokerNotFound, s.identitySettled():
		status.SentIdentities = nil
		return true
	case n == 1, known == nil, !known.Detail, s.Reading.KnownSince.Before(s.identitySettles()):
		return false
	default:
		status.SentIdentities = status.SentIdentities[n-1:]
		return true
	}
}

// identitySettling waits where an identity was sent that is not shown yet, and that another
// Reseller has come first for since: to send back what is shown would undo it, should
// Cloudmore only show it in its own way.
func (s *State) identitySettling() Step {
	var late []Deviation
	var until time.Time
	for _, d := range s.identityHeldBack(s.deviations()) {
		if at, settling := s.settling(&d.Difference); settling && contender(s, s.Desired.Identity) != nil {
			late, until = append(late, d), moment.Later(until, at)
		}
	}
	if len(late) == 0 {
		return nil
	}
	return Rest{Reason: v1alpha1.ReasonUpdating, Message: fields(late) + ": sent, and not shown yet", Until: until, Quiet: s.settled()}
}
