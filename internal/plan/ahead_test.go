package plan

import (
	"testing"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

func TestAhead(t *testing.T) {
	inUse := func(s *State) { s.Reading.ServicesActivated = ptr(true) }
	unknown := func(s *State) { s.Reading.Known = nil }
	for _, row := range []struct {
		name  string
		state *State
		want  Call
	}{
		{"an update is ahead of the look before it", drifted(), CallUpdate},
		{"and of showing that it goes on", drifted(isBarred), CallUpdate},
		{"and of itself", drifted(lookedAtDrift), CallUpdate},
		{"a deletion is ahead of the look before it", deleted(), CallDelete},
		{"and of the question for services", deleted(lookedAt), CallDelete},
		{"a create is ahead of its intent", unbound(), CallCreate},
		{"nothing is ahead while services are activated", deleted(inUse), NoCall},
		{"nothing is ahead of what is as described", bound(), NoCall},
		{"nothing is ahead of what is only watched", drifted(isObserving), NoCall},
		{"nothing is ahead while writing is halted", drifted(isHalted), NoCall},
		{"nothing is known to be ahead of a broker that was never read", drifted(isEdited, unknown), NoCall},
	} {
		t.Run(row.name, func(t *testing.T) {
			before := *row.state
			got := NoCall
			step := Next(row.state)
			if write := Ahead(row.state, step); write != nil {
				got = write.Call()
			}
			if got != row.want {
				t.Errorf("%q is ahead of %#v, not %q", got, step, row.want)
			}
			if row.state.Outcome != before.Outcome || row.state.Record.Ready != before.Record.Ready {
				t.Error("the state was changed")
			}
		})
	}
}

// lookedAtDrift is the answer that shows the drift.
func lookedAtDrift(s *State) { lookedLike(s.Reading.Known)(s) }

func TestRepeats(t *testing.T) {
	says := func(reason string) func(*State) {
		return func(s *State) { isNotReady(s); s.Record.Ready.Reason = reason }
	}
	edited := func(s *State) { s.Desired.Broker.Name = ptr("Edited once more") }
	for _, row := range []struct {
		name  string
		state *State
		want  bool
	}{
		{"an update that was not tried is new", drifted(), false},
		{"one that failed is no new one", drifted(failedLately(CallUpdate), updateIsDue), true},
		{"one that failed with another content is new", drifted(failedLately(CallUpdate), edited), false},
		{"a deletion is new", deleted(), false},
		{"one that was announced is no new one", deleted(func(s *State) { s.Record.Deletion = &Deletion{Attempt: "d", BrokerID: own} }), true},
		{"one that services stopped is no new one", deleted(says(v1alpha1.ReasonServicesActivated)), true},
	} {
		t.Run(row.name, func(t *testing.T) {
			step := Next(row.state)
			write := Ahead(row.state, step)
			if write == nil {
				t.Fatalf("nothing is ahead of %#v", step)
			}
			if got := row.state.Repeats(step, write); got != row.want {
				t.Errorf("%#v repeats: %v", write, got)
			}
		})
	}
	services := deleted(says(v1alpha1.ReasonServicesActivated))
	if services.Repeats(RecordDeletion{}, RecordDeletion{}) {
		t.Error("a deletion that services stop no longer is not counted when it is announced")
	}
}

// updateIsDue lets the pause after a failed update pass.
func updateIsDue(s *State) {
	try := s.Memory.Tries[CallUpdate]
	s.Now = try.due(CallUpdate, s.Record.UID)
}
