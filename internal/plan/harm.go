package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// An update sends every field, those that the spec does not name as they were just read.
// An API that escapes, glues or masks what it is sent changes them all the same, and with
// each update further. So what it left of them is looked at: by its answer, and where that
// shows another value, or nothing, by a read. What is first seen later is somebody else's
// work.

// SentBack is what the latest update sent back as it was read, until it is known what
// became of it; zero for nothing.
type SentBack struct {
	// Before is the whole broker as it was sent, Laid what was laid over it; Changed is
	// what that was to change.
	Before, Laid broker.Broker
	Changed      []Deviation
	At           time.Time
	// Doubted says that the answer shows another value of a field that the spec does not
	// name: a read has to prove it.
	Doubted bool
}

// sentBack notes what a successful update sent back, and what its answer shows of it.
func (m *Memory) sentBack(s *State, step *Update) {
	u := s.Outcome.Updated
	m.SentBack = SentBack{Before: step.Body, Laid: step.Want, Changed: step.Changed, At: u.At}
	if u.Answered {
		m.kept(s, s.Reading.Known, s.Reading.KnownSince, false)
	}
}

// kept notes what the answer to the latest update, or a read that began at a moment after
// it, shows of what it sent back.
func (m *Memory) kept(s *State, shown *broker.Broker, at time.Time, read bool) {
	b := &m.SentBack
	if b.At.IsZero() || shown == nil || !shown.Detail || at.Before(b.At) {
		return
	}
	altered := broker.Altered(&b.Before, shown, s.answersFor)
	switch {
	case s.Now.After(b.At.Add(sentMemory)): // others had their time, too
	case len(altered) > 0 && !read:
		b.Doubted = true
		return
	case len(altered) > 0:
		m.Harmed = append(slices.Clone(m.Harmed), changedUnmanaged(altered, s.Now)...)
	case !b.shownIn(shown) && at.Before(b.At.Add(s.Access.ListLag)):
		b.Doubted = false // it may be older than the update
		return
	}
	m.SentBack = SentBack{}
}

// shownIn reports whether a broker shows anything of what the update was to change, so
// that it is not older.
func (b *SentBack) shownIn(shown *broker.Broker) bool {
	differ := broker.Diff(&b.Laid, shown, nil)
	return slices.ContainsFunc(b.Changed, func(d Deviation) bool {
		return !slices.ContainsFunc(differ, func(now broker.Difference) bool { return now.Field == d.Field && now.Observed == d.Observed })
	})
}

// changedUnmanaged are alterations as status shows them.
func changedUnmanaged(altered []broker.Alteration, now time.Time) []v1alpha1.UnmanagedChange {
	altered = altered[:min(len(altered), v1alpha1.MaxUnmanagedChanges)]
	total := 0
	for _, a := range altered {
		total += size(bounded.Characters(a.Before, v1alpha1.MaxObservedLength)) + size(bounded.Characters(a.After, v1alpha1.MaxObservedLength))
	}
	length := v1alpha1.MaxObservedLength
	if total > maxHarm {
		length = maxHarm / (2 * len(altered) * longestCharacter)
	}
	rows := make([]v1alpha1.UnmanagedChange, 0, len(altered))
	for _, a := range altered {
		rows = append(rows, v1alpha1.UnmanagedChange{
			Field: a.Field, Before: bounded.Characters(a.Before, length), After: bounded.Characters(a.After, length), Since: metav1.NewMicroTime(now.Truncate(time.Microsecond)),
		})
	}
	return rows
}

// harm are the changes of fields that the spec does not name which nobody has answered
// for yet: those that status has, and those that this process found.
func (s *State) harm() []v1alpha1.UnmanagedChange {
	if len(s.Record.Harmed) == 0 && len(s.Memory.Harmed) == 0 {
		return nil
	}
	var all []v1alpha1.UnmanagedChange
	for _, row := range slices.Concat(s.Record.Harmed, s.Memory.Harmed) {
		known := slices.ContainsFunc(all, func(r v1alpha1.UnmanagedChange) bool { return r.Field == row.Field })
		if !known && !s.answersFor(row.Field) && len(all) < v1alpha1.MaxUnmanagedChanges {
			all = append(all, row)
		}
	}
	return all
}

