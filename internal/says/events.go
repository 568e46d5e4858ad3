package says

import corev1 "k8s.io/api/core/v1"

// Event is a kind of event. Text is a format of fmt; its arguments are ids of brokers,
// paths of fields, and names of objects and annotations.
type Event struct {
	Type, Reason, Action, Text string
}

// Events on Resellers, about what was done or found. A reason of Ready that needs a user
// is an event besides, by the reason's own name; see [Turned].
var (
	Created        = normal("Created", "Create", "created broker %s")
	CreateFailed   = warning("CreateFailed", "Create", "%s")
	SimilarBroker  = normal("SimilarBroker", "Create", "the create goes on beside broker %s, whose registration number or domain is similar")
	Bound          = normal("Bound", "Observe", "observes broker %s")
	Restored       = normal("Restored", "Adopt", "found broker %s again, which was created for this Reseller")
	Adopted        = normal("Adopted", "Adopt", "adopted broker %s")
	AdoptedToStay  = normal("Adopted", "Adopt", "adopted broker %s; it stays when this Reseller is deleted, unless spec.deletionPolicy is Delete")
	Disappeared    = warning("Disappeared", "Observe", "broker %s was deleted elsewhere; it is recreated")
	DriftFound     = normal("DriftFound", "Compare", "broker %s was changed elsewhere and is left so: %s")
	Updated        = normal("Updated", "Update", "updated broker %s: %s")
	Proved         = normal("Updated", "Update", "sent broker %s what an earlier version took for equal, to prove it: %s")
	DriftCorrected = normal("DriftCorrected", "Update", "broker %s was changed elsewhere and is corrected: %s")
	UpdateFailed   = warning("UpdateFailed", "Update", "%s")
	ShownOtherwise = normal("ShownOtherwise", "Compare", "Cloudmore shows %s in its own way, which is no drift; status.normalized has how")
	Harmed         = warning("UnmanagedFieldChanged", "Update", "an update of broker %s changed %s, which the spec does not name; no further one is sent before the spec names it or the annotation %s does")
	WouldWrite     = normal("DryRun", "Reconcile", "%s")
	Deleted        = normal("Deleted", "Delete", "deleted broker %s")
	DeleteFailed   = warning("DeleteFailed", "Delete", "%s")
	Gone           = normal("BrokerGone", "Delete", "broker %s had been deleted elsewhere, so nothing was left to delete")
	Orphaned       = normal("Orphaned", "Delete", "broker %s is left as it is")
)

// Events on Sellers and ClusterSellers. Each change of the reason of Ready is an event
// besides, by the reason's own name; see [Turned].
var (
	CredentialsChanged = normal("CredentialsChanged", "ReadCredentials", "the Secret has other credentials, which are at work now")
	CredentialsLost    = warning("CredentialsLost", "ReadCredentials", "%s")
	CredentialsExpire  = warning("CredentialsExpire", "ReadCredentials", "%s")
	Halted             = warning("Halted", "Write", "%s; nothing is written until somebody has looked at status.halt and sets the annotation %s")
	Resumed            = normal("Resumed", "Write", "somebody let writing go on")
	ListDoubted        = warning("ListDoubted", "ReadAccount", "entries of the list of brokers can't be told apart, and what they may be is not created; status.list has them")
	ListUnderstood     = normal("ListUnderstood", "ReadAccount", "all entries of the list of brokers can be told apart again")
)

// OfResellers are the events on Resellers.
func OfResellers() []Event {
	return []Event{
		Created, CreateFailed, SimilarBroker, Bound, Restored, Adopted, AdoptedToStay, Disappeared, DriftFound, Updated, Proved,
		DriftCorrected, UpdateFailed, ShownOtherwise, Harmed, WouldWrite, Deleted, DeleteFailed, Gone, Orphaned,
	}
}

// OfSellers are the events on Sellers and ClusterSellers.
func OfSellers() []Event {
	return []Event{CredentialsChanged, CredentialsLost, CredentialsExpire, Halted, Resumed, ListDoubted, ListUnderstood}
}

// Turned is the event of a new reason of Ready. It is a Warning where a user has to act.
func Turned(reason string, needsPerson bool) Event {
	if needsPerson {
		return warning(reason, "Reconcile", "%s")
	}
	return normal(reason, "Reconcile", "%s")
}

func normal(reason, action, text string) Event {
	return Event{corev1.EventTypeNormal, reason, action, text}
}

func warning(reason, action, text string) Event {
	return Event{corev1.EventTypeWarning, reason, action, text}
}
