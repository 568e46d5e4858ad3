package plan

import (
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// turns are whose turn it is by the reason of Ready, but for the reasons that need a
// person in any case: kinds has those of Resellers.
var turns = map[string]v1alpha1.Turn{
	v1alpha1.ReasonInSync: v1alpha1.TurnNobody, v1alpha1.ReasonObserving: v1alpha1.TurnNobody, v1alpha1.ReasonDiscovered: v1alpha1.TurnNobody,
	v1alpha1.ReasonDriftReported: v1alpha1.TurnNobody,                                             // a policy wants it left so
	v1alpha1.ReasonSuspended:     v1alpha1.TurnNobody, v1alpha1.ReasonDryRun: v1alpha1.TurnNobody, // a user said so

	v1alpha1.ReasonWaitingForReading: v1alpha1.TurnOperator, v1alpha1.ReasonCreating: v1alpha1.TurnOperator,
	v1alpha1.ReasonResolvingCreate: v1alpha1.TurnOperator, v1alpha1.ReasonUpdating: v1alpha1.TurnOperator,
	v1alpha1.ReasonDeleting:       v1alpha1.TurnOperator,
	v1alpha1.ReasonSellerNotReady: v1alpha1.TurnOperator, // the Seller says whose turn it is there
	v1alpha1.ReasonHeldByBrake:    v1alpha1.TurnOperator, // where a user has to let it go, the Seller says so

	v1alpha1.ReasonUnavailable: v1alpha1.TurnCloudmore, v1alpha1.ReasonThrottled: v1alpha1.TurnCloudmore,

	v1alpha1.ReasonReady:       v1alpha1.TurnNobody,
	v1alpha1.ReasonUnreachable: v1alpha1.TurnCloudmore,

	v1alpha1.ReasonCredentialsMissing: v1alpha1.TurnYou, v1alpha1.ReasonCredentialsRejected: v1alpha1.TurnYou,
	v1alpha1.ReasonEndpointNotAllowed: v1alpha1.TurnYou, v1alpha1.ReasonReadOnlyAccount: v1alpha1.TurnYou,
	v1alpha1.ReasonListSuspicious: v1alpha1.TurnYou, v1alpha1.ReasonWritesHalted: v1alpha1.TurnYou,
	v1alpha1.ReasonInUse: v1alpha1.TurnYou,
}

// Turn says whose turn it is while Ready of a Reseller, Seller or ClusterSeller has a
// reason; "" for what is no such reason.
func Turn(reason string) v1alpha1.Turn {
	if NeedsPerson(reason) {
		return v1alpha1.TurnYou
	}
	return turns[reason]
}

// Stands notes what follows from the reason of Ready: whose turn it is, and since when.
// before is the reason that it had; "" for none. Status that an earlier version wrote
// tells when Ready itself changed: no reason can be older.
func Stands(standing *v1alpha1.Standing, conditions []metav1.Condition, before string, now metav1.Time) {
	ready := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
	if ready == nil {
		return
	}
	standing.Turn = Turn(ready.Reason)
	switch {
	case ready.Reason != before:
		standing.ReasonSince = &now
	case standing.ReasonSince == nil:
		standing.ReasonSince = ready.LastTransitionTime.DeepCopy()
	}
}

// ReasonOf is the reason of Ready; "" while there is none.
func ReasonOf(conditions []metav1.Condition) string {
	if ready := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady); ready != nil {
		return ready.Reason
	}
	return ""
}
