package seller

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/controller/reseller"
	"github.com/reseller-operator/reseller-operator/internal/metrics"
)

// verdict is what Ready says, and whether the object comes back by itself.
type verdict struct {
	reason, message string
	ready, stalled  bool
}

// report puts into status how the account stands.
func (r *Reconciler) report(obj v1alpha1.SellerObject, users []v1alpha1.Reseller, p *problem) {
	st := obj.CurrentStatus()
	st.ObservedGeneration = obj.GetGeneration()
	st.Resellers = count(len(users))
	a := r.Accounts.Find(keyOf(obj))
	standing, doubt := account.Standing{}, ""
	if a != nil {
		standing, doubt = a.Standing(reseller.SessionName(obj)), a.Doubt()
		if counts, read := a.Counts(heldBy(users, keyOf(obj))); read && standing.Verified {
			st.Brokers = shown(counts, users)
			b := st.Brokers
			metrics.Brokers(string(obj.SellerKind()), obj.GetNamespace(), obj.GetName(), map[string]int32{
				"managed": b.Managed, "unmanaged": b.Unmanaged, "foreign": b.Foreign, "drifted": b.Drifted,
			})
		}
	}
	if standing.ID != "" {
		reportLogin(st, r.session(client.ObjectKeyFromObject(obj)), standing.Logins)
	}
	r.reportBrake(obj)
	r.noteVerified(obj)
	r.reportConditions(obj, judge(obj, users, p, standing, doubt))
}

// heldBy are the keys of the brokers that users hold in an account: one may still
// hold a broker of the account that its Seller led to before.
func heldBy(users []v1alpha1.Reseller, in broker.Account) map[broker.ID]bool {
	held := make(map[broker.ID]bool, len(users))
	for i := range users {
		st := &users[i].Status
		if id := broker.ID(st.BrokerID); id != "" && broker.AccountOf(st.Endpoint, st.SellerID) == in {
			held[id.Key()] = true
		}
	}
	return held
}

// shown are the brokers of the account, and how many of the managed ones differ.
func shown(c account.Counts, users []v1alpha1.Reseller) *v1alpha1.BrokerCounts {
	drifted := 0
	for i := range users {
		if len(users[i].Status.Drift) > 0 {
			drifted++
		}
	}
	return &v1alpha1.BrokerCounts{
		Total: *count(c.Total), Managed: *count(c.Managed), Unmanaged: *count(c.Unmanaged),
		Foreign: *count(c.Foreign), Drifted: *count(drifted),
	}
}

// count is a number of objects as status holds it.
func count(n int) *int32 {
	if n < 0 || n > math.MaxInt32 {
		n = math.MaxInt32
	}
	c := int32(n)
	return &c
}

