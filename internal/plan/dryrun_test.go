package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

func isDry(s *State) { s.Access.DryRun = "it is the first day" }

func TestDryRun(t *testing.T) {
	const why = "; nothing is sent, because it is the first day"
	servicesFree := func(s *State) { s.Outcome.Services = &Services{} }
	for _, row := range []struct {
		name    string
		change  func(...func(*State)) *State
		changes []func(*State)
		message string
		call    Call
	}{
		{"says that a broker would be created", unbound, nil, "would create a broker" + why, CallCreate},
		{"says what would be updated", drifted, []func(*State){lookedAtDrift}, "would update broker " + string(own) + ": ", CallUpdate},
		{"says that the broker would be deleted", deleted, []func(*State){lookedAt, servicesFree}, "would delete broker " + string(own) + why, CallDelete},
	} {
		t.Run(row.name, func(t *testing.T) {
			wet := Next(row.change(row.changes...))
			if !wet.Writes() || wet.Call() != row.call {
				t.Fatalf("without a dry run it is %#v", wet)
			}
			s := row.change(append(slices.Clone(row.changes), isDry)...)
			rest, rests := Next(s).(Rest)
			if !rests || rest.Reason != v1alpha1.ReasonDryRun || !strings.HasPrefix(rest.Message, row.message) || !strings.Contains(rest.Message, why) {
				t.Fatalf("it is %#v", rest)
			}
			if rest.Instead == nil || rest.Instead.Call() != row.call {
				t.Errorf("it leaves out %#v", rest.Instead)
			}
			if row.call == CallUpdate && !strings.Contains(rest.Message, fields(s.deviations())) {
				t.Errorf("it does not name %s", fields(s.deviations()))
			}
		})
	}
	check(t, []row{
		{"says as ever what is as described", bound(isDry), inSync},
		{"lets a broker go that stays by policy", deleted(isDry, isOrphaning), Release{Orphaned: true}},
		{"lets go what was never made", unbound(isDry, isDeleting), Release{}},
		{"withdraws a create that was announced before", announced(isDry), ClearIntent{}},
		{"withdraws a deletion that was announced before", dying(isDry), ClearDeletion{}},
	})
}

// Whatever the state, nothing is written in a dry run.
func TestADryRunWritesNothing(t *testing.T) {
	shown := 0
	explore(explored/5, 8, func(s *State) {
		isDry(s)
		step := Next(s)
		if step.Writes() {
			t.Errorf("%#v", step)
		}
		if rest, rests := step.(Rest); rests && rest.Instead != nil {
			shown++
		}
	})
	if shown == 0 {
		t.Error("nothing was left out")
	}
}
