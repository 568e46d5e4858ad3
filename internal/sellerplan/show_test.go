package sellerplan

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// failing has the account's sync fail, after one that succeeded.
func failing(f broker.Failure) func(*State) {
	return func(s *State) { s.Account.Failure = &f }
}

func TestReady(t *testing.T) {
	doubted := func(s *State) { s.Account.Doubt = "it lacks 7 of 9 brokers" }
	readOnly := func(s *State) { s.Account.ReadOnly = true }
	stopped := func(s *State) {
		status(func(s *v1alpha1.SellerStatus) { s.Halt = brake(now) })(s)
		halted(s)
	}
	first := func(s *State) { s.Account.Verified = false }
	troubled := func(denied bool, f broker.Failure) func(*State) {
		return func(s *State) { s.Account.Trouble = &Trouble{Since: now, Cause: &f, Denied: denied} }
	}
	denied := troubled(true, broker.Failure{Class: broker.Forbidden, Op: "update broker", StatusLine: "401 Unauthorized"})
	away := troubled(false, broker.Failure{Class: broker.Unavailable, Op: "get broker", StatusLine: "503 Service Unavailable", Said: "for an hour"})
	turnedAway := failing(broker.Failure{Class: broker.Unavailable, NotSent: true})
	since := "; since " + now.UTC().Format(time.RFC3339)
	unavailable := failing(broker.Failure{Class: broker.Unavailable, Op: "list brokers", StatusLine: "503 Service Unavailable", Said: "down"})
	// Each row but the first is weightier than the one before, and shown in its place.
	rows := []struct {
		reason, words string
		stalled       bool
		change        func(*State)
	}{
		{v1alpha1.ReasonReady, "can be read and written", false, func(*State) {}},
		{v1alpha1.ReasonWritesHalted, v1alpha1.AnnotationResumeWritesAt, true, stopped},
		{v1alpha1.ReasonReadOnlyAccount, "Admin role", true, readOnly},
		{v1alpha1.ReasonReadOnlyAccount, "(Cloudmore answered 401 Unauthorized)" + since + " writes pause, and one at a time is tried", true, denied},
		{v1alpha1.ReasonListSuspicious, "lacks 7 of 9 brokers; if the list is right, set the annotation " + v1alpha1.AnnotationAcceptListAt, true, doubted},
		{v1alpha1.ReasonWaitingForReading, "is being read", false, first},
		{v1alpha1.ReasonUnreachable, "(Cloudmore answered 503 Service Unavailable: for an hour)" + since + " calls pause, and one at a time is tried", false, away},
		{v1alpha1.ReasonUnreachable, "(Cloudmore answered 503 Service Unavailable: for an hour)" + since, false, turnedAway},
		{v1alpha1.ReasonUnreachable, "503 Service Unavailable: down); it is retried automatically", false, func(s *State) { s.Account.Trouble = nil; unavailable(s) }},
		{v1alpha1.ReasonCredentialsRejected, "(invalid_grant); it is not tried again until the Secret changes", true, refusedAt()},
		{v1alpha1.ReasonCredentialsMissing, "there is no Secret", true, func(s *State) { s.Credentials, s.Session.Lost = &Credentials{}, ago(time.Hour) }},
		{v1alpha1.ReasonEndpointNotAllowed, "spec.endpoint", true, func(s *State) { s.Seller.EndpointAllowed = false }},
		{v1alpha1.ReasonInUse, "Resellers that name it: n/r", false, deleting},
	}
	s := usual()
	for _, row := range rows {
		row.change(s)
		show, is := Next(s).(Show)
		if !is {
			t.Fatalf("%s: answers %T", row.reason, Next(s))
		}
		c := ready(show.Status)
		if c.Reason != row.reason || !strings.Contains(c.Message, row.words) || c.ObservedGeneration != 3 || (c.Status == "True") != (row.reason == v1alpha1.ReasonReady) {
			t.Errorf("%s: says %s %s: %s", row.reason, c.Status, c.Reason, c.Message)
		}
		if got := meta.IsStatusConditionTrue(show.Status.Conditions, v1alpha1.ConditionStalled); got != row.stalled {
			t.Errorf("%s: Stalled is %t", row.reason, got)
		}
	}
}

// TestMessagesAreBounded: of 950 ids in one message the API server takes no status at all.
func TestMessagesAreBounded(t *testing.T) {
	s := but(func(s *State) { s.Account.Doubt = strings.Repeat("é 4711, ", 10_000) })
	for _, c := range decided(s).Status.Conditions {
		if len(c.Message) > 8<<10 {
			t.Errorf("%s has a message of %d bytes", c.Type, len(c.Message))
		}
	}
}

