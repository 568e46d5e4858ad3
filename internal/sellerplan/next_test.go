package sellerplan

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

func unused(s *State)      { s.Users = nil }
func deleting(s *State)    { s.Seller.Deleting = true }
func bare(s *State)        { s.Seller.Protected = false }
func unlooked(s *State)    { s.Credentials = nil }
func halted(s *State)      { s.Account.Brake.Halt = brake(now) }
func uncountedAs(s *State) { s.Outcome.Counted = nil }
func asked(n bool) func(*State) {
	return func(s *State) { s.Outcome.Needed = &n }
}

func TestNext(t *testing.T) {
	for _, row := range []struct {
		name string
		s    *State
		want Step // its type, and Ends
	}{
		{"shows how the account stands when nothing is left to do", usual(), Show{}},
		{"stores a halt before all else", but(halted, bare, unlooked), KeepHalt{}},
		{"stores a halt once", but(halted, status(func(s *v1alpha1.SellerStatus) { s.Halt = brake(now) })), Show{}},
		{"stores no halt that is none of its business", but(halted, func(s *State) { s.Account.Entitled, s.Account.Verified = false, false }), Show{}},
		{"leaves what is going and no longer ours", but(deleting, bare, unlooked), Leave{}},
		{"protects what a Reseller needs before it uses it", but(bare, unlooked), Protect{}},
		{"protects a Secret that came later", but(func(s *State) { s.Held[0].Protected = false }), Protect{}},
		{"does not wait for a Secret that is not there", but(func(s *State) { s.Held[0] = Held{} }), Show{}},
		{"adds no finalizer to a Secret that is going", but(func(s *State) { s.Held[0] = Held{Found: true, Going: true} }), Show{}},
		{"adds no finalizer when it is going itself", but(deleting, func(s *State) { s.Held[0].Protected = false }), Show{}},
		{"protects nothing for strangers", but(bare, func(s *State) { s.Users[0].Admitted = false }), Show{}},
		{"protects nothing for who names an account that it never read", but(bare, func(s *State) { s.Account.Verified = false }, status(func(s *v1alpha1.SellerStatus) { s.Verified = nil })), Show{}},
		{"protects a stranger's broker", but(bare, func(s *State) { s.Users[0] = User{Holds: true} }), Protect{}},
		{"asks the API server before it lets go", but(unused), AskUsers{}},
		{"asks it for strangers, too", but(func(s *State) { s.Users[0].Admitted = false }), AskUsers{}},
		{"keeps what a live list shows to be needed", but(unused, asked(true)), Show{}},
		{"lets go of what nobody needs, and works on", but(unused, asked(false)), LetGo{}},
		{"ends its work before it goes", but(unused, asked(false), deleting), LetGo{Ends: true}},
		{"works on while it is going and needed", but(deleting, unlooked), ReadCredentials{}},
		{"reads the credentials in each pass", but(unlooked), ReadCredentials{}},
		{"reads none for an endpoint that is not allowed", but(unlooked, func(s *State) { s.Seller.EndpointAllowed = false }), Show{}},
		{"enters with credentials that are new", but(func(s *State) { s.Outcome.Entered, s.Session = nil, nil }), Enter{}},
		{"stays with those that are at work", but(func(s *State) { s.Outcome.Entered = nil }), Stay{}},
		{"does not try again to make a client that could not be made", but(func(s *State) { s.Outcome.Entered, s.Session = &Entered{Trouble: "no"}, nil }), Show{}},
		{"heeds a user", but(func(s *State) { s.Seller.Reading = "now" }), Heed{}},
		{"heeds a user once", but(func(s *State) { s.Seller.Reading = "now" }, status(func(s *v1alpha1.SellerStatus) { s.LastHandledReconcileAt = "now" })), Show{}},
		{"heeds nobody where there is no account yet", but(func(s *State) { s.Seller.Reading, s.Account = "now", Account{} }), Show{}},
		{"counts the brokers last", but(uncountedAs), Count{}},
		{"counts none for who may not see them", but(uncountedAs, func(s *State) { s.Account.Verified = false }), Show{}},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := Next(row.s)
			if reflect.TypeOf(got) != reflect.TypeOf(row.want) {
				t.Fatalf("answers %T, not %T", got, row.want)
			}
			if let, is := got.(LetGo); is && let != row.want {
				t.Errorf("answers %+v", let)
			}
		})
	}
}

