package plan

import (
	"testing"

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
		{"says that a named broker is looked at", unbound(isBarred, naming(own)), says(v1alpha1.ReasonWaitingForReading)},
		{"says it once", drifted(isNotReady), Look{ID: own}},
		{"says nothing new while writing is halted", drifted(isBarred, isHalted), Rest{Reason: v1alpha1.ReasonSellerNotReady}},
		{"lets a call that failed say why", drifted(isBarred, failedLately(CallLook), lookIsDue), Look{ID: own}},
	})
	st := v1alpha1.ResellerStatus{ObservedGeneration: 7, LastHandledReconcileAt: "before"}
	s := drifted(isBarred, isAskedFor)
	ShowReason(s, Next(s).(Show).Then, &st)
	if st.ObservedGeneration != 7 || st.LastHandledReconcileAt != "before" || len(st.Conditions) == 0 {
		t.Errorf("a reason that is shown on the way hides the work that waits: %+v", st)
	}
}

// lookIsDue lets the pause after a failed look pass.
func lookIsDue(s *State) {
	try := s.Memory.Tries[CallLook]
	s.Now = try.due(CallLook, s.Record.UID)
}
