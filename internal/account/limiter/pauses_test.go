package limiter

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/utils/clock"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

var wide = Limits{RequestsPerSecond: 1000, Burst: 1000, MaxInFlight: 8}

func unavailable() *broker.Failure { return &broker.Failure{Class: broker.Unavailable, Status: 503} }

func throttled(d time.Duration) *broker.Failure {
	return &broker.Failure{Class: broker.Throttled, Status: 429, Documented: true, RetryAfter: d}
}

func TestSilenceThatTheServerAsksFor(t *testing.T) {
	for _, row := range []struct {
		name     string
		asked    time.Duration
		min, max time.Duration
	}{
		{"is kept, and a little more", 30 * time.Second, 30 * time.Second, 31 * time.Second},
		{"is a moment where no time is named", 0, FirstPause, FirstPause * 11 / 10},
		{"is an hour at most", 48 * time.Hour, time.Hour, time.Hour + time.Second},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := testGate(wide)
				pass(t, g, throttled(row.asked))
				for range 3 { // for everybody
					f := refused(t, g)
					if f.Class != broker.Throttled || f.RetryAfter < row.min || f.RetryAfter > row.max {
						t.Fatalf("failure is %+v", f)
					}
				}
				if s := g.Silence(); s.Why != Asked || s.Until.Before(time.Now().Add(row.min)) {
					t.Errorf("pause is %+v", s)
				}
				pause(row.max)
				pass(t, g, nil)
			})
		})
	}
}

func TestSilenceSendsAwayThoseInLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limits := wide
		limits.MaxInFlight = 1
		g := testGate(limits)
		leave, err := g.Enter(t.Context(), call(cloudmore.LaneEdits))
		if err != nil {
			t.Fatal(err)
		}
		failed := make(chan error, 20)
		for i := range cap(failed) {
			go func() {
				_, err := g.Enter(t.Context(), call(cloudmore.Lane(1+i%3)))
				failed <- err
			}()
		}
		synctest.Wait()
		leave(cloudmore.Result{Failure: throttled(time.Minute)})
		synctest.Wait()
		if len(failed) != cap(failed) {
			t.Fatalf("%d of %d were sent away", len(failed), cap(failed))
		}
		for range cap(failed) {
			if <-failed == nil {
				t.Error("one was let in")
			}
		}
	})
}

// TestAnOutageCostsFewCalls: an hour of probes, and what fails before, stay within the
// bound; pauses are not shortened by chance.
func TestAnOutageCostsFewCalls(t *testing.T) {
	for _, random := range []float64{0, 1} {
		synctest.Test(t, func(t *testing.T) {
			g := New(Config{Clock: clock.RealClock{}, Random: func() float64 { return random }, Called: func(cloudmore.Call, cloudmore.Result) {}})
			g.Limit(wide)
			breaks(t, g)
			calls, want := wide.MaxInFlight, FirstPause
			for begun := time.Now(); time.Since(begun) < time.Hour; calls++ {
				f := refused(t, g)
				if f.Class != broker.Unavailable || f.RetryAfter < want || f.RetryAfter > want*11/10 {
					t.Fatalf("the pause after %d calls is %v, not %v", calls, f.RetryAfter, want)
				}
				pause(f.RetryAfter)
				passAs(t, g, fmt.Sprint("probe", calls), unavailable())
				want = min(2*want, LongestPause)
			}
			if calls > 30 || want != LongestPause {
				t.Errorf("%d calls in an hour; the pauses grew to %v", calls, want)
			}
		})
	}
}

func TestWhenAnAccountCountsAsNotWorking(t *testing.T) {
	ok, down := (*broker.Failure)(nil), unavailable()
	for _, row := range []struct {
		name  string
		calls []struct {
			who string
			f   *broker.Failure
		}
		open bool
	}{
		{"when three in a row fail", results("a", down, "b", down, "c", down), true},
		{"not when one fails for ever", results("a", down, "a", down, "a", down, "a", down, "b", down, "a", down), false},
		{"not while others succeed", results("a", down, "b", down, "d", ok, "c", down, "a", down), false},
		{"a refusal is a success", results("a", down, "b", down, "d", &broker.Failure{Class: broker.Invalid, Status: 400, Documented: true}, "c", down), false},
		{"a time-out of the server is neither", results("a", down, "b", down, "d", &broker.Failure{Class: broker.Ambiguous, Status: 408, Documented: true}, "c", down), true},
		{"what a gateway refuses is neither", results("a", down, "b", down, "d", &broker.Failure{Class: broker.Unavailable, Status: 404, Gateway: true}, "c", down), true},
		{"a sync is one of them", results("a", down, "b", down, "", down), true},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := testGate(wide)
				for _, c := range row.calls {
					passAs(t, g, c.who, c.f)
				}
				if open := g.Trouble() != nil; open != row.open || open == g.Silence().Until.IsZero() {
					t.Errorf("the account counts as working: %v, it is paused until %v", !open, g.Silence().Until)
				}
			})
		})
	}
}

