package plan

import (
	"fmt"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// dryRun shows a write in its place. It stays until somebody edits the object or has
// writes sent, or the broker changes.
func dryRun(s *State, step Step) Rest {
	rest := Rest{
		Reason: v1alpha1.ReasonDryRun, Message: would(s, step) + "; nothing is sent, because " + s.Access.DryRun,
		For: ForUser | ForSeller | ForBroker | ForRival, Instead: step,
	}
	if step.Call() == CallUpdate {
		rest.Compared = true
	}
	rest.Message += orOrphan(s)
	return rest
}

// would says what a write would do, without values.
func would(s *State, step Step) string {
	switch step.Call() {
	case CallCreate:
		return "would create a broker"
	case CallUpdate:
		return fmt.Sprintf("would update broker %s: %s", s.Record.BrokerID, fields(changedBy(step)))
	default:
		return fmt.Sprintf("would delete broker %s", s.Record.BrokerID)
	}
}

// changedBy are the fields that a step changes.
func changedBy(step Step) []Deviation {
	if update, is := step.(Update); is {
		return update.Changed
	}
	return nil
}
