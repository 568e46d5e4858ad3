package plan

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// aheadAtMost is how many steps a write may be ahead: a reason that has ended is put
// right, the broker is read, its services are asked for, its next identity is written down.
const aheadAtMost = 5

// Ahead is the write that a step makes, announces, or is taken for, as far as that can be
// told from what is known: the machine is run forward with the answers that are expected.
// It is how a write is known before a call is made for it.
func Ahead(s *State, step Step) Step {
	next := *s
	for range aheadAtMost {
		if step.Writes() || !next.expect(step) {
			break
		}
		step = Next(&next)
	}
	if step.Writes() {
		return step
	}
	return nil
}

// expect puts the answer that is expected of a step into the state, and reports whether
// one can be expected.
func (s *State) expect(step Step) bool {
	switch step := step.(type) {
	case Show:
		s.Record.Ready = &metav1.Condition{Status: metav1.ConditionFalse, Reason: step.Then.Reason}
		return !s.stale()
	case Look:
		known := s.Reading.Known
		if known == nil || !known.ID.Same(step.ID) {
			return false
		}
		s.Outcome.Looked = &Looked{ID: step.ID, Broker: *known, At: s.Now}
		return true
	case RecordIdentity:
		identity, _ := broker.IdentityFrom(step.RegistrationNumber, step.Domain)
		s.Record.Sent = append(slices.Clip(s.Record.Sent), identity)
		return true
	case AskServices:
		s.Outcome.Services = &Services{Activated: s.Reading.ServicesActivated != nil && *s.Reading.ServicesActivated}
		return true
	default:
		return false
	}
}

// Repeats reports whether a write has been tried before, or stopped by something else than
// the brake: it was counted then, and is the same.
func (s *State) Repeats(step, write Step) bool {
	call := write.Call()
	t, failing := s.Memory.Tries[call]
	if failing && t.like(s, call, s.contentOf(write)) {
		return true
	}
	ready := s.Record.Ready
	used := ready != nil && ready.Reason == v1alpha1.ReasonServicesActivated
	return call == CallDelete && (s.deletion() != nil || (used && !step.Writes()))
}

// WaitedForBrake reports whether status says that the brake has a write of this Reseller wait.
func (s *State) WaitedForBrake() bool {
	return s.Record.Ready != nil && s.Record.Ready.Reason == v1alpha1.ReasonHeldByBrake
}
