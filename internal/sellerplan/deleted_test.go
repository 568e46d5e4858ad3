package sellerplan

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// going has the Secret deleted, held by our finalizer alone.
func going(s *State) {
	s.Held[0] = Held{Name: "Secret api", Found: true, Going: true, Protected: true}
}

// ends says what the API server says of the namespace.
func ends(ending bool) func(*State) { return func(s *State) { s.Outcome.Ending = &ending } }

// without has the Secret gone, after a session was made of it; lost is when that was noted.
func without(lost time.Time) func(*State) {
	return func(s *State) {
		s.Held[0], s.Credentials, s.Outcome.Entered = Held{Name: "Secret api"}, &Credentials{}, nil
		s.Session.Lost = lost
	}
}

func TestWhatIsDeletedWhileItsSellerStays(t *testing.T) {
	withCA := func(s *State) {
		s.Seller.CABundle = &v1alpha1.CABundleReference{Kind: v1alpha1.CABundleConfigMap, Name: "ca", Key: "ca.crt"}
		s.Held = append(s.Held, Held{Name: "ConfigMap ca"})
	}
	for _, row := range []struct {
		name string
		s    *State
		want Step
	}{
		{"asks first whether the namespace ends", but(going), AskNamespace{}},
		{"lets go of a Secret that is deleted alone", but(going, ends(false)), Lose{Since: now, Release: true, Note: "Secret api of namespace n was deleted while the Seller stays"}},
		{"keeps it in a namespace that ends", but(going, ends(true)), Show{}},
		{"keeps it while the Seller goes, too", but(going, ends(false), deleting), Show{}},
		{"leaves it to those in use", but(going, ends(false), bare, unused), Show{}},
		{"keeps it for another Seller that has not put it to work", but(going, ends(false), func(s *State) { s.Held[0].Awaited = true }), Show{}},
		{"leaves one alone that only others keep", but(going, ends(false), func(s *State) { s.Held[0].Protected = false }), Show{}},
		{"puts it to work before it lets go", but(going, ends(false), entering), Stay{}},
		{"lets go of one that could not be put to work", but(going, ends(false), func(s *State) { s.Session, s.Credentials.Missing = nil, []string{"password"} }), Lose{Since: now, Release: true, Note: "Secret api of namespace n was deleted; nothing of it is at work"}},
		{"lets go of a CA in the same way", but(withCA, ends(false), func(s *State) {
			s.Credentials.CAFound = true
			s.Held[1] = Held{Name: "ConfigMap ca", Found: true, Going: true, Protected: true}
		}), Lose{Since: now, Release: true, Note: "ConfigMap ca of namespace n was deleted while the Seller stays"}},
		{"notes a Secret that went on its own", but(without(time.Time{})), Lose{Since: now, Note: "what was read of it works on from memory, until 2026-01-02T00:05:00Z or a restart"}},
		{"notes it once", but(without(ago(time.Minute))), Show{}},
		{"notes a CA that went", but(withCA), Lose{Since: now, Note: "ConfigMap ca of namespace n"}},
		{"notes nothing after a restart", but(without(time.Time{}), func(s *State) { s.Session = nil }), Show{}},
		{"notes nothing of credentials for another account", but(without(time.Time{}), func(s *State) { s.Session.Account = broker.AccountOf(endpoint, "other") }), Show{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := Next(row.s)
			if reflect.TypeOf(got) != reflect.TypeOf(row.want) {
				t.Fatalf("answers %T, not %T", got, row.want)
			}
			want, is := row.want.(Lose)
			if lose, _ := got.(Lose); is && (lose.Since != want.Since || lose.Release != want.Release || !strings.Contains(lose.Note, want.Note)) {
				t.Errorf("answers %+v, not %+v", lose, want)
			}
		})
	}
}

func TestASellerWorksOnFromMemoryForAWhile(t *testing.T) {
	for _, row := range []struct {
		name          string
		s             *State
		reason, words string
		back          time.Time
	}{
		{"says until when", but(without(ago(time.Minute))), v1alpha1.ReasonReady, "Secret api of namespace n is gone, and works on from memory until 2026-01-02T00:04:00Z or a restart: create it again", now.Add(4 * time.Minute)},
		{"says how else the account stands", but(without(ago(time.Minute)), refusedAt()), v1alpha1.ReasonCredentialsRejected, "refused the login", now.Add(4 * time.Minute)},
		{"asks for the Secret after five minutes", but(without(ago(5 * time.Minute))), v1alpha1.ReasonCredentialsMissing, "there is no Secret api", time.Time{}},
		{"asks for it at once after a restart", but(without(time.Time{}), func(s *State) { s.Session = nil }), v1alpha1.ReasonCredentialsMissing, "there is no Secret api", time.Time{}},
		{"asks for the keys of a new one at once", but(func(s *State) { s.Credentials.Missing, s.Session.Lost = []string{"password"}, ago(time.Minute) }), v1alpha1.ReasonCredentialsMissing, "lacks password", time.Time{}},
		{"forgets that it was gone when it is there", but(func(s *State) { s.Session.Lost = ago(time.Minute) }), v1alpha1.ReasonReady, "the account can be read and written", time.Time{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			show, is := Next(row.s).(Show)
			if !is {
				t.Fatalf("answers %T", Next(row.s))
			}
			if c := ready(show.Status); c.Reason != row.reason || !strings.Contains(c.Message, row.words) {
				t.Errorf("says %s: %s", c.Reason, c.Message)
			}
			if !show.Back.Equal(row.back) {
				t.Errorf("comes back at %s, not %s", show.Back, row.back)
			}
		})
	}
}

// A Secret that others keep from going is still to be read: that is no new one.
func TestWhatWasLetGoStaysLost(t *testing.T) {
	lost := func(s *State) { s.Session.Lost = ago(time.Second) }
	stay, _ := Next(but(going, lost, entering)).(Stay)
	if !stay.Session.Lost.Equal(ago(time.Second)) {
		t.Errorf("stays with %+v", stay.Session)
	}
	if stay, _ = Next(but(lost, entering)).(Stay); !stay.Session.Lost.IsZero() {
		t.Error("a new Secret is taken for the one that went")
	}
}
