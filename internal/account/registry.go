package account

import (
	"context"
	"sync"
	"time"

	"k8s.io/utils/clock"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// Registry holds the accounts that are in use. It is a Runnable of the manager.
type Registry struct {
	clock  clock.Clock
	random func() float64
	held   func(Key, broker.ID) bool
	called func(cloudmore.Call, cloudmore.Result)

	mu       sync.Mutex
	accounts map[Key]*Account
	owners   func([]Owner)
	keepers  []func(Key)
	running  context.Context // nil until Start
	done     sync.WaitGroup
}

// NewRegistry makes an empty one. random is in [0,1), held reports whether a
// Reseller holds a broker, called is told of every call.
func NewRegistry(c clock.Clock, random func() float64, held func(Key, broker.ID) bool, called func(cloudmore.Call, cloudmore.Result)) *Registry {
	return &Registry{
		clock: c, random: random, held: held, called: called, accounts: map[Key]*Account{},
		owners: func([]Owner) {},
	}
}

// OnOwners sets how to tell owners that a reading concerns them. It must not block.
func (r *Registry) OnOwners(tell func([]Owner)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.owners = tell
}

// OnKeepers adds a way to tell those who keep a session that the account was read,
// or that a silence began or ended. It must not block.
func (r *Registry) OnKeepers(tell func(Key)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keepers = append(r.keepers, tell)
}

// Account returns the account with this key, made if there is none.
func (r *Registry) Account(key Key) *Account {
	r.mu.Lock()
	defer r.mu.Unlock()
	if a := r.accounts[key]; a != nil {
		return a
	}
	a := &Account{
		key: key, clock: r.clock, gate: newGate(r.clock, r.random, r.called),
		held:     func(id broker.ID) bool { return r.held(key, id) },
		sessions: map[string]*Session{}, snap: newSnapshot(), followers: newFollowers(),
		wakeRun: make(chan struct{}, 1),
	}
	a.wakeUp = func(owners []Owner) { r.tellOwners(owners) }
	a.wakeKept = func(key Key) { r.tellKeepers(key) }
	a.gate.onPause = func() { a.run(); r.tellKeepers(key) }
	r.accounts[key] = a
	if r.running != nil {
		r.loop(a)
	}
	return a
}

// Find returns the account with this key, nil if there is none.
func (r *Registry) Find(key Key) *Account {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.accounts[key]
}

// Enter puts a session to work in its account, in the place of an earlier one of
// the same name. id tells one set of credentials from another.
func (r *Registry) Enter(key Key, name, id string, client *cloudmore.Client, settings Settings) {
	a := r.Account(key)
	a.mu.Lock()
	a.sessions[name] = &Session{id: id, client: client, settings: settings}
	a.gate.limit(careful(a.sessions).Limits)
	a.mu.Unlock()
	a.run()
}

// Adjust gives a session other settings.
func (r *Registry) Adjust(key Key, name string, settings Settings) {
	a := r.Account(key)
	a.mu.Lock()
	if s := a.sessions[name]; s != nil {
		s.settings = settings
		a.gate.limit(careful(a.sessions).Limits)
		a.nextRead = earliest(a.nextRead, a.clock.Now().Add(settings.ObserveInterval))
	}
	a.mu.Unlock()
	a.run()
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// Leave ends a session. The last one takes the account with it.
func (r *Registry) Leave(key Key, name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.accounts[key]
	if a == nil {
		return
	}
	a.mu.Lock()
	delete(a.sessions, name)
	empty := len(a.sessions) == 0
	a.mu.Unlock()
	if empty {
		delete(r.accounts, key)
		a.run()
	}
}

// Start reads the accounts until ctx ends, and waits for the readings under way.
func (r *Registry) Start(ctx context.Context) error {
	r.mu.Lock()
	r.running = ctx
	for _, a := range r.accounts {
		r.loop(a)
	}
	r.mu.Unlock()
	<-ctx.Done()
	r.done.Wait()
	return nil
}

// NeedLeaderElection is true: a standby must not use up the account's rate.
func (r *Registry) NeedLeaderElection() bool { return true }

// loop observes one account whenever something is due.
func (r *Registry) loop(a *Account) {
	ctx := r.running
	r.done.Go(func() {
		for ctx.Err() == nil && r.Find(a.key) == a {
			wait := forever
			if next := a.Next(); !next.IsZero() || a.anySession() {
				wait = next.Sub(r.clock.Now())
			}
			if wait <= 0 {
				a.Observe(ctx)
				continue
			}
			timer := r.clock.NewTimer(wait)
			select {
			case <-timer.C():
			case <-a.wakeRun:
			case <-ctx.Done():
			}
			timer.Stop()
		}
	})
}

// anySession reports whether anybody uses the account.
func (a *Account) anySession() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.sessions) > 0
}

func (r *Registry) tellOwners(owners []Owner) {
	r.mu.Lock()
	tell := r.owners
	r.mu.Unlock()
	if len(owners) > 0 {
		tell(owners)
	}
}

func (r *Registry) tellKeepers(key Key) {
	r.mu.Lock()
	keepers := r.keepers
	r.mu.Unlock()
	for _, tell := range keepers {
		tell(key)
	}
}
