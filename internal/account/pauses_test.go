package account

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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
		{"is a moment where no time is named", 0, firstPause / 2, firstPause},
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
				if until, asked := g.silence(); !asked || until.Before(time.Now().Add(row.min)) {
					t.Errorf("silence is %v, asked %v", until, asked)
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

func TestRepeatedFailuresPauseTheAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := testGate(wide)
		for range patience - 1 {
			pass(t, g, unavailable())
		}
		want := firstPause
		for i := range 12 {
			pass(t, g, unavailable())
			f := refused(t, g)
			if f.Class != broker.Unavailable || f.RetryAfter > want || f.RetryAfter < want/2 {
				t.Fatalf("pause %d is %v, not %v", i, f.RetryAfter, want)
			}
			pause(f.RetryAfter)
			want = min(2*want, longestPause)
		}
		if want != longestPause {
			t.Errorf("the pauses grew to %v only", want)
		}
		pass(t, g, nil)
		for range patience - 1 { // all is forgotten
			pass(t, g, unavailable())
		}
		pass(t, g, nil)
	})
}

func TestPausesHaveJitter(t *testing.T) {
	for _, random := range []float64{0, 0.5} {
		p := pauses{random: func() float64 { return random }}
		for range patience {
			p.note(unavailable(), p.round, begin)
		}
		if got, want := p.until.Sub(begin), firstPause/2+time.Duration(random*float64(firstPause)/2); got != want {
			t.Errorf("the pause is %v by the chance %v, not %v", got, random, want)
		}
	}
}

func TestOneProbeAtATimeWhileFailuresLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := testGate(wide)
		for range patience {
			pass(t, g, unavailable())
		}
		pause(firstPause)
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
		for range wide.MaxInFlight {
			leave, err := g.Enter(t.Context(), call(cloudmore.LaneEdits))
			if err != nil {
				t.Fatal(err)
			}
			under = append(under, leave)
		}
		for _, leave := range under {
			leave(cloudmore.Result{Failure: unavailable()})
		}
		if f := refused(t, g); f.RetryAfter > firstPause {
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
		if _, asked := g.silence(); !asked {
			t.Error("it is forgotten who asked for the silence")
		}
	})
}

// TestWhatShowsThatTheServerWorks: only what does not counts as a failure.
func TestWhatShowsThatTheServerWorks(t *testing.T) {
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
		{"a time-out of the server", &broker.Failure{Class: broker.Ambiguous, Status: 408, Documented: true}, false},
		{"a page of a gateway", &broker.Failure{Class: broker.Unavailable, Status: 404}, false},
		{"no answer", &broker.Failure{Class: broker.Ambiguous}, false},
		{"no connection", &broker.Failure{Class: broker.Unavailable, NotSent: true}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := testGate(wide)
				for range patience {
					pass(t, g, row.f)
				}
				if until, _ := g.silence(); until.IsZero() != row.works {
					t.Errorf("after %d of them the account is silent until %v", patience, until)
				}
			})
		})
	}
}

func TestWhoLeavesBeforeTheCallWasSentSaysNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := testGate(wide)
		for range patience - 1 {
			pass(t, g, unavailable())
		}
		ctx, cancel := context.WithCancel(t.Context())
		leave, err := g.Enter(ctx, call(cloudmore.LaneEdits))
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		leave(cloudmore.Result{Failure: &broker.Failure{Class: broker.Unavailable, NotSent: true}})
		if until, _ := g.silence(); !until.IsZero() {
			t.Error("it counts as a failure")
		}
		pass(t, g, unavailable())
		if until, _ := g.silence(); until.IsZero() {
			t.Error("it counts as a success")
		}
	})
}

func TestSilencesAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, told := testGate(wide), 0
		g.onPause = func() { told++ }
		for _, step := range []struct {
			f    *broker.Failure
			want int
		}{{nil, 0}, {throttled(time.Second), 1}, {nil, 2}, {unavailable(), 2}, {nil, 2}, {unavailable(), 2}, {unavailable(), 2}, {unavailable(), 3}, {nil, 4}} {
			pause(time.Minute)
			pass(t, g, step.f)
			if told != step.want {
				t.Fatalf("told %d times, not %d", told, step.want)
			}
		}
	})
}

// TestAPauseTellsWhatTheServerAnswered holds that who is turned away during a silence
// hears why there is one.
func TestAPauseTellsWhatTheServerAnswered(t *testing.T) {
	p := pauses{random: func() float64 { return 0 }}
	down := &broker.Failure{
		Class: broker.Unavailable, Op: "list brokers", Reason: "HTTP 503 Service Unavailable",
		Status: http.StatusServiceUnavailable, StatusLine: "503 Service Unavailable", Said: "down for maintenance",
	}
	for range patience {
		p.note(down, p.round, begin)
	}
	f := p.failureAt(begin)
	if !f.NotSent || f.Said != down.Said || !strings.Contains(f.Heard(), "503 Service Unavailable: down for maintenance") {
		t.Errorf("a call during the silence fails with %v, heard %q", f, f.Heard())
	}
	if strings.Contains(f.Error(), down.Said) {
		t.Error("the words of the answer are in the text for logs")
	}
}
