package plan

import (
	"reflect"
	"runtime"
	"strings"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// Phase is where a Reseller is in its life. It is chosen once for a decision, and only
// the rules of that phase are asked.
type Phase string

// The phases, in the order in which they are chosen.
const (
	// Answered: a write of this pass came back with an answer that says what follows.
	Answered Phase = "answered"
	// Leaving: the object is being deleted, and nothing of it is left to be done.
	Leaving Phase = "leaving"
	// Creating: an intent is open.
	Creating Phase = "creating"
	// Deleting: the object is being deleted and holds a broker, or a deletion is open.
	Deleting Phase = "deleting"
	// Unbound: it holds no broker.
	Unbound Phase = "unbound"
	// Bound: it holds one.
	Bound Phase = "bound"
)

var phases = []Phase{Answered, Leaving, Creating, Deleting, Unbound, Bound}

// PhaseOf chooses the phase.
func PhaseOf(s *State) Phase {
	switch {
	case s.createTold() || s.deleteTold() || s.updateTold():
		return Answered
	case s.leaves():
		return Leaving
	case s.Record.Creation != nil:
		return Creating
	case s.Desired.Deleting || s.deletion() != nil:
		return Deleting
	case !s.bound():
		return Unbound
	default:
		return Bound
	}
}

// leaves reports whether the object goes and nothing holds it: no call is under way,
// and there is no broker, or one that stays by policy. A user who says hands off
// leaves the policy open, unless it is said, too.
func (s *State) leaves() bool {
	switch {
	case !s.Desired.Deleting:
		return false
	case !s.Record.Finalizer:
		return true
	case s.Record.Creation != nil || s.deletion() != nil:
		return false
	case !s.bound():
		return true
	case s.Desired.Protected:
		return false
	default:
		open := s.Desired.Suspended && !s.Desired.Observe && s.Desired.Deletion == ""
		return s.policy() == v1alpha1.DeletionOrphan && !open
	}
}

// rule answers the next step, or nil if it has nothing to say.
type rule struct {
	name   string
	decide func(*State) Step
}

// named gives rules the names of their functions.
func named(decide ...func(*State) Step) []rule {
	list := make([]rule, 0, len(decide))
	for _, d := range decide {
		name := runtime.FuncForPC(reflect.ValueOf(d).Pointer()).Name()
		list = append(list, rule{name[strings.LastIndex(name, ".")+1:], d})
	}
	return list
}

// RuleNames are the names of all rules, each once, in the order of the phases.
func RuleNames() []string {
	var names []string
	seen := map[string]bool{}
	for _, p := range phases {
		for _, r := range rules[p] {
			if !seen[r.name] {
				seen[r.name] = true
				names = append(names, r.name)
			}
		}
	}
	return names
}
