package account

import (
	"fmt"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

func TestOneReadingServesAllWhoWait(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{})
	w.clock.Step(10 * time.Second)
	asked := w.clock.Now()
	for i := range 100 {
		w.account.Await(owner(fmt.Sprint("r", i)), asked)
	}
	w.run(20 * time.Second)
	if got := w.lists(); got != 1 {
		t.Errorf("%d lists for a hundred who wait, not 1", got)
	}
	if got := w.wokenNow(); len(got) != 100 {
		t.Errorf("%d woken, not 100", len(got))
	}
	if latest := w.account.View(inventory.Query{}).Latest; !latest.After(asked) {
		t.Errorf("the sync started at %v, not after %v", latest, asked)
	}
}

func TestAwait(t *testing.T) {
	t.Run("wakes at once where the sync is there", func(t *testing.T) {
		w, _ := readWorld(t, fake.Shapes{})
		w.account.Await(owner("a"), begin.Add(-time.Second))
		w.expectWoken("a")
	})
	t.Run("waits for a moment that lies ahead", func(t *testing.T) {
		w, _ := readWorld(t, fake.Shapes{})
		w.account.Await(owner("a"), w.clock.Now().Add(time.Minute))
		w.run(time.Minute)
		w.expectWoken()
		w.run(time.Second)
		w.expectWoken("a")
	})
	t.Run("counts the latest moment asked for", func(t *testing.T) {
		w, _ := readWorld(t, fake.Shapes{})
		w.account.Await(owner("a"), w.clock.Now().Add(time.Minute))
		w.account.Await(owner("a"), w.clock.Now().Add(2*time.Minute))
		w.account.Await(owner("b"), w.clock.Now().Add(90*time.Second))
		w.run(100 * time.Second)
		w.expectWoken("b")
		w.run(time.Minute)
		w.expectWoken("a")
		if got := w.lists(); got != 2 {
			t.Errorf("%d lists, not 2", got)
		}
	})
	t.Run("ends with the interest", func(t *testing.T) {
		w, _ := readWorld(t, fake.Shapes{})
		w.account.Await(owner("a"), w.clock.Now())
		w.account.Unfollow(owner("a"))
		w.run(time.Minute)
		w.expectWoken()
		if got := w.lists(); got != 0 {
			t.Errorf("%d lists for nobody", got)
		}
	})
}

func TestReadingsKeepAGap(t *testing.T) {
	t.Run("of a second where lists are fast", func(t *testing.T) {
		w, _ := readWorld(t, fake.Shapes{})
		for range 50 { // somebody new waits ten times a second
			w.account.Await(owner("a"), w.clock.Now())
			w.run(100 * time.Millisecond)
		}
		if got := w.lists(); got != 5 {
			t.Errorf("%d lists in five seconds, not 5", got)
		}
	})
	t.Run("of four times their length where lists are slow", func(t *testing.T) {
		w := newWorld(t, fake.Shapes{Latency: 5 * time.Second})
		w.observe()
		w.account.Await(owner("a"), w.clock.Now())
		if got, want := w.account.Next(), begin.Add(20*time.Second); got.Before(want) || got.After(want.Add(20*time.Second)) {
			t.Errorf("next sync at %v, not 20 to 40 s after %v", got, begin)
		}
	})
	t.Run("of a minute at most", func(t *testing.T) {
		w := newWorld(t, fake.Shapes{Latency: 25 * time.Second})
		w.observe()
		w.account.Await(owner("a"), w.clock.Now())
		if got := w.account.Next(); got.After(w.clock.Now().Add(time.Minute)) {
			t.Errorf("next sync %v later", got.Sub(w.clock.Now()))
		}
	})
}

func TestAccountIsReadOnceInItsInterval(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{ListContent: fake.ListDetail}, companies(20)...)
	for i := range 20 {
		w.account.Follow(owner(fmt.Sprint("r", i)), Interest{Identity: identity(i)})
	}
	w.wokenNow()
	w.run(time.Hour)
	if lists, active := w.lists(), w.server.Calls(fake.OpActiveResellers); lists != 12 || active != 12 {
		t.Errorf("%d lists and %d calls for services in an hour of rest, not 12 of each", lists, active)
	}
	if got := w.gets() + w.server.Calls(fake.OpActiveReseller); got != 0 {
		t.Errorf("%d other calls at rest", got)
	}
	w.expectWoken()
}

