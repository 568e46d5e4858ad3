package plan

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Sent is a value that was sent for a field, and what is known of what became of it.
type Sent struct {
	Desired string
	// Before is what was there before the first of these writes; Made says that there was
	// nothing, since the write made the broker.
	Before string
	Made   bool
	// Again says that the value was sent before. Seen is what was shown after that and was
	// not there before; "" for nothing of note.
	Again bool
	Seen  string
	// Times is how often an update sent it, At when the latest write ended.
	Times int
	At    time.Time
	// Answered says that the answer to the latest write showed the broker, Read that a GET
	// has shown it since, Taken that one of them shows the value, Echoed that the answer
	// alone did.
	Answered, Read, Taken, Echoed bool
	// Settled is when a GET first showed it that can't be older than the write; zero for
	// not yet. What is another value in a later one was changed elsewhere.
	Settled time.Time
	// Requested is the user's request that it was sent with.
	Requested string
}

// Made is the create of the bound broker, as far as this process sent it.
type Made struct {
	At             time.Time
	Answered, Read bool
	Requested      string
}

// sentFor is what was sent for the field with the present desired value; zero for nothing.
func (s *State) sentFor(d *broker.Difference) Sent {
	m := &s.Memory
	if sent := m.Sent[d.Field]; sent.Desired == d.Desired && !sent.At.IsZero() {
		return sent
	}
	if m.Made.judges(s) && s.Record.Applied.Took(d.Field, d.Desired) {
		return Sent{Desired: d.Desired, Made: true, At: m.Made.At, Answered: m.Made.Answered, Read: m.Made.Read, Requested: m.Made.Requested}
	}
	return Sent{}
}

// judges reports whether what is known of the broker tells what became of its create: it
// is the answer, or, where that showed nothing or is no proof, was read soon after, and for
// the first time: what is shown otherwise than it was compared with is a change.
func (m *Made) judges(s *State) bool {
	if m.Answered && (!s.Desired.Report || s.Record.Compared) {
		return s.Reading.KnownSince.Equal(m.At)
	}
	return !m.At.IsZero() && s.Reading.KnownSince.Before(m.At.Add(s.Access.ListLag))
}

// none reports whether nothing was sent.
func (sent *Sent) none() bool { return sent.At.IsZero() }

// wasBefore reports whether the field is shown as it was before it was sent, in whatever
// spelling: some APIs rewrite also what they do not change.
func (sent *Sent) wasBefore(d *broker.Difference) bool {
	if sent.Made {
		return d.Observed == ""
	}
	return broker.SameValue(d.Field, d.Observed, sent.Before)
}

// untaken reports whether the value was sent, and the field was never shown otherwise than
// before: nobody has changed it elsewhere. Where only edits are sent, an answer that no GET
// confirmed is no proof: the policy may have been another one when it came.
func (s *State) untaken(d *broker.Difference, sent *Sent) bool {
	taken := sent.Taken && (!sent.Echoed || !s.Desired.Report)
	return !sent.none() && !taken && sent.wasBefore(d)
}

// settles is when an answer or a read can no longer be older than the write.
func (sent *Sent) settles(s *State) time.Time { return sent.At.Add(s.Access.ListLag) }

// settling reports whether the field is shown as before the write, and may only be late.
func (s *State) settling(d *broker.Difference) (until time.Time, settling bool) {
	sent := s.sentFor(d)
	until = sent.settles(s)
	return until, !sent.none() && sent.wasBefore(d) && s.Now.Before(until)
}

// ignored reports whether Cloudmore answered the write with success, had its time, and
// shows the field as before.
func (s *State) ignored(d *broker.Difference, sent *Sent) bool {
	late := s.Reading.KnownSince.Before(sent.settles(s))
	return sent.Times > 0 && s.untaken(d, sent) && (sent.Seen == "" || sent.Seen != d.Observed) && !late && !isSpelling(d)
}

// isSpelling reports whether what is shown is the wanted registration number without its
// leading zeros, or the wanted domain with "www.": that is how Cloudmore writes it, also
// where it was shown so before and status, which knew of that, was lost.
func isSpelling(d *broker.Difference) bool {
	var want, have broker.Identity
	switch strings.TrimPrefix(d.Field, "spec.") {
	case "registrationNumber":
		want, _ = broker.IdentityFrom(d.Desired, "")
		have, _ = broker.IdentityFrom(d.Observed, "")
	case "domain":
		want, _ = broker.IdentityFrom("", d.Desired)
		have, _ = broker.IdentityFrom("", d.Observed)
	}
	return want.Half(have)
}

// unconfirmed reports whether what is shown may be how Cloudmore shows what was just
// sent: once more tells.
func (s *State) unconfirmed(d *broker.Difference, sent *Sent) bool {
	return !sent.none() && !sent.wasBefore(d) && s.Reading.KnownSince.Before(sent.settles(s))
}

// isForm reports whether what is shown is how Cloudmore shows the value that was sent,
// whatever it looks like: its own answer to the write says so, or the same came of
// sending it twice; not of more, which is a fight. Nothing is no form of something, but
// where the API has never shown the field of any broker.
func (s *State) isForm(d *broker.Difference, sent *Sent) bool {
	fits := utf8.RuneCountInString(d.Observed) <= v1alpha1.MaxObservedLength // status has to remember it
	read := s.Reading.KnownSince
	switch {
	case sent.none() || sent.Taken || read.Before(sent.At) || !fits || s.fought(d, sent):
		return false
	case !d.Shown && !s.Reading.Shows.Has(d.Field):
		return true
	case d.Observed == "":
		return false
	case sent.wasBefore(d):
		return (sent.Seen == d.Observed || isSpelling(d)) && !read.Before(sent.settles(s))
	default:
		return (sent.Answered && !sent.Read && read.Equal(sent.At)) || sent.Seen == d.Observed
	}
}