// The order is the policy: a state in which every rule has something to say, taken
// away one after another.
func TestTheOrderOfSteps(t *testing.T) {
	s := but(halted, bare, unlooked, uncountedAs, func(s *State) {
		s.Outcome.Entered, s.Session, s.Seller.Reading = nil, nil, "now"
	})
	var order []string
	for range 20 {
		step := Next(s)
		order = append(order, fmt.Sprintf("%T", step)[len("sellerplan."):])
		if _, ends := step.(Show); ends {
			break
		}
		answer(s, step)
	}
	want := []string{"KeepHalt", "Protect", "ReadCredentials", "Enter", "Heed", "Count", "Show"}
	if !reflect.DeepEqual(order, want) {
		t.Errorf("takes %v, not %v", order, want)
	}
}

// answer is what a step that goes well does to the state.
func answer(s *State, step Step) {
	switch step := step.(type) {
	case KeepHalt:
		s.Stored = step.Status
	case Protect:
		s.Seller.Protected = true
		for i := range s.Held {
			s.Held[i].Protected = s.Held[i].Found && !s.Held[i].Going
		}
	case AskUsers:
		s.Outcome.Needed = pointer(s.needed())
	case LetGo:
		s.Seller.Protected = false
		if step.Ends {
			s.Session = nil
		}
	case AskNamespace:
		s.Outcome.Ending = pointer(false)
	case Lose:
		for i := range s.Held {
			s.Held[i].Protected = s.Held[i].Protected && (!step.Release || !s.Held[i].Releasable())
		}
		if s.Session != nil {
			s.Session.Lost = step.Since
		}
	case ReadCredentials:
		s.Credentials = usual().Credentials
	case Enter:
		session := step.Session
		session.Logins = Logins{Refused: step.LoginRefused, Undecided: step.LoginsUndecided}
		s.Session, s.Status, s.Outcome.Entered = &session, step.Status, &Entered{}
	case Stay:
		session := step.Session
		s.Session, s.Outcome.Entered = &session, &Entered{}
	case Heed:
		s.Status, s.Outcome.Heeded = step.Status, &step.Login
		if step.Resume {
			s.Account.Brake = Brake{Resumed: s.Now}
		}
	case Count:
		s.Outcome.Counted = &Counted{}
	case Show, Leave:
	}
}

func TestStrangersHaveNoSay(t *testing.T) {
	ask := func(s *State) { s.Seller.Reading, s.Seller.AcceptList, s.Seller.ResumeWrites = "a", "b", "c" }
	got, _ := Next(but(ask)).(Heed)
	if !got.Read || !got.AcceptList || !got.Resume || got.Status.LastHandledReconcileAt != "a" {
		t.Errorf("an owner is heard so: %+v", got)
	}
	got, _ = Next(but(ask, func(s *State) { s.Account.Entitled, s.Account.Verified = false, false })).(Heed)
	if !got.Read || got.AcceptList || got.Resume || got.Status.LastHandledAcceptListAt != "" || got.Status.LastHandledResumeWritesAt != "" {
		t.Errorf("a stranger is heard so: %+v", got)
	}
	stored := status(func(s *v1alpha1.SellerStatus) { s.Halt = brake(now) })
	got, _ = Next(but(ask, stored, halted, func(s *State) { s.Account.Entitled, s.Account.Verified = false, false })).(Heed)
	if !got.Resume || got.AcceptList {
		t.Errorf("who keeps a halt since before a restart is heard so: %+v", got)
	}
}

// TestOneAnswerIsToOneQuestion holds that what a user says to a Seller that asks about an
// announcement is said of nothing else, also where another Seller has heard it before.
func TestOneAnswerIsToOneQuestion(t *testing.T) {
	ask := func(s *State) { s.Seller.AcceptList = "b" }
	suspicious := func(err *v1alpha1.SyncError) func(*State) {
		return status(func(s *v1alpha1.SellerStatus) {
			s.LastSyncError = err
			s.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonListSuspicious}}
		})
	}
	announced := broker.Failure{Class: broker.Unavailable, Announced: "2 more"}
	for name, row := range map[string]struct {
		state *State
		want  bool
	}{
		"asked about what a list lacks":         {but(ask, suspicious(nil)), false},
		"asked about an announcement":           {but(ask, suspicious(&v1alpha1.SyncError{Message: "the list is not whole"})), true},
		"asked about it a moment ago":           {but(ask, func(s *State) { s.Account.Failure = &announced }), true},
		"asked by a Reseller, or about nothing": {but(ask), false},
	} {
		if got, _ := Next(row.state).(Heed); !got.AcceptList || got.Announcement != row.want {
			t.Errorf("%s: is of the announcement: %t (%+v)", name, got.Announcement, got)
		}
	}
}

