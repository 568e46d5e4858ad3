package plan

import (
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// startedOver is the state of a process that begins with a refusal in status, and
// with what Ready says by now.
func startedOver(reason, message string) *State {
	s := drifted()
	s.Record.Retry = &v1alpha1.Retry{
		Call: v1alpha1.RetryUpdate, Content: s.content(CallUpdate), Failures: refusedTries,
		FailedAt: metav1.NewTime(s.Now), NextAt: metav1.NewTime(s.Now.Add(refusedPause)),
	}
	s.Record.Rejected = []v1alpha1.Rejection{{Field: "spec.vat", Message: "Invalid VAT: EE1"}}
	s.Record.Ready = &metav1.Condition{Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: reason, Message: message}
	s.Memory = Memory{FinalizerSince: start}
	s.Memory.Saw(&s.Record, 1, s.Now)
	return s
}

// TestRefusalIsShownByTheNextProcess holds what is shown until a refused call is made
// again by a process that has not made it before.
func TestRefusalIsShownByTheNextProcess(t *testing.T) {
	for _, row := range []struct {
		name, reason, message string
		wantReason, wantWords string
	}{
		{"as it stands there", v1alpha1.ReasonForbidden, "no right to do this", v1alpha1.ReasonForbidden, "no right to do this"},
		{"in other words where something else stands there", v1alpha1.ReasonSellerNotReady, "Seller main is not ready yet", v1alpha1.ReasonRefused, "refused the last update; it is tried again at"},
	} {
		t.Run(row.name, func(t *testing.T) {
			rest, ok := Next(startedOver(row.reason, row.message)).(Rest)
			switch {
			case !ok || rest.Reason != row.wantReason || !strings.Contains(rest.Message, row.wantWords):
				t.Errorf("shown is %#v, want %s: %s", rest, row.wantReason, row.wantWords)
			case len(rest.Rejected) != 1 || rest.Rejected[0] != (broker.FieldFailure{Path: "spec.vat", Message: "Invalid VAT: EE1"}):
				t.Errorf("the refused fields are %v", rest.Rejected)
			case rest.Note == "" || strings.Contains(rest.Note, rest.Message):
				t.Errorf("events say %q", rest.Note)
			}
		})
	}
}

// TestRefusalOutlastsTheSeller holds that a refusal stays written down while a Seller
// is not ready, as at each start, and an edit or a deletion is told of it.
func TestRefusalOutlastsTheSeller(t *testing.T) {
	problem := func(s *State) {
		s.Access.Problem = &Problem{Reason: v1alpha1.ReasonSellerNotReady, Message: "Seller main is not ready yet"}
		s.Record.Stalled = &metav1.Condition{Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonRefused, ObservedGeneration: s.Desired.Generation}
		s.Record.Ready = &metav1.Condition{Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonRefused}
	}
	for _, row := range []struct {
		name  string
		state *State
		quiet bool
	}{
		{"a refusal", drifted(problem), true},
		{"a refusal, and an edit since", drifted(problem, func(s *State) { s.Desired.Generation++ }), false},
		{"a deletion", deleted(problem), false},
	} {
		if rest, ok := Next(row.state).(Rest); !ok || rest.Quiet != row.quiet || rest.Reason != v1alpha1.ReasonSellerNotReady {
			t.Errorf("%s: %#v", row.name, rest)
		}
	}
}

// TestASellerThatIsBeingReadIsNoNews holds that nothing is written for what ends in a moment,
// and is when it lasts.
func TestASellerThatIsBeingReadIsNoNews(t *testing.T) {
	passes := func(s *State) { sellerNotReady(true)(s); s.Record.Ready, s.Memory.Since = nil, s.Now }
	for _, row := range []struct {
		name  string
		state *State
		quiet bool
	}{
		{"of a new Reseller", unbound(passes), true},
		{"when it lasts", unbound(passes, isLater), false},
		{"of an edited one", drifted(passes, func(s *State) { s.Record.Ready = &metav1.Condition{}; s.Desired.Generation++ }), false},
		{"a Seller that can't be used", unbound(passes, sellerNotReady(false)), false},
	} {
		rest, ok := Next(row.state).(Rest)
		if !ok || rest.Quiet != row.quiet || rest.Reason != v1alpha1.ReasonSellerNotReady {
			t.Errorf("%s: %#v", row.name, rest)
		}
		if by := row.state.Memory.Since.Add(speaksWithin); row.quiet && !rest.Until.Equal(by) {
			t.Errorf("%s: it looks again at %s", row.name, rest.Until)
		}
	}
}

// TestRetryStaysWhileTheBrokerIsReadNowAndThen holds that the refused update stands in
// status whatever the broker looks like at a moment, until the object is healthy.
func TestRetryStaysWhileTheBrokerIsReadNowAndThen(t *testing.T) {
	s := startedOver(v1alpha1.ReasonRefused, "no")
	try := s.Memory.Tries[CallUpdate]
	try.Observed = "as it was"
	s.Memory.Tries = Tries{CallUpdate: try}
	for _, row := range []struct {
		name   string
		change func(*State)
		reason string
		shown  bool
	}{
		{"read in full, and otherwise", lookedAt, v1alpha1.ReasonRefused, true},
		{"not to be read", func(s *State) { s.Reading.Known = nil }, v1alpha1.ReasonBrokerUnreadable, true},
		{"not to be read, where drift is only shown", func(s *State) {
			s.Desired.Report, s.Reading.Known, s.Record.Applied = true, nameIs("Changed"), s.Record.Applied.Without([]string{"spec.name"})
			try := s.Memory.Tries[CallUpdate]
			try.Content = s.content(CallUpdate)
			s.Memory.Tries, s.Reading.Known = Tries{CallUpdate: try}, nil
		}, v1alpha1.ReasonBrokerUnreadable, true},
		{"healthy", lookedAt, v1alpha1.ReasonInSync, false},
		{"about to be deleted", func(s *State) { s.Desired.Deleting = true }, v1alpha1.ReasonSuspended, false},
		{"not to be read, after it was seen that another update would be sent", func(s *State) {
			s.Reading.Known, s.Record.Retry = nil, nil
		}, v1alpha1.ReasonBrokerUnreadable, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			seen, status := *s, v1alpha1.ResellerStatus{}
			row.change(&seen)
			status = Report(&seen, Rest{Reason: row.reason, Message: "words"}, &status).Status
			if (status.Retry != nil) != row.shown {
				t.Errorf("retry is %+v", status.Retry)
			}
		})
	}
}
