package sellerplan

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// verdict is what Ready says, and whether the object comes back automatically.
type verdict struct {
	reason, message string
	ready, stalled  bool
}

// show puts into status how the account stands.
func (s *State) show(status *v1alpha1.SellerStatus) {
	users := s.shownUsers()
	status.ObservedGeneration = s.Seller.Generation
	resellers := small(len(users))
	status.Resellers = &resellers
	if c := s.Outcome.Counted; c != nil && c.Read {
		status.Brokers = &v1alpha1.BrokerCounts{
			Total: small(c.Total), Managed: small(c.Managed), Unmanaged: small(c.Unmanaged), Foreign: small(c.Foreign), Drifted: drifted(users),
		}
		status.Unmanaged = s.unmanaged(c.Free)
	}
	s.showSync(status)
	before := plan.ReasonOf(status.Conditions)
	s.showConditions(status, s.judge(status, users))
	plan.Stands(&status.Standing, status.Conditions, before, metav1.NewTime(s.Now))
}

// small is a number of objects as status holds it.
func small(n int) int32 { return int32(min(max(n, 0), math.MaxInt32)) }

func drifted(users []User) int32 {
	n := 0
	for i := range users {
		if users[i].Drifted {
			n++
		}
	}
	return small(n)
}

// judge decides what Ready says; the first that applies.
func (s *State) judge(status *v1alpha1.SellerStatus, users []User) verdict {
	a, p := &s.Account, s.problem()
	switch {
	case s.Seller.Deleting:
		return verdict{reason: v1alpha1.ReasonInUse, message: "deletion waits for the Resellers that name it: " + some(users)}
	case p != nil:
		return *p
	case s.Session != nil && s.Session.Logins.Refused:
		return verdict{reason: v1alpha1.ReasonCredentialsRejected, message: refusedMessage(status.RefusedLogin), stalled: true}
	case a.Failure != nil:
		return a.unread(status)
	case a.Trouble != nil && !a.Trouble.Denied:
		return a.Trouble.verdict()
	case s.inherits():
		return s.inherited(status)
	case !a.Verified:
		return s.waiting()
	case a.Doubt != "":
		return verdict{reason: v1alpha1.ReasonListSuspicious, message: a.Doubt + "; if the list is right, set the annotation " + v1alpha1.AnnotationAcceptListAt + " to any new value", stalled: true}
	case a.Trouble != nil:
		return a.Trouble.verdict()
	case a.ReadOnly:
		return verdict{reason: v1alpha1.ReasonReadOnlyAccount, message: "the API user can read but was denied a create; give it the Admin role, or use managementPolicy: Observe", stalled: true}
	default:
		return s.usable(status)
	}
}

// usable is the verdict on an account that can be read, and written but for a halt.
func (s *State) usable(status *v1alpha1.SellerStatus) verdict {
	besides := s.missed() + s.expiring(status) + unreadable(status.List)
	switch {
	case status.Halt != nil:
		return verdict{reason: v1alpha1.ReasonWritesHalted, message: haltMessage(status.Halt, s.Seller.Namespace), stalled: true}
	case s.Seller.DryRun:
		return verdict{reason: v1alpha1.ReasonReady, message: "the account can be read; what would be written is shown by the Resellers, and nothing is sent (DryRun)" + besides, ready: true}
	default:
		return verdict{reason: v1alpha1.ReasonReady, message: "the account can be read and written" + besides, ready: true}
	}
}

// unread is what a sync that failed means.
func (a *Account) unread(status *v1alpha1.SellerStatus) verdict {
	f := a.Failure.Origin()
	said := f.Told()
	switch {
	case a.Failure.NotSent && status.UndecidedLogin != nil:
		return verdict{reason: v1alpha1.ReasonUnreachable, message: undecidedMessage(status.UndecidedLogin)}
	case !f.Gateway && (f.Class == broker.Forbidden || f.Class == broker.NotFound):
		return verdict{reason: v1alpha1.ReasonForbidden, message: said + ": the seller id is wrong, or the API user has no right to read its brokers; check spec.sellerID and the account's role", stalled: true}
	case !f.Gateway && f.Class == broker.Unauthorized:
		return verdict{reason: v1alpha1.ReasonCredentialsRejected, message: said + "; check the Secret", stalled: true}
	case a.Trouble != nil && !a.Trouble.Denied:
		return a.Trouble.verdict() // it says why the sync was turned away
	case f.Announced != "":
		return verdict{reason: v1alpha1.ReasonListSuspicious, message: said + "; what it lacks would be taken for absent, so it is not used; " + plan.HowToAccept, stalled: true}
	default:
		return verdict{reason: v1alpha1.ReasonUnreachable, message: said + "; it is retried automatically"}
	}
}

// verdict says what fails, and what is done meanwhile. It is the same for as long as
// that lasts.
func (t *Trouble) verdict() verdict {
	const says = "%s; since %s %s pause, and one at a time is tried until it works again"
	said, since := t.Cause.Told(), t.Since.UTC().Format(time.RFC3339)
	if !t.Denied {
		return verdict{reason: v1alpha1.ReasonUnreachable, message: fmt.Sprintf(says, said, since, "calls")}
	}
	return verdict{
		reason: v1alpha1.ReasonReadOnlyAccount, stalled: true, message: fmt.Sprintf(says, said, since, "writes") +
			"; the account can be read, so its token is good: give it the Admin role, or use managementPolicy: Observe",
	}
}

// some names the first users.
func some(users []User) string {
	var names []string
	for i := range users {
		names = append(names, users[i].Namespace+"/"+users[i].Name)
	}
	slices.Sort(names)
	if over := len(names) - maxNamed; over > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:maxNamed], ", "), over)
	}
	return strings.Join(names, ", ")
}

func (s *State) showConditions(status *v1alpha1.SellerStatus, v verdict) {
	shown := plan.Conditions{All: status.Conditions, Generation: s.Seller.Generation, Now: s.Now}
	shown.Conclude(plan.Verdict{Reason: v.reason, Message: v.message, Ready: v.ready, Reconciling: !v.ready && !v.stalled, Stalled: v.stalled})
	shown.Only(v1alpha1.ConditionDryRun, s.Seller.DryRun, v1alpha1.ReasonDryRun, "nothing is written to the account; its Resellers show what would be")
	shown.Only(v1alpha1.ConditionSuspended, s.Seller.Suspended, v1alpha1.ReasonSuspended, "spec.suspend is true: nothing is written to the account")
	status.Conditions = shown.All
}
