package account

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

func TestSessionSeesNothingUntilItsOwnCredentialsGotTheList(t *testing.T) {
	rows := []struct {
		name     string
		access   fake.Access // of the other user; "" for wrong credentials
		verified bool
		class    broker.Class
	}{
		{"a stolen seller id with garbage credentials", "", false, broker.Unauthorized},
		{"a stolen seller id with own credentials", fake.AccessNone, false, broker.NotFound},
		{"credentials that may only read", fake.AccessRead, true, 0},
		{"credentials that may write", fake.AccessWrite, true, 0},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			w, _ := readWorld(t, fake.Shapes{}, company(1))
			if row.access != "" {
				w.user("other", row.access)
			}
			w.enter("other", "other", usual)
			if w.account.Standing("other").Verified {
				t.Error("verified before it read")
			}
			w.run(time.Minute)
			s := w.account.Standing("other")
			if s.Verified != row.verified || (s.Failure != nil) == row.verified {
				t.Errorf("standing is %+v", s)
			}
			if s.Failure != nil && s.Failure.Class != row.class {
				t.Errorf("failure is %v, not %v", s.Failure, row.class)
			}
			if s := w.account.Standing("main"); !s.Verified || s.Failure != nil {
				t.Errorf("the other session's standing became %+v", s)
			}
		})
	}
}

func TestStrangerCostsTheAccountNothing(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{}, company(1))
	slow := Settings{Limits: limiter.Limits{RequestsPerSecond: 0.01, Burst: 1, MaxInFlight: 1}, ObserveInterval: 10 * time.Second, DetailInterval: time.Minute}
	w.enter("stranger", "stranger", slow)
	w.run(time.Hour)
	if got := w.account.settings; got != usual {
		t.Errorf("a stranger's settings count: %+v", got)
	}
	if got := w.lists(); got != 12 {
		t.Errorf("%d lists in an hour, not 12", got)
	}
	if got := w.server.Calls(fake.OpToken); got != 1 {
		t.Errorf("a refused login was tried %d times", got)
	}
}

// turns is how many of ten passes may call the account at once.
func (w *world) turns() (n int) {
	for i := range 10 {
		who := owner(fmt.Sprint("turn", i))
		if w.account.TakeTurn(who, cloudmore.LaneEdits) {
			n++
		}
		defer w.account.Unfollow(who)
	}
	return n
}

func TestTheMostCarefulSettingsHold(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{})
	w.user("other", fake.AccessRead)
	other := Settings{
		Limits:          limiter.Limits{RequestsPerSecond: 5, Burst: 1000, MaxInFlight: 2},
		ObserveInterval: time.Minute, DetailInterval: 2 * time.Hour, ListLag: time.Minute,
	}
	w.enter("other", "other", other)
	w.run(time.Second)
	want := Settings{Limits: limiter.Limits{RequestsPerSecond: 5, Burst: 1000, MaxInFlight: 2}, ObserveInterval: time.Minute, DetailInterval: time.Hour, ListLag: time.Minute}
	if got := w.account.settings; got != want {
		t.Errorf("settings are %+v, not %+v", got, want)
	}
	if got := w.turns(); got != 1 {
		t.Errorf("%d passes may call at once where two calls may be under way, not 1", got)
	}
	w.server.ResetHistory()
	w.run(10 * time.Minute)
	if got := w.lists(); got != 10 {
		t.Errorf("%d lists in ten minutes, not 10", got)
	}
	other.ObserveInterval = 2 * time.Minute
	w.registry.Adjust(testKey, "other", other)
	if got := w.account.settings.ObserveInterval; got != 2*time.Minute {
		t.Errorf("interval is %v after the change", got)
	}
	w.registry.Leave(testKey, "other")
	if got := w.account.settings; got != usual {
		t.Errorf("settings are %+v after the other left", got)
	}
	if got := w.turns(); got < 10 {
		t.Errorf("%d passes may call at once after the other left", got)
	}
}

