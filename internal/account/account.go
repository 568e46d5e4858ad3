package account

import (
	"sync"
	"time"

	"k8s.io/utils/clock"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// Owner is who has an interest in the account: the namespace and name of an object.
type Owner struct {
	Namespace, Name string
}

// Account is one seller account, shared by everybody who uses it.
type Account struct {
	key      broker.Account
	clock    clock.Clock
	gate     *gate
	wakeUp   func([]Owner)        // called without the lock
	wakeKept func(broker.Account) // likewise, for those who keep a session
	held     func(broker.ID) bool // whether a Reseller holds the broker; likewise
	wakeRun  chan struct{}
	braking  *braking

	mu        sync.Mutex
	sessions  map[string]*Session // by name of the Seller
	settings  Settings            // of the sessions, the most careful ones
	snap      *snapshot
	followers followers
	details   agenda
	lastStart time.Time     // of the latest reading tried
	lastTook  time.Duration // of its list
	nextRead  time.Time     // when the account is to be read even if nobody waits
	nextTick  time.Time     // when details may be read again
	doubted   int           // lists in a row that were not believed
}

func newAccount(key broker.Account, c clock.Clock, g *gate, b *braking) *Account {
	return &Account{
		key: key, clock: c, gate: g, braking: b, sessions: map[string]*Session{}, snap: newSnapshot(),
		followers: newFollowers(), wakeRun: make(chan struct{}, 1),
	}
}

// Gate is what the clients of this account have to pass.
func (a *Account) Gate() cloudmore.Gate { return a.gate }

// Silence is until when the account may not be called, and whether the server
// asked for that.
func (a *Account) Silence() (until time.Time, asked bool) { return a.gate.silence() }

// Doubt says why the latest list is not believed; "" if it is.
func (a *Account) Doubt() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.snap.doubt
}

// ReadNow has the account read, with every session that has yet to show what it
// may, as soon as its limits allow.
func (a *Account) ReadNow() {
	a.mu.Lock()
	a.readSoon()
	a.mu.Unlock()
	a.run()
}

// AcceptList has the next list believed, however many brokers it lacks.
func (a *Account) AcceptList() {
	a.mu.Lock()
	a.snap.trusted = true
	a.readSoon()
	a.mu.Unlock()
	a.run()
}

func (a *Account) readSoon() {
	a.nextRead = a.clock.Now()
	for _, s := range a.sessions {
		s.retryAt = time.Time{}
	}
}

// run wakes the account's loop.
func (a *Account) run() {
	select {
	case a.wakeRun <- struct{}{}:
	default:
	}
}
