package limiter

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/utils/clock"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// testGate is a limiter on the clock of the bubble that a test runs in.
func testGate(limits Limits) *Limiter {
	g := New(Config{Clock: clock.RealClock{}, Random: func() float64 { return 1 }, Called: func(cloudmore.Call, cloudmore.Result) {}})
	g.Limit(limits)
	return g
}

func call(lane cloudmore.Lane) cloudmore.Call { return cloudmore.Call{Op: cloudmore.OpGet, Lane: lane} }

// pause lets time pass, and all that is due in it happen.
func pause(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// pass enters the limiter and leaves it at once with a result.
func pass(t *testing.T, g *Limiter, f *broker.Failure) {
	t.Helper()
	leave, err := g.Enter(t.Context(), call(cloudmore.LaneEdits))
	if err != nil {
		t.Fatalf("the limiter is closed: %v", err)
	}
	leave(cloudmore.Result{Failure: f})
}

// passAs does so for an object.
func passAs(t *testing.T, g *Limiter, name string, f *broker.Failure) {
	t.Helper()
	leave, err := g.Enter(t.Context(), cloudmore.Call{Op: cloudmore.OpGet, Lane: cloudmore.LaneEdits, Namespace: "team", Name: name})
	if err != nil {
		t.Fatalf("the limiter is closed: %v", err)
	}
	leave(cloudmore.Result{Failure: f})
}

// breaks has so many different objects fail that the account counts as not working.
func breaks(t *testing.T, g *Limiter) {
	t.Helper()
	for i := range Patience {
		passAs(t, g, fmt.Sprint("r", i), unavailable())
	}
}

// refused is the failure of a call that the limiter does not let in.
func refused(t *testing.T, g *Limiter) *broker.Failure {
	t.Helper()
	leave, err := g.Enter(t.Context(), call(cloudmore.LaneEdits))
	if err == nil {
		leave(cloudmore.Result{})
		t.Fatal("the limiter is open")
	}
	var f *broker.Failure
	if !errors.As(err, &f) || !f.NotSent {
		t.Fatalf("error is %v, no failure of a call that was not sent", err)
	}
	return f
}

// crowd are calls that wait in a limiter through which one may go at a time.
type crowd struct {
	*Limiter
	mu   sync.Mutex
	came []string // in the order in which they were let in
}

func (c *crowd) join(ctx context.Context, name string, lane cloudmore.Lane, namespace ...string) {
	wanted := call(lane)
	wanted.Namespace = strings.Join(namespace, "")
	go func() {
		leave, err := c.Enter(ctx, wanted)
		if err != nil {
			return
		}
		c.mu.Lock()
		c.came = append(c.came, name)
		c.mu.Unlock()
		leave(cloudmore.Result{})
	}()
	synctest.Wait() // in line, before the next one joins
}

func TestLanesGoByUrgencyAndOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &crowd{Limiter: testGate(Limits{RequestsPerSecond: 1000, Burst: 1000, MaxInFlight: 1})}
		leave, err := c.Enter(t.Context(), call(cloudmore.LaneBackground)) // keeps the others out
		if err != nil {
			t.Fatal(err)
		}
		gone, giveUp := context.WithCancel(t.Context())
		for i := range 3 {
			c.join(t.Context(), fmt.Sprint("background", i), cloudmore.LaneBackground)
			c.join(t.Context(), fmt.Sprint("create", i), cloudmore.LaneCreates)
			c.join(gone, "gave up", cloudmore.LaneEdits)
			c.join(t.Context(), fmt.Sprint("edit", i), cloudmore.LaneEdits)
		}
		giveUp()
		synctest.Wait()
		leave(cloudmore.Result{})
		synctest.Wait()
		want := []string{"edit0", "edit1", "edit2", "create0", "create1", "create2", "background0", "background1", "background2"}
		if !slices.Equal(c.came, want) {
			t.Errorf("let in are %v, not %v", c.came, want)
		}
	})
}