func TestAShorterIntervalHoldsAtOnce(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{})
	short := usual
	short.ObserveInterval = 10 * time.Second
	w.registry.Adjust(testKey, "main", short)
	w.run(time.Minute)
	if got := w.lists(); got != 6 {
		t.Errorf("%d lists in a minute, not 6", got)
	}
}

func TestARefusedTokenIsShownAnew(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, company(1))
	w.inject(fake.Fault{Op: fake.OpGet, Status: 401, Times: 2})
	if _, f := w.account.Look(t.Context(), "main", ids[0]); f == nil || f.Class != broker.Unauthorized {
		t.Fatalf("the look gives %v", f)
	}
	if w.account.Standing("main").Verified {
		t.Error("still verified after its token was refused")
	}
	w.run(2 * time.Second)
	if s := w.account.Standing("main"); !s.Verified || s.Failure != nil {
		t.Errorf("standing after the next sync is %+v", s)
	}
}

func TestLostRightsEndTheView(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{}, company(1))
	w.user(fake.DefaultUsername, fake.AccessNone)
	w.refresh()
	if s := w.account.Standing("main"); s.Verified || s.Failure == nil {
		t.Errorf("standing without rights is %+v", s)
	}
}

func TestAnOutageEndsNoView(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{}, company(1))
	w.inject(fake.Fault{Op: fake.OpList, Status: 503})
	w.refresh()
	if s := w.account.Standing("main"); !s.Verified || s.Failure == nil {
		t.Errorf("standing in an outage is %+v", s)
	}
}

func TestAFirewallTakesNoRights(t *testing.T) {
	for _, status := range []int{401, 403, 404} {
		w, _ := readWorld(t, fake.Shapes{}, company(1))
		w.inject(fake.Fault{Op: fake.OpList, Status: status, Form: fake.FormHTML, Says: "Request blocked"})
		w.refresh()
		if s := w.account.Standing("main"); !s.Verified || s.Failure == nil || s.Failure.Said != "Request blocked" {
			t.Errorf("standing after a page with %d is %+v", status, s)
		}
	}
}

func TestSessionsStandInForEachOther(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{})
	w.user("other", fake.AccessRead)
	w.enter("other", "other", usual)
	w.run(time.Second)
	w.server.ResetHistory()
	w.inject(fake.Fault{Op: fake.OpList, User: fake.DefaultUsername, Status: 403})
	w.run(20 * time.Minute)
	if latest := w.account.View(inventory.Query{}).Latest; w.clock.Since(latest) > 5*time.Minute {
		t.Errorf("the account was last read %v ago", w.clock.Since(latest))
	}
	if s := w.account.Standing("main"); s.Verified {
		t.Error("the session without rights is verified")
	}
	w.server.ClearFaults()
	w.run(limiter.LongestPause + time.Second)
	if s := w.account.Standing("main"); !s.Verified || s.Failure != nil {
		t.Errorf("standing after it got its rights back is %+v", s)
	}
}

func TestSessionsThatHaveLeft(t *testing.T) {
	t.Run("have no standing and make no call", func(t *testing.T) {
		w, ids := readWorld(t, fake.Shapes{}, company(1))
		w.registry.Leave(testKey, "main")
		if s := w.account.Standing("main"); !reflect.DeepEqual(s, Standing{}) {
			t.Errorf("standing is %+v", s)
		}
		if _, f := w.account.Look(t.Context(), "main", ids[0]); f == nil || !f.NotSent {
			t.Errorf("the look gives %v", f)
		}
		if !w.account.Next().IsZero() || w.registry.Find(testKey) != nil {
			t.Error("the account is still at work")
		}
	})
	t.Run("leave the pause behind", func(t *testing.T) {
		w, _ := readWorld(t, fake.Shapes{})
		w.inject(fake.Fault{Op: fake.OpList, Status: 429, RetryAfter: 10 * time.Minute, Times: 1})
		w.refresh()
		w.registry.Leave(testKey, "main")
		w.account = w.registry.Account(testKey)
		w.enter("main", fake.DefaultUsername, usual)
		w.server.ResetHistory()
		w.run(5 * time.Minute)
		if got := len(w.server.History()); got != 0 {
			t.Errorf("%d calls within the pause", got)
		}
	})
}