// results are pairs of callers and what they got.
func results(pairs ...any) (all []struct {
	who string
	f   *broker.Failure
}) {
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, struct {
			who string
			f   *broker.Failure
		}{pairs[i].(string), pairs[i+1].(*broker.Failure)})
	}
	return all
}

// TestTheEndOfAnOutage: one success ends it, those who failed are told, and how long it
// was is known.
func TestTheEndOfAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, begun := testGate(wide), time.Now()
		var healed []string
		g.onHeal = func(owners []Owner) { healed = namesOf(owners) }
		breaks(t, g)
		pause(2 * time.Second)
		pass(t, g, unavailable()) // a sync
		pause(10 * time.Second)
		passAs(t, g, "other", nil)
		slices.Sort(healed)
		if !slices.Equal(healed, []string{"r0", "r1", "r2"}) {
			t.Errorf("told are %v", healed)
		}
		if o := g.Outage(); !o.From.Equal(begun) || !o.Until.Equal(begun.Add(12*time.Second)) || g.Trouble() != nil {
			t.Errorf("the outage was %+v, trouble now is %+v", o, g.Trouble())
		}
		for i := range Patience - 1 { // all is forgotten
			passAs(t, g, fmt.Sprint("r", i), unavailable())
		}
		if !g.Silence().Until.IsZero() {
			t.Error("two failures after a success are counted with those before")
		}
	})
}

// TestOneWriteAtATimeWhileWritesAreDenied: syncs go on meanwhile.
func TestOneWriteAtATimeWhileWritesAreDenied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := testGate(wide)
		denied := &broker.Failure{Class: broker.Forbidden, Status: 401, Documented: true}
		g.Wrote(owner("a"), denied)
		g.Wrote(owner("b"), denied) // it was under way, and is no probe
		if s := g.Silence(); s.Why != Denied || time.Until(s.Until) > FirstPause*11/10 || g.places(time.Now()) != 0 {
			t.Fatalf("pause is %+v", s)
		}
		put := cloudmore.Call{Op: cloudmore.OpUpdate, Lane: cloudmore.LaneEdits}
		if _, err := g.Enter(t.Context(), put); err == nil {
			t.Error("a write goes on")
		}
		pass(t, g, nil) // a sync
		pause(2 * time.Second)
		if got := g.places(time.Now()); got != 1 || g.Trouble() == nil || !g.Trouble().Denied {
			t.Errorf("%d at once after a pause, trouble is %+v", got, g.Trouble())
		}
		g.Wrote(owner("c"), denied)
		if s := g.Silence(); time.Until(s.Until) < 2*FirstPause {
			t.Errorf("the second pause is %v", time.Until(s.Until))
		}
		pause(3 * time.Second)
		var healed []Owner
		g.onHeal = func(owners []Owner) { healed = owners }
		g.Wrote(owner("d"), &broker.Failure{Class: broker.Unavailable, NotSent: true})
		if g.Trouble() == nil {
			t.Error("a write that was not sent ends it")
		}
		g.Wrote(owner("d"), nil)
		if len(healed) != 3 || g.Trouble() != nil || g.places(time.Now()) != wide.MaxInFlight-1 {
			t.Errorf("told are %v, trouble is %+v", healed, g.Trouble())
		}
	})
}

func TestOneProbeAtATimeWhileFailuresLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := testGate(wide)
		breaks(t, g)
		pause(2 * FirstPause)
		probe, err := g.Enter(t.Context(), call(cloudmore.LaneEdits))
		if err != nil {
			t.Fatal(err)
		}
		in := make(chan func(cloudmore.Result), 10)
		for range cap(in) {
			go func() {
				if leave, err := g.Enter(t.Context(), call(cloudmore.LaneEdits)); err == nil {
					in <- leave
				}
			}()
		}
		pause(time.Minute)
		if len(in) != 0 {
			t.Fatalf("%d calls beside the probe", len(in))
		}
		probe(cloudmore.Result{})
		synctest.Wait()
		if len(in) != wide.MaxInFlight {
			t.Errorf("%d calls after the probe succeeded, not %d", len(in), wide.MaxInFlight)
		}
		for range cap(in) {
			(<-in)(cloudmore.Result{})
		}
	})
}

func TestManyCallsThatFailTogetherCountOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := testGate(wide)
		var under []func(cloudmore.Result)
		for i := range wide.MaxInFlight {
			leave, err := g.Enter(t.Context(), cloudmore.Call{Op: cloudmore.OpGet, Lane: cloudmore.LaneEdits, Name: fmt.Sprint(i)})
			if err != nil {
				t.Fatal(err)
			}
			under = append(under, leave)
		}
		for _, leave := range under {
			leave(cloudmore.Result{Failure: unavailable()})
		}
		if f := refused(t, g); f.RetryAfter > FirstPause*11/10 {
			t.Errorf("the first pause is %v", f.RetryAfter)
		}
	})
}

