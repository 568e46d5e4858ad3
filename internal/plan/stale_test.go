package plan

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// isBarred is what status says while writing to the account is halted.
func isBarred(s *State) {
	isNotReady(s)
	s.Record.Ready.Reason = v1alpha1.ReasonSellerNotReady
}

func TestNoReasonOutlivesItsCause(t *testing.T) {
	says := func(reason string) Show { return Show{Then: Rest{Reason: reason}} }
	check(t, []row{
		{"says that an update goes on before it waits for its turn", drifted(isBarred), says(v1alpha1.ReasonUpdating)},
		{"says that a deletion goes on", deleted(isBarred), says(v1alpha1.ReasonDeleting)},
		{"says that the account is read again", unbound(isBarred, func(s *State) { s.Reading = Reading{} }), Rest{Reason: v1alpha1.ReasonWaitingForReading}},
		{"leaves it to the create that follows at once", unbound(isBarred, isJustProtected, func(s *State) { s.Reading = Reading{} }), Rest{Reason: v1alpha1.ReasonWaitingForReading, Quiet: true, Until: now.Add(speaksWithin), AfterReading: now}},
		{"announces that one without a word before", unbound(isBarred, isJustProtected, func(s *State) {
			s.Memory.FinalizerSince = now.Add(-time.Second)
			s.Reading.Latest, s.Reading.Absent = now, []time.Time{now.Add(-time.Minute), now}
		}), RecordIntent{Identity: identity}},
		{"says that a named broker is looked at", unbound(isBarred, naming(own)), says(v1alpha1.ReasonWaitingForReading)},
		{"says it once", drifted(isNotReady), Look{ID: own}},
		{"says nothing new while writing is halted", drifted(isBarred, isHalted), Rest{Reason: v1alpha1.ReasonSellerNotReady}},
		{"lets a call that failed say why", drifted(isBarred, failedLately(CallLook), lookIsDue), Look{ID: own}},
	})
	st := v1alpha1.ResellerStatus{ObservedGeneration: 7, LastHandledReconcileAt: "before"}
	s := drifted(isBarred, isAskedFor)
	st = ReportReason(s, Next(s).(Show).Then, &st).Status
	if st.ObservedGeneration != 7 || st.LastHandledReconcileAt != "before" || len(st.Conditions) == 0 {
		t.Errorf("a reason that is shown on the way hides the work that waits: %+v", st)
	}
}

// TestATurnIsAwaitedInSilence holds what status says of who has to wait for its turn: soon
// nothing, so that the write of what follows is the only one.
func TestATurnIsAwaitedInSilence(t *testing.T) {
	isSilentYet := func(s *State) { s.Record.Ready, s.Memory.Since = nil, now }
	for name, row := range map[string]struct {
		of     *State
		silent bool
	}{
		"who says nothing of itself yet":        {unbound(isSilentYet), true},
		"who has said nothing for long":         {unbound(isSilentYet, isLater), false},
		"who says what is":                      {unbound(isNotReady, isLater), true},
		"who says what has just ended":          {unbound(isBarred, isJustProtected), true},
		"who says what has ended some time ago": {unbound(isBarred, isJustProtected, isLater), false},
		"who says what goes on":                 {unbound(isBarred, isHalted, isLater), true},
		"who is bound, and says what has ended": {bound(isBarred), false},
	} {
		rest := AwaitTurn(row.of)
		if rest.Quiet != row.silent {
			t.Errorf("%s is paused: %t", name, rest.Quiet)
		}
		if wakes := row.of.speaksBy(); rest.Quiet && !rest.Until.Equal(wakes) {
			t.Errorf("%s comes back at %s, not at %s", name, rest.Until, wakes)
		}
	}
}

func isLater(s *State)         { s.Now = now.Add(speaksWithin) }
func isJustProtected(s *State) { s.Memory.FinalizerSince = now }

// lookIsDue lets the pause after a failed look pass.
func lookIsDue(s *State) {
	try := s.Memory.Tries[CallLook]
	s.Now = try.due(CallLook, s.Record.UID)
}
