package plan

import (
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Memory is what this process remembers of the object. All of it may be lost
// at any time; what must not be lost is in Record.
type Memory struct {
	// Since is when this process first saw the object.
	Since time.Time
	// FinalizerSince is when this process first saw the object with its finalizer.
	FinalizerSince time.Time
	// Wrote is the attempt of the intent that this process wrote, Posted the one
	// it has sent. An intent of any other attempt is only read.
	Wrote, Posted string
	// PostEnded is when the call of Posted returned; PostAnswered says that the
	// server had ended it, too.
	PostEnded    time.Time
	PostAnswered bool
	// PostFailed is when a POST was refused or not sent: whatever is to be posted
	// after it relies on syncs that started later.
	PostFailed time.Time
	// IntentSince is when this process first saw the open intent.
	IntentSince time.Time
	// DeletionWrote, DeleteSent and DeleteEnded are the same for a DELETE;
	// DeleteAccepted says that the answer was a success. DeleteRefused is the attempt
	// that was refused or not sent, so that it changed nothing.
	DeletionWrote, DeleteSent string
	DeleteEnded               time.Time
	DeleteAccepted            bool
	DeleteRefused             string
	// DeletionSince is when this process first saw the open deletion.
	DeletionSince time.Time
	// BoundSince is when this process first saw the binding, MissingSince when a
	// GET of the bound broker first said 404; see countsFrom.
	BoundSince, MissingSince time.Time
	// MissingUnclear says that a gateway may have given one of the 404s since then,
	// MissingDoubted that the one at that moment came while lists were not believed.
	MissingUnclear, MissingDoubted bool
	// FoundAt is when a GET last found the bound broker.
	FoundAt time.Time
	// Proven is the broker whose identity, as read, was this Reseller's.
	Proven broker.ID
	// Made is the create of the bound broker, Sent are the updates that were sent, by field.
	Made Made
	Sent map[string]Sent
	// SentBack is what the latest update sent back as read; Harmed is what updates changed
	// of that, until status has it.
	SentBack SentBack
	Harmed   []v1alpha1.UnmanagedChange
	// Renamed is when the latest update that changed the identity ended, RenameUnsure when one
	// of those whose identities status keeps ended without an answer, or was first seen by
	// this process; zero where all were answered.
	Renamed, RenameUnsure time.Time
	// AskedAt is when this process first saw the user's latest request for a look.
	AskedAt time.Time
	// Tries are the calls that failed and are made again.
	Tries Tries

	// intentSeen and deletionSeen are the attempts that IntentSince and DeletionSince
	// belong to, boundSeen the broker of BoundSince, MissingSince, FoundAt, Made, Sent,
	// SentBack and Harmed.
	intentSeen, deletionSeen string
	boundSeen                broker.ID
	restored                 bool   // Tries have what status says of them
	foretold                 bool   // an identity that status keeps was written by this process, or noted
	asked                    string // the request of AskedAt
}

// Saw notes when this process first saw what the object shows.
func (m *Memory) Saw(r *Record, generation int64, now time.Time) {
	if m.Since.IsZero() {
		m.Since = now
	}
	if r.Finalizer && m.FinalizerSince.IsZero() {
		m.FinalizerSince = now
	}
	if r.BrokerID != m.boundSeen { // perhaps by another manager
		m.boundSeen, m.BoundSince, m.Made, m.Sent = r.BrokerID, now, Made{}, nil
		m.MissingSince, m.MissingUnclear, m.MissingDoubted, m.FoundAt = time.Time{}, false, false, time.Time{}
		m.SentBack, m.Harmed = SentBack{}, nil
	}
	m.Harmed = unsaved(m.Harmed, r)
	switch {
	case len(r.Sent) == 0:
		m.foretold, m.Renamed, m.RenameUnsure = false, time.Time{}, time.Time{}
	case !m.foretold:
		m.foretold, m.RenameUnsure = true, now
	}
	if c := r.Creation; c != nil && c.Attempt != m.intentSeen {
		m.intentSeen, m.IntentSince = c.Attempt, now
	}
	if d := r.Deletion; d != nil && d.Attempt != m.deletionSeen {
		m.deletionSeen, m.DeletionSince = d.Attempt, now
	}
	if !m.restored {
		m.restored = true
		m.Tries = m.Tries.restored(r, generation, now)
	}
}

// Heard notes when this process first saw what a user asks for.
func (m *Memory) Heard(request string, now time.Time) {
	if request != m.asked {
		m.asked, m.AskedAt = request, now
	}
}

// Finalized notes that this process put the finalizer on.
func (m *Memory) Finalized(now time.Time) { m.FinalizerSince = now }

// Foretold notes that this process wrote down which identity it is about to send.
func (m *Memory) Foretold() { m.foretold = true }

// renamed notes how an update that changed the identity ended.
func (m *Memory) renamed(s *State, step *Update) {
	if !step.renames() {
		return
	}
	m.Renamed = s.Now
	u := s.Outcome.Updated
	if f := u.Failure; f == nil {
		m.Renamed = u.At
	} else if !f.Answered && !f.NotSent {
		m.RenameUnsure = s.Now
	}
}

// Did notes what a call of this pass came to; the state has its outcome, and its
// Now is when the call ended.
func (m *Memory) Did(step Step, s *State) {
	switch step := step.(type) {
	case Look:
		m.looked(s)
	case Create:
		f := s.Outcome.Created.Failure
		m.PostEnded, m.PostAnswered = s.Now, f == nil || f.Answered
		if f != nil && (f.NotSent || refused(f) || turnedAway(f)) {
			m.PostFailed = s.Now
		}
		if f == nil && s.Outcome.Created.ID != "" {
			m.made(s)
		}
	case Update:
		m.renamed(s, &step)
		if s.Outcome.Updated.Failure == nil {
			m.Proven = s.Record.BrokerID
			m.sent(s, &step)
			m.taken(s, false, s.Now)
			m.sentBack(s, &step)
		}
	case Delete:
		m.DeleteEnded, m.DeleteAccepted = s.Now, s.Outcome.Deleted.Failure == nil
		if s.deleteTold() {
			m.DeleteRefused = s.Record.Deletion.Attempt
		}
	default: // nothing that other calls tell outlives the pass but whether they failed
	}
	if s.answeredInUse(step) {
		m.Tries = m.Tries.inUse(s.contentOf(step), s)
		return
	}
	if call := step.Call(); call != NoCall {
		m.Tries = m.Tries.with(call, s.contentOf(step), s.failureOf(call), s)
	}
}

// looked notes whether the bound broker was found.
func (m *Memory) looked(s *State) {
	l := s.Outcome.Looked
	switch {
	case !l.ID.Same(s.Record.holds()):
	case l.Failure == nil:
		m.MissingSince, m.MissingUnclear, m.MissingDoubted, m.FoundAt = time.Time{}, false, false, s.Now
		m.taken(s, true, l.At)
		m.kept(s, &l.Broker, l.At, true)
	case notFound(l.Failure), unclear(l.Failure):
		m.missed(s, l)
	}
}
