package reseller

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	testingclock "k8s.io/utils/clock/testing"
	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// A fleet of so many Resellers is created beside so many brokers that nobody manages.
const (
	fleetSize     = 1000
	unmanagedSize = 2000
)

// neighbour is how some unmanaged brokers are like a Reseller of the fleet each.
type neighbour struct {
	why    string
	n      int
	like   func(own fake.Broker) fake.Broker
	reason string // of the Reseller; "" where its create goes on
}

// neighbours are those kinds. Only who may be the same company is a reason to ask.
var neighbours = []neighbour{
	{"the whole identity", 10, func(own fake.Broker) fake.Broker { return own }, v1alpha1.ReasonAdoptionNotAllowed},
	{"the number without its zeros", 10, func(own fake.Broker) fake.Broker {
		return as(own, strings.TrimLeft(own.RegistrationNumber, "0"), "elsewhere-"+own.Domain)
	}, v1alpha1.ReasonSimilarBrokerExists},
	{"the number with a prefix, the domain with www.", 10, func(own fake.Broker) fake.Broker {
		return as(own, "EE"+own.RegistrationNumber, "www."+own.Domain)
	}, v1alpha1.ReasonSimilarBrokerExists},
	{"the domain, without a number", 10, func(own fake.Broker) fake.Broker { return as(own, "", own.Domain) }, v1alpha1.ReasonSimilarBrokerExists},
	{"the domain, with the number 0", 10, func(own fake.Broker) fake.Broker { return as(own, "0", own.Domain) }, v1alpha1.ReasonSimilarBrokerExists},
	{"the domain and the name, with another number", 10, func(own fake.Broker) fake.Broker {
		b := as(own, otherNumber(own), own.Domain)
		b.Name = strings.ToUpper(own.Name)
		return b
	}, v1alpha1.ReasonSimilarBrokerExists},
	{"the domain alone", 30, func(own fake.Broker) fake.Broker { return as(own, otherNumber(own), own.Domain) }, ""},
	{"the name alone", 30, func(own fake.Broker) fake.Broker {
		b := as(own, otherNumber(own), "other-"+own.Domain)
		b.Name = own.Name
		return b
	}, ""},
	{"the number of another country", 30, func(own fake.Broker) fake.Broker {
		b := as(own, own.RegistrationNumber, "abroad-"+own.Domain)
		b.Address.CountryCode = "FI"
		return b
	}, ""},
	{"the addresses and the phone", 30, func(own fake.Broker) fake.Broker {
		b := as(own, otherNumber(own), "beside-"+own.Domain)
		b.Contact, b.Address = own.Contact, own.Address
		return b
	}, ""},
}

// otherNumber is one that has nothing of a broker's own.
func otherNumber(b fake.Broker) string { return "9" + b.RegistrationNumber[2:] + "9" }

// as is another company that has the number and the domain.
func as(b fake.Broker, number, domain string) fake.Broker {
	b.Name, b.RegistrationNumber, b.Domain = "Other "+b.Name, number, domain
	return b
}

// fleet is an account with its brokers, and Resellers without an API server.
type fleet struct {
	*testing.T
	clock    *testingclock.FakeClock
	api      *fake.Server
	accounts *account.Registry
	account  *account.Account
	key      broker.Account
	held     map[broker.ID]bool
}

const helpDesk = "help@desk.example"

// unmanaged are the brokers of people: each tenth has a domain that many have, each
// seventh no number of use, and all the addresses of one help desk.
func unmanaged(i int) fake.Broker {
	b := fake.Broker{
		Name: fmt.Sprint("Portal ", i), RegistrationNumber: fmt.Sprintf("77%05d", i), Domain: fmt.Sprintf("portal%d.example", i),
		NotificationEmail: helpDesk, SupportEmail: helpDesk,
		Contact: fake.Contact{Name: "Desk", JobTitle: "Help", Email: helpDesk, PhonePrefix: "372", Phone: "5000000", CellPhonePrefix: "372", CellPhone: "5000000"},
		Address: fake.Address{CountryCode: "EE"},
	}
	if i%10 == 0 {
		b.Domain = sharedDomain(i)
	}
	if i%7 == 0 {
		b.RegistrationNumber = "0"
	}
	return b
}

