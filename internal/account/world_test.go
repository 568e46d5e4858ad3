package account

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	testingclock "k8s.io/utils/clock/testing"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

const testEndpoint = "https://api.example"

var (
	begin   = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	testKey = broker.AccountOf(testEndpoint, fake.DefaultSellerID)
	// unlimited lets a test run in one goroutine: nothing waits in the limiter.
	unlimited = limiter.Limits{RequestsPerSecond: 1e6, Burst: 1e6, MaxInFlight: 100}
	usual     = Settings{Limits: unlimited, ObserveInterval: 5 * time.Minute, DetailInterval: time.Hour, ListLag: 30 * time.Second}
)

// world is an account with a server behind it, in virtual time.
type world struct {
	*testing.T
	clock    *testingclock.FakeClock
	server   *fake.Server
	registry *Registry
	account  *Account
	woken    []Owner // since last asked
	kept     int     // how often the keepers were told
	held     map[broker.ID]bool
	slept    func() // called while the server lets a call wait
}

// newWorld makes one with a session named "main" that has not read yet.
func newWorld(t *testing.T, shapes fake.Shapes) *world {
	t.Helper()
	return newWorldOf(t, shapes, func(*Registry) {})
}

// newWorldOf makes one of a registry that is changed before it has accounts.
func newWorldOf(t *testing.T, shapes fake.Shapes, change func(*Registry)) *world {
	t.Helper()
	w := &world{T: t, clock: testingclock.NewFakeClock(begin), held: map[broker.ID]bool{}}
	server, err := fake.New(fake.Options{Shapes: shapes, Now: w.clock.Now, Sleep: func(ctx context.Context, d time.Duration) error {
		w.clock.Step(d)
		if w.slept != nil {
			w.slept()
		}
		return ctx.Err()
	}})
	if err != nil {
		t.Fatal(err)
	}
	w.server = server
	w.registry = NewRegistry(w.clock, func() float64 { return 1 },
		func(_ broker.Account, id broker.ID) bool { return w.held[id] }, func(cloudmore.Call, cloudmore.Result) {})
	w.registry.OnOwners(func(owners []Owner) { w.woken = append(w.woken, owners...) })
	w.registry.OnKeepers(func(broker.Account, string) { w.kept++ })
	w.registry.SetBeside(func(ctx context.Context, do func(context.Context)) { do(ctx) })
	change(w.registry)
	w.account = w.registry.Account(testKey)
	w.enter("main", fake.DefaultUsername, usual)
	return w
}

// readWorld is a world whose account was read once.
func readWorld(t *testing.T, shapes fake.Shapes, brokers ...fake.Broker) (*world, []broker.ID) {
	t.Helper()
	w := newWorld(t, shapes)
	ids := make([]broker.ID, len(brokers))
	for i := range brokers {
		ids[i] = broker.ID(w.server.Add(brokers[i]))
	}
	w.observe()
	w.server.ResetHistory()
	return w, ids
}

// enter puts a session to work for a user of the server.
func (w *world) enter(name, user string, settings Settings) {
	w.Helper()
	w.enterAs(name, user, Untried, settings)
}

// enterAs does so with credentials that something is known of.
func (w *world) enterAs(name, user string, trust Trust, settings Settings) {
	w.Helper()
	w.enterBy(w.clock.Now, name, user, trust, settings)
}

// enterBy does so with a clock of the client's own.
func (w *world) enterBy(now func() time.Time, name, user string, trust Trust, settings Settings) {
	w.Helper()
	door := &Door{}
	client, err := cloudmore.New(cloudmore.Config{
		Endpoint: testEndpoint, SellerID: fake.DefaultSellerID, Transport: w.server.RoundTripper(),
		Credentials: cloudmore.Credentials{Username: user, Password: fake.DefaultPassword, ClientSecret: fake.DefaultClientSecret},
		Gate:        door, Now: now, UserAgent: "test", Announcements: w.registry.Announcements(testKey),
	})
	if err != nil {
		w.Fatal(err)
	}
	w.registry.Enter(testKey, name, Entry{ID: name + "-credentials", Client: client, Door: door, Trust: trust, Settings: settings})
}

// user adds a user to the server.
func (w *world) user(name string, access fake.Access) {
	w.server.SetUser(fake.User{Username: name, Password: fake.DefaultPassword, Access: access})
}

func (w *world) observe() { w.account.Observe(w.Context()) }