func TestOnDemandReadingAsksForNoServices(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{})
	w.clock.Step(10 * time.Second)
	w.account.Await(owner("a"), w.clock.Now())
	w.run(time.Second)
	if lists, active := w.lists(), w.server.Calls(fake.OpActiveResellers); lists != 1 || active != 0 {
		t.Errorf("%d lists and %d calls for services, not 1 and 0", lists, active)
	}
}

func TestFailedReadingsPauseLongerEachTime(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{})
	w.inject(fake.Fault{Op: fake.OpList, Status: 500})
	w.account.Await(owner("a"), w.clock.Now())
	w.run(30 * time.Minute)
	var last, pause time.Duration
	for i, ex := range w.server.History() {
		at := ex.At.Sub(begin)
		if i > 2 && at-last < min(pause, 150*time.Second) {
			t.Errorf("reading %d came %v after the last, sooner than %v before", i, at-last, pause)
		}
		last, pause = at, at-last
	}
	if got := w.lists(); got < 8 || got > 20 {
		t.Errorf("%d syncs were tried in half an hour of failures", got)
	}
	w.expectWoken()
	w.server.ClearFaults()
	w.run(limiter.LongestPause)
	w.expectWoken("a")
	if f := w.account.Standing("main").Failure; f != nil {
		t.Errorf("failure %v stays after a success", f)
	}
}

func TestSilentAccountIsNotCalled(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{})
	w.inject(fake.Fault{Op: fake.OpList, Status: 429, RetryAfter: 10 * time.Minute, Times: 1})
	w.account.Await(owner("a"), w.clock.Now())
	w.run(9 * time.Minute)
	if got := len(w.server.History()); got != 1 {
		t.Errorf("%d calls although the server asked for a pause, not 1", got)
	}
	if s := w.account.Silence(); s.Why != limiter.Asked || s.Until.Sub(begin) < 10*time.Minute {
		t.Errorf("pause is %+v", s)
	}
	w.run(2 * time.Minute)
	w.expectWoken("a")
}

func TestServices(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, company(1), company(2))
	services := func(id broker.ID) string {
		told := w.account.View(inventory.Query{ID: id}).ServicesActivated
		if told == nil {
			return "unknown"
		}
		return fmt.Sprint(*told)
	}
	expect := func(want string) {
		t.Helper()
		if got := services(ids[0]) + " " + services(ids[1]); got != want {
			t.Errorf("services are %s, not %s", got, want)
		}
	}
	w.account.Follow(owner("a"), Interest{ID: ids[0]})
	w.account.Follow(owner("b"), Interest{ID: ids[1]})
	expect("false false")
	if err := w.server.SetServices(string(ids[0]), true); err != nil {
		t.Fatal(err)
	}
	w.refresh()
	expect("true false")
	w.expectWoken("a")
	w.inject(fake.Fault{Op: fake.OpActiveResellers, Status: 403})
	w.refresh()
	expect("true false") // as last told
	w.expectWoken()
	if f := w.account.Standing("main").Failure; f != nil {
		t.Errorf("the sync failed with the services: %v", f)
	}
}

func TestServicesAreUnknownWhereTheyCannotBeRead(t *testing.T) {
	w := newWorld(t, fake.Shapes{})
	id := broker.ID(w.server.Add(company(1)))
	w.inject(fake.Fault{Op: fake.OpActiveResellers, Status: 403})
	w.observe()
	if v := w.account.View(inventory.Query{ID: id}); v.ServicesActivated != nil || v.Known == nil {
		t.Errorf("services are %v, known is %v", v.ServicesActivated, v.Known)
	}
}

func TestReadNowIsARegularReading(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{})
	w.clock.Step(time.Minute)
	w.account.ReadNow("main")
	w.run(time.Second)
	if lists, active := w.lists(), w.server.Calls(fake.OpActiveResellers); lists != 1 || active != 1 {
		t.Errorf("%d lists and %d calls for services, not one of each", lists, active)
	}
	if w.kept == 0 {
		t.Error("the keepers of sessions were not told")
	}
}

// TestReadNowDuringAReading: that one started before the request, so another follows.
func TestReadNowDuringAReading(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{})
	w.clock.Step(usual.ObserveInterval)
	w.inject(fake.Fault{Op: fake.OpActiveResellers, AnswerDelay: time.Second})
	w.slept = func() {
		w.slept = nil
		w.account.ReadNow("main")
	}
	w.run(10 * time.Second)
	if lists := w.lists(); lists != 2 {
		t.Errorf("%d lists, not 2", lists)
	}
}
