package account

import (
	"context"
	"sync"

	"k8s.io/utils/clock"

	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// Registry holds the accounts that are in use. It is a Runnable of the manager.
// Its lock may be held while an account's is taken, never the other way round.
type Registry struct {
	clock  clock.Clock
	random func() float64
	held   func(broker.Account, broker.ID) bool
	called func(cloudmore.Call, cloudmore.Result)

	mu       sync.Mutex
	accounts map[broker.Account]*Account
	// entrances may outlive their accounts: a pause is not forgotten because a
	// Seller is recreated.
	entrances map[broker.Account]*entrance
	brakes    map[broker.Account]*braking // see brake
	members   map[broker.Account]*cloudmore.Members
	announced map[broker.Account]*cloudmore.Announcements
	workers   limiter.Workers
	owners    func([]Owner)
	turns     func([]Owner)
	stored    func(broker.Account) []broker.ID
	beside    func(context.Context, func(context.Context))
	keepers   []func(key broker.Account, session string)
	running   context.Context // nil until Start, and when it ends
	done      sync.WaitGroup

	dryRun bool // of all accounts

	recalling sync.Mutex
	recalled  bool
}

// NewRegistry makes an empty one. random is in [0,1), held reports whether a
// Reseller holds a broker, called is told of every call.
func NewRegistry(c clock.Clock, random func() float64, held func(broker.Account, broker.ID) bool, called func(cloudmore.Call, cloudmore.Result)) *Registry {
	return &Registry{
		clock: c, random: random, held: held, called: called,
		accounts: map[broker.Account]*Account{}, entrances: map[broker.Account]*entrance{}, brakes: map[broker.Account]*braking{},
		members: map[broker.Account]*cloudmore.Members{}, announced: map[broker.Account]*cloudmore.Announcements{}, owners: func([]Owner) {},
		turns: func([]Owner) {}, stored: func(broker.Account) []broker.ID { return nil }, beside: apart,
	}
}

// SetStored sets how to ask which brokers of an account Resellers hold, as their status
// says: those are known before any Reseller has had a pass.
func (r *Registry) SetStored(held func(broker.Account) []broker.ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stored = held
}

// SetBeside sets how an account does something beside what it does, at once by default.
func (r *Registry) SetBeside(begin func(context.Context, func(context.Context))) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.beside = begin
}

// apart does something in a goroutine of its own.
func apart(ctx context.Context, do func(context.Context)) { go do(ctx) }

// OnOwners sets how to tell owners that a sync concerns them. It must not block.
func (r *Registry) OnOwners(tell func([]Owner)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.owners = tell
}

// OnTurns sets how to tell owners that they have a turn to call their account. It must
// not block.
func (r *Registry) OnTurns(tell func([]Owner)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turns = tell
}

// ShareWorkers says how many workers the accounts share. It is to be called before
// they work.
func (r *Registry) ShareWorkers(n int) { r.workers.Size = n }

// OnKeepers adds a way to tell those who keep a session that the account was read,
// or that a pause began or ended. Where a session is named, that concerns this
// one only. It must not block.
func (r *Registry) OnKeepers(tell func(key broker.Account, session string)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keepers = append(r.keepers, tell)
}

// Account returns the account with this key, made if there is none.
func (r *Registry) Account(key broker.Account) *Account {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.account(key)
}

// Find returns the account with this key, nil if there is none.
func (r *Registry) Find(key broker.Account) *Account {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.accounts[key]
}

// account is the one with this key, at work if the registry is.
func (r *Registry) account(key broker.Account) *Account {
	if a := r.accounts[key]; a != nil {
		return a
	}
	a := newAccount(key, r.clock, r.entrance(key), r.brake(key))
	a.held = func(id broker.ID) bool { return r.held(key, id) }
	stored := r.stored
	a.stored = func() []broker.ID { return stored(key) }
	a.announced = r.announcements(key)
	a.beside = r.beside
	a.always = r.dryRun
	a.wakeUp = r.tellOwners
	a.wakeKept = r.tellKeepers
	r.accounts[key] = a
	if r.running != nil {
		r.loop(a)
	}
	return a
}

func (r *Registry) entrance(key broker.Account) *entrance {
	if e := r.entrances[key]; e != nil {
		return e
	}
	e := &entrance{trials: map[string]*limiter.Trial{}}
	e.gate = limiter.New(limiter.Config{
		Clock: r.clock, Random: r.random, Called: r.called, Workers: &r.workers,
		OnPause: func() {
			if a := r.Find(key); a != nil {
				a.run()
			}
			r.tellKeepers(key, "")
		},
		OnHeal: r.tellOwners,
		OnTurn: func(called []Owner) { r.tellTurns(key, called) },
	})
	e.hall = limiter.New(limiter.Config{Clock: r.clock, Random: r.random, Called: r.called})
	e.hall.Limit(hallLimits)
	r.entrances[key] = e
	return e
}

