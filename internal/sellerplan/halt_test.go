package sellerplan

import (
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

func ready(s *v1alpha1.SellerStatus) metav1.Condition {
	return *meta.FindStatusCondition(s.Conditions, v1alpha1.ConditionReady)
}

func TestAHaltInStatus(t *testing.T) {
	ours := v1alpha1.HaltedWrite{Action: v1alpha1.WriteDelete, Namespace: "n", Name: "r", BrokerID: "1"}
	theirs := v1alpha1.HaltedWrite{Action: v1alpha1.WriteChange, Namespace: "theirs", Name: "secret", BrokerID: "2"}
	halted := func(s *State) { s.Account.Brake.Halt = brake(now, theirs, ours) }

	kept, is := Next(but(halted)).(KeepHalt)
	if !is || len(kept.Status.Halt.Whom) != 1 || kept.Status.Halt.Whom[0] != ours || kept.Status.Halt.More != 1 {
		t.Fatalf("a Seller keeps %+v", kept.Status)
	}
	cluster, is := Next(but(halted, func(s *State) { s.Seller.Namespace = "" })).(KeepHalt)
	if !is || len(cluster.Status.Halt.Whom) != 2 || cluster.Status.Halt.More != 0 {
		t.Errorf("a ClusterSeller keeps %+v", cluster.Status)
	}
	s := but(halted)
	shown := decided(s).Status
	if c := ready(shown); c.Reason != v1alpha1.ReasonWritesHalted || strings.Contains(c.Message, "secret") ||
		!strings.Contains(c.Message, "more than 2 brokers (the account has 9)") || !strings.Contains(c.Message, "delete of n/r (broker 1), 1 more") ||
		!strings.Contains(c.Message, v1alpha1.AnnotationResumeWritesAt) {
		t.Errorf("says %s: %s", c.Reason, c.Message)
	}
	s = but(halted, func(s *State) { s.Seller.ResumeWrites = "go" })
	shown = decided(s).Status
	if shown.Halt != nil || shown.WritesResumedAt == nil || shown.LastHandledResumeWritesAt != "go" || ready(shown).Reason != v1alpha1.ReasonReady {
		t.Errorf("after a user's word it shows %+v", shown)
	}
}

func TestAHaltTellsHowToSeeAllAndWhatAResumePermits(t *testing.T) {
	whom := v1alpha1.HaltedWrite{Action: v1alpha1.WriteChange, Namespace: "n", Name: "r", BrokerID: "1"}
	halted := func(s *State) {
		s.Account.Brake.Halt = brake(now, whom)
		h := s.Account.Brake.Halt
		h.More, h.Sent, h.Waiting = 9, 5, strings.Repeat("abcd", 8)
	}
	for namespace, command := range map[string]string{
		"n": "kubectl get resellers -n n | grep HeldByBrake", "": "kubectl get resellers -A | grep HeldByBrake",
	} {
		s := but(halted, func(s *State) { s.Seller.Namespace = namespace })
		message := ready(decided(s).Status).Message
		for _, words := range []string{command, "10 wait and 5 were let through before", "which lets 8 go; what comes on top is counted afresh"} {
			if !strings.Contains(message, words) {
				t.Errorf("%q lacks %q", message, words)
			}
		}
	}
	resumed := but(func(s *State) { s.Account.Brake = Brake{Resumed: now, Confirmed: "abcd"} })
	shown := decided(resumed).Status
	if b := StoredBrake(shown); shown.WritesResumedFor != "abcd" || b.Confirmed != "abcd" || !b.Resumed.Equal(now) {
		t.Errorf("it keeps %+v", b)
	}
}

func TestTheHaltOfV010(t *testing.T) {
	old := v1alpha1.SellerStatus{Conditions: []metav1.Condition{{
		Type: v1alpha1.ConditionReady, Reason: v1alpha1.ReasonWritesHalted, Message: "the old text", LastTransitionTime: stamp(ago(time.Hour)),
	}}}
	b := StoredBrake(&old)
	if b.Halt == nil || b.Halt.Kind != v1alpha1.HaltUnknown || b.Halt.Message != "the old text" || !b.Halt.Since.Time.Equal(ago(time.Hour)) {
		t.Fatalf("it is %+v", b.Halt)
	}
	s := but(status(func(s *v1alpha1.SellerStatus) { s.Conditions = old.Conditions }), func(s *State) {
		s.Account.Brake, s.Account.Entitled = b, false // as after a restart
	})
	if c := ready(decided(s).Status); c.Reason != v1alpha1.ReasonWritesHalted || c.Message != "the old text" {
		t.Errorf("says %s: %s", c.Reason, c.Message)
	}
	old.Conditions[0].Reason = v1alpha1.ReasonReady
	if b := StoredBrake(&old); b != (Brake{}) {
		t.Errorf("no halt is %+v", b.Halt)
	}
}

func TestWhyHalted(t *testing.T) {
	if got := WhyHalted(12, 1, time.Hour); got != "more than 12 brokers (the account has 1) were about to be changed or deleted within 1h0m0s" {
		t.Errorf("says %q", got)
	}
	if got := WhyHalted(0, 0, 0); !strings.Contains(got, "than its brake permits") {
		t.Errorf("of facts that were not kept it says %q", got)
	}
}

func TestAHaltByHarm(t *testing.T) {
	ours := v1alpha1.HaltedWrite{Action: v1alpha1.WriteChange, Namespace: "n", Name: "r", BrokerID: "1"}
	theirs := v1alpha1.HaltedWrite{Action: v1alpha1.WriteChange, Namespace: "theirs", Name: "secret", BrokerID: "2"}
	s := but(func(s *State) {
		s.Account.Brake.Halt = brake(now, ours, theirs)
		h := s.Account.Brake.Halt
		h.Kind, h.Field = v1alpha1.HaltHarm, "spec.vat"
	})
	c := ready(decided(s).Status)
	for _, words := range []string{"updates changed spec.vat of several brokers", "n/r (broker 1), 1 more", v1alpha1.AnnotationAcceptChange, v1alpha1.AnnotationResumeWritesAt} {
		if !strings.Contains(c.Message, words) {
			t.Errorf("%q lacks %q", c.Message, words)
		}
	}
	if c.Reason != v1alpha1.ReasonWritesHalted || strings.Contains(c.Message, "secret") || strings.Contains(c.Message, "at once") {
		t.Errorf("says %s: %s", c.Reason, c.Message)
	}
}
