package cli

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// TestTheDoctorRepeatsNoLoginWithoutSuccess: repeated logins with a wrong password may
// lock the account.
func TestTheDoctorRepeatsNoLoginWithoutSuccess(t *testing.T) {
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls++
		w.WriteHeader(http.StatusUnauthorized)
	}))
	t.Cleanup(server.Close)
	config := &cloudmore.Config{
		Endpoint: server.URL, SellerID: "4711", AllowInsecure: true, UserAgent: "test", Now: time.Now,
		Credentials: cloudmore.Credentials{Username: "u", Password: "p", ClientID: "i", ClientSecret: "s"},
	}
	for _, row := range []struct {
		name   string
		status v1alpha1.SellerStatus
		before bool // these credentials were refused in this run
		calls  int
	}{
		{name: "no login is known of", calls: 1},
		{name: "the operator's was refused", status: v1alpha1.SellerStatus{RefusedLogin: &v1alpha1.RefusedLogin{}}},
		{name: "the operator's got no verdict", status: v1alpha1.SellerStatus{UndecidedLogin: &v1alpha1.UndecidedLogin{}}},
		{name: "the own one was refused", before: true},
	} {
		t.Run(row.name, func(t *testing.T) {
			calls = 0
			e, told := &examination{refused: map[string]bool{loginKey(config): row.before}}, &chapter{}
			e.examineLogin(t.Context(), told, &v1alpha1.Seller{Status: row.status}, config)
			if calls != row.calls {
				t.Errorf("%d calls, want %d: %+v", calls, row.calls, told.Findings)
			}
			if len(told.Findings) != 1 || told.Findings[0].Remedy == "" {
				t.Errorf("the findings are %+v, want one with a remedy", told.Findings)
			}
		})
	}
}
