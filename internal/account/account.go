package account

import (
	"context"
	"sync"
	"time"

	"k8s.io/utils/clock"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// Owner is who has an interest in the account: the namespace and name of an object.
type Owner = limiter.Owner

// Account is one seller account, shared by everybody who uses it.
type Account struct {
	key      broker.Account
	clock    clock.Clock
	gate     *limiter.Limiter                             // of the sessions that got the list
	hall     *limiter.Limiter                             // of the others
	wakeUp   func([]Owner)                                // called without the lock
	wakeKept func(broker.Account, string)                 // likewise, for those who keep a session
	held     func(broker.ID) bool                         // whether a Reseller holds the broker; likewise
	stored   func() []broker.ID                           // the brokers that Resellers hold; likewise
	beside   func(context.Context, func(context.Context)) // see Registry.SetBeside
	wakeRun  chan struct{}
	wakeTry  chan struct{} // likewise for the sessions on trial
	wakeTurn chan struct{} // likewise for the turns
	braking  *braking
	proofs   *proofs
	always   bool // nothing is ever written
	// announced is what a user called right of what lists announce.
	announced *cloudmore.Announcements

	mu            sync.Mutex
	sessions      map[string]*Session // by name of the Seller
	settings      Settings            // of the sessions, the most careful ones
	snap          *inventory.Snapshot
	followers     followers
	demand        demand
	details       agenda
	active        activeList
	lastStart     time.Time     // of the latest sync tried
	lastTook      time.Duration // of its list
	nextRead      time.Time     // when the account is to be read even if nobody waits
	nextTick      time.Time     // when details may be read again
	detailsFailed int           // GETs of details that failed in a row
	doubted       int           // lists in a row that were not believed
}

func newAccount(key broker.Account, c clock.Clock, e *entrance, b *braking) *Account {
	return &Account{
		key: key, clock: c, gate: e.gate, hall: e.hall, braking: b, sessions: map[string]*Session{}, snap: inventory.New(),
		followers: newFollowers(), demand: newDemand(), wakeRun: make(chan struct{}, 1), wakeTry: make(chan struct{}, 1),
		wakeTurn: make(chan struct{}, 1), proofs: &proofs{}, stored: func() []broker.ID { return nil },
		announced: cloudmore.NewAnnouncements(func() {}), beside: apart,
	}
}

// Silence is until when passes do not call the account, and why.
func (a *Account) Silence() limiter.Silence { return a.gate.Silence() }

// Outage is the latest one that has ended.
func (a *Account) Outage() limiter.Outage { return a.gate.Outage() }

// Doubt says why the latest list is not believed; "" if it is.
func (a *Account) Doubt() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.snap.Doubt()
}

// ReadNow has the account read as soon as its limits allow, with every session
// that has yet to show what it may; by a session on trial, with that one alone.
func (a *Account) ReadNow(session string) {
	a.mu.Lock()
	switch s := a.sessions[session]; {
	case s == nil:
	case s.entitled:
		a.readSoon()
	default:
		s.retryAt = time.Time{}
	}
	a.mu.Unlock()
	a.run()
}

// AcceptList has the next list believed, whatever it announces besides, or else however many
// brokers it lacks: what a list lacks that was refused for what it announces, nobody was told.
// Of that alone a user spoke who was asked about an announcement, or about nothing that this
// account's lists lack.
func (a *Account) AcceptList(announcement bool) {
	a.announced.Accept()
	a.mu.Lock()
	if !announcement {
		a.snap.Trust()
	}
	a.active.short = nil
	a.readSoon()
	a.mu.Unlock()
	a.run()
}

// Accepting reports whether no list was read yet since a user called it right.
func (a *Account) Accepting() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.snap.Trusted() || a.announced.Accepting(cloudmore.OpList)
}

func (a *Account) readSoon() {
	a.nextRead = a.clock.Now()
	for _, s := range a.sessions {
		if s.entitled {
			s.retryAt = time.Time{}
		}
	}
}

// run wakes the account's loops.
func (a *Account) run() {
	for _, wake := range []chan struct{}{a.wakeRun, a.wakeTry, a.wakeTurn} {
		poke(wake)
	}
}

// poke wakes who waits at a channel that holds one wake-up.
func poke(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}