// inconclusive reports whether what is known of the broker does not tell what Cloudmore took.
func (s *State) inconclusive() bool { return s.unread() || !s.supersededUntil().IsZero() }

// boundUnread: an own write is judged by what is read after it.
func boundUnread(s *State) Step {
	if !s.unread() {
		return nil
	}
	return Look{ID: s.Record.BrokerID}
}

// unread reports whether what is known of the broker is no proof of what became of an own
// write: the answer to it showed nothing; or it is none where the value was sent before,
// or only edits are sent.
func (s *State) unread() bool {
	if len(s.Memory.Sent) == 0 && s.Memory.Made.At.IsZero() || s.looked(s.Record.BrokerID) != nil {
		return false
	}
	unread := func(at time.Time, proved, read bool) bool {
		return !at.IsZero() && !proved && !read && !s.Reading.KnownSince.After(at) && s.Now.Before(at.Add(sentMemory))
	}
	if m := &s.Memory.Made; unread(m.At, m.Answered && !s.Desired.Report, m.Read) {
		return true
	}
	for _, sent := range s.Memory.Sent {
		if unread(sent.At, sent.Answered && !sent.Again && !s.Desired.Report, sent.Read) {
			return true
		}
	}
	return false
}

// boundLearned: Cloudmore shows otherwise what was sent, and means that.
func boundLearned(s *State) Step {
	if len(s.Memory.Sent) == 0 && s.Memory.Made.At.IsZero() {
		return nil
	}
	var found []broker.Spelling
	for _, d := range s.differences() {
		if sent := s.sentFor(&d); s.isForm(&d, &sent) {
			found = append(found, broker.Spelling{Field: d.Field, Desired: d.Desired, Observed: d.Observed})
		}
	}
	if len(found) == 0 {
		return nil
	}
	return Accept{Spellings: found}
}

// made notes the create of a broker. What it sent, status has.
func (m *Memory) made(s *State) {
	c := s.Outcome.Created
	m.boundSeen, m.BoundSince, m.MissingSince, m.Sent = c.ID, s.Now, time.Time{}, nil
	m.Made = Made{At: c.At, Answered: c.Answered, Requested: s.Desired.Requested}
}

// sent notes what an update sent.
func (m *Memory) sent(s *State, step *Update) {
	sent := make(map[string]Sent, len(m.Sent)+len(step.Changed))
	for field, before := range m.Sent {
		if s.Now.Sub(before.At) < sentMemory {
			sent[field] = before
		}
	}
	for _, d := range step.Changed {
		sent[d.Field] = s.next(s.sentFor(&d.Difference), &d, step.ReadAt)
	}
	for _, d := range step.Proves { // what is shown was seen after an earlier version had sent it
		next := s.next(s.sentFor(&d.Difference), &d, step.ReadAt)
		next.Again, next.Seen = true, d.Observed
		sent[d.Field] = next
	}
	m.Sent = sent
}

// next is what is known of a value after one more update with it, and what was known
// before; what that update replaced was read at a moment.
func (s *State) next(before Sent, d *Deviation, read time.Time) Sent {
	u := s.Outcome.Updated
	next := Sent{
		Desired: d.Desired, Before: d.Observed, Times: before.Times + 1, At: u.At, Answered: u.Answered, Requested: s.Desired.Requested,
	}
	switch {
	case before.none():
		next.Seen = s.seenBefore(d)
	case before.wasBefore(&d.Difference): // also where the answer said otherwise: it may only have echoed the value
		next.Again, next.Seen, next.Before, next.Made = true, before.Seen, before.Before, before.Made
	default:
		// What was not accepted before, and is another one now, was changed elsewhere.
		since := before.Settled.IsZero() || !read.After(before.Settled)
		if next.Again = true; since && s.shownFor(&d.Difference).Cause != v1alpha1.DriftNotAccepted {
			next.Seen = d.Observed
		}
		if read.Before(before.settles(s)) {
			next.Before, next.Made = before.Before, before.Made
		}
	}
	return next
}

// seenBefore is what an earlier process may have seen after it sent the value: it made
// the broker, and nobody has compared it since.
func (s *State) seenBefore(d *Deviation) string {
	if s.uncompared(&d.Difference) {
		return d.Observed
	}
	return ""
}

// uncompared reports whether the create sent the value, and nobody has compared since.
func (s *State) uncompared(d *broker.Difference) bool {
	return s.Record.Origin == v1alpha1.OriginCreated && !s.Record.Compared && s.Record.Applied.Took(d.Field, d.Desired)
}

// readAt notes that a GET showed the field.
func (sent *Sent) readAt(s *State, at time.Time) {
	sent.Read = sent.Read || !sent.At.After(at)
	if sent.Settled.IsZero() && !at.Before(sent.settles(s)) {
		sent.Settled = at
	}
}

// taken notes which values are shown as sent: by the answer to the write where that
// is a proof, or by a GET.
func (m *Memory) taken(s *State, read bool, at time.Time) {
	if len(m.Sent) == 0 && m.Made.At.IsZero() {
		return
	}
	found := s.differences()
	shown := make(map[string]Sent, len(m.Sent))
	for field, sent := range m.Sent {
		differs := slices.ContainsFunc(found, func(d broker.Difference) bool { return d.Field == field })
		if read {
			sent.readAt(s, at)
		}
		if !differs && (sent.Read || (sent.Answered && !sent.Again && !s.Desired.Report)) {
			sent.Taken, sent.Echoed = true, !sent.Read
		}
		shown[field] = sent
	}
	m.Sent = shown
	m.Made.Read = m.Made.Read || (read && !m.Made.At.IsZero() && !m.Made.At.After(at))
}