// unsaved are the rows that status does not have yet.
func unsaved(found []v1alpha1.UnmanagedChange, r *Record) []v1alpha1.UnmanagedChange {
	if len(found) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(found), func(row v1alpha1.UnmanagedChange) bool {
		return slices.ContainsFunc(r.Harmed, func(stored v1alpha1.UnmanagedChange) bool {
			return stored.Field == row.Field && stored.Since.Equal(&row.Since)
		})
	})
}

// answersFor reports whether a user took the responsibility for a field: the spec names
// it, or the annotation accepts what updates make of it.
func (s *State) answersFor(path string) bool {
	return s.Desired.Broker.Names(path) || slices.Contains(s.Desired.Accepts, path)
}

// acceptedIn reads the fields that the annotation names.
func acceptedIn(annotation string) []string {
	var paths []string
	for path := range strings.SplitSeq(annotation, ",") {
		path = strings.TrimSpace(path)
		if path != "" && !strings.HasPrefix(path, "spec.") {
			path = "spec." + path
		}
		if path != "" {
			paths = append(paths, path)
		}
	}
	return paths
}

// masked are the fields that the next update would send back with their characters hidden.
func (s *State) masked() []string {
	have := s.compared()
	if have == nil || !have.Detail {
		return nil
	}
	return broker.Masked(have, s.answersFor)
}

// boundDoubted: the answer to an update shows another value of what it sent back.
func boundDoubted(s *State) Step {
	b := &s.Memory.SentBack
	if !b.Doubted || s.looked(s.Record.BrokerID) != nil || s.Now.After(b.At.Add(sentMemory)) {
		return nil
	}
	return Look{ID: s.Record.BrokerID}
}

// boundHarmed: an update changed what the spec does not name. The next one would change
// it further.
func boundHarmed(s *State) Step {
	harm := s.harm()
	if len(harm) == 0 || s.Desired.Observe {
		return nil
	}
	lines, paths := make([]string, 0, len(harm)), make([]string, 0, len(harm))
	for _, row := range harm {
		paths = append(paths, row.Field)
		lines = append(lines, fmt.Sprintf("%s: the spec does not name it, and an update changed it: it was %q, and is %q",
			row.Field, bounded.Characters(row.Before, shownValue), bounded.Characters(row.After, shownValue)))
	}
	note := fmt.Sprintf("an update changed %s, which the spec does not name", strings.Join(paths, ", "))
	return s.heldBack(strings.Join(lines, "\n"), note, paths)
}

// boundMasked: an update would store the mask that is shown in place of a value.
func boundMasked(s *State) Step {
	if len(s.due(s.deviations())) == 0 {
		return nil
	}
	paths := s.masked()
	if len(paths) == 0 {
		return nil
	}
	note := fmt.Sprintf("Cloudmore shows %s with characters hidden, and an update would store it so, since the spec does not name it", strings.Join(paths, ", "))
	return s.heldBack(note, note, paths)
}

// heldBack says why no update is sent, how to go on, and what waits.
func (s *State) heldBack(message, note string, paths []string) Rest {
	message += fmt.Sprintf("\nno further update is sent; name it in the spec with the right value, or accept what updates make of it by the annotation %s: %q",
		v1alpha1.AnnotationAcceptChange, strings.Join(paths, ","))
	if all := s.deviations(); len(all) > 0 {
		message += "; this waits for that: " + fields(all)
	}
	return Rest{Reason: v1alpha1.ReasonUnmanagedFieldChanged, Message: message, Note: note, Compared: true, For: ForUser | ForBroker}
}

// reportHarm shows what updates changed, and reports whether that is news.
func reportHarm(s *State, status *v1alpha1.ResellerStatus) bool {
	if !s.bound() {
		changed := len(status.UnmanagedChanges) > 0
		status.UnmanagedChanges = nil
		return changed
	}
	before := status.UnmanagedChanges
	status.UnmanagedChanges = s.harm()
	return !slices.Equal(before, status.UnmanagedChanges)
}
