package seller

import (
	"testing"
	"time"

	"github.com/go-logr/logr"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// told are the events between two versions of a status.
func told(before, after *v1alpha1.SellerStatus) []string {
	recorder := events.NewFakeRecorder(16)
	p := &pass{r: &Reconciler{Events: recorder}, obj: &v1alpha1.ClusterSeller{}, log: logr.Discard()}
	p.tell(before, after)
	close(recorder.Events)
	var all []string
	for e := range recorder.Events {
		all = append(all, e)
	}
	return all
}

func TestTell(t *testing.T) {
	status := func(reason string, change func(*v1alpha1.SellerStatus)) *v1alpha1.SellerStatus {
		s := &v1alpha1.SellerStatus{Conditions: []metav1.Condition{{Type: v1alpha1.ConditionReady, Reason: reason, Message: "Resellers of team-b: secret words"}}}
		change(s)
		return s
	}
	nothing := func(*v1alpha1.SellerStatus) {}
	at := metav1.NewMicroTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	halt := func(s *v1alpha1.SellerStatus) {
		s.Halt = &v1alpha1.WriteHalt{Since: at, Most: 2, Total: 9, Window: metav1.Duration{Duration: time.Hour}, Whom: []v1alpha1.HaltedWrite{{Namespace: "team-b", Name: "abc"}}}
	}
	for _, row := range []struct {
		name          string
		before, after *v1alpha1.SellerStatus
		want          []string
	}{
		{"nothing of what stays", status("Ready", halt), status("Ready", halt), nil},
		{"a reason that is your turn as a Warning", status("Ready", nothing), status("CredentialsRejected", nothing),
			[]string{"Warning CredentialsRejected Cloudmore refused the login with its credentials; only its owner can mend that"}},
		{"an outage as what passes", status("Ready", nothing), status("Unreachable", nothing),
			[]string{"Normal Unreachable its account can't be reached or answers with errors; it is retried automatically"}},
		{"a halt, and nobody of another namespace", status("Ready", nothing), status("Ready", halt),
			[]string{"Warning Halted more than 2 brokers (the account has 9) were about to be changed or deleted within 1h0m0s; nothing is written until somebody has looked at status.halt and sets the annotation cloudmore.com/resume-writes-at"}},
		{"its end", status("Ready", halt), status("Ready", func(s *v1alpha1.SellerStatus) { s.WritesResumedAt = &at }), []string{"Normal Resumed somebody let writing go on"}},
		{"entries that can't be told apart, once", status("Ready", nothing), status("Ready", func(s *v1alpha1.SellerStatus) { s.List = &v1alpha1.ListNotes{Unreadable: 2} }),
			[]string{"Warning ListDoubted entries of the list of brokers can't be told apart, and what they may be is not created; status.list has them"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			NewWithT(t).Expect(told(row.before, row.after)).To(Equal(row.want))
		})
	}
}
