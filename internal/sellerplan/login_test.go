package sellerplan

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// refusedAt has credentials refused, with repeats so long ago.
func refusedAt(repeats ...time.Duration) func(*State) {
	return func(s *State) {
		s.Session.Logins = Logins{Refused: true, RefusedAt: ago(day), Answer: "invalid_grant"}
		status(func(st *v1alpha1.SellerStatus) {
			st.RefusedLogin = &v1alpha1.RefusedLogin{SecretRevision: "6", At: stamp(ago(day)), Message: "invalid_grant"}
			for _, d := range repeats {
				st.RefusedLogin.RepeatedAt = append(st.RefusedLogin.RepeatedAt, stamp(ago(d)))
			}
		})(s)
	}
}

func touched(s *State)   { s.Session.Touched = true }
func requested(s *State) { s.Seller.Reading = "now" }
func undecidedAt(all ...time.Time) func(*State) {
	return func(s *State) { s.Session.Logins = Logins{Undecided: all, Answer: "503 Service Unavailable"} }
}

func TestLogin(t *testing.T) {
	again := Login{Again: true}
	for _, row := range []struct {
		name    string
		s       *State
		want    Login
		repeats int
	}{
		{"goes on with what is not refused", usual(), Login{}, 0},
		{"goes on when it is touched or asked for", but(touched, requested), Login{}, 0},
		{"does not repeat automatically", but(refusedAt()), Login{}, 0},
		{"repeats when a user asks", but(refusedAt(), requested), again, 0},
		{"repeats for a user whatever was repeated", but(refusedAt(3, 2, 1), requested, touched), again, 3},
		{"asks for a verdict when a user asks", but(undecidedAt(now), requested), again, 0},
		{"does not hurry for a touch when there is no verdict", but(undecidedAt(now), touched), Login{}, 0},
		{"repeats at a touch", but(refusedAt(), touched), again, 1},
		{"waits a quarter of an hour between two touches", but(refusedAt(10*time.Minute), touched), Login{Later: now.Add(5 * time.Minute)}, 1},
		{"repeats after that", but(refusedAt(15*time.Minute), touched), again, 2},
		{"repeats three times a day", but(refusedAt(23*time.Hour, 2*time.Hour, time.Hour), touched), Login{Later: now.Add(time.Hour)}, 3},
		{"repeats on the next day", but(refusedAt(day, 2*time.Hour, time.Hour), touched), again, 3},
		{"bounds new credentials afresh", but(refusedAt(3, 2, 1), touched, func(s *State) { s.Session.Others = true }), again, 1},
		{"does nothing where nothing is at work", but(func(s *State) { s.Session, s.Outcome.Entered, s.Credentials.Found = nil, nil, false }, requested), Login{}, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := decided(row.s)
			if got.Login != row.want {
				t.Errorf("decides %+v, not %+v", got.Login, row.want)
			}
			if l := got.Status.RefusedLogin; (l == nil && row.repeats > 0) || (l != nil && len(l.RepeatedAt) != row.repeats) {
				t.Errorf("notes %+v, not %d repeats", l, row.repeats)
			}
		})
	}
}

// decided is what the pass ends with.
func decided(s *State) Show {
	for range 10 {
		step := Next(s)
		if show, ends := step.(Show); ends {
			return show
		}
		answer(s, step)
	}
	return Show{}
}

func TestTheRevisionThatWasRefusedIsNoted(t *testing.T) {
	revision := func(changes ...func(*State)) string {
		return decided(but(append([]func(*State){refusedAt(time.Minute)}, changes...)...)).Status.RefusedLogin.SecretRevision
	}
	if got := revision(); got != "7" {
		t.Errorf("our own write of the Secret leaves %s: the next process would take it for a touch", got)
	}
	if got := revision(touched); got != "6" {
		t.Errorf("a touch that has to wait leaves %s: the next process would not see it", got)
	}
}

// Status keeps whole seconds, so that two logins may have the same time.
func TestNewCredentialsAreBoundedAnewWithinTheSameSecond(t *testing.T) {
	refused := func(answer string) func(*State) {
		return func(s *State) {
			s.Session.Logins = Logins{Refused: true, RefusedAt: now.Add(700 * time.Millisecond), Answer: answer}
			status(func(st *v1alpha1.SellerStatus) {
				st.RefusedLogin = &v1alpha1.RefusedLogin{SecretRevision: "1", At: stamp(now), Message: "invalid_grant", RepeatedAt: []metav1.Time{stamp(now)}}
			})(s)
		}
	}
	for _, answer := range []string{"invalid_grant", "invalid_client"} {
		if l := decided(but(refused(answer))).Status.RefusedLogin; len(l.RepeatedAt) != 1 || l.Message != answer {
			t.Errorf("a repeat became %+v", l)
		}
		if l := decided(but(refused(answer), func(s *State) { s.Session.Others = true })).Status.RefusedLogin; len(l.RepeatedAt) != 0 {
			t.Errorf("new credentials became %+v", l)
		}
	}
}

func TestARefusedLoginIsInStatus(t *testing.T) {
	s := but(func(s *State) {
		s.Session.Logins = Logins{Refused: true, RefusedAt: now.Add(700 * time.Millisecond), Answer: "invalid_grant"}
	})
	if l := decided(s).Status.RefusedLogin; l == nil || l.SecretRevision != s.Session.Revision || l.SecretRevision == "" || l.At != stamp(now) || l.Message != "invalid_grant" {
		t.Errorf("status says %+v", l)
	}
}

func TestLoginsInStatus(t *testing.T) {
	stored := &v1alpha1.UndecidedLogin{Tries: []metav1.Time{stamp(ago(time.Hour))}, Message: "no route"}
	kept := func(l Logins) *v1alpha1.SellerStatus {
		return decided(but(refusedAt(), status(func(s *v1alpha1.SellerStatus) { s.UndecidedLogin = stored }), func(s *State) { s.Session.Logins = l })).Status
	}
	if got := kept(Logins{Granted: true}); got.RefusedLogin != nil || got.UndecidedLogin != nil {
		t.Errorf("a login that is granted leaves %+v and %+v", got.RefusedLogin, got.UndecidedLogin)
	}
	if got := kept(Logins{}); got.RefusedLogin == nil || got.UndecidedLogin != nil {
		t.Errorf("without a login status has %+v and %+v", got.RefusedLogin, got.UndecidedLogin)
	}
	if got := kept(Logins{Undecided: []time.Time{ago(time.Hour)}}).UndecidedLogin; got == nil || got.Message != "no route" {
		t.Errorf("what an earlier process heard became %+v", got)
	}
	if got := kept(Logins{Undecided: []time.Time{now}, Answer: "a\nb"}).UndecidedLogin; got == nil || got.Message != "a b" || len(got.Tries) != 1 {
		t.Errorf("a login without a verdict is %+v", got)
	}
}
