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
	gate     *gate                        // of the sessions that got the list
	hall     *gate                        // of the others
	wakeUp   func([]Owner)                // called without the lock
	wakeKept func(broker.Account, string) // likewise, for those who keep a session
	held     func(broker.ID) bool         // whether a Reseller holds the broker; likewise
	stored   func() []broker.ID           // the brokers that Resellers hold; likewise
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
	snap          *snapshot
	followers     followers
	demand        demand
	details       agenda
	active        activeList
	lastStart     time.Time     // of the latest reading tried
	lastTook      time.Duration // of its list
	nextRead      time.Time     // when the account is to be read even if nobody waits
	nextTick      time.Time     // when details may be read again
	detailsFailed int           // GETs of details that failed in a row
	doubted       int           // lists in a row that were not believed
}

func newAccount(key broker.Account, c clock.Clock, e *entrance, b *braking) *Account {
	return &Account{
		key: key, clock: c, gate: e.gate, hall: e.hall, braking: b, sessions: map[string]*Session{}, snap: newSnapshot(),
		followers: newFollowers(), demand: newDemand(), wakeRun: make(chan struct{}, 1), wakeTry: make(chan struct{}, 1),
		wakeTurn: make(chan struct{}, 1), proofs: &proofs{}, stored: func() []broker.ID { return nil },
		announced: cloudmore.NewAnnouncements(func() {}),
	}
}

// Silence is until when passes do not call the account, and why.
func (a *Account) Silence() Silence { return a.gate.silence() }

// Outage is the latest one that has ended.
func (a *Account) Outage() Outage { return a.gate.outage() }

// Doubt says why the latest list is not believed; "" if it is.
func (a *Account) Doubt() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.snap.doubt
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

// AcceptList has the next list believed, however many brokers it lacks, and whatever it
// announces besides.
func (a *Account) AcceptList() {
	a.announced.Accept()
	a.mu.Lock()
	a.snap.trusted = true
	a.readSoon()
	a.mu.Unlock()
	a.run()
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
