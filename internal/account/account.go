package account

import (
	"sync"
	"time"

	"k8s.io/utils/clock"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// Key is an account: where it is, and whose.
type Key struct {
	Endpoint, SellerID string
}

// Owner is who has an interest in the account: the namespace and name of an object.
type Owner struct {
	Namespace, Name string
}

// Account is one seller account, shared by everybody who uses it.
type Account struct {
	key      Key
	clock    clock.Clock
	gate     *gate
	wakeUp   func([]Owner)        // called without the lock
	wakeKept func(Key)            // likewise, for those who keep a session
	held     func(broker.ID) bool // whether a Reseller holds the broker
	wakeRun  chan struct{}

	mu        sync.Mutex
	sessions  map[string]*Session // by name of the Seller
	snap      *snapshot
	followers followers
	lastStart time.Time // of the latest reading tried
	lastTook  time.Duration
	nextRead  time.Time // when the account is to be read even if nobody waits
	retry     int       // failed readings in a row
	nextTick  time.Time // of details
}

// Gate is what the clients of this account have to pass.
func (a *Account) Gate() cloudmore.Gate { return a.gate }

// View is what is known about one Reseller's broker.
type View struct {
	// Latest is when the latest believed reading started; zero before the first.
	Latest time.Time
	// Doubt says why the latest list is not believed; "" if it is.
	Doubt string
	// Known is the broker as last read or written, nil while not known; it must not
	// be changed. KnownSince is when that was.
	Known      *broker.Broker
	KnownSince time.Time
	// Matches are the brokers with the sought identity or mark.
	Matches []*broker.Broker
	// Absent and AbsentID are the starts of the believed readings since the sought
	// identity and the broker were last seen, oldest first.
	Absent, AbsentID []time.Time
	// ServicesActivated is nil while not known.
	ServicesActivated *bool
}

// Query says what a View is to be about.
type Query struct {
	// ID is the bound broker; "" for none.
	ID       broker.ID
	Identity broker.Identity
	// Marked reports whether a broker carries the ownership mark; nil where no mark is used.
	Marked func(*broker.Broker) bool
}

var (
	yes = true
	no  = false
)

// View answers from memory; it never calls the API.
func (a *Account) View(q Query) View {
	a.mu.Lock()
	defer a.mu.Unlock()
	v := View{Latest: a.snap.latest(), Doubt: a.snap.doubt}
	if q.ID != "" {
		a.snap.view(q.ID.Key(), &v)
	}
	if q.Identity != (broker.Identity{}) {
		v.Absent = a.snap.since(a.snap.seenIdentity[q.Identity])
		for _, id := range a.snap.byIdentity[q.Identity] {
			v.Matches = append(v.Matches, a.snap.entries[id].known)
		}
	}
	if q.Marked != nil {
		a.addMarked(q, &v)
	}
	return v
}

// view shows one broker.
func (s *snapshot) view(id broker.ID, v *View) {
	v.AbsentID = s.since(s.seenID[id])
	e := s.entries[id]
	if e == nil {
		return
	}
	if e.goneAt.IsZero() {
		v.Known, v.KnownSince = e.known, e.knownAt()
	}
	switch {
	case !s.servicesKnown:
	case e.services:
		v.ServicesActivated = &yes
	default:
		v.ServicesActivated = &no
	}
}

// addMarked adds the brokers that carry the mark, whatever their identity.
func (a *Account) addMarked(q Query, v *View) {
	for _, e := range a.snap.entries {
		if e.known == nil || !e.goneAt.IsZero() || (e.identity == q.Identity && q.Identity != (broker.Identity{})) || !q.Marked(e.known) {
			continue
		}
		v.Matches = append(v.Matches, e.known)
		v.Absent = nil
	}
}

// Counts are the brokers of the account, as of its latest reading.
type Counts struct {
	Total, Managed, Unmanaged, Foreign int
}

// Counts returns them, and whether there was a reading.
func (a *Account) Counts() (Counts, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var c Counts
	for id, e := range a.snap.entries {
		if e.known == nil || !e.goneAt.IsZero() {
			continue
		}
		c.Total++
		switch {
		case a.held(id):
			c.Managed++
		case e.known.Foreign:
			c.Foreign++
		default:
			c.Unmanaged++
		}
	}
	return c, len(a.snap.starts) > 0
}

// Doubt says why the latest list is not believed; "" if it is.
func (a *Account) Doubt() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.snap.doubt
}

// Standing returns how a session stands.
func (a *Account) Standing(session string) Standing {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.sessions[session]
	if s == nil {
		return Standing{}
	}
	return Standing{ID: s.id, Verified: s.verified, Failure: s.failure, LoginRefused: s.client.LoginRefused()}
}

// ReadNow has the account read as soon as its limits allow.
func (a *Account) ReadNow() {
	a.mu.Lock()
	a.nextRead = a.clock.Now()
	a.mu.Unlock()
	a.run()
}

// AcceptList has the next list believed, however many brokers it lacks.
func (a *Account) AcceptList() {
	a.mu.Lock()
	a.snap.trusted = true
	a.mu.Unlock()
	a.ReadNow()
}

// Silence is until when the account may not be called, and whether the server
// asked for that.
func (a *Account) Silence() (until time.Time, asked bool) { return a.gate.silence() }

// run wakes the account's loop.
func (a *Account) run() {
	select {
	case a.wakeRun <- struct{}{}:
	default:
	}
}
