package plan

import (
	"fmt"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// countsFrom is the moment from which a 404 of the held broker counts: one that came sooner
// after this process first saw the binding than lists and GETs may lag may only not show it
// yet. An accepted DELETE says that it was there.
func (s *State) countsFrom() time.Time {
	shown := s.Memory.BoundSince.Add(s.Access.ListLag)
	if s.Record.Deletion != nil && s.deleteAccepted() {
		return moment.Earlier(shown, s.Memory.DeleteEnded)
	}
	return shown
}

// unclear reports whether a GET was answered with a 404 in a form that a gateway may have
// given. There are APIs that have no other.
func unclear(f *broker.Failure) bool { return f != nil && f.UnclearlyAbsent() }

// missing reports whether a GET that failed speaks of the broker: by the API's own 404,
// or by an unclear one while the account can be read.
func (s *State) missing(f *broker.Failure) bool {
	return notFound(f) || (unclear(f) && s.read())
}

// read reports whether the account was read since the bound broker was first missed, or
// of late where none is bound.
func (s *State) read() bool {
	if s.bound() {
		return !s.Memory.MissingSince.IsZero() && s.Reading.Latest.After(s.Memory.MissingSince)
	}
	return !s.Reading.Latest.IsZero() && s.Now.Sub(s.Reading.Latest) < freshReading
}

// toldMissing reports whether status says that the broker can't be found or read: an unclear
// 404 before the account is read, as of each process that starts, is no other news.
func (s *State) toldMissing() bool {
	r := s.Record.Ready
	return r != nil && r.ObservedGeneration == s.Desired.Generation &&
		(r.Reason == v1alpha1.ReasonDeleting || r.Reason == v1alpha1.ReasonBrokerUnreadable)
}

// waitsForMissing reports whether the latest GET of a broker found none, and the next one
// waits.
func (s *State) waitsForMissing(id broker.ID) bool {
	t := s.waiting(CallLook, string(id.Key()))
	return t != nil && t.Missing
}

// lookedInVain reports whether the GET of this pass found no such broker, which nobody named.
func (s *State) lookedInVain(id broker.ID) bool {
	l := s.looked(id)
	return l != nil && s.missing(l.Failure) && !s.named().Same(id)
}

// missedLook is that GET as it counts.
func (s *State) missedLook(id broker.ID) *Try {
	if t, failed := s.Memory.Tries.of(CallLook, string(id.Key())); failed && t.Content == string(id.Key()) {
		return &t
	}
	return &Try{Content: string(id.Key()), Failures: 1}
}

// missedSince is the latest GET, if it found no broker after a moment; else nil.
func (s *State) missedSince(at time.Time) *Try {
	t, failed := s.Memory.Tries[CallLook]
	if !failed || !t.Missing || !t.At.After(at) {
		return nil
	}
	return &t
}

// suspected reports whether the bound broker may be gone.
func (s *State) suspected() bool {
	return !s.Memory.MissingSince.IsZero() && (!s.Memory.MissingUnclear || s.read())
}

// missed notes that a GET said 404; see countsFrom. Unclear ones count for nothing once
// the API itself says so, nor one from an outage in which lists were not believed, once
// they are again.
func (m *Memory) missed(s *State, l *Looked) {
	isUnclear, early := unclear(l.Failure), m.MissingSince.Before(s.countsFrom())
	switch {
	case m.MissingSince.IsZero(), early, m.MissingDoubted, m.MissingUnclear && !isUnclear:
		m.MissingSince, m.MissingUnclear, m.MissingDoubted = l.At, isUnclear, s.Reading.Doubt != ""
	case isUnclear:
		m.MissingUnclear = true
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
// complete sync that started later, and after a DELETE of it, lacks it, and a second
// GET, a list lag after the first, agrees.
type absence struct {
	// since is when the first GET that counts began, again when the next one can add to it.
	since, again time.Time
	// sure is from when on a GET completes the proof.
	sure time.Time
	// lacked says that such a sync is there, listed that one shows the broker, blank
	// that there are only some that show none at all.
	lacked, listed, blank bool
}

// telling are those of some syncs that prove what they lack: while an intent is open,
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

// absence is the proof so far, with a GET of this pass that said 404; nil for none.
func (s *State) absence(l *Looked) absence {
	m, counts := s.Memory, s.countsFrom()
	if l != nil && !l.At.IsZero() {
		m.missed(s, l)
	}
	accepted := s.Record.Deletion != nil && s.deleteAccepted()
	a := absence{since: m.MissingSince, again: m.lookAgain(counts, s.Access.ListLag)}
	if a.sure = a.again; m.MissingUnclear && !accepted {
		a.sure = a.since.Add(unclearFor)
	}
	starts := s.Reading.AbsentID
	if !accepted {
		starts = s.telling(starts) // who recreates it would make a second one, who lets go leave one
	}
	a.lacked = !firstSince(starts, moment.Later(a.since, m.DeleteEnded)).IsZero()
	a.blank = !a.lacked && !firstSince(s.Reading.AbsentID, moment.Later(a.since, m.DeleteEnded)).IsZero()
	a.listed = !a.lacked && !a.blank && s.Reading.Latest.After(a.since)
	return a
}

// provenGone answers then once the broker is proven to be gone. Until then it rests until
// the missing piece can be there.
func provenGone(s *State, l *Looked, then Step) Step {
	a := s.absence(l)
	if a.lacked && !l.At.Before(a.sure) {
		return then
	}
	return a.rest(s, l.ID)
}

// awaitsProof rests while another GET of a missing broker can add nothing to the proof,
// whatever wakes the object.
func awaitsProof(s *State, id broker.ID) Step {
	if !s.suspected() || s.requested() {
		return nil
	}
	a := s.absence(nil)
	if !s.Now.Before(a.again) && (a.lacked || a.listed) {
		return nil
	}
	return a.rest(s, id)
}

// rest waits for the missing piece.
func (a absence) rest(s *State, id broker.ID) Rest {
	id = id.Key() // lists may spell it otherwise than status: one message for both
	rest := Rest{
		Reason:  v1alpha1.ReasonDeleting,
		Message: fmt.Sprintf("broker %s can't be found; a second look and a list decide whether it is gone", id),
		Quiet:   !s.Desired.Deleting || a.soon(s),
		Until:   moment.Later(s.Access.SilentUntil, moment.Later(a.again, s.Now.Add(firstLook))),
	}
	if a.lacked {
		return rest
	}
	early := s.Now.Before(a.again)
	switch {
	case a.blank && s.Reading.Doubt == "" && !early:
		rest.Reason, rest.Quiet = v1alpha1.ReasonBrokerUnreadable, false
		rest.Message = fmt.Sprintf("broker %s can't be found; %s", id, howToTell)
	case len(s.Reading.Unreadable) > 0 && s.Reading.Latest.After(a.again) && !early:
		rest.Reason, rest.Quiet = v1alpha1.ReasonBrokerUnreadable, false
		rest.Message = fmt.Sprintf("broker %s can't be found, and Cloudmore lists what can't be told apart and may be it: %s; look in the portal, or have Cloudmore mend the entry", id, entries(s.Reading.Unreadable))
	case !a.blank && s.Reading.Latest.After(a.again) && !early:
		rest.Reason, rest.Quiet = v1alpha1.ReasonBrokerUnreadable, false
		rest.Message = fmt.Sprintf("broker %s is listed, but reading it by its id says that there is none; it may be deleted or belong to another seller: look in the portal, or ask Cloudmore", id)
	case s.Reading.Doubt != "":
		rest.Message += "; " + s.Reading.Doubt
	}
	if early {
		return rest // a sync that starts then serves all who wait, and any that comes sooner counts
	}
	rest.Until, rest.AfterReading = time.Time{}, a.since // only the sync is awaited
	if a.listed || a.blank {
		rest.AfterReading = s.nextReading(a.since) // the list is behind, or proves nothing
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

// proven reports whether the broker, as just read, is this Reseller's: a user named it; or
// it has half of the identity of the spec, the recorded one, or one that an update may have
// given it, however written, or our mark, or this process bound or wrote it. Status alone
// proves nothing.
func (s *State) proven(b *broker.Broker) bool {
	switch {
	case b.Foreign, s.markedHere(b.ID):
		return false
	case s.Desired.BrokerID.Same(b.ID):
		return true
	case foreignMark(s, b):
		return false
	}
	shown := broker.Halves(b)
	return shown.Half(s.Desired.Identity) || shown.Half(s.Record.Bound) || slices.ContainsFunc(s.Record.Sent, shown.Half) ||
		s.ownMark(s.markOn(b)) || s.Memory.Proven.Same(b.ID)
}

// markedHere reports whether the broker, as just read, carries the mark of another
// Reseller of this cluster.
func (s *State) markedHere(id broker.ID) bool {
	l := s.looked(id)
	return l != nil && l.Marker != nil
}

// unproven says why the broker that was just read is not touched.
func unproven(s *State, b *broker.Broker) Rest {
	rest := Rest{Reason: v1alpha1.ReasonOwnershipUnproven, Until: s.Now.Add(lookAtMost)}
	switch id, property := s.Record.BrokerID, s.Access.Mark.PropertyID; {
	case s.markedHere(id):
		rest.Message = fmt.Sprintf("broker %s carries the ownership mark of %s (custom property %s), so it is neither changed nor deleted; clear the mark in the portal if it is the right one", id, who(s.looked(id).Marker, s.Record.Namespace), property)
	case b.Foreign:
		rest.Message = fmt.Sprintf("broker %s belongs to another seller and has only added a service of this one, so it is neither changed nor deleted; delete this Reseller with spec.deletionPolicy: Orphan", id)
	case foreignMark(s, b):
		rest.Message = fmt.Sprintf("broker %s is marked as owned by another cluster or Reseller (custom property %s), so it is neither changed nor deleted; if it is the right one, say so with spec.brokerID: %q, or clear the mark in the portal", id, property, id)
	default:
		rest.Message = fmt.Sprintf("broker %s has another registration number and domain than this Reseller, so it is neither changed nor deleted; if it is the right one, say so with spec.brokerID: %q", id, id)
	}
	return rest
}
