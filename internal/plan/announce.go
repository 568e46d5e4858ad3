package plan

import (
	"maps"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// A DELETE is written down before it is sent, and what it came to afterwards. Of one that
// repeats a failure the announcement says in advance what the same failure would: when
// that comes, status is right already, and one write a try is enough. What the answer
// adds, that this attempt is over, goes with the next write; who does not know it, such as
// a new process, takes the DELETE for one that may be under way.

// ReportDeletion is status that shows that a DELETE is about to be sent. One that repeats a
// failure goes on showing that, and when the next try is, should this one fail likewise.
func ReportDeletion(s *State, shown *v1alpha1.ResellerStatus) Reported {
	next := *s
	next.Outcome = Outcome{} // of the calls before it
	next.Memory.Tries = s.Memory.Tries.foreseen(s)
	t, failing := next.Memory.Tries[CallDelete]
	if failing && t.about(s, s.content(CallDelete)) {
		if rest := next.again(CallDelete, &t); !rest.Quiet {
			return Report(&next, rest, shown)
		}
	}
	return Report(s, Rest{Reason: v1alpha1.ReasonDeleting, Message: "the broker is about to be deleted"}, shown)
}

// foreseen are the tries as they will be when a DELETE that was refused is refused again.
func (t Tries) foreseen(s *State) Tries {
	next, failing := t[CallDelete]
	content := s.content(CallDelete)
	if !failing || !next.Refused || !next.about(s, content) {
		return t
	}
	next.Content, next.Failures, next.At = content, next.Failures+1, s.Now
	after := maps.Clone(t)
	after[CallDelete] = next
	return after
}

// deletion is the open deletion; nil for none. One that was refused is over, though status
// still has it, unless the object was restored with it and is to lose it.
func (s *State) deletion() *Deletion {
	d := s.Record.Deletion
	if d != nil && s.Desired.Deleting && d.Attempt == s.Memory.DeleteRefused {
		return nil
	}
	return d
}

// Settle takes out of status the deletion that is known to be over, with whatever else is
// written.
func (m *Memory) Settle(status *v1alpha1.ResellerStatus) {
	if d := status.Deletion; d != nil && d.Attempt == m.DeleteRefused {
		status.Deletion = nil
	}
}
