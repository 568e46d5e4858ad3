package sellerplan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// troubles say for users of a shared account what is wrong with it, by the reason
// of Ready, and who can mend it. They name no object: the ClusterSeller's own
// message may name Secrets and Resellers of others.
var troubles = map[string]string{
	v1alpha1.ReasonCredentialsMissing:  "its credentials or its CA are missing, not complete or of no use; only its owner can mend that",
	v1alpha1.ReasonCredentialsRejected: "Cloudmore refused the login with its credentials; only its owner can mend that",
	v1alpha1.ReasonEndpointNotAllowed:  "this operator may not call its endpoint; the cluster administrator can allow it",
	v1alpha1.ReasonUnreachable:         "its account can't be reached or answers with errors; it is retried automatically",
	v1alpha1.ReasonForbidden:           "its seller id is wrong, or its API user has no right to read the brokers; only its owner can mend that",
	v1alpha1.ReasonReadOnlyAccount:     "its API user may read but not write; only its owner can mend that",
	v1alpha1.ReasonListSuspicious:      "the latest list of its brokers is not believed; its owner can accept it",
	v1alpha1.ReasonWritesHalted:        "its brake halted all writing; its owner can resume it",
	v1alpha1.ReasonInUse:               "it is being deleted and waits for the Resellers that name it" + toUsers,
	v1alpha1.ReasonSuspended:           "its owner suspended it",
	v1alpha1.ReasonReady:               "its account can be read and written",
	v1alpha1.ReasonWaitingForReading:   "its account is being read, and nothing is done before",
}

// NotReady says why an account can't be used. A Seller of the same namespace
// may say so in its own words. passing says that this process has not read it yet.
func NotReady(seller v1alpha1.SellerObject) (says string, passing bool) {
	who := fmt.Sprintf("%s %s", seller.SellerKind(), seller.GetName())
	ready := meta.FindStatusCondition(seller.CurrentStatus().Conditions, v1alpha1.ConditionReady)
	if ready == nil || ready.Status != metav1.ConditionFalse || ready.Reason == v1alpha1.ReasonWaitingForReading {
		return who + " can't be used yet: its account is being read", true // one text, one write
	}
	words := ready.Message
	if seller.SellerKind() == v1alpha1.SellerKindClusterSeller {
		var known bool
		if words, known = troubles[ready.Reason]; !known {
			words = "only its owner can see why"
		}
	}
	return fmt.Sprintf("%s is not ready (%s): %s", who, ready.Reason, words), false
}

// Reasons are those that Ready of a Seller may have, in alphabetical order.
func Reasons() []string {
	return slices.Sorted(maps.Keys(troubles))
}

// Says is what a reason of Ready means, in words that name nobody: for events.
func Says(reason string) string { return strings.TrimSuffix(troubles[reason], toUsers) }

// toUsers ends what only users are told.
const toUsers = ", such as this one"
