package plan

import (
	"slices"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// A reason of Ready that is no longer true does not stay until the object's turn comes,
// which may be long after: a thousand others may have waited for the same.

// barring are the reasons that end with something outside of the object: its Seller can
// be used again, or writing goes on.
var barring = []string{
	v1alpha1.ReasonSellerNotReady, v1alpha1.ReasonSellerNotFound, v1alpha1.ReasonSellerNotAllowed,
	v1alpha1.ReasonAccountChanged, v1alpha1.ReasonSuspended, v1alpha1.ReasonHeldByBrake,
	v1alpha1.ReasonDryRun,
}

// stale reports whether status still says such a reason after it has ended.
func (s *State) stale() bool {
	r := s.Record.Ready
	return r != nil && r.Status != "True" && slices.Contains(barring, r.Reason) &&
		s.Access.Problem == nil && s.Access.Halted == nil && s.Access.DryRun == "" && !s.Desired.Suspended && !s.elsewhere()
}

// freshened shows that the work goes on before a call that may have to wait for its
// turn. A call that has failed lately says why on its own.
func freshened(s *State, step Step) Step {
	if _, failing := s.Memory.Tries[step.Call()]; failing || !step.Calls() || !s.stale() {
		return step
	}
	rest := Rest{Reason: v1alpha1.ReasonWaitingForReading, Message: "the account can be used again; this Reseller waits for its turn"}
	switch {
	case s.Desired.Deleting:
		rest.Reason = v1alpha1.ReasonDeleting
	case s.bound():
		rest.Reason = v1alpha1.ReasonUpdating
	}
	return Show{Then: rest}
}
