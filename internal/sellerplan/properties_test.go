package sellerplan

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// world is a Seller whose object, Secret, account, users and manager change at random.
type world struct {
	*testing.T
	*rand.Rand
	s        *State
	password int  // of the Secret, and
	right    int  // the one that is right
	muddled  bool // logins get no verdict
	asked    int
	resumed  bool        // in this pass
	logins   []time.Time // at touches
	seed     uint64
}

func (w *world) chance(percent int) bool { return w.IntN(100) < percent }

// change is what happens between two passes.
func (w *world) change() {
	s, c := w.s, w.s.Credentials
	s.Now = s.Now.Add(time.Duration(w.IntN(40)) * time.Minute)
	switch w.IntN(13) {
	case 0: // the Secret is touched
		c.Secret, c.Revision = fmt.Sprint("touch", w.Int()), fmt.Sprint(w.Int())
	case 1: // or given another password
		w.password = w.IntN(3)
		c.Secret, c.Revision = fmt.Sprint("edit", w.Int()), fmt.Sprint(w.Int())
		c.Login, c.Client = fmt.Sprint("login", w.password), fmt.Sprint("client", w.password)
		w.logins = nil
	case 2: // the password is changed at Cloudmore
		w.right = w.IntN(3)
	case 3:
		w.muddled = !w.muddled
	case 4: // a user asks
		w.asked++
		s.Seller.Reading = fmt.Sprint(w.asked)
	case 5:
		w.asked++
		s.Seller.ResumeWrites, s.Seller.AcceptList = fmt.Sprint(w.asked), fmt.Sprint(w.asked)
	case 6: // the brake strikes
		if s.Account.Brake.Halt == nil {
			s.Account.Brake.Halt = brake(s.Now)
		}
	case 7: // a manager dies, and the next one starts
		s.Session, s.Account = nil, Account{Brake: StoredBrake(s.Stored)}
	case 8:
		s.Seller.EndpointAllowed = w.chance(90)
	case 9:
		c.Found, c.Missing = w.chance(80), nil
		if w.chance(20) {
			c.Missing = []string{"password"}
		}
	case 10:
		s.Users = make([]User, w.IntN(3))
		for i := range s.Users {
			s.Users[i] = User{Namespace: "n", Name: fmt.Sprint(i), Holds: w.chance(50), Admitted: w.chance(50)}
		}
	case 11:
		s.Held = []Held{{Found: w.chance(80), Going: w.chance(20), Protected: w.chance(50)}}
	case 12:
		s.Seller.Deleting = w.chance(30)
	}
	w.read()
}

// read is a sync of the account by the session, which logs in where it may.
func (w *world) read() {
	s := w.s
	if s.Session == nil || s.Session.Logins.Refused {
		return
	}
	l := &s.Session.Logins
	switch {
	case w.muddled:
		l.Undecided, l.Answer = append(l.Undecided, s.Now)[max(0, len(l.Undecided)-4):], "503"
	case s.Session.Login == fmt.Sprint("login", w.right):
		*l, w.logins = Logins{Granted: true}, nil
	default:
		*l = Logins{Refused: true, RefusedAt: s.Now, Answer: "invalid_grant"}
	}
	verified := l.Granted && w.chance(80)
	s.Account = Account{
		Known: true, Verified: verified, Entitled: verified || s.Account.Entitled, Brake: s.Account.Brake,
		ReadOnly: w.chance(10), Doubt: []string{"", "", "doubt"}[w.IntN(3)],
	}
	if !verified {
		s.Account.Failure = &broker.Failure{Class: broker.Class(w.IntN(8)), Gateway: w.chance(30), NotSent: w.chance(50)}
	}
}

// pass takes steps until one ends it.
func (w *world) pass() {
	s := w.s
	s.Outcome, w.resumed = Outcome{}, false
	credentials := s.Credentials
	s.Credentials = nil
	taken := map[reflect.Type]int{}
	for {
		stored, status := s.Stored.DeepCopy(), s.Status.DeepCopy()
		step := Next(s)
		if !reflect.DeepEqual(s.Stored, stored) || !reflect.DeepEqual(s.Status, status) {
			w.fail("a decision changes the state")
		}
		if taken[reflect.TypeOf(step)]++; taken[reflect.TypeOf(step)] > 1 {
			w.fail("takes a second %T", step)
		}
		w.judge(step, taken)
		answer(s, step)
		switch step := step.(type) {
		case ReadCredentials:
			s.Credentials = credentials
		case Enter:
			s.Account.Known, s.Account.Entitled = true, s.Account.Entitled || step.Trust == Proven
			if w.chance(5) {
				s.Session, s.Outcome.Entered = nil, &Entered{Trouble: "no client"}
			}
		case Show:
			w.shown(&step)
		case LetGo, Leave, KeepHalt, Protect, AskUsers, AskNamespace, Lose, Stay, Heed, Count:
		}
		if _, left := step.(Leave); left || taken[reflect.TypeFor[Show]()] > 0 {
			break
		}
	}
	s.Credentials = credentials
	if !s.Seller.Deleting {
		s.Seller.Protected = s.Seller.Protected || w.chance(20)
	}
}

