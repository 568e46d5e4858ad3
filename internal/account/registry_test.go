package account

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/utils/clock"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// running is a registry at work, on the clock of the bubble that a test runs in.
// A bubble ends only when every goroutine in it has.
type running struct {
	*testing.T
	*Registry
	server *fake.Server
	stop   func()

	mu    sync.Mutex
	woken map[Owner]int
	kept  map[broker.Account]int
}

func start(t *testing.T, shapes fake.Shapes) *running {
	t.Helper()
	r := &running{T: t, woken: map[Owner]int{}, kept: map[broker.Account]int{}}
	server, err := fake.New(fake.Options{Shapes: shapes})
	if err != nil {
		t.Fatal(err)
	}
	r.server = server
	r.Registry = NewRegistry(clock.RealClock{}, func() float64 { return 0.5 },
		func(broker.Account, broker.ID) bool { return false }, func(cloudmore.Call, cloudmore.Result) {})
	r.OnOwners(func(owners []Owner) {
		r.mu.Lock()
		defer r.mu.Unlock()
		for _, o := range owners {
			r.woken[o]++
		}
	})
	r.OnKeepers(func(key broker.Account, _ string) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.kept[key]++
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Start(ctx) }()
	r.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	synctest.Wait()
	return r
}

// wakeUps is how often an owner was woken.
func (r *running) wakeUps(name string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.woken[owner(name)]
}

// told is how often those who keep a session in an account were told.
func (r *running) told(key broker.Account) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.kept[key]
}

// entry is that of a client of the server, whatever the account is called.
func (r *running) entry(name string, settings Settings) Entry {
	r.Helper()
	door := &Door{}
	return Entry{ID: name, Client: r.client(fake.DefaultPassword, door), Door: door, Settings: settings}
}

// refused is a client whose login is refused.
func (r *running) refused(door *Door) *cloudmore.Client { return r.client("guessed", door) }

func (r *running) client(password string, door *Door) *cloudmore.Client {
	r.Helper()
	c, err := cloudmore.New(cloudmore.Config{
		Endpoint: testEndpoint, SellerID: fake.DefaultSellerID, Transport: r.server.RoundTripper(),
		Credentials: cloudmore.Credentials{Username: fake.DefaultUsername, Password: password, ClientSecret: fake.DefaultClientSecret},
		Gate:        door, Now: time.Now, UserAgent: "test",
	})
	if err != nil {
		r.Fatal(err)
	}
	return c
}

func (r *running) enter(key broker.Account, name string) {
	r.Helper()
	r.Enter(key, name, r.entry(name, Settings{Limits: limiter.DefaultLimits, ObserveInterval: 5 * time.Minute, DetailInterval: time.Hour}))
}

func TestAccountsAreReadWhileTheRegistryRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, fake.Shapes{})
		r.enter(testKey, "main")
		pause(time.Hour + time.Second)
		if got := r.server.Calls(fake.OpList); got != 13 {
			t.Errorf("%d lists in an hour, not 13", got)
		}
		if got := r.told(testKey); got != 13 {
			t.Errorf("those who keep a session were told %d times, not 13", got)
		}
		r.stop()
		pause(time.Hour)
		if got := r.server.Calls(fake.OpList); got != 13 {
			t.Errorf("%d lists after the end", got-13)
		}
	})
}

func TestAccountsFromBeforeTheStartAreRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, fake.Shapes{})
		r.stop()
		r.enter(testKey, "main")
		pause(time.Hour)
		if got := r.server.Calls(fake.OpList); got != 0 {
			t.Errorf("%d lists although the registry does not run", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := r.Start(ctx); err != nil {
			t.Fatal(err)
		}
		if got := r.server.Calls(fake.OpList); got != 1 {
			t.Errorf("%d lists, not 1", got)
		}
	})
}

func TestAHundredWhoWaitShareOneList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, fake.Shapes{Latency: 50 * time.Millisecond})
		r.enter(testKey, "main")
		pause(10 * time.Second)
		a := r.Find(testKey)
		for i := range 100 {
			go a.Await(owner(fmt.Sprint("r", i)), time.Now())
		}
		pause(time.Second)
		if got := r.server.Calls(fake.OpList); got != 2 {
			t.Errorf("%d lists, not 2", got)
		}
		for i := range 100 {
			if got := r.wakeUps(fmt.Sprint("r", i)); got != 1 {
				t.Errorf("number %d was woken %d times, not once", i, got)
			}
		}
		r.stop()
	})
}

func TestTheLastSessionTakesTheAccountWithIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, fake.Shapes{})
		r.enter(testKey, "one")
		r.enter(testKey, "two")
		pause(time.Minute)
		r.Leave(testKey, "one")
		r.Leave(testKey, "nobody")
		if r.Find(testKey) == nil {
			t.Fatal("the account ended with a session that was not the last")
		}
		r.Leave(testKey, "two")
		r.Leave(testKey, "two")
		r.Adjust(testKey, "two", usual)
		if r.Find(testKey) != nil {
			t.Fatal("the account outlives its last session")
		}
		before := r.server.Calls(fake.OpList)
		pause(time.Hour)
		if got := r.server.Calls(fake.OpList); got != before {
			t.Errorf("%d lists after the last session left", got-before)
		}
		r.enter(testKey, "three")
		pause(time.Minute)
		if s := r.Find(testKey).Standing("three"); !s.Verified {
			t.Errorf("a session that came later stands at %+v", s)
		}
		r.stop()
	})
}

func TestAccountsShareNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, fake.Shapes{})
		other := broker.AccountOf("https://other.example", fake.DefaultSellerID)
		r.enter(testKey, "main")
		r.enter(other, "main")
		pause(time.Minute)
		if err := r.server.Inject(fake.Fault{Op: fake.OpGet, Status: 429, RetryAfter: time.Minute, Times: 1}); err != nil {
			t.Fatal(err)
		}
		_, _ = r.Find(testKey).Look(t.Context(), "main", "7")
		if r.Find(testKey).Silence().Until.IsZero() {
			t.Error("no pause")
		}
		if !r.Find(other).Silence().Until.IsZero() {
			t.Error("the other account is paused, too")
		}
		if r.told(testKey) != 2 || r.told(other) != 1 {
			t.Errorf("told of the syncs and the pause were %d and %d times, not 2 and 1", r.told(testKey), r.told(other))
		}
		r.stop()
	})
}

func TestStopDoesNotWaitForASlowServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, fake.Shapes{Latency: 20 * time.Second})
		r.enter(testKey, "main")
		pause(time.Second)
		begun := time.Now()
		r.stop()
		if took := time.Since(begun); took > 0 {
			t.Errorf("the end took %v", took)
		}
	})
}

func TestReadingsGoOnWhileCreatesFillTheGate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, fake.Shapes{Latency: 10 * time.Millisecond})
		r.enter(testKey, "main")
		pause(time.Minute)
		a := r.Find(testKey)
		ctx, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		for i := range 16 {
			all.Go(func() {
				for n := i * 10_000; ctx.Err() == nil; n++ {
					_, _, _ = a.Create(ctx, "main", wanted(n))
				}
			})
		}
		pause(10 * time.Second)
		made := len(r.server.Live())
		a.Await(owner("a"), time.Now())
		pause(20 * time.Second)
		cancel()
		all.Wait()
		if r.wakeUps("a") == 0 {
			t.Error("who waits for a sync waits for ever")
		}
		if got := len(r.server.Live()) - made; got < 190 {
			t.Errorf("%d creates in 20 s at ten calls a second", got)
		}
		r.stop()
	})
}

// TestManyAtOnceOnTheRealClock looks for races and deadlocks across the locks.
func TestManyAtOnceOnTheRealClock(t *testing.T) {
	server, err := fake.New(fake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := &running{T: t, server: server, Registry: NewRegistry(clock.RealClock{}, func() float64 { return 0 },
		func(broker.Account, broker.ID) bool { return false }, func(cloudmore.Call, cloudmore.Result) {})}
	r.OnKeepers(func(key broker.Account, _ string) { r.Find(key) })
	r.OnOwners(func([]Owner) { r.Find(testKey) })
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() { _ = r.Start(ctx) })
	var clients sync.WaitGroup
	for i := range 8 {
		clients.Go(func() {
			name := fmt.Sprint("s", i%4)
			for n := range 25 {
				in := r.entry(name, Settings{Limits: unlimited, ObserveInterval: time.Minute, DetailInterval: time.Hour})
				in.Trust = Proven
				r.Enter(testKey, name, in)
				a := r.Account(testKey)
				id, _, _ := a.Create(ctx, name, wanted(i*100+n))
				me := owner(fmt.Sprint(i))
				a.Follow(me, Interest{ID: id, Identity: identity(n)})
				a.Await(me, time.Now())
				_, _ = a.Look(ctx, name, id)
				a.View(inventory.Query{ID: id, Identity: identity(n)})
				a.Counts(nil)
				a.ReadNow(name)
				a.Standing(name)
				a.Unfollow(me)
				r.Leave(testKey, name)
			}
		})
	}
	clients.Wait()
	cancel()
	all.Wait()
	if got := len(server.Live()); got == 0 {
		t.Error("nothing was created")
	}
}
