package sellerplan

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// afterwards is a Seller at its first pass in a new process: status is what an earlier one
// said, a minute ago.
func afterwards(t *testing.T, said func(*State), changes ...func(*State)) *State {
	t.Helper()
	s := but(func(s *State) { s.Seller.ObserveInterval, s.Account.ReadAt = time.Minute, now }, said)
	s.Stored = shows(t, s)
	s.Status, s.Now = s.Stored.DeepCopy(), now.Add(time.Minute)
	s.Session, s.Outcome = nil, Outcome{}
	s.Account = Account{Brake: StoredBrake(s.Stored)}
	for _, change := range changes {
		change(s)
	}
	enter, is := Next(s).(Enter)
	if !is {
		t.Fatalf("answers %T", Next(s))
	}
	answer(s, enter)
	s.Account.Known, s.Account.Entitled = true, enter.Trust == Proven
	return s
}

func unchanged(*State) {}

// stopped is a Seller that stored the halt of its account.
func stopped(s *State) {
	halted(s)
	s.Stored.Halt = brake(now)
}

// Each of these is what status says when a process ends, and what it says in the next one
// before that has read anything: the same, to the letter.
func TestANewProcessRepeatsWhatWasSaid(t *testing.T) {
	down := broker.Failure{Class: broker.Unavailable, Op: "list brokers", Status: 503, StatusLine: "503 Service Unavailable", Said: "down"}
	for name, said := range map[string]func(*State){
		"that it is Ready":                   unchanged,
		"that nothing is sent":               func(s *State) { s.Seller.DryRun = true },
		"that an entry can't be told apart":  func(s *State) { s.Account.Unreadable = []broker.Unreadable{{Index: 4, Problem: "it has no id"}} },
		"that writing is halted":             stopped,
		"that its API user may only read":    func(s *State) { s.Account.ReadOnly = true },
		"that its list is not believed":      func(s *State) { s.Account.Doubt = "it lacks 7 of 9 brokers" },
		"that its API user may read nothing": failing(broker.Failure{Class: broker.Forbidden}),
		"that Cloudmore is down": func(s *State) {
			s.Account.Trouble, s.Account.Failure, s.Account.RetryAt = &Trouble{Since: now, Cause: &down}, &down, now.Add(time.Hour)
			s.Account.Silence = Silence{Until: now.Add(time.Hour), Why: v1alpha1.PauseFailing}
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			s := afterwards(t, said)
			show, is := Next(s).(Show)
			g.Expect(is).To(BeTrue())
			g.Expect(equality.Semantic.DeepEqual(show.Status, s.Stored)).To(BeTrue(), "before: %+v\nnow: %+v", s.Stored, show.Status)
			g.Expect(show.Back).To(BeTemporally("==", s.Now.Add(inheritedWithin)))
		})
	}
}

func TestWhatWasSaidDoesNotStandForEver(t *testing.T) {
	proven := func(s *State) { s.Account.Known, s.Account.Entitled = true, true }
	for _, row := range []struct {
		name         string
		said, before func(*State) // before the first pass
		change       func(*State) // during it
		want         string
	}{
		{"for so long", unchanged, unchanged, func(s *State) { s.Now = s.Now.Add(inheritedWithin) }, v1alpha1.ReasonWaitingForReading},
		{"once a sync failed", unchanged, unchanged, failing(broker.Failure{Class: broker.Unavailable}), v1alpha1.ReasonUnreachable},
		{"once the calls fail", unchanged, unchanged, func(s *State) { s.Account.Trouble = &Trouble{Since: now, Cause: &broker.Failure{}} }, v1alpha1.ReasonUnreachable},
		{"once the login was refused", unchanged, unchanged, func(s *State) { s.Session.Logins.Refused = true }, v1alpha1.ReasonCredentialsRejected},
		{"where the Secret is another one", unchanged, func(s *State) { s.Credentials.Revision = "8" }, unchanged, v1alpha1.ReasonWaitingForReading},
		{"where the spec is another one", unchanged, func(s *State) { s.Seller.Generation++ }, unchanged, v1alpha1.ReasonWaitingForReading},
		{"where the account is another one", unchanged, func(s *State) { s.Status.Verified.SellerID, s.Users[0].Holds = "other", true }, unchanged, v1alpha1.ReasonWaitingForReading},
		{"where writing was halted since", unchanged, func(s *State) {
			s.Account.Brake.Halt = brake(now)
			s.Stored.Halt, s.Status.Halt = brake(now), brake(now)
		}, proven, v1alpha1.ReasonWritesHalted},
		{"of a halt that was lifted", stopped, unchanged, func(s *State) { s.Account.Brake = Brake{}; s.Stored.Halt, s.Status.Halt = nil, nil }, v1alpha1.ReasonWaitingForReading},
		{"of a suspicious list once one was believed", func(s *State) { s.Account.Doubt = "7 of 9" }, unchanged, func(s *State) { s.Account.Verified, s.Outcome.Counted = true, &Counted{} }, v1alpha1.ReasonReady},
		{"where nothing was said", unchanged, func(s *State) { s.Stored.Conditions, s.Status.Conditions = nil, nil }, unchanged, v1alpha1.ReasonWaitingForReading},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := afterwards(t, row.said, row.before)
			row.change(s)
			show, is := Next(s).(Show)
			if !is {
				t.Fatalf("answers %T", Next(s))
			}
			if got := ready(show.Status).Reason; got != row.want {
				t.Errorf("says %s, not %s", got, row.want)
			}
			if failed := row.want == v1alpha1.ReasonUnreachable; failed && show.Status.LastSyncError == nil {
				t.Error("what Cloudmore answers is not said")
			}
		})
	}
}

// Other credentials in a process that has read the account are no heirs: nobody has tried
// them.
func TestOtherCredentialsInheritNothing(t *testing.T) {
	g := NewWithT(t)
	s := but(status(func(s *v1alpha1.SellerStatus) {
		meta.SetStatusCondition(&s.Conditions, metav1.Condition{Type: v1alpha1.ConditionReady, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonReady, ObservedGeneration: 3})
	}), func(s *State) {
		s.Outcome.Entered, s.Credentials.Login, s.Credentials.Client, s.Credentials.Revision = nil, "other", "other", "8"
	})
	enter, is := Next(s).(Enter)
	g.Expect(is).To(BeTrue())
	g.Expect(enter.Session.Inherits).To(BeZero())
}