func TestNamespacesTakeTurnsInALane(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &crowd{Limiter: testGate(Limits{RequestsPerSecond: 1000, Burst: 1000, MaxInFlight: 1})}
		leave, err := c.Enter(t.Context(), call(cloudmore.LaneBackground)) // keeps the others out
		if err != nil {
			t.Fatal(err)
		}
		gone, giveUp := context.WithCancel(t.Context())
		for i := range 4 {
			c.join(t.Context(), fmt.Sprint("many", i), cloudmore.LaneEdits, "many")
		}
		c.join(gone, "gave up", cloudmore.LaneEdits, "few")
		c.join(t.Context(), "few0", cloudmore.LaneEdits, "few")
		c.join(t.Context(), "other0", cloudmore.LaneEdits, "other")
		giveUp()
		synctest.Wait()
		leave(cloudmore.Result{})
		synctest.Wait()
		want := []string{"many0", "few0", "other0", "many1", "many2", "many3"}
		if !slices.Equal(c.came, want) {
			t.Errorf("let in are %v, not %v", c.came, want)
		}
	})
}

func TestUrgencyHoldsForThoseWhoWaitForTheRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &crowd{Limiter: testGate(Limits{RequestsPerSecond: 1, Burst: 1, MaxInFlight: 8})}
		pass(t, c.Limiter, nil)
		for lane := cloudmore.LaneBackground; lane >= cloudmore.LaneEdits; lane-- {
			for i := range 2 {
				c.join(t.Context(), fmt.Sprintf("%s%d", lane, i), lane)
			}
			pause(100 * time.Millisecond)
		}
		pause(10 * time.Second)
		want := []string{"edits0", "edits1", "creates0", "creates1", "background0", "background1"}
		if !slices.Equal(c.came, want) {
			t.Errorf("let in are %v, not %v", c.came, want)
		}
	})
}

func TestNoLaneStarves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &crowd{Limiter: testGate(Limits{RequestsPerSecond: 1000, Burst: 1000, MaxInFlight: 1})}
		leave, err := c.Enter(t.Context(), call(cloudmore.LaneBackground))
		if err != nil {
			t.Fatal(err)
		}
		for i := range 60 {
			c.join(t.Context(), "edit", cloudmore.LaneEdits)
			if i < 2 {
				c.join(t.Context(), "create", cloudmore.LaneCreates)
				c.join(t.Context(), "background", cloudmore.LaneBackground)
			}
		}
		leave(cloudmore.Result{})
		pause(time.Second)
		for _, lane := range []string{"create", "background"} {
			last := -1
			for range 2 {
				at := slices.Index(c.came[last+1:], lane)
				if at < laneShare || at > laneShare+1 {
					t.Fatalf("%d calls go before the next %s: %v", at, lane, c.came)
				}
				last += at + 1
			}
		}
	})
}

func TestRateAndBurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, begun := testGate(Limits{RequestsPerSecond: 10, Burst: 5, MaxInFlight: 100}), time.Now()
		var at []time.Duration
		for range 25 {
			pass(t, g, nil)
			at = append(at, time.Since(begun))
		}
		if at[4] != 0 {
			t.Errorf("the burst took %v", at[4])
		}
		if last := at[24]; last < 2*time.Second-time.Millisecond || last > 2*time.Second+10*time.Millisecond {
			t.Errorf("twenty calls beyond the burst took %v, not 2 s", last)
		}
		g.Limit(Limits{RequestsPerSecond: 1, Burst: 1, MaxInFlight: 100})
		begun = time.Now()
		for range 3 {
			pass(t, g, nil)
		}
		if took := time.Since(begun); took < 2*time.Second {
			t.Errorf("three calls took %v at one a second", took)
		}
	})
}

func TestAHigherLimitHoldsForThoseWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, begun := &crowd{Limiter: testGate(Limits{RequestsPerSecond: 0.001, Burst: 1, MaxInFlight: 1})}, time.Now()
		for range 20 {
			c.join(t.Context(), "x", cloudmore.LaneEdits)
		}
		c.Limit(Limits{RequestsPerSecond: 1000, Burst: 100, MaxInFlight: 4})
		pause(time.Second)
		if len(c.came) != 20 {
			t.Errorf("%d of 20 came in %v", len(c.came), time.Since(begun))
		}
	})
}

func TestInFlightLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := testGate(Limits{RequestsPerSecond: 1000, Burst: 1000, MaxInFlight: 3})
		var now, done atomic.Int32
		var all sync.Mutex
		peak := int32(0)
		for range 30 {
			go func() {
				leave, err := g.Enter(t.Context(), call(cloudmore.LaneCreates))
				if err != nil {
					t.Error(err)
					return
				}
				all.Lock()
				peak = max(peak, now.Add(1))
				all.Unlock()
				<-time.After(time.Second)
				now.Add(-1)
				leave(cloudmore.Result{})
				done.Add(1)
			}()
		}
		pause(10*time.Second + time.Millisecond)
		if peak != 3 || done.Load() != 30 {
			t.Errorf("%d were in flight at once and %d of 30 done after ten seconds, not 3 and 30", peak, done.Load())
		}
	})
}

func TestWhoGivesUpWasNotSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := testGate(Limits{RequestsPerSecond: 1000, Burst: 1000, MaxInFlight: 1})
		leave, err := g.Enter(t.Context(), call(cloudmore.LaneEdits))
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = g.Enter(ctx, cloudmore.Call{Op: cloudmore.OpCreate, Lane: cloudmore.LaneCreates})
		var f *broker.Failure
		if !errors.As(err, &f) || !f.NotSent || f.Class != broker.Unavailable || f.Op != "create broker" {
			t.Errorf("error is %+v", err)
		}
		leave(cloudmore.Result{})
		pass(t, g, nil) // it stands in nobody's way
		if got := len(g.lines[cloudmore.LaneCreates].waiting); got != 0 {
			t.Errorf("%d are still in line", got)
		}
	})
}

// TestCrowdsOnTheRealClock looks for races, deadlocks and lost wake-ups.
func TestCrowdsOnTheRealClock(t *testing.T) {
	g := testGate(Limits{RequestsPerSecond: 1e5, Burst: 10, MaxInFlight: 4})
	var now, sent, notSent atomic.Int32
	var all sync.WaitGroup
	for i := range 200 {
		random := rand.New(rand.NewPCG(1, uint64(i)))
		all.Go(func() {
			for range 20 {
				ctx, cancel := context.WithCancel(t.Context())
				if random.IntN(5) == 0 {
					ctx, cancel = context.WithTimeout(ctx, time.Duration(random.IntN(300))*time.Microsecond)
				}
				leave, err := g.Enter(ctx, call(cloudmore.Lane(1+random.IntN(3))))
				if err != nil {
					notSent.Add(1)
				} else {
					if n := now.Add(1); n > 4 {
						t.Errorf("%d in flight", n)
					}
					sent.Add(1)
					now.Add(-1)
					leave(cloudmore.Result{})
				}
				cancel()
			}
		})
	}
	all.Wait()
	if sent.Load()+notSent.Load() != 4000 || sent.Load() < 3000 {
		t.Errorf("%d sent, %d not", sent.Load(), notSent.Load())
	}
	for lane := range g.lines {
		if got := len(g.lines[lane].waiting); got != 0 || g.inFlight != 0 {
			t.Errorf("%d wait in lane %d, %d are in flight", got, lane, g.inFlight)
		}
	}
}

func BenchmarkGate(b *testing.B) {
	g := testGate(Limits{RequestsPerSecond: 1e9, Burst: 1e9, MaxInFlight: 8})
	b.ReportAllocs()
	for b.Loop() {
		leave, err := g.Enter(b.Context(), call(cloudmore.LaneEdits))
		if err != nil {
			b.Fatal(err)
		}
		leave(cloudmore.Result{})
	}
}