// judge decides what Ready says; the first that applies.
func judge(obj v1alpha1.SellerObject, users []v1alpha1.Reseller, p *problem, standing account.Standing, doubt string) verdict {
	f := standing.Failure
	switch {
	case !obj.GetDeletionTimestamp().IsZero():
		return verdict{reason: v1alpha1.ReasonInUse, message: "deletion waits for the Resellers that name it: " + some(users)}
	case p != nil:
		return verdict{reason: p.reason, message: p.message, stalled: true}
	case standing.Logins.Refused:
		return verdict{reason: v1alpha1.ReasonCredentialsRejected, message: refusedMessage(obj.CurrentStatus().RefusedLogin), stalled: true}
	case f != nil && f.NotSent && obj.CurrentStatus().UndecidedLogin != nil:
		return verdict{reason: v1alpha1.ReasonUnreachable, message: undecidedMessage(obj.CurrentStatus().UndecidedLogin)}
	case f != nil && !f.Gateway && (f.Class == broker.Forbidden || f.Class == broker.NotFound):
		return verdict{reason: v1alpha1.ReasonForbidden, message: f.Error() + heard(f) + ": the seller id is wrong, or the API account has no right to read its brokers; check spec.sellerID and the account's role", stalled: true}
	case f != nil && !f.Gateway && f.Class == broker.Unauthorized:
		return verdict{reason: v1alpha1.ReasonCredentialsRejected, message: f.Error() + heard(f) + "; check the Secret", stalled: true}
	case standing.Trouble != nil && !standing.Trouble.Denied:
		return verdict{reason: v1alpha1.ReasonUnreachable, message: troubled(standing.Trouble)}
	case f != nil:
		return verdict{reason: v1alpha1.ReasonUnreachable, message: f.Error() + heard(f) + "; it is tried again by itself"}
	case !standing.Verified:
		return verdict{reason: v1alpha1.ReasonWaitingForReading, message: "the account is being read for the first time"}
	case doubt != "":
		return verdict{reason: v1alpha1.ReasonListSuspicious, message: doubt + "; if the list is right, set the annotation " + v1alpha1.AnnotationAcceptListAt + " to any new value", stalled: true}
	case standing.Trouble != nil:
		return verdict{reason: v1alpha1.ReasonReadOnlyAccount, message: troubled(standing.Trouble) + "; the API account can read, so its token is good: give it the Admin role, or use managementPolicy: Observe", stalled: true}
	case standing.ReadOnly:
		return verdict{reason: v1alpha1.ReasonReadOnlyAccount, message: "the API account can read but was denied a create; give it the Admin role, or use managementPolicy: Observe", stalled: true}
	case obj.CurrentStatus().Halt != nil:
		return verdict{reason: v1alpha1.ReasonWritesHalted, message: haltMessage(obj.CurrentStatus().Halt), stalled: true}
	default:
		return verdict{reason: v1alpha1.ReasonReady, message: "the account can be read and written", ready: true}
	}
}

// troubled says what fails, and what is done meanwhile. It is the same for as long as
// that lasts.
func troubled(t *account.Trouble) string {
	what := "calls"
	if t.Denied {
		what = "writes"
	}
	return fmt.Sprintf("%s%s; since %s %s pause, and one at a time is tried until it works again",
		t.Cause.Error(), heard(t.Cause), t.Since.UTC().Format(time.RFC3339), what)
}

// heard adds what the API, or a gateway before it, answered.
func heard(f *broker.Failure) string {
	if words := f.Heard(); words != "" {
		return " (" + words + ")"
	}
	return ""
}

// some names the first users.
func some(users []v1alpha1.Reseller) string {
	const most = 10
	var names []string
	for i := range users {
		names = append(names, users[i].Namespace+"/"+users[i].Name)
	}
	slices.Sort(names)
	if over := len(names) - most; over > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), over)
	}
	return strings.Join(names, ", ")
}

// reportConditions keeps Ready always, the others only while they are True.
func (r *Reconciler) reportConditions(obj v1alpha1.SellerObject, v verdict) {
	st := obj.CurrentStatus()
	set := func(name string, truth bool, reason, message string) {
		status := metav1.ConditionFalse
		if truth {
			status = metav1.ConditionTrue
		}
		meta.SetStatusCondition(&st.Conditions, metav1.Condition{
			Type: name, Status: status, Reason: reason, Message: message,
			ObservedGeneration: obj.GetGeneration(), LastTransitionTime: metav1.NewTime(r.Clock.Now()),
		})
	}
	only := func(name string, truth bool, reason, message string) {
		if truth {
			set(name, true, reason, message)
			return
		}
		meta.RemoveStatusCondition(&st.Conditions, name)
	}
	set(v1alpha1.ConditionReady, v.ready, v.reason, v.message)
	only(v1alpha1.ConditionReconciling, !v.ready && !v.stalled, v.reason, v.message)
	only(v1alpha1.ConditionStalled, v.stalled, v.reason, v.message)
	suspended := obj.Settings().Suspend != nil && *obj.Settings().Suspend
	only(v1alpha1.ConditionSuspended, suspended, v1alpha1.ReasonSuspended, "spec.suspend is true: nothing is written to the account")
}
