package account

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// asks has the server ask a user for a pause when it lists.
func asks(user string) fake.Fault {
	return fake.Fault{Op: fake.OpList, User: user, Status: 429, RetryAfter: time.Hour, Times: 1}
}

func TestAStrangersSilenceIsItsOwn(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, company(1))
	w.user("stranger", fake.AccessNone)
	w.enter("stranger", "stranger", usual)
	w.inject(asks("stranger"))
	w.run(time.Second)
	if f := w.account.Standing("stranger").Failure; f == nil || f.Class != broker.Throttled {
		t.Fatalf("the stranger's failure is %v", f)
	}
	if s := w.account.Silence(); !s.Until.IsZero() {
		t.Errorf("a stranger paused the account until %v", s.Until)
	}
	if _, f := w.account.Look(t.Context(), "main", ids[0]); f != nil {
		t.Errorf("the owner's call fails: %v", f)
	}
	w.server.ResetHistory()
	w.run(59 * time.Minute)
	if got := w.lists(); got != 11 {
		t.Errorf("%d lists in 59 minutes, not the owner's 11", got)
	}
	w.run(2 * time.Minute)
	if s := w.account.Standing("stranger"); s.Failure == nil || s.Failure.Class == broker.Throttled {
		t.Errorf("the stranger was not tried again after its pause: %+v", s)
	}
}

func TestTheOwnersSilenceIsTheStrangersToo(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{})
	w.inject(asks(fake.DefaultUsername))
	w.refresh()
	w.enter("stranger", "stranger", usual)
	w.server.ResetHistory()
	w.run(59 * time.Minute)
	if got := len(w.server.History()); got != 0 {
		t.Errorf("%d calls while the account is paused", got)
	}
	w.run(2 * time.Minute)
	if got := w.server.Calls(fake.OpToken); got != 1 {
		t.Errorf("the stranger logged in %d times after the pause, not once", got)
	}
}

func TestWhereNobodyIsVerifiedNobodySilencesAnother(t *testing.T) {
	w := newWorld(t, fake.Shapes{})
	w.user("stranger", fake.AccessNone)
	w.enter("a stranger", "stranger", usual)
	w.inject(asks("stranger"))
	w.run(time.Minute)
	if !w.account.Standing("main").Verified {
		t.Errorf("who may read the account stands at %+v", w.account.Standing("main"))
	}
}

func TestWhoGotTheListPassesTheAccountsGate(t *testing.T) {
	w := newWorld(t, fake.Shapes{})
	w.enterAs("proven", fake.DefaultUsername, Proven, usual)
	if w.account.Standing("main").Entitled || !w.account.Standing("proven").Entitled {
		t.Error("before the first list those are entitled whose credentials got it earlier, and nobody else")
	}
	w.observe()
	if !w.account.Standing("main").Entitled {
		t.Error("who got the list is not entitled")
	}
	w.inject(fake.Fault{Op: fake.OpGet, Status: 429, RetryAfter: time.Hour, Times: 1})
	_, _ = w.account.Look(t.Context(), "main", "7")
	if s := w.account.Silence(); s.Until.IsZero() || s.Why != limiter.Asked {
		t.Error("its pause is not the account's")
	}
}

// Two hundred strangers that come again and again, at a slow server.
func TestManyStrangersDoNotDelayTheOwnersList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const latency = 500 * time.Millisecond
		r := start(t, fake.Shapes{Latency: latency})
		r.enter(testKey, "main")
		pause(time.Minute)
		for range 5 {
			for i := range 200 {
				in := r.entry(fmt.Sprint("stranger", i), usual)
				in.Client = r.refused(in.Door)
				r.Enter(testKey, in.ID, in)
			}
			before := r.wakeUps("a")
			r.Find(testKey).Await(owner("a"), time.Now())
			pause(readingGap + 2*latency)
			if got := r.wakeUps("a") - before; got != 1 {
				t.Errorf("who waits for the owner's list was woken %d times, not once", got)
			}
			pause(10 * time.Second)
		}
		if got := r.server.Calls(fake.OpToken); got < 50 {
			t.Errorf("only %d strangers were tried meanwhile", got)
		}
		r.stop()
	})
}

func TestStrangersGoOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, fake.Shapes{})
		r.stop() // nobody reads
		one, two := r.entry("one", usual), r.entry("two", usual)
		r.Enter(testKey, "one", one)
		r.Enter(testKey, "two", two)
		leave, err := one.Door.Enter(t.Context(), call(cloudmore.LaneCreates))
		if err != nil {
			t.Fatal(err)
		}
		second := &crowd{Gate: r.entrances[testKey].hall}
		second.join(t.Context(), "two", cloudmore.LaneCreates)
		if len(second.came) != 0 {
			t.Error("two are in at once")
		}
		leave(cloudmore.Result{Failure: &broker.Failure{Class: broker.Throttled, RetryAfter: time.Hour}})
		synctest.Wait()
		if len(second.came) != 1 {
			t.Error("the other one is not let in")
		}
		passAs(t, r.entrances[testKey].gate, "r", nil) // and nobody waits for either
		if _, err := one.Door.Enter(t.Context(), call(cloudmore.LaneCreates)); err == nil {
			t.Error("who was asked for a pause calls again")
		}
		if leave, err := two.Door.Enter(t.Context(), call(cloudmore.LaneCreates)); err != nil {
			t.Errorf("the other one is paused, too: %v", err)
		} else {
			leave(cloudmore.Result{})
		}
	})
}

func TestTrialsGoByTrustThenByFailures(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{})
	for name, trust := range map[string]Trust{"b": Untried, "c": Untried, "a": Untried, "z": Renewed} {
		w.enterAs(name, "stranger", trust, usual)
	}
	w.account.sessions["a"].failures = 1
	if due := w.account.trialsDue(w.clock.Now()); !slices.Equal(due, []string{"z", "b", "c", "a"}) {
		t.Errorf("the order is %v", due)
	}
}

func TestAStrangerAsksForItselfOnly(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{})
	w.user("stranger", fake.AccessNone)
	w.enter("stranger", "stranger", usual)
	w.run(time.Minute)
	w.server.ResetHistory()
	w.account.ReadNow("stranger")
	w.account.ReadNow("nobody")
	w.run(2 * time.Second)
	history := w.server.History()
	if len(history) != 1 || history[0].Status == 200 {
		t.Errorf("the calls are %+v", history)
	}
}

func TestGatesEndWithTheirLastSession(t *testing.T) {
	t.Run("at once when nothing is paused", func(t *testing.T) {
		w, _ := readWorld(t, fake.Shapes{})
		w.registry.Leave(testKey, "main")
		if got := len(w.registry.entrances); got != 0 {
			t.Errorf("%d limiters are left", got)
		}
	})
	t.Run("with the end of a pause of the account", func(t *testing.T) {
		w, _ := readWorld(t, fake.Shapes{})
		w.inject(asks(fake.DefaultUsername))
		w.refresh()
		w.endsAfterTheSilence("main")
	})
	t.Run("with the end of a pause of a stranger, which its next session keeps", func(t *testing.T) {
		w := newWorld(t, fake.Shapes{})
		w.user("stranger", fake.AccessNone)
		w.inject(asks("stranger"))
		w.enter("main", "stranger", usual)
		w.observe()
		w.registry.Leave(testKey, "main")
		w.account = w.registry.Account(testKey)
		w.enter("main", "stranger", usual)
		w.server.ResetHistory()
		w.run(10 * time.Minute)
		if got := len(w.server.History()); got != 0 {
			t.Errorf("%d calls within the pause", got)
		}
		w.endsAfterTheSilence("main")
	})
}

// endsAfterTheSilence has the last session leave within a pause of an hour.
func (w *world) endsAfterTheSilence(name string) {
	w.Helper()
	w.registry.Leave(testKey, name)
	if got := len(w.registry.entrances); got != 1 {
		w.Errorf("%d limiters are left within the pause, not 1", got)
	}
	w.clock.Step(2 * time.Hour)
	other := broker.AccountOf("https://other.example", "1")
	w.registry.Enter(other, "other", Entry{Door: &Door{}, Settings: usual})
	if w.registry.entrances[testKey] != nil || w.registry.entrances[other] == nil {
		w.Errorf("after the pause the limiters are %v", w.registry.entrances)
	}
}

// The owner leaves while a stranger stays: the account goes on existing, nobody
// sees it, and no call is made in its name.
func TestAStrangerInheritsNothing(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, company(1))
	w.user("stranger", fake.AccessNone)
	w.enter("stranger", "stranger", usual)
	w.run(time.Minute)
	w.registry.Leave(testKey, "main")
	w.server.ResetHistory()
	w.account.Follow(owner("a"), Interest{ID: ids[0]})
	w.account.Await(owner("a"), w.clock.Now())
	w.run(time.Hour)
	for _, x := range w.server.History() {
		if x.Op != fake.OpToken && x.Status == 200 {
			t.Errorf("%s gets an answer", x.Op)
		}
	}
	if s := w.account.Standing("stranger"); s.Verified || s.Entitled {
		t.Errorf("the stranger stands at %+v", s)
	}
	w.enter("main", fake.DefaultUsername, usual)
	w.run(time.Minute)
	if !w.account.Standing("main").Verified {
		t.Error("the owner that comes back can't read its account")
	}
}
