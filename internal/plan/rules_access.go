package plan

import (
	"fmt"
	"slices"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// pinned is the account in which the broker lives, or in which it was about to be
// made; zero for none.
func (s *State) pinned() broker.Account {
	if c := s.Record.Creation; c != nil {
		return c.Account
	}
	return s.Record.Account
}

// elsewhere reports whether the Seller leads to another account than that.
func (s *State) elsewhere() bool {
	pinned := s.pinned()
	return pinned != (broker.Account{}) && s.Access.Account != (broker.Account{}) && pinned != s.Access.Account
}

// accountChanged: the Seller leads to another account than the one in which the
// broker lives, or in which it was about to be made.
func accountChanged(s *State) Step {
	if !s.elsewhere() {
		return nil
	}
	return Rest{
		Reason: v1alpha1.ReasonAccountChanged,
		Message: fmt.Sprintf("the broker lives in %s, but the Seller now leads to %s; nothing is called until it leads back%s",
			s.pinned(), s.Access.Account, orOrphan(s)),
		For: ForSeller,
	}
}

// sellerProblem: the Seller is missing, not allowed or not usable. A contest or refusal
// stays written down meanwhile, or it would be forgotten at each start.
func sellerProblem(s *State) Step {
	p := s.Access.Problem
	if p == nil {
		return nil
	}
	return Rest{
		Reason: p.Reason, Message: p.Message + orOrphan(s), For: ForSeller,
		Quiet: p.Reason == v1alpha1.ReasonSellerNotReady && (s.settled() || s.lasts() || (s.Access.Passing && !s.outdated())),
	}
}

// outdated reports whether status says how it was with an earlier generation. Where it says
// nothing yet, what ends in a moment is not what to begin with.
func (s *State) outdated() bool {
	return s.Record.Ready != nil && s.Record.ObservedGeneration != s.Desired.Generation
}

// lasts reports whether status says what outlasts a Seller that is not ready.
func (s *State) lasts() bool {
	return !s.Desired.Deleting && s.stalledBy(v1alpha1.ReasonContested, v1alpha1.ReasonRefused, v1alpha1.ReasonForbidden)
}

// orOrphan names the way out of a deletion that can't go on.
func orOrphan(s *State) string {
	if !s.Desired.Deleting {
		return ""
	}
	if s.Record.Creation != nil {
		return "; this deletion waits, because a create of this Reseller has not been settled yet"
	}
	return "; this deletion waits for it, or for spec.deletionPolicy: Orphan, which leaves the broker as it is"
}

// writesHalted: nothing is made or adopted while a user, the brake or the role of the
// account stops all writing.
func writesHalted(s *State) Step {
	if s.Desired.Observe {
		return nil
	}
	if s.Desired.Suspended {
		return Rest{Reason: v1alpha1.ReasonSuspended, Message: "spec.suspend is true: nothing is created or adopted until it is false", For: ForUser}
	}
	if p := s.Access.Halted; p != nil {
		return Rest{Reason: p.Reason, Message: p.Message, For: ForSeller}
	}
	return nil
}

// requested reports whether a user asked for a pass that has not been made.
func (s *State) requested() bool {
	return s.Desired.Requested != "" && s.Desired.Requested != s.Record.LastHandled
}

// stalledBy reports whether status says this of the present spec.
func (s *State) stalledBy(reasons ...string) bool {
	st := s.Record.Stalled
	return st != nil && st.Status == "True" && st.ObservedGeneration == s.Desired.Generation && slices.Contains(reasons, st.Reason)
}