// run lets time pass as the account's loop would.
func (w *world) run(d time.Duration) {
	w.Helper()
	for end, turns := w.clock.Now().Add(d), 0; ; turns++ {
		next := w.account.Next()
		if next.IsZero() || next.After(end) {
			w.clock.SetTime(end)
			return
		}
		if next.After(w.clock.Now()) {
			w.clock.SetTime(next)
		}
		w.observe()
		if turns > 100_000 {
			w.Fatal("the loop turns without end")
		}
	}
}

// lists and gets are the calls so far.
func (w *world) lists() int { return w.server.Calls(fake.OpList) }
func (w *world) gets() int  { return w.server.Calls(fake.OpGet) }

// refresh reads the account a minute later.
func (w *world) refresh() {
	w.Helper()
	w.clock.Step(time.Minute)
	before := w.lists()
	w.account.ReadNow("main")
	w.observe()
	if w.lists() == before {
		w.Fatal("the account was not read")
	}
}

// takeIn has the account take in a list.
func (w *world) takeIn(list []broker.Broker) {
	w.account.mu.Lock()
	defer w.account.mu.Unlock()
	w.account.takeIn(w.clock.Now(), &cloudmore.Listing{Brokers: list}, nil, map[Owner]bool{})
}

// wokenNow are the owners woken since last asked, sorted and once each.
func (w *world) wokenNow() []string {
	var names []string
	for _, o := range w.woken {
		names = append(names, o.Name)
	}
	w.woken = nil
	slices.Sort(names)
	return slices.Compact(names)
}

func (w *world) expectWoken(names ...string) {
	w.Helper()
	if got := w.wokenNow(); !slices.Equal(got, names) {
		w.Errorf("woken are %v, not %v", got, names)
	}
}

func (w *world) edit(id broker.ID, change func(*fake.Broker)) {
	w.Helper()
	if err := w.server.Edit(string(id), change); err != nil {
		w.Fatal(err)
	}
}

func (w *world) remove(ids ...broker.ID) {
	w.Helper()
	for _, id := range ids {
		if err := w.server.Remove(string(id)); err != nil {
			w.Fatal(err)
		}
	}
}

func (w *world) inject(faults ...fake.Fault) {
	w.Helper()
	if err := w.server.Inject(faults...); err != nil {
		w.Fatal(err)
	}
}

func (w *world) known(id broker.ID) *broker.Broker {
	return w.account.View(inventory.Query{ID: id}).Known
}

func (w *world) matches(n int) []*broker.Broker {
	return w.account.View(inventory.Query{Identity: identity(n)}).Matches
}

func owner(name string) Owner { return Owner{Namespace: "team", Name: name} }

// company is a broker whose fields are numbered.
func company(n int) fake.Broker {
	return fake.Broker{
		Name: fmt.Sprint("Company ", n), RegistrationNumber: fmt.Sprint("EE", n), Domain: fmt.Sprintf("c%d.example", n),
		NotificationEmail: "n@c.example", SupportEmail: "s@c.example",
		Contact: fake.Contact{Name: "Kai", JobTitle: "CEO", Email: "kai@c.example", PhonePrefix: "372", Phone: "5550100", CellPhonePrefix: "372", CellPhone: "5550101"},
		Address: fake.Address{CountryCode: "EE"},
	}
}

func companies(n int) []fake.Broker {
	all := make([]fake.Broker, n)
	for i := range all {
		all[i] = company(i)
	}
	return all
}

func identity(n int) broker.Identity {
	id, _ := broker.IdentityFrom(fmt.Sprint("EE", n), fmt.Sprintf("c%d.example", n))
	return id
}

// wanted is what an operator would send for a company.
func wanted(n int) broker.Broker {
	c := company(n)
	return broker.Broker{
		Name: &c.Name, RegistrationNumber: &c.RegistrationNumber, Domain: &c.Domain,
		NotificationEmail: &c.NotificationEmail, SupportEmail: &c.SupportEmail,
		Contact: broker.Contact{
			Name: &c.Contact.Name, JobTitle: &c.Contact.JobTitle, Email: &c.Contact.Email, PhonePrefix: &c.Contact.PhonePrefix,
			Phone: &c.Contact.Phone, CellPhonePrefix: &c.Contact.CellPhonePrefix, CellPhone: &c.Contact.CellPhone,
		},
		Address: broker.Address{CountryCode: &c.Address.CountryCode},
	}
}

func text(b *broker.Broker, field func(*broker.Broker) *string) string {
	if b == nil {
		return "(no broker)"
	}
	if v := field(b); v != nil {
		return *v
	}
	return "(not shown)"
}

func nameOf(b *broker.Broker) string {
	return text(b, func(b *broker.Broker) *string { return b.Name })
}

func vatOf(b *broker.Broker) string { return text(b, func(b *broker.Broker) *string { return b.VAT }) }