func TestFailedReadings(t *testing.T) {
	for _, row := range []struct {
		f      broker.Failure
		reason string
	}{
		{broker.Failure{Class: broker.Forbidden}, v1alpha1.ReasonForbidden},
		{broker.Failure{Class: broker.NotFound}, v1alpha1.ReasonForbidden},
		{broker.Failure{Class: broker.Unauthorized}, v1alpha1.ReasonCredentialsRejected},
		{broker.Failure{Class: broker.Forbidden, Gateway: true}, v1alpha1.ReasonUnreachable},
		{broker.Failure{Class: broker.NotFound, Gateway: true}, v1alpha1.ReasonUnreachable},
		{broker.Failure{Class: broker.Unauthorized, Gateway: true}, v1alpha1.ReasonUnreachable},
		{broker.Failure{Class: broker.Throttled}, v1alpha1.ReasonUnreachable},
		{broker.Failure{Class: broker.Unavailable, NotSent: true}, v1alpha1.ReasonUnreachable},
		{broker.Failure{Class: broker.Ambiguous}, v1alpha1.ReasonUnreachable},
	} {
		if got := ready(decided(but(failing(row.f))).Status).Reason; got != row.reason {
			t.Errorf("%v (gateway %t) is %s, not %s", row.f.Class, row.f.Gateway, got, row.reason)
		}
	}
	s := but(failing(broker.Failure{Class: broker.Unavailable, NotSent: true}), undecidedAt(now))
	if c := ready(decided(s).Status); !strings.Contains(c.Message, "no verdict on the credentials: 503 Service Unavailable; it is retried automatically, at most 5 times an hour") {
		t.Errorf("a login without a verdict says %s", c.Message)
	}
}

func TestASellerInADryRun(t *testing.T) {
	dry := decided(but(func(s *State) { s.Seller.DryRun = true })).Status
	if c := ready(dry); c.Status != "True" || c.Reason != v1alpha1.ReasonReady || !strings.Contains(c.Message, "nothing is sent (DryRun)") {
		t.Errorf("Ready is %s %s: %s", c.Status, c.Reason, c.Message)
	}
	if !meta.IsStatusConditionTrue(dry.Conditions, v1alpha1.ConditionDryRun) {
		t.Error("it has no condition of its own")
	}
	ended := decided(but(func(s *State) { s.Status = dry })).Status
	if meta.FindStatusCondition(ended.Conditions, v1alpha1.ConditionDryRun) != nil || strings.Contains(ready(ended).Message, "DryRun") {
		t.Errorf("afterwards it says %+v", ended.Conditions)
	}
}

func TestCounts(t *testing.T) {
	s := but(func(s *State) {
		s.Users = append(s.Users, User{Namespace: "n", Name: "differs", Drifted: true, Holds: true}, User{Namespace: "n", Name: "stranger", Drifted: true})
		s.Outcome.Counted = &Counted{Read: true, Total: 6, Managed: 3, Unmanaged: 2, Foreign: 1}
	})
	got := Next(s).(Show)
	if *got.Status.Resellers != 3 || *got.Status.Brokers != (v1alpha1.BrokerCounts{Total: 6, Managed: 3, Unmanaged: 2, Foreign: 1, Drifted: 2}) {
		t.Errorf("counts %d Resellers and %+v", *got.Status.Resellers, got.Status.Brokers)
	}
	s.Outcome.Counted = &Counted{}
	if got := Next(s).(Show); got.Status.Brokers != nil {
		t.Errorf("before the first reading it counts %+v", got.Status.Brokers)
	}
	s.Seller.Deleting = true
	got = Next(s).(Show)
	if c := ready(got.Status); *got.Status.Resellers != 2 || strings.Contains(c.Message, "stranger") {
		t.Errorf("strangers hold up a deletion: %d, %s", *got.Status.Resellers, c.Message)
	}
	s.Users = nil
	for n := range 13 {
		s.Users = append(s.Users, User{Namespace: "n", Name: fmt.Sprintf("r%02d", 12-n), Holds: true})
	}
	if c := ready(Next(s).(Show).Status); !strings.HasSuffix(c.Message, "n/r08, n/r09 and 3 more") {
		t.Errorf("names %s", c.Message)
	}
}

func TestSuspended(t *testing.T) {
	s := but(func(s *State) { s.Seller.Suspended = true })
	shown := Next(s).(Show).Status
	if !meta.IsStatusConditionTrue(shown.Conditions, v1alpha1.ConditionSuspended) || ready(shown).Reason != v1alpha1.ReasonReady {
		t.Errorf("shows %+v", shown.Conditions)
	}
	s.Status, s.Seller.Suspended = shown, false
	if again := Next(s).(Show).Status; meta.FindStatusCondition(again.Conditions, v1alpha1.ConditionSuspended) != nil {
		t.Errorf("goes on showing %+v", again.Conditions)
	}
}
