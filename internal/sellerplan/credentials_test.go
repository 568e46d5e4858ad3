package sellerplan

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

func TestPermits(t *testing.T) {
	const other = "https://api-dev.cloudmore.com"
	for _, row := range []struct {
		name, endpoint, annotation string
		want                       bool
	}{
		{"sends credentials to the default endpoint", v1alpha1.DefaultEndpoint, "", true},
		{"sends credentials where the Secret says", other, other, true},
		{"sends credentials to this machine", "http://127.0.0.1:8080", "", true},
		{"sends credentials to this machine by name", "http://localhost:8080", "", true},
		{"sends credentials to this machine over IPv6", "http://[::1]:8080", "", true},
		{"keeps credentials from an endpoint that the Secret does not name", other, "", false},
		{"keeps credentials from another endpoint than the Secret names", "https://evil.example", other, false},
		{"keeps credentials from this machine when the Secret names another endpoint", "http://127.0.0.1:8080", other, false},
		{"keeps credentials from a name that looks like this machine", "https://localhost.evil.example", "", false},
		{"keeps credentials from an address that begins like this machine's", "https://127.0.0.1.evil.example", "", false},
		{"keeps credentials from what is no URL", "https://%zz", "", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := Permits(row.annotation, row.endpoint); got != row.want {
				t.Errorf("Permits(%s) is %t", row.endpoint, got)
			}
		})
	}
}

func TestCredentialsThatCantBeUsed(t *testing.T) {
	for _, row := range []struct {
		reason string
		words  string
		change func(*State)
	}{
		{v1alpha1.ReasonEndpointNotAllowed, "--allowed-endpoints", func(s *State) { s.Seller.EndpointAllowed, s.Credentials = false, nil }},
		{v1alpha1.ReasonCredentialsMissing, "no Secret api in namespace n", func(s *State) { s.Credentials, s.Session.Lost = &Credentials{}, ago(time.Hour) }},
		{v1alpha1.ReasonCredentialsMissing, "Secret api lacks password, clientSecret", func(s *State) { s.Credentials.Missing = []string{"password", "clientSecret"} }},
		{v1alpha1.ReasonCredentialsMissing, v1alpha1.AnnotationEndpoint + ": " + endpoint, func(s *State) { s.Credentials.Endpoint = "https://b.example" }},
		{v1alpha1.ReasonCredentialsMissing, "no key k in ConfigMap ca of namespace n", func(s *State) {
			s.Seller.CABundle = &v1alpha1.CABundleReference{Kind: v1alpha1.CABundleConfigMap, Name: "ca", Key: "k"}
			s.Session.Lost = ago(time.Hour)
		}},
		{v1alpha1.ReasonCredentialsMissing, "no certificate", func(s *State) { s.Outcome.Entered = &Entered{Trouble: "no certificate"} }},
	} {
		t.Run(row.words, func(t *testing.T) {
			show, is := Next(but(row.change)).(Show)
			if !is {
				t.Fatal("they are put to work")
			}
			if c := ready(show.Status); c.Reason != row.reason || !strings.Contains(c.Message, row.words) {
				t.Errorf("says %s: %s", c.Reason, c.Message)
			}
			if show.Status.Verified == nil {
				t.Error("the earlier session is forgotten")
			}
		})
	}
}

// entering has the credentials looked at again.
func entering(s *State) { s.Outcome.Entered = nil }

func TestEnter(t *testing.T) {
	tries := []time.Time{ago(time.Hour)}
	rotated := func(s *State) { s.Credentials.Prints = Prints{Client: "c2", Login: "l2", Secret: "s2", Revision: "8"} }
	otherCA := func(s *State) { s.Credentials.Client = "c2" }
	anew := func(s *State) { s.Session = nil }
	for _, row := range []struct {
		name string
		s    *State
		want Enter
	}{
		{"begins without a past", but(anew), Enter{}},
		{"remembers a refusal after a restart", but(refusedAt(), anew), Enter{LoginRefused: true, Session: Session{Touched: true}}},
		{"remembers a refusal of this revision after a restart", but(refusedAt(), anew, status(func(s *v1alpha1.SellerStatus) { s.RefusedLogin.SecretRevision = "7" })), Enter{LoginRefused: true}},
		{"tries new credentials at once", but(refusedAt(), rotated), Enter{NewCredentials: true, Session: Session{Others: true}}},
		{"keeps the bounds of logins without a verdict for new ones", but(undecidedAt(tries...), rotated), Enter{NewCredentials: true, LoginsUndecided: tries, Session: Session{Others: true}}},
		{"does not try refused ones again for another CA", but(refusedAt(), otherCA), Enter{LoginRefused: true}},
		{"remembers a touch that has to wait", but(refusedAt(), otherCA, touched), Enter{LoginRefused: true, Session: Session{Touched: true}}},
	} {
		t.Run(row.name, func(t *testing.T) {
			entering(row.s)
			got, is := Next(row.s).(Enter)
			if !is {
				t.Fatalf("answers %T", Next(row.s))
			}
			if got.Session.Prints != row.s.Credentials.Prints || got.Session.Account != row.s.Seller.Account {
				t.Errorf("puts %+v to work", got.Session)
			}
			got.Status, got.Trust, got.Session.Prints, got.Session.Account = nil, Untried, Prints{}, row.want.Session.Account
			if !reflect.DeepEqual(got, row.want) {
				t.Errorf("enters with %+v, not %+v", got, row.want)
			}
		})
	}
}

func TestStay(t *testing.T) {
	written := func(s *State) { s.Credentials.Secret, s.Credentials.Revision = "written by somebody", "8" }
	ours := func(s *State) { s.Credentials.Revision = "8" }
	for _, row := range []struct {
		name    string
		s       *State
		touched bool
	}{
		{"sees no touch where none was", but(refusedAt()), false},
		{"sees that a refused Secret was touched", but(refusedAt(), written), true},
		{"remembers that", but(refusedAt(), touched), true},
		{"remembers that they are others than those refused before", but(refusedAt(), func(s *State) { s.Session.Others = true }), false},
		{"does not take our own finalizer for a touch", but(refusedAt(), ours), false},
		{"does not mind a touch of what is not refused", but(written), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			entering(row.s)
			got, is := Next(row.s).(Stay)
			if !is {
				t.Fatalf("answers %T", Next(row.s))
			}
			if got.Session.Touched != row.touched || got.Session.Others != row.s.Session.Others || got.Session.Revision != row.s.Credentials.Revision {
				t.Errorf("stays with %+v", got.Session)
			}
		})
	}
}