func TestOneBrokenSessionReadsSeldom(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{})
	w.user("other", fake.AccessNone)
	w.enter("other", "other", usual)
	w.run(10 * time.Minute)
	w.server.ResetHistory()
	for range 60 {
		w.account.Await(owner("a"), w.clock.Now())
		w.run(time.Second)
	}
	if got := w.lists(); got > 62 {
		t.Errorf("%d lists for a minute of syncs: the broken session is tried each time", got)
	}
}

func TestSettingsOfStrangersDoNotCount(t *testing.T) {
	slow := usual
	slow.RequestsPerSecond, slow.ObserveInterval = 0.001, 24*time.Hour
	sessions := map[string]*Session{"stranger": {settings: slow}}
	if got := careful(sessions); got != slow {
		t.Errorf("while nobody got the list the settings are %+v", got)
	}
	sessions["owner"] = &Session{settings: usual, entitled: true}
	if got := careful(sessions); got != usual {
		t.Errorf("a stranger's settings count: %+v", got)
	}
}

func TestOneSessionFindsOutForAllThatTheServerDoesNotWork(t *testing.T) {
	for name, fault := range map[string]fake.Fault{
		"an outage":                {Status: 500},
		"a list that is not whole": {List: fake.ListShort, Announce: fake.AnnounceFlag},
		"a list that is none":      {Body: fake.BodyWord},
		"a denial":                 {Form: fake.FormDenial},
	} {
		t.Run(name, func(t *testing.T) { oneFindsOut(t, fault) })
	}
}

func oneFindsOut(t *testing.T, fault fake.Fault) {
	t.Helper()
	w, _ := readWorld(t, fake.Shapes{}, company(1))
	for _, name := range []string{"other", "third"} {
		w.user(name, fake.AccessRead)
		w.enter(name, name, usual)
	}
	w.run(time.Minute)
	w.server.ResetHistory()
	fault.Op = fake.OpList
	w.inject(fault)
	w.run(4 * time.Hour)
	if got := w.lists(); got > 4*20 {
		t.Errorf("%d lists in four hours of an outage", got)
	}
	for _, name := range []string{"main", "other", "third"} {
		if s := w.account.session(name); w.clock.Now().Sub(s.readAt) > 3*limiter.LongestPause {
			t.Errorf("%s was not asked since %s", name, s.readAt)
		}
	}
	w.server.ClearFaults()
	w.run(15 * time.Minute)
	for _, name := range []string{"main", "other", "third"} {
		if s := w.account.Standing(name); !s.Verified || s.Failure != nil {
			t.Errorf("%s is %+v", name, s)
		}
	}
}

// Logins without a verdict are few, and the next try that status tells of is the next login:
// nothing of what is tried between them would be sent.
func TestTheNextTryIsTheNextLogin(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{})
	w.inject(fake.Fault{Op: fake.OpList, RevokeTokens: true, Times: 1}, fake.Fault{Op: fake.OpToken, Status: 503})
	const step = 5 * time.Second
	longest := time.Duration(0)
	for w.clock.Now().Before(begin.Add(3 * time.Hour)) {
		said, logins := w.account.Standing("main").RetryAt, w.server.Calls(fake.OpToken)
		longest = max(longest, said.Sub(w.clock.Now()))
		w.run(step)
		if now := w.clock.Now(); !said.IsZero() && now.Sub(said) > step+time.Second && w.server.Calls(fake.OpToken) == logins {
			t.Fatalf("at %s nobody has logged in, although the next try was to be %s ago", now.Sub(begin), now.Sub(said))
		}
	}
	if longest < 30*time.Minute {
		t.Errorf("the longest wait that was told is %s", longest)
	}
	if got := w.server.Calls(fake.OpToken); got < 8 || got > 20 {
		t.Errorf("%d logins in three hours", got)
	}
}