// sharedDomain is one of ten that many have.
func sharedDomain(i int) string { return fmt.Sprintf("mail%d.example", i/10%10) }

// member is a Reseller of the fleet: each fiftieth has a shared domain, each sixtieth the
// number 0, and all the addresses of the help desk.
func member(i int) *v1alpha1.Reseller {
	text := func(s string) *v1alpha1.Text { return ptr.To(v1alpha1.Text(s)) }
	mail, phone, prefix := ptr.To(v1alpha1.Email(helpDesk)), ptr.To(v1alpha1.Phone("5000000")), ptr.To(v1alpha1.PhonePrefix("372"))
	name := fmt.Sprintf("r%04d", i)
	r := &v1alpha1.Reseller{
		ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: name, UID: types.UID(name), Generation: 1, Finalizers: []string{v1alpha1.FinalizerReseller}},
		Spec: v1alpha1.ResellerSpec{
			Name: text(fmt.Sprint("Company ", i)), RegistrationNumber: text(fmt.Sprintf("0%06d", 100_000+i)), Domain: ptr.To(v1alpha1.Domain(fmt.Sprintf("company%d.example", i))),
			NotificationEmail: mail, SupportEmail: mail,
			Contact: &v1alpha1.Contact{Name: text("Desk"), JobTitle: text("Help"), Email: mail, PhonePrefix: prefix, Phone: phone, CellPhonePrefix: prefix, CellPhone: phone},
			Address: &v1alpha1.Address{CountryCode: ptr.To(v1alpha1.CountryCode("EE"))},
		},
	}
	r.Status.ObservedGeneration = -1
	if i%50 == 49 {
		r.Spec.Domain = ptr.To(v1alpha1.Domain(sharedDomain(i)))
	}
	if i%60 == 59 {
		r.Spec.RegistrationNumber = text("0")
	}
	return r
}

