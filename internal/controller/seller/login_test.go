package seller

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// Status keeps whole seconds, so that two logins may have the same time.
func TestNewCredentialsAreBoundedAnewWithinTheSameSecond(t *testing.T) {
	at := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	st := &v1alpha1.SellerStatus{RefusedLogin: &v1alpha1.RefusedLogin{
		SecretRevision: "1", At: metav1.NewTime(at), Message: "invalid_grant", RepeatedAt: []metav1.Time{metav1.NewTime(at)},
	}}
	l := cloudmore.Logins{Refused: true, RefusedAt: at.Add(700 * time.Millisecond), Answer: "invalid_client"}

	reportLogin(st, &session{revision: "2"}, l)
	if got := st.RefusedLogin; len(got.RepeatedAt) != 1 || got.Message != l.Answer {
		t.Errorf("a repeat became %+v", got)
	}
	if got := repeats(st, &session{revision: "2"}); len(got) != 1 {
		t.Errorf("the repeats are %v", got)
	}
	if got := repeats(st, &session{revision: "3", others: true}); len(got) != 0 {
		t.Errorf("new credentials were repeated %v", got)
	}
	reportLogin(st, &session{revision: "3", others: true}, l)
	if got := st.RefusedLogin; len(got.RepeatedAt) != 0 {
		t.Errorf("new credentials became %+v", got)
	}
}
