package seller

import (
	"fmt"
	"testing"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// TestCredentialsOfBeforeARotationAreRemembered holds that they stay secrets: the latest
// first, each once, and so many.
func TestCredentialsOfBeforeARotationAreRemembered(t *testing.T) {
	login := func(n int) *cloudmore.Credentials {
		return &cloudmore.Credentials{Username: "api", Password: fmt.Sprintf("password-%d", n), ClientSecret: "client"}
	}
	var s *session
	for n := range 2 * maxLogins {
		s = &session{logins: s.used(login(n))}
		if s.logins[0] != *login(n) || len(s.logins) != min(n+1, maxLogins) {
			t.Fatalf("after %d there are %d", n+1, len(s.logins))
		}
	}
	back := s.used(login(2*maxLogins - 2))
	if len(back) != maxLogins || back[1] != *login(2*maxLogins - 1) {
		t.Errorf("one that comes back leaves %d", len(back))
	}
}