// A sync that a user asks for may end in a login: what is decided about logging in
// is decided before.
func TestALoginIsDecidedBeforeAReadingIsAskedFor(t *testing.T) {
	s := but(func(s *State) { s.Seller.Reading = "now" })
	answer(s, Next(s))
	s.Session.Logins = Logins{Refused: true, RefusedAt: now}
	if got := Next(s).(Show); got.Login != (Login{}) || got.Status.RefusedLogin == nil {
		t.Errorf("one request logs in twice: %+v", got)
	}
}

func TestVerificationOutlivesItsSession(t *testing.T) {
	s := but(status(func(s *v1alpha1.SellerStatus) { s.Verified = nil }), func(s *State) {
		s.Outcome.Entered, s.Credentials.Login, s.Credentials.Client, s.Credentials.Revision = nil, "other", "other", "8"
	})
	enter, is := Next(s).(Enter)
	if !is || enter.Trust != Renewed || enter.Status.Verified == nil || enter.Status.Verified.SecretRevision != "7" {
		t.Fatalf("new credentials enter as %+v", enter)
	}
	answer(s, enter)
	s.Account = Account{Known: true}
	shown := Next(s).(Show).Status
	if shown.Verified == nil || shown.Verified.SecretRevision != "7" || shown.Verified.At != stamp(now) {
		t.Errorf("what they got is shown as %+v", shown.Verified)
	}
	later := but(func(s *State) { s.Now = now.Add(time.Hour) })
	if got := Next(later).(Show).Status.Verified.At; got != stamp(ago(time.Hour)) {
		t.Errorf("what is known already is known since %v", got)
	}
}

func TestTrust(t *testing.T) {
	fresh := func(s *State) { s.Session, s.Outcome.Entered, s.Account = nil, nil, Account{} }
	for _, row := range []struct {
		name string
		s    *State
		want Trust
	}{
		{"is proven by the same revision", but(fresh), Proven},
		{"is renewed by another one", but(fresh, func(s *State) { s.Credentials.Revision = "8" }), Renewed},
		{"is renewed where v0.1.0 showed the account", but(fresh, status(func(s *v1alpha1.SellerStatus) { s.Verified, s.Brokers = nil, &v1alpha1.BrokerCounts{} })), Renewed},
		{"is nothing where the list was never got", but(fresh, status(func(s *v1alpha1.SellerStatus) { s.Verified = nil })), Untried},
		{"is nothing in another account", but(fresh, status(func(s *v1alpha1.SellerStatus) { s.Verified.SellerID = "other" })), Untried},
		{"is the same for another spelling of the account", but(fresh, status(func(s *v1alpha1.SellerStatus) { s.Verified.SellerID, s.Verified.Endpoint = "S", endpoint+":443" })), Proven},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got, _ := Next(row.s).(Enter); got.Trust != row.want {
				t.Errorf("answers %v, not %v", got.Trust, row.want)
			}
		})
	}
}

// A write of status may fail after the account was asked; it is not asked twice.
func TestWhatWasHeardIsOnlyNoted(t *testing.T) {
	ask := func(s *State) { s.Seller.Requests = Requests{Reading: "now", AcceptList: "now"} }
	got, _ := Next(but(ask, func(s *State) { s.Session.Heard.Reading = "now" })).(Heed)
	if got.Status == nil || got.Status.LastHandledReconcileAt != "now" {
		t.Fatalf("status says %+v", got.Status)
	}
	if got.Read || !got.AcceptList {
		t.Errorf("the account is asked to read: %v, to accept the list: %v", got.Read, got.AcceptList)
	}
}

// TestAWordOnAListIsKeptUntilOneWasRead: a manager that ends before the next list leaves it
// to the one after it.
func TestAWordOnAListIsKeptUntilOneWasRead(t *testing.T) {
	ask := func(s *State) { s.Seller.AcceptList = "now" }
	heard := func(s *State) { s.Session.Heard.AcceptList = "now" }
	counted := func(s *State) { s.Outcome.Counted = &Counted{} }
	if got, _ := Next(but(ask)).(Heed); !got.AcceptList || got.Status.LastHandledAcceptListAt != "" {
		t.Errorf("heard, it is %+v", got)
	}
	for name, row := range map[string]struct {
		state *State
		want  string
	}{
		"no list was read":     {but(ask, heard, counted, func(s *State) { s.Account.Accepting = true }), ""},
		"a list was read":      {but(ask, heard, counted), "now"},
		"one is being read":    {but(ask, heard, func(s *State) { s.Account.Verified = false }), ""}, // and is not taken in yet
		"another one is heard": {but(ask, counted, func(s *State) { s.Session.Heard.AcceptList, s.Account.Entitled = "before", false }), ""},
	} {
		if got, shows := Next(row.state).(Show); !shows || got.Status.LastHandledAcceptListAt != row.want {
			t.Errorf("%s: %+v", name, got.Status)
		}
	}
}