// Entry is what a session enters an account with.
type Entry struct {
	// ID tells one set of credentials from another.
	ID     string
	Client *cloudmore.Client
	// Door is the client's limiter.
	Door     *Door
	Trust    Trust
	Settings Settings
}

// Enter puts a session to work in its account, in the place of an earlier one of
// the same name.
func (r *Registry) Enter(key broker.Account, name string, in Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sweep()
	a, e := r.account(key), r.entrance(key)
	if e.trials[name] == nil {
		e.trials[name] = limiter.NewTrial(r.clock, r.random, e.gate, e.hall)
	}
	s := &Session{
		id: in.ID, client: in.Client, door: in.Door, trial: e.trials[name], trust: in.Trust, settings: in.Settings,
		entitled: in.Trust == Proven,
	}
	s.door.watch(a.withheld)
	if s.door.lead(s.trial); s.entitled {
		s.door.lead(e.gate)
	}
	r.change(a, func() { a.sessions[name] = s })
}

// Members are how the account's API wants updates beyond its documentation, for
// all clients that are made for it. Keepers are told of what is learned.
func (r *Registry) Members(key broker.Account) *cloudmore.Members {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.members[key]
	if m == nil {
		m = cloudmore.NewMembers(func() { r.tellKeepers(key, "") })
		r.members[key] = m
	}
	return m
}

// Announcements are what a user called right of what the account's lists announce, for
// all clients that are made for it. Keepers are told of what is accepted.
func (r *Registry) Announcements(key broker.Account) *cloudmore.Announcements {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.announcements(key)
}

// announcements needs the lock.
func (r *Registry) announcements(key broker.Account) *cloudmore.Announcements {
	n := r.announced[key]
	if n == nil {
		n = cloudmore.NewAnnouncements(func() { r.tellKeepers(key, "") })
		r.announced[key] = n
	}
	return n
}

// Adjust gives a session other settings.
func (r *Registry) Adjust(key broker.Account, name string, settings Settings) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.accounts[key]
	if a == nil {
		return
	}
	r.change(a, func() {
		if s := a.sessions[name]; s != nil {
			s.settings = settings
		}
	})
}

// Leave ends a session. The last one takes the account with it, and those who follow it
// are told: in one that is recreated nobody would know them.
func (r *Registry) Leave(key broker.Account, name string) {
	if dropped := r.leave(key, name); dropped != nil {
		r.tellOwners(dropped.following())
	}
}

// leave is the account that went, nil if none did.
func (r *Registry) leave(key broker.Account, name string) (dropped *Account) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.accounts[key]
	if a == nil {
		return nil
	}
	if r.change(a, func() { delete(a.sessions, name) }) == 0 {
		delete(r.accounts, key)
		r.dropBrake(key)
		dropped = a
		delete(r.members, key)
		delete(r.announced, key)
	}
	r.sweep()
	return dropped
}

// sweep drops the trials of sessions and the entrances of accounts that have gone,
// unless a pause runs in them, and the turns in any case.
func (r *Registry) sweep() {
	now := r.clock.Now()
	for key, e := range r.entrances {
		a := r.accounts[key]
		if a == nil {
			r.turns(e.gate.DropTurns())
		}
		for name, t := range e.trials {
			if gone := a == nil || a.session(name) == nil; gone && !t.OwnSilence().After(now) {
				delete(e.trials, name)
			}
		}
		if a == nil && len(e.trials) == 0 && !e.gate.Silence().Until.After(now) {
			delete(r.entrances, key)
		}
	}
}

func (r *Registry) tellOwners(owners []Owner) {
	r.mu.Lock()
	tell := r.owners
	r.mu.Unlock()
	tell(owners)
}

// tellTurns tells those who got a turn, and the loop that the next one's time is another.
func (r *Registry) tellTurns(key broker.Account, called []Owner) {
	r.mu.Lock()
	tell, a := r.turns, r.accounts[key]
	r.mu.Unlock()
	if a != nil {
		poke(a.wakeTurn)
	}
	if len(called) > 0 {
		tell(called)
	}
}

func (r *Registry) tellKeepers(key broker.Account, session string) {
	r.mu.Lock()
	keepers := r.keepers
	r.mu.Unlock()
	for _, tell := range keepers {
		tell(key, session)
	}
}
