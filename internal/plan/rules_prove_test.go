package plan

import (
	"slices"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// form is how the name is shown, by what an earlier version left.
var form = broker.Spelling{Field: "spec.name", Desired: "ABCDEF", Observed: "ABCDEF Ltd"}

// unprovedName has the name shown in a form that was never proved; perhaps it is the
// object's turn.
func unprovedName(turn bool) func(*State) {
	return func(s *State) {
		s.Record.Accepted, s.Record.Unproved = []broker.Spelling{form}, []broker.Spelling{form}
		if s.Reading.Known != nil {
			s.Reading.Known.Name = ptr(form.Observed)
		}
		if turn {
			s.Access.ProveAt = s.Now
		}
	}
}

// nameProvedAgo has it sent a while ago.
func nameProvedAgo(ago time.Duration) func(*State) {
	return func(s *State) {
		unprovedName(true)(s)
		s.Memory.Sent = map[string]Sent{"spec.name": {
			Desired: form.Desired, Before: form.Observed, Seen: form.Observed, Again: true, Times: 1, At: now.Add(-ago), Answered: true, Read: true,
		}}
	}
}

func TestProof(t *testing.T) {
	named := lookedLike(nameIs(form.Observed))
	proves := Update{Proves: []Deviation{{Difference: broker.Difference{Field: "spec.name"}}}}
	failed := func(s *State) {
		s.Memory.Tries = Tries{CallUpdate: {Content: s.content(CallUpdate), Failures: 3, At: s.Now, Refused: true, Failure: &refusedAll}}
	}
	vat := func(s *State) { s.Desired.Broker.VAT = ptr("1") }
	check(t, []row{
		{"counts as equal what an earlier version took for equal", bound(unprovedName(false)), inSync},
		{"reads the broker when it is its turn", bound(unprovedName(true)), Look{ID: own}},
		{"sends it once", bound(unprovedName(true), named), proves},
		{"waits for its turn", bound(unprovedName(true), func(s *State) { s.Access.ProveAt = now.Add(time.Minute) }), Rest{Reason: v1alpha1.ReasonInSync, Until: now.Add(time.Minute)}},
		{"waits out a failure", bound(unprovedName(true), failed), Rest{Reason: v1alpha1.ReasonInSync}},
		{"sends nothing of a form that was proved", bound(unprovedName(true), named, func(s *State) { s.Record.Unproved = nil }), inSync},
		{"sends nothing where the form is not shown any more", bound(unprovedName(true), lookedAt), inSync},
		{"sends nothing while suspended", bound(unprovedName(true), isSuspended), inSync},
		{"sends nothing in a dry run", bound(unprovedName(true), isDry), inSync},
		{"sends nothing while writing is stopped", bound(unprovedName(true), isHalted), inSync},
		{"sends nothing under Observe", bound(unprovedName(true), isObserving), Rest{Reason: v1alpha1.ReasonObserving}},
		{"sends nothing under Report, and says so", bound(unprovedName(true), isReporting), Rest{Reason: v1alpha1.ReasonInSync, Message: "spec.name for Cloudmore's own form, which is unproved"}},
		{"says so beside drift", bound(unprovedName(true), isReporting, func(s *State) { s.Desired.Broker.VAT = ptr("1"); s.Record.Applied = applied(&s.Desired.Broker) }), Rest{Reason: v1alpha1.ReasonDriftReported, Message: "which is unproved"}},
		{"sends an edit first, and proves beside", bound(unprovedName(true), isEdited, named, vat), changes("spec.vat")},
		{"waits out the list lag before it believes that the form is shown", bound(nameProvedAgo(time.Second)), Rest{Reason: v1alpha1.ReasonInSync, Until: now.Add(DefaultListLag - time.Second)}},
		{"reads the broker after it", bound(nameProvedAgo(time.Minute)), Look{ID: own}},
		{"accepts the form that is shown again", bound(nameProvedAgo(time.Minute), named), Accept{Spellings: []broker.Spelling{form}}},
		{"is in sync when the value is shown as desired", bound(nameProvedAgo(time.Minute), lookedAt), inSync},
		{"sends once more what is shown otherwise", bound(nameProvedAgo(time.Second), lookedLike(nameIs("ABCDEF Inc"))), changes("spec.name")},
		{"says that the value is refused", bound(unprovedName(true), named, nameRefused), Rest{Reason: v1alpha1.ReasonRefused, Message: "spec.name: Cloudmore refused it"}},
		{"keeps quiet when the update fails otherwise", bound(unprovedName(true), named, proofFailed), Rest{Reason: v1alpha1.ReasonRefused, Quiet: true}},
	})
}

func proofFailed(s *State) {
	s.Outcome.Updated = &Updated{Failure: &refusedAll, Sent: []string{"spec.name"}, Background: true}
}

func nameRefused(s *State) {
	proofFailed(s)
	refused := refusedAll
	refused.Fields = []broker.FieldFailure{{Path: "spec.name", Message: "too short"}}
	s.Outcome.Updated.Failure = &refused
}

// TestProofsBesideAnEdit holds that an edit's update sends what is unproved, too, and is
// remembered as doing so.
func TestProofsBesideAnEdit(t *testing.T) {
	s := bound(unprovedName(false), isEdited, lookedLike(nameIs(form.Observed)), func(s *State) { s.Desired.Broker.VAT = ptr("1") })
	update, is := Next(s).(Update)
	if !is || !slices.ContainsFunc(update.Proves, func(d Deviation) bool { return d.Field == "spec.name" }) || *update.Body.Name != form.Desired {
		t.Fatalf("the next step is %#v", Next(s))
	}
	s.Outcome.Updated = &Updated{Sent: []string{"spec.vat", "spec.name"}, Answered: true, At: now}
	s.Memory.Did(update, s)
	if sent := s.Memory.Sent["spec.name"]; !sent.proves(&update.Proves[0]) {
		t.Errorf("remembered is %+v", sent)
	}
}

// TestWhatBecomesOfUnprovedRows holds which of them status keeps.
func TestWhatBecomesOfUnprovedRows(t *testing.T) {
	left := v1alpha1.Normalized{Field: form.Field, Desired: form.Desired, Observed: form.Observed}
	unproved := left
	unproved.Unproved = true
	for _, row := range []struct {
		says   string
		s      *State
		before v1alpha1.Normalized
		after  []v1alpha1.Normalized
	}{
		{"an earlier version's row is unproved", bound(unprovedName(false), neverApplied), left, []v1alpha1.Normalized{unproved}},
		{"one that was just learned is not", bound(nameProvedAgo(time.Second), neverApplied), left, []v1alpha1.Normalized{left}},
		{"it stays while nothing was sent", bound(unprovedName(false)), unproved, []v1alpha1.Normalized{unproved}},
		{"it goes when the value is shown as desired", bound(unprovedName(false), lookedAt), unproved, nil},
		{"it goes when the value is refused", bound(unprovedName(false), lookedLike(nameIs(form.Observed)), nameRefused), unproved, nil},
		{"a row that was proved stays", bound(unprovedName(false), func(s *State) { s.Record.Unproved = nil }), left, []v1alpha1.Normalized{left}},
	} {
		t.Run(row.says, func(t *testing.T) {
			st := v1alpha1.ResellerStatus{Normalized: []v1alpha1.Normalized{row.before}, Applied: string(row.s.Record.Applied)}
			st = Report(row.s, Rest{Reason: v1alpha1.ReasonInSync, Message: "m", Compared: true}, &st).Status
			if !slices.Equal(st.Normalized, row.after) {
				t.Errorf("status has %+v, not %+v", st.Normalized, row.after)
			}
		})
	}
}
