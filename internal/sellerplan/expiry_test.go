package sellerplan

import (
	"strings"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// expiring has the latest login tell an end.
func expiring(at time.Time) func(*State) { return func(s *State) { s.Session.Logins.Ends = at } }

// knows has status tell an end already.
func knows(at time.Time) func(*State) {
	return status(func(s *v1alpha1.SellerStatus) { end := stamp(at); s.CredentialsExpireAt = &end })
}

func TestCredentialsThatExpireAreAnnounced(t *testing.T) {
	const near, far = 29 * day, 31 * day
	for _, row := range []struct {
		name    string
		s       *State
		in      time.Duration // status says; 0: nothing
		message bool          // Ready speaks of it
		event   bool
	}{
		{"says nothing where nothing is told", usual(), 0, false, false},
		{"says so at once where the end is near", but(expiring(now.Add(near))), near, true, true},
		{"says so in an event where it is far", but(expiring(now.Add(far))), far, false, true},
		{"says so once", but(expiring(now.Add(near)), knows(now.Add(near))), near, true, false},
		{"takes two logins that tell how long is left for one end", but(expiring(now.Add(near+time.Minute)), knows(now.Add(near))), near, true, false},
		{"notices another end", but(expiring(now.Add(far)), knows(now.Add(near))), far, false, true},
		{"forgets it when it is not told any more", but(knows(now.Add(near))), 0, false, false},
		{"keeps it while nobody logged in", but(knows(now.Add(near)), func(s *State) { s.Session.Logins = Logins{} }), near, true, false},
		{"keeps it where nothing is at work", but(knows(now.Add(far)), func(s *State) { s.Session = nil }), far, false, false},
		{"says so when it is over", but(expiring(ago(day)), knows(ago(day))), -day, true, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			show := decided(row.s)
			at := show.Status.CredentialsExpireAt
			if (at == nil) != (row.in == 0) || at != nil && !at.Time.Equal(now.Add(row.in)) {
				t.Errorf("status says %v", at)
			}
			if c := ready(show.Status); strings.Contains(c.Message, "write new ones into Secret api") != row.message || (c.Reason != v1alpha1.ReasonReady && row.s.Session != nil) {
				t.Errorf("says %s: %s", c.Reason, c.Message)
			}
			if (show.Note != "") != row.event {
				t.Errorf("an event says %q", show.Note)
			}
		})
	}
}

func TestValuesThatLookLikeSlips(t *testing.T) {
	odd := func(s *State) { s.Credentials.Odd = "password begins or ends with white space" }
	anew := func(s *State) { s.Outcome.Entered, s.Session, s.Account = nil, nil, Account{} }
	other := func(s *State) {
		s.Outcome.Entered = nil
		s.Credentials.Prints = Prints{Client: "c2", Login: "l2", Secret: "s2", Revision: "8"}
	}
	for _, row := range []struct {
		name string
		s    *State
		says string // "": they are put to work
	}{
		{"cost no login", but(odd, anew, other), "in Secret api password begins or ends with white space, which would cost a login; rewrite it without"},
		{"cost none when they come in the place of others", but(odd, other), "password begins or ends with white space"},
		{"are right when they are at work", but(odd, entering), ""},
		{"are right when they got the list in an earlier process", but(odd, anew), ""},
		{"are tried when a user asks", but(odd, anew, other, requested), ""},
		{"are not tried because a user asked once", but(odd, anew, other, requested, status(func(s *v1alpha1.SellerStatus) { s.LastHandledReconcileAt = "now" })), "if it is right, the annotation " + v1alpha1.AnnotationReconcileRequestedAt},
	} {
		t.Run(row.name, func(t *testing.T) {
			step := Next(row.s)
			show, is := step.(Show)
			if is != (row.says != "") {
				t.Fatalf("answers %T", step)
			}
			if is && !strings.Contains(ready(show.Status).Message, row.says) {
				t.Errorf("says %s", ready(show.Status).Message)
			}
		})
	}
}

func TestLoginsAreHeldBackWhereTheSecretLacksWhatTheyWouldSend(t *testing.T) {
	for _, row := range []struct {
		name string
		s    *State
		held bool
	}{
		{"not while all is there", but(entering), false},
		{"not while it is being replaced", but(without(ago(time.Minute))), false},
		{"when that took too long", but(without(ago(time.Hour))), true},
		{"when it lacks a key", but(entering, func(s *State) { s.Credentials.Missing = []string{"clientSecret"} }), true},
		{"when it no longer permits the endpoint", but(entering, func(s *State) { s.Credentials.Endpoint = "" }), true},
		{"when the operator no longer permits it", but(entering, func(s *State) { s.Seller.EndpointAllowed, s.Credentials = false, nil }), true},
		{"not where nothing is at work", but(without(time.Time{}), func(s *State) { s.Session = nil }), false},
		{"not for a CA that is none", but(func(s *State) { s.Outcome.Entered = &Entered{Trouble: "no certificate"} }), false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if show := decided(row.s); show.Hold != row.held {
				t.Errorf("held: %t", show.Hold)
			}
		})
	}
}
