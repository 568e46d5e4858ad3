package fleet

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// Group are the Resellers that are not as they are wanted for one reason.
type Group struct {
	// Reason is "" for those that nobody has looked at yet.
	Reason string
	Turn   v1alpha1.Turn
	// Oldest is since when the reason holds for the first of them.
	Oldest    time.Time
	Resellers []Reseller
}

// Settled says that nobody has anything to do: it is as it is wanted, and does not differ.
func (r *Reseller) Settled() bool { return r.Ready && r.Drift == 0 }

// Trouble are the Resellers that are not settled, by reason: first what is your turn, then
// what waits for others, then what somebody wants so; of these the oldest first.
func (f *Fleet) Trouble() []Group {
	byReason := map[string]*Group{}
	for _, r := range f.Resellers {
		if r.Settled() {
			continue
		}
		group := byReason[r.Reason]
		if group == nil {
			group = &Group{Reason: r.Reason, Turn: r.turn(), Oldest: r.Since}
			byReason[r.Reason] = group
		}
		if r.Since.Before(group.Oldest) {
			group.Oldest = r.Since
		}
		group.Resellers = append(group.Resellers, r)
	}
	groups := make([]Group, 0, len(byReason))
	for _, group := range byReason {
		groups = append(groups, *group)
	}
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(weight(b.Turn), weight(a.Turn)), a.Oldest.Compare(b.Oldest), strings.Compare(a.Reason, b.Reason))
	})
	return groups
}

// Turn is whose turn it is in the whole fleet: yours where it is anywhere, the operator's or
// Cloudmore's where anything waits, else nobody's.
func (f *Fleet) Turn() v1alpha1.Turn {
	most := v1alpha1.TurnNobody
	for i := range f.Resellers {
		most = heavier(most, f.Resellers[i].turn())
	}
	for i := range f.Sellers {
		if s := &f.Sellers[i]; !s.Missing { // the Resellers that name it say so
			most = heavier(most, s.turn())
		}
	}
	return most
}

// turn is the operator's where nobody has looked yet, or an earlier version wrote status.
func (s *Standing) turn() v1alpha1.Turn {
	if s.Turn != "" {
		return s.Turn
	}
	if s.Ready {
		return v1alpha1.TurnNobody
	}
	return v1alpha1.TurnOperator
}

func heavier(a, b v1alpha1.Turn) v1alpha1.Turn {
	if weight(b) > weight(a) {
		return b
	}
	return a
}

func weight(turn v1alpha1.Turn) int {
	return slices.Index([]v1alpha1.Turn{v1alpha1.TurnNobody, v1alpha1.TurnCloudmore, v1alpha1.TurnOperator, v1alpha1.TurnYou}, turn)
}
