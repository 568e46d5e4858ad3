package plan

import (
	"fmt"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// What forbids a write stands here once. It is asked before a write is announced, and
// again before it is sent; the rules tell a user better, and end what was announced.

// permitted replaces a write, and what announces one, by a rest where it is forbidden.
func permitted(s *State, step Step) Step {
	if !step.Writes() {
		return step
	}
	if no := s.forbids(step.Call()); no != nil {
		if no.Reason == v1alpha1.ReasonDryRun {
			return dryRun(s, step)
		}
		return Rest{Reason: no.Reason, Message: no.Message, Until: s.Now.Add(lookAtMost)}
	}
	return step
}

// forbids is what forbids a call that writes.
func (s *State) forbids(call Call) *Problem {
	switch call {
	case CallCreate:
		return s.mayCreate()
	case CallUpdate:
		return s.mayUpdate()
	case CallDelete:
		return s.mayDelete()
	default:
		return nil
	}
}

// mayWrite is what forbids every write, nil if nothing does.
func (s *State) mayWrite() *Problem {
	switch {
	case s.Access.Problem != nil:
		return s.Access.Problem
	case s.elsewhere():
		return &Problem{v1alpha1.ReasonAccountChanged, "the Seller leads to another account"}
	case !s.Record.Finalizer:
		return &Problem{v1alpha1.ReasonWaitingForReading, "the finalizer of the Reseller is not set"}
	case s.Desired.Suspended, s.Desired.Observe:
		return &Problem{v1alpha1.ReasonSuspended, "the Reseller may not be written"}
	case s.Access.Halted != nil:
		return &Problem{s.Access.Halted.Reason, "writing to the account was stopped"}
	case s.Access.DryRun != "":
		return &Problem{v1alpha1.ReasonDryRun, s.Access.DryRun}
	default:
		return nil
	}
}

// mayCreate is what forbids a POST of what is sought, nil if nothing does.
func (s *State) mayCreate() *Problem {
	no := func(because string) *Problem { return &Problem{v1alpha1.ReasonCreating, because} }
	switch {
	case s.Desired.Deleting:
		return no("the Reseller is being deleted")
	case s.mayWrite() != nil:
		return s.mayWrite()
	case s.bound():
		return no("the Reseller holds a broker")
	case s.named() != "":
		return no(s.naming() + " names a broker")
	case len(s.Reading.Matches) > 0:
		return no("such a broker has appeared")
	case len(s.Reading.Unreadable) > 0:
		return no("the list shows what can't be told apart and may be this broker: " + entries(s.Reading.Unreadable))
	case s.Reading.Doubt != "":
		return no("the latest list of brokers is not believed")
	case rivalFor(s, s.Sought()) != nil:
		return no("another Reseller means the same broker")
	case makingBefore(s, s.Sought()) != nil:
		return no("another Reseller is making a similar broker")
	case len(s.stopping()) > 0:
		return no("a similar broker has appeared")
	default:
		return nil
	}
}

// mayUpdate is what forbids a PUT of the bound broker, nil if nothing does.
func (s *State) mayUpdate() *Problem {
	no := func(because string) *Problem { return &Problem{v1alpha1.ReasonUpdating, because} }
	switch {
	case s.Desired.Deleting:
		return no("the Reseller is being deleted")
	case s.mayWrite() != nil:
		return s.mayWrite()
	case !s.bound():
		return no("the Reseller holds no broker")
	case shared(s) != nil:
		return no("another Reseller shows the same broker")
	case s.compared() != nil && s.compared().Inactive():
		return &Problem{v1alpha1.ReasonBrokerInactive, "Cloudmore shows the broker as inactive"}
	case len(s.harm()) > 0, len(s.masked()) > 0:
		return &Problem{v1alpha1.ReasonUnmanagedFieldChanged, "an update would change what the spec does not name"}
	default:
		return nil
	}
}

// mayDelete is what forbids a DELETE of the bound broker, nil if nothing does.
func (s *State) mayDelete() *Problem {
	no := func(because string) *Problem { return &Problem{v1alpha1.ReasonDeleting, because} }
	switch {
	case !s.Desired.Deleting:
		return no("the Reseller is not being deleted")
	case s.Desired.Protected:
		return no("the Reseller is protected from deletion")
	case s.mayWrite() != nil:
		return s.mayWrite()
	case !s.bound():
		return no("the Reseller holds no broker")
	case s.policy() != v1alpha1.DeletionDelete:
		return no(fmt.Sprintf("the deletion policy is %s", s.policy()))
	case shared(s) != nil:
		return no("another Reseller shows the same broker")
	case len(s.Record.Foreign) > 0:
		return no("others have finalizers on the Reseller")
	default:
		return nil
	}
}

// rivalFor is a competing Reseller that holds a broker or an open intent and claims this
// identity. What it holds came earlier, or withdraws itself for ours.
func rivalFor(s *State, identity broker.Identity) *Rival {
	for i := range s.Rivals {
		if r := &s.Rivals[i]; r.holds() && r.means(identity) {
			return r
		}
	}
	return nil
}