func TestAnswersFromBeforeASilenceDoNotEndIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := testGate(wide)
		slow, err := g.Enter(t.Context(), call(cloudmore.LaneEdits))
		if err != nil {
			t.Fatal(err)
		}
		pass(t, g, throttled(time.Minute))
		slow(cloudmore.Result{})
		if f := refused(t, g); f.Class != broker.Throttled {
			t.Errorf("failure is %v", f)
		}
		if g.Silence().Why != Asked {
			t.Error("it is forgotten who asked for the pause")
		}
	})
}

// TestWhatCountsAsAFailure: an error of the server, or no answer; a refusal never.
func TestWhatCountsAsAFailure(t *testing.T) {
	for _, row := range []struct {
		name  string
		f     *broker.Failure
		works bool
	}{
		{"a success", nil, true},
		{"a refused body", &broker.Failure{Class: broker.Invalid, Status: 400, Documented: true}, true},
		{"a refused login", &broker.Failure{Class: broker.Unauthorized, Status: 400}, true},
		{"a broker that is not there", &broker.Failure{Class: broker.NotFound, Status: 404, Documented: true}, true},
		{"a POST that met a conflict", &broker.Failure{Class: broker.Ambiguous, Status: 409, Documented: true}, true},
		{"a POST that met an error", &broker.Failure{Class: broker.Ambiguous, Status: 500, Documented: true}, false},
		{"a time-out of the server", &broker.Failure{Class: broker.Ambiguous, Status: 408, Documented: true}, true},
		{"a page of a gateway", &broker.Failure{Class: broker.Unavailable, Status: 404, Gateway: true}, true},
		{"a page of a gateway in the place of a success", &broker.Failure{Class: broker.Unavailable, Status: 200, Gateway: true}, false},
		{"a success that can't be used", &broker.Failure{Class: broker.Ambiguous, Status: 200}, true},
		{"a redirect", &broker.Failure{Class: broker.Ambiguous, Status: 307}, false},
		{"no answer", &broker.Failure{Class: broker.Ambiguous}, false},
		{"no connection", &broker.Failure{Class: broker.Unavailable, NotSent: true}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := testGate(wide)
				for i := range Patience {
					passAs(t, g, fmt.Sprint("r", i), row.f)
				}
				if until := g.Silence().Until; until.IsZero() != row.works {
					t.Errorf("after %d of them the account is paused until %v", Patience, until)
				}
			})
		})
	}
}

func TestWhoLeavesBeforeTheCallWasSentSaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := testGate(wide)
		passAs(t, g, "a", unavailable())
		passAs(t, g, "b", unavailable())
		ctx, cancel := context.WithCancel(t.Context())
		leave, err := g.Enter(ctx, call(cloudmore.LaneEdits))
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		leave(cloudmore.Result{Failure: &broker.Failure{Class: broker.Unavailable, NotSent: true}})
		if !g.Silence().Until.IsZero() {
			t.Error("it counts as a failure")
		}
		passAs(t, g, "c", unavailable())
		if g.Silence().Until.IsZero() {
			t.Error("it counts as a success")
		}
	})
}

func TestSilencesAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, told := testGate(wide), 0
		g.onPause = func() { told++ }
		for i, step := range []struct {
			f    *broker.Failure
			want int
		}{{nil, 0}, {throttled(time.Second), 1}, {nil, 2}, {unavailable(), 2}, {nil, 2}, {unavailable(), 2}, {unavailable(), 2}, {unavailable(), 3}, {unavailable(), 4}, {nil, 5}} {
			pause(time.Minute)
			passAs(t, g, fmt.Sprint("r", i), step.f)
			if told != step.want {
				t.Fatalf("told %d times after step %d, not %d", told, i, step.want)
			}
		}
	})
}

// TestAPauseTellsWhatTheServerAnswered holds that who is turned away during a pause
// hears why there is one.
func TestAPauseTellsWhatTheServerAnswered(t *testing.T) {
	p := newPauses(func() float64 { return 0 })
	down := &broker.Failure{
		Class: broker.Unavailable, Op: "list brokers", Reason: "HTTP 503 Service Unavailable",
		Status: http.StatusServiceUnavailable, StatusLine: "503 Service Unavailable", Said: "down for maintenance",
	}
	for i := range Patience {
		p.note(cloudmore.Call{Op: cloudmore.OpGet, Name: fmt.Sprint(i)}, down, p.round, begin)
	}
	f := p.failureAt(call(cloudmore.LaneEdits), begin)
	if !f.NotSent || f.Said != down.Said || !strings.Contains(f.Heard(), "503 Service Unavailable: down for maintenance") {
		t.Errorf("a call during the pause fails with %v, heard %q", f, f.Heard())
	}
	if strings.Contains(f.Error(), down.Said) {
		t.Error("the words of the answer are in the text for logs")
	}
}
