package account

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// fleet are objects that each want their broker updated, and pass by pass ask for that
// as those of the controller do.
type fleet struct {
	*running
	account *Account
	ids     []broker.ID
	wake    []chan struct{} // by number
	left    atomic.Int32
	all     sync.WaitGroup
}

func newFleet(t *testing.T, n int) *fleet {
	t.Helper()
	f := &fleet{running: start(t, fake.Shapes{})}
	for i := range n {
		f.ids = append(f.ids, broker.ID(f.server.Add(company(i))))
		f.wake = append(f.wake, make(chan struct{}, 1))
	}
	wake := func(owners []Owner) {
		for _, o := range owners {
			var i int
			if _, err := fmt.Sscan(o.Name, &i); err == nil {
				poke(f.wake[i])
			}
		}
	}
	f.OnOwners(wake)
	f.OnTurns(wake)
	settings := usual
	settings.Limits = limiter.DefaultLimits
	f.Enter(testKey, "main", f.entry("main", settings))
	f.account = f.Account(testKey)
	pause(10 * time.Second)
	f.server.ResetHistory()
	return f
}

// begin has all objects at work.
func (f *fleet) begin() {
	f.left.Store(int32(len(f.ids)))
	for i := range f.ids {
		f.all.Go(func() {
			for failures := 0; ; {
				wait, done := f.pass(i, &failures)
				if done {
					f.left.Add(-1)
					return
				}
				select {
				case <-time.After(wait):
				case <-f.wake[i]:
				}
			}
		})
	}
	synctest.Wait()
}

// pass tries to update one broker; it says when to come back if nobody wakes the object.
func (f *fleet) pass(i int, failures *int) (wait time.Duration, done bool) {
	me := Owner{Namespace: fmt.Sprint("team", i%3), Name: fmt.Sprint(i)}
	if until := f.account.Silence().Until; until.After(time.Now()) {
		return time.Until(until), false
	}
	if !f.account.Standing("main").Verified {
		return time.Second, false
	}
	if !f.account.ClaimTurn(me) && !f.account.TakeTurn(me, cloudmore.LaneEdits) {
		return idle, false
	}
	defer f.account.EndTurn(me)
	ctx := cloudmore.WithLane(cloudmore.WithObject(context.Background(), me.Namespace, me.Name), cloudmore.LaneEdits)
	if _, failed := f.account.Update(ctx, "main", f.ids[i], wanted(i)); failed == nil {
		return 0, true
	}
	*failures++
	return limiter.Growing(*failures, 10*time.Minute), false
}

// TestAnOutageOfAnHour: few calls while it lasts, and then each update once, in the time
// that the calls take.
func TestAnOutageOfAnHour(t *testing.T) {
	for _, fault := range []fake.Fault{
		{Status: http.StatusServiceUnavailable}, {Writes: true, Status: http.StatusUnauthorized}, {Drop: fake.DropConnection}, {Delay: 24 * time.Hour},
	} {
		t.Run(fmt.Sprintf("%d %s %s", fault.Status, fault.Drop, fault.Delay), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, 200)
				if err := f.server.Inject(fault); err != nil {
					t.Fatal(err)
				}
				f.begin()
				pause(time.Hour)
				if puts := f.server.Calls(fake.OpUpdate); puts > 30 || f.left.Load() != 200 {
					t.Errorf("%d updates were tried in an hour, %d of 200 are left", puts, f.left.Load())
				}
				if lists := f.lists(); lists > 30+12 {
					t.Errorf("%d syncs in an hour", lists)
				}
				if logins := f.server.Calls(fake.OpToken); logins > 2 {
					t.Errorf("%d logins in an hour", logins)
				}
				f.server.ClearFaults()
				f.server.ResetHistory()
				for f.left.Load() == 200 {
					pause(time.Second)
				}
				begun := time.Now()
				f.all.Wait()
				if took := time.Since(begun); took > 21*time.Second {
					t.Errorf("200 updates at 10 calls a second took %v", took)
				}
				if puts := f.server.Calls(fake.OpUpdate); puts != 200 {
					t.Errorf("%d calls for 200 updates", puts)
				}
				f.stop()
			})
		})
	}
}

func (r *running) lists() int { return r.server.Calls(fake.OpList) }

// TestWhoHasNotFailedYetProbesFirst: in an outage somebody else may have what works.
func TestWhoHasNotFailedYetProbesFirst(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{})
	var called []string
	w.registry.OnTurns(func(owners []Owner) { called = append(called, namesOf(owners)...) })
	for i := range limiter.Patience {
		passAs(t, w.account.gate, fmt.Sprint("r", i), unavailable())
	}
	for _, name := range []string{"r0", "new", "r1", "newer"} {
		lane := cloudmore.LaneEdits
		if name == "newer" {
			lane = cloudmore.LaneBackground
		}
		if w.account.TakeTurn(Owner{Namespace: "team", Name: name}, lane) {
			t.Fatalf("%s has a turn during a pause", name)
		}
	}
	w.clock.SetTime(w.account.Next())
	w.account.gate.CallNext()
	for i := range 3 {
		if len(called) != i+1 {
			t.Fatalf("called are %v: not one at a time", called)
		}
		w.account.EndTurn(Owner{Namespace: "team", Name: called[i]})
	}
	if want := []string{"new", "newer", "r0", "r1"}; !slices.Equal(called, want) {
		t.Errorf("called are %v, not %v", called, want)
	}
}
