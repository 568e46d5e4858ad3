package plan

import (
	"slices"
	"testing"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

func TestPhases(t *testing.T) {
	unfinished := func(s *State) { s.Record.Finalizer = false }
	answered := func(c Created) func(*State) { return func(s *State) { s.Outcome.Created = &c } }
	restored := func(s *State) { s.Desired.Deleting = false }
	for _, row := range []struct {
		name  string
		state *State
		want  Phase
	}{
		{"a new object", unbound(), Unbound},
		{"one that holds a broker", bound(), Bound},
		{"one with an open intent", announced(), Creating},
		{"one with an open intent that is being deleted", posted(isDeleting, isOrphaning), Creating},
		{"an id came back", posted(isDeleting, answered(Created{ID: own})), Answered},
		{"a success without an id came back", posted(answered(Created{})), Answered},
		{"and is written down already", posted(answered(Created{}), func(s *State) { s.Record.Creation.Committed = true }), Creating},
		{"a refusal came back", posted(answered(Created{Failure: &refusedAll})), Answered},
		{"and is written down already", posted(answered(Created{Failure: &refusedAll}), func(s *State) { s.Record.Creation.Refused = true }), Creating},
		{"the answer was lost", posted(answered(Created{Failure: &ambiguousPost})), Creating},
		{"an answer to an intent that is no longer there", unbound(answered(Created{ID: own})), Unbound},
		{"a refused DELETE came back", dying(func(s *State) { s.Outcome.Deleted = &Deleted{Failure: &refusedAll} }), Answered},
		{"a DELETE that found no broker came back", dying(func(s *State) { s.Outcome.Deleted = &Deleted{Failure: &gone} }), Deleting},
		{"a failed PUT came back", drifted(func(s *State) { s.Outcome.Updated = &Updated{Failure: &unavailable} }), Answered},
		{"nothing was made", unbound(isDeleting), Leaving},
		{"our finalizer is off", dying(unfinished), Leaving},
		{"the broker stays by policy", deleted(isOrphaning), Leaving},
		{"the broker was adopted, and a user says hands off", deleted(isAdopted, isSuspended), Deleting},
		{"the broker goes", deleted(), Deleting},
		{"a DELETE may be under way, and the broker is to stay", dying(isOrphaning), Deleting},
		{"an open deletion was restored with an object that stays", dying(restored), Deleting},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := PhaseOf(row.state); got != row.want {
				t.Errorf("is %s, not %s", got, row.want)
			}
		})
	}
}

// TestEveryPhaseDecides holds that the last rule of a phase leaves no state open.
func TestEveryPhaseDecides(t *testing.T) {
	if len(rules) != len(phases) {
		t.Errorf("%d phases have rules, not %d", len(rules), len(phases))
	}
	explore(explored/10, 6, func(s *State) {
		p := PhaseOf(s)
		list := rules[p]
		if last := list[len(list)-1]; p != Answered && last.decide(s) == nil {
			t.Errorf("%s, the last rule of %s, says nothing about %+v", last.name, p, *s)
		}
	})
}

func TestRuleNames(t *testing.T) {
	names := RuleNames()
	for _, want := range []string{"createAnswered", "letGo", "intentPosted", "deletionUnsettled", "intentStarts", "boundCorrected", "sellerProblem"} {
		if !slices.Contains(names, want) {
			t.Errorf("%s is not among %s", want, names)
		}
	}
	if unique := slices.Compact(slices.Sorted(slices.Values(names))); len(unique) != len(names) {
		t.Errorf("a name stands twice in %s", names)
	}
}

// TestWhatStepsSay is the table of what each step says of itself.
func TestWhatStepsSay(t *testing.T) {
	for _, row := range []struct {
		step          Step
		calls, writes bool
		call          Call
	}{
		{AddFinalizer{}, false, false, NoCall},
		{RecordIntent{}, false, true, CallCreate},
		{Create{}, true, true, CallCreate},
		{RecordBroker{}, false, false, NoCall},
		{MarkCommitted{}, false, false, NoCall},
		{MarkRefused{}, false, false, NoCall},
		{ClearIntent{}, false, false, NoCall},
		{Bind{}, false, false, NoCall},
		{Forget{}, false, false, NoCall},
		{Update{}, true, true, CallUpdate},
		{Accept{}, false, false, NoCall},
		{RecordDeletion{}, false, true, CallDelete},
		{ClearDeletion{}, false, false, NoCall},
		{Delete{}, true, true, CallDelete},
		{Look{}, true, false, CallLook},
		{AskServices{}, true, false, CallServices},
		{Show{}, false, false, NoCall},
		{Release{}, false, false, NoCall},
		{Rest{}, false, false, NoCall},
	} {
		if calls, writes, call := row.step.Calls(), row.step.Writes(), row.step.Call(); calls != row.calls || writes != row.writes || call != row.call {
			t.Errorf("%T says calls %t, writes %t, %q", row.step, calls, writes, call)
		}
	}
}

// TestVetoes holds that what forbids a write forbids to announce it, too, whatever a
// rule says.
func TestVetoes(t *testing.T) {
	unfinished := func(s *State) { s.Record.Finalizer = false }
	type base func(...func(*State)) *State
	for _, row := range []struct {
		name  string
		base  base
		steps []Step
		no    []func(*State)
	}{
		{"creates", unbound, []Step{RecordIntent{}, Create{}}, []func(*State){
			isDeleting, isSuspended, isObserving, isHalted, withoutSeller, unfinished, naming(other), matching(Match{ID: other}),
			func(s *State) { s.Reading.Doubt = "half is missing" },
			func(s *State) { s.Record.BrokerID = own },
			rivalled(Rival{Bound: identity, BrokerID: other}), rivalled(Rival{Intent: identity}),
		}},
		{"updates", drifted, []Step{Update{}}, []func(*State){
			isDeleting, isSuspended, isObserving, isHalted, withoutSeller, accountElsewhere, unfinished,
			func(s *State) { s.Record.BrokerID = "" }, rivalled(Rival{BrokerID: own}),
		}},
		{"deletes", deleted, []Step{RecordDeletion{}, Delete{}}, []func(*State){
			isSuspended, isObserving, isHalted, withoutSeller, accountElsewhere, unfinished, isOrphaning,
			func(s *State) { s.Desired.Deleting = false }, func(s *State) { s.Record.BrokerID = "" },
			func(s *State) { s.Record.Foreign = []string{"x/y"} }, rivalled(Rival{BrokerID: own}),
		}},
	} {
		for _, step := range row.steps {
			if got := permitted(row.base(), step); !sameStep(got, step) {
				t.Errorf("%s: %T is %#v where nothing forbids it", row.name, step, got)
			}
			for i, no := range row.no {
				if rest, ok := permitted(row.base(no), step).(Rest); !ok || rest.Reason == "" || rest.Message == "" || rest.Until.IsZero() {
					t.Errorf("%s: %T goes on under veto %d: %#v", row.name, step, i, rest)
				}
			}
		}
	}
	if permitted(unbound(isHalted), Look{ID: broker.ID("1")}) != (Look{ID: "1"}) {
		t.Error("a veto on writes stops a read")
	}
}