func newFleet(t *testing.T) *fleet {
	t.Helper()
	f := &fleet{T: t, clock: testingclock.NewFakeClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)), held: map[broker.ID]bool{}}
	api, err := fake.New(fake.Options{Seed: 1, Shapes: fake.Shapes{ListContent: fake.ListDetail}, Now: f.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	const endpoint = "https://api.example"
	f.api, f.key = api, broker.AccountOf(endpoint, fake.DefaultSellerID)
	f.accounts = account.NewRegistry(f.clock, func() float64 { return 1 }, func(_ broker.Account, id broker.ID) bool { return f.held[id] }, func(cloudmore.Call, cloudmore.Result) {})
	f.account = f.accounts.Account(f.key)
	door := &account.Door{}
	client, err := cloudmore.New(cloudmore.Config{
		Endpoint: endpoint, SellerID: fake.DefaultSellerID, Transport: api.RoundTripper(), Gate: door, Now: f.clock.Now, UserAgent: "test",
		Credentials: cloudmore.Credentials{Username: fake.DefaultUsername, Password: fake.DefaultPassword, ClientSecret: fake.DefaultClientSecret},
	})
	if err != nil {
		t.Fatal(err)
	}
	f.accounts.Enter(f.key, "main", account.Entry{ID: "main", Client: client, Door: door, Settings: account.Settings{
		Limits: limiter.Limits{RequestsPerSecond: 1e6, Burst: 1e6, MaxInFlight: 100}, ObserveInterval: 5 * time.Minute, DetailInterval: time.Hour, ListLag: plan.DefaultListLag,
	}})
	return f
}

// read has the account read a minute later.
func (f *fleet) read(ctx context.Context) {
	f.Helper()
	f.clock.Step(time.Minute)
	f.account.ReadNow("main")
	f.account.Observe(ctx)
}

// pass is a pass over a new Reseller whose account was read twice since it has its finalizer.
func (f *fleet) pass(r *v1alpha1.Reseller, finalized time.Time) *pass {
	p := &pass{
		r: &Reconciler{Clock: f.clock, Accounts: f.accounts}, obj: r, stored: r.DeepCopy(), m: &memory{uid: r.UID}, account: f.account, session: "main",
		access: plan.Access{Account: f.key, Session: "main", Deadline: plan.DefaultDeadline, CommitBound: plan.DefaultCommitBound, ListLag: plan.DefaultListLag},
	}
	p.m.Finalized(finalized)
	p.remember()
	return p
}

// decide reads what the decision wants read, and returns what follows.
func (f *fleet) decide(ctx context.Context, p *pass) plan.Step {
	f.Helper()
	for range 10 {
		step, _ := plan.Decide(p.state())
		look, asks := step.(plan.Look)
		if !asks {
			return step
		}
		read, failure := f.account.Look(ctx, p.session, look.ID)
		p.outcome.Looked = &plan.Looked{ID: look.ID, Broker: read, Failure: failure, At: f.clock.Now()}
		p.m.Did(step, p.state())
	}
	f.Fatalf("%s: it reads on and on", p.obj.Name)
	return nil
}

// TestHowOftenAUserIsAsked creates a fleet in an account with many brokers that nobody
// manages, and holds that people are asked about those that may be the same company, and
// about nobody else: not for one address of all, nor for domains and numbers that many have.
func TestHowOftenAUserIsAsked(t *testing.T) {
	ctx, f := t.Context(), newFleet(t)
	kinds := map[int]*neighbour{} // by member
	members := make([]*v1alpha1.Reseller, fleetSize)
	for i := range members {
		members[i] = member(i)
	}
	next := 0
	for k := range neighbours {
		for range neighbours[k].n {
			for next++; next%50 == 49 || next%60 == 59; {
				next++
			}
			kinds[next] = &neighbours[k]
			f.api.Add(neighbours[k].like(companyOf(members[next])))
		}
	}
	for i := range unmanagedSize - len(kinds) {
		f.api.Add(unmanaged(i))
	}
	f.account.Observe(ctx)
	finalized := f.clock.Now()
	f.read(ctx)
	f.read(ctx)
	asked, told, created, similar := map[string]int{}, map[string]int{}, 0, 0
	for i, r := range members {
		why, want := "no broker", ""
		switch kind := kinds[i]; {
		case kind != nil:
			why, want = kind.why, kind.reason
		case i%50 == 49 && i%60 == 59:
			why, want = "the number 0 and a domain that many have", v1alpha1.ReasonAmbiguousMatch // it is the whole identity of several
		}
		got := ""
		p := f.pass(r, finalized)
		switch step := f.decide(ctx, p).(type) {
		case plan.RecordIntent:
			id, _, failure := f.account.Create(ctx, p.session, plan.DesiredFrom(r).Broker)
			if failure != nil {
				t.Fatal(failure)
			}
			f.held[id.Key()] = true
			created++
			told[why] += min(1, len(step.Beside))
		case plan.Rest:
			got = step.Reason
			asked[got+": "+why]++
			if got == v1alpha1.ReasonSimilarBrokerExists {
				similar++
			}
		default:
			t.Fatalf("%s beside %s: %T", r.Name, why, step)
		}
		if got != want {
			t.Errorf("%s (number %s, domain %s) beside a broker with %s: %q, not %q", r.Name, *r.Spec.RegistrationNumber, *r.Spec.Domain, why, got, want)
		}
	}
	t.Logf("%d creates beside %d brokers: %d made, %d times SimilarBrokerExists; asked about a broker with", fleetSize, unmanagedSize, created, similar)
	for _, why := range slices.Sorted(maps.Keys(asked)) {
		t.Logf("%4d  %s", asked[why], why)
	}
	for _, why := range slices.Sorted(maps.Keys(told)) {
		if told[why] > 0 {
			t.Logf("%4d  told of in an event and made: %s", told[why], why)
		}
	}
}

// companyOf is what the portal has of a company that a Reseller describes.
func companyOf(r *v1alpha1.Reseller) fake.Broker {
	b := unmanaged(1)
	b.Name, b.RegistrationNumber, b.Domain = string(*r.Spec.Name), string(*r.Spec.RegistrationNumber), string(*r.Spec.Domain)
	return b
}
