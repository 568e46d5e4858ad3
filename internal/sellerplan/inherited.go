package sellerplan

import (
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// A new process knows nothing of an account before it has read it. What the earlier one said
// of it was true a moment ago, and to take it back would make two events and two writes of
// each change of the leader, and have alerts begin once more: it stands until this process
// knows better, for a while.

// inheritance is until when what status says of the account stands in a process that puts
// the first credentials to work; zero where it was said of another spec, or not of these
// credentials.
func (s *State) inheritance(trust Trust) time.Time {
	ready := meta.FindStatusCondition(s.Stored.Conditions, v1alpha1.ConditionReady)
	if ready == nil || ready.ObservedGeneration != s.Seller.Generation || trust != Proven {
		return time.Time{}
	}
	return s.Now.Add(inheritedWithin)
}

// readSays are the reasons that a sync of the account leads to. All others are known
// without one.
var readSays = map[string]bool{
	v1alpha1.ReasonReady: true, v1alpha1.ReasonWritesHalted: true, v1alpha1.ReasonReadOnlyAccount: true,
	v1alpha1.ReasonListSuspicious: true, v1alpha1.ReasonForbidden: true, v1alpha1.ReasonUnreachable: true,
}

// inherits reports whether nothing is known of the account but what an earlier process said.
func (s *State) inherits() bool {
	a, known := &s.Account, s.Session
	if known == nil || !known.Inherits.After(s.Now) || known.Logins.Refused || a.Verified || a.Failure != nil || a.Trouble != nil {
		return false
	}
	ready := meta.FindStatusCondition(s.Stored.Conditions, v1alpha1.ConditionReady)
	return ready != nil && readSays[ready.Reason]
}

// inherited is what stands of that. A halt is known whoever has read the account.
func (s *State) inherited(status *v1alpha1.SellerStatus) verdict {
	ready := meta.FindStatusCondition(s.Stored.Conditions, v1alpha1.ConditionReady)
	switch {
	case ready.Status == metav1.ConditionTrue:
		return s.usable(status)
	case ready.Reason != v1alpha1.ReasonWritesHalted:
		return verdict{reason: ready.Reason, message: ready.Message, stalled: meta.IsStatusConditionTrue(s.Stored.Conditions, v1alpha1.ConditionStalled)}
	case status.Halt != nil:
		return s.usable(status)
	default:
		return s.waiting()
	}
}

// waiting is the verdict on an account that was not read with these credentials yet.
func (s *State) waiting() verdict {
	return verdict{reason: v1alpha1.ReasonWaitingForReading, message: "the account is being read, and nothing is done before"}
}