// judge is what holds for single steps.
func (w *world) judge(step Step, taken map[reflect.Type]int) {
	s := w.s
	switch step := step.(type) {
	case LetGo:
		if taken[reflect.TypeFor[AskUsers]()] == 0 {
			w.fail("lets go without a live list")
		}
	case Enter:
		if s.problem() != nil || (step.LoginRefused && step.NewCredentials) {
			w.fail("enters with %+v", step)
		}
		if s.Session != nil && s.Session.Login == s.Credentials.Login && s.Session.Logins.Refused && !step.LoginRefused {
			w.fail("forgets that the credentials were refused")
		}
	case Leave:
		if !s.Seller.Deleting || s.Seller.Protected {
			w.fail("leaves %+v", s.Seller)
		}
	case Heed:
		if (step.AcceptList || step.Resume) && !s.Account.Entitled && StoredBrake(s.Stored) == (Brake{}) {
			w.fail("heeds a stranger: %+v", step)
		}
		w.resumed = step.Resume
	case Lose:
		if step.Release && (s.Seller.Deleting || s.Outcome.Ending == nil || *s.Outcome.Ending) {
			w.fail("lets go of what a deletion may need")
		}
	case KeepHalt, Protect, AskUsers, AskNamespace, ReadCredentials, Stay, Count, Show:
	}
}

// shown is what holds for status.
func (w *world) shown(step *Show) {
	s, status := w.s, step.Status
	r := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionReady)
	stalled := meta.IsStatusConditionTrue(status.Conditions, v1alpha1.ConditionStalled)
	working := meta.IsStatusConditionTrue(status.Conditions, v1alpha1.ConditionReconciling)
	if r == nil || r.Message == "" || r.Reason == "" || status.ObservedGeneration != s.Seller.Generation {
		w.fail("shows %+v", status)
		return
	}
	if isReady := r.Status == metav1.ConditionTrue; (isReady && (stalled || working)) || (!isReady && stalled == working) {
		w.fail("Ready is %s, Stalled %t, Reconciling %t", r.Status, stalled, working)
	}
	if a := &s.Account; r.Status == metav1.ConditionTrue && (s.Session == nil || s.Session.Logins.Refused || a.Failure != nil || a.Trouble != nil || a.Doubt != "" || a.ReadOnly || s.problem() != nil) {
		w.fail("is Ready, and it is known not to be: %+v", a)
	}
	if StoredBrake(s.Stored).Halt != nil && status.Halt == nil && !w.resumed {
		w.fail("forgets a halt")
	}
	if r.Reason == v1alpha1.ReasonReady && status.Halt != nil {
		w.fail("is Ready while writing is halted")
	}
	w.login(step)
	s.Stored, s.Status = status, status.DeepCopy()
}

// login counts repeats that nobody asked for.
func (w *world) login(step *Show) {
	s := w.s
	if !step.Login.Again {
		return
	}
	if s.Seller.Reading == s.Stored.LastHandledReconcileAt || s.Seller.Reading == "" {
		w.logins = append(w.logins, s.Now)
	}
	n := len(w.logins)
	if n > 1 && w.logins[n-1].Sub(w.logins[n-2]) < repeatGap {
		w.fail("repeats a login after %s", w.logins[n-1].Sub(w.logins[n-2]))
	}
	if n > repeatsDay && w.logins[n-1].Sub(w.logins[n-1-repeatsDay]) < day {
		w.fail("repeats %d logins within a day", repeatsDay+1)
	}
	s.Session.Touched, s.Session.Others, s.Session.Logins.Refused = false, false, false
	w.read()
}

func (w *world) fail(format string, args ...any) {
	w.Helper()
	w.Fatalf("seed %d: "+format, append([]any{w.seed}, args...)...)
}

// life lives through many changes.
func life(t *testing.T, seed uint64) {
	t.Helper()
	w := &world{T: t, Rand: rand.New(rand.NewPCG(seed, 0)), seed: seed, s: but(func(s *State) {
		s.Session, s.Account = nil, Account{}
		s.Credentials.Login, s.Credentials.Client = "login0", "client0"
		s.Stored, s.Status = &v1alpha1.SellerStatus{ObservedGeneration: -1}, &v1alpha1.SellerStatus{ObservedGeneration: -1}
	})}
	for range 60 {
		w.change()
		w.pass()
	}
}

func TestWhateverHappens(t *testing.T) {
	for seed := range uint64(800) {
		life(t, seed)
	}
}

func FuzzWhateverHappens(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(life)
}
