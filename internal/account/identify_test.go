package account

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// names is a list that shows no identity.
var names = fake.Shapes{ListFields: []string{"name"}}

// slow is one whose calls take the time that the limits of an account want.
var slow = fake.Shapes{ListFields: []string{"name"}, Latency: 200 * time.Millisecond}

func TestIdentityIsReadWhereListsLackIt(t *testing.T) {
	w := newWorld(t, names)
	var ids []broker.ID
	for i := range 4 {
		ids = append(ids, broker.ID(w.server.Add(company(i))))
	}
	w.held[ids[3]] = true
	w.observe()
	if got := w.gets(); got != 3 {
		t.Errorf("%d GETs, not one for each broker that nobody holds", got)
	}
	if len(w.matches(1)) != 1 || len(w.matches(3)) != 0 {
		t.Errorf("%d and %d brokers are found by identity, not 1 and 0", len(w.matches(1)), len(w.matches(3)))
	}
	w.server.ResetHistory()
	w.refresh()
	if got := w.gets(); got != 0 {
		t.Errorf("%d GETs for what is known", got)
	}
	w.edit(ids[0], func(b *fake.Broker) { b.Name, b.RegistrationNumber = "Renamed", "EE77" })
	w.refresh()
	if got := w.gets(); got != 1 || len(w.matches(0)) != 0 {
		t.Errorf("%d GETs after a summary changed, not 1", got)
	}
}

func TestListsThatShowTheIdentityCostNoGet(t *testing.T) {
	w := newWorld(t, fake.Shapes{})
	for i := range 50 {
		w.server.Add(company(i))
	}
	w.observe()
	w.refresh()
	if got := w.gets(); got != 0 {
		t.Errorf("%d GETs", got)
	}
}

func TestBrokersThatCannotBeReadHaveNoIdentity(t *testing.T) {
	for _, answer := range []string{fake.ForeignForbidden, fake.ForeignNotFound} {
		t.Run(answer, func(t *testing.T) {
			shapes := names
			shapes.ForeignGet = answer
			w := newWorld(t, shapes)
			id := broker.ID(w.server.AddForeign(company(1)))
			w.server.Add(company(2))
			w.observe()
			if s := w.account.Standing("main"); !s.Verified {
				t.Fatalf("standing is %+v", s)
			}
			if len(w.matches(1)) != 0 || len(w.matches(2)) != 1 || w.known(id) == nil {
				t.Error("the one that can be read is not the only one found by identity")
			}
			w.server.ResetHistory()
			for range 10 {
				w.refresh()
			}
			if got := w.gets(); got != 0 {
				t.Errorf("%d GETs for what was refused", got)
			}
			w.run(2 * time.Hour)
			if got := w.gets(); got != 4 {
				t.Errorf("%d GETs in two hours, not one an hour for each of two", got)
			}
		})
	}
}

func TestOneDenialHidesNoIdentity(t *testing.T) {
	for _, status := range []int{403, 404} {
		w := newWorld(t, names)
		w.server.Add(company(1))
		w.server.Add(company(2))
		w.inject(fake.Fault{Op: fake.OpGet, Status: status, Times: 1})
		w.observe()
		if got := w.gets(); got != 3 || len(w.matches(1)) != 1 || len(w.matches(2)) != 1 {
			t.Errorf("after one %d and %d GETs %d and %d brokers are found by identity, not 1 each", status, got, len(w.matches(1)), len(w.matches(2)))
		}
	}
}

func TestWhatWasIdentifiedStaysWhenTheReadingFails(t *testing.T) {
	w := newWorld(t, names)
	for i := range 10 {
		w.server.Add(company(i))
	}
	w.inject(fake.Fault{Op: fake.OpGet, Nth: 6, Times: 3, Status: 503})
	w.observe()
	if s := w.account.Standing("main"); s.Failure == nil {
		t.Fatal("the sync did not fail")
	}
	w.run(10 * time.Second)
	if got := w.gets(); got != 13 {
		t.Errorf("%d GETs for ten brokers and three failures, not 13", got)
	}
	if len(w.matches(0)) != 1 || len(w.matches(9)) != 1 {
		t.Error("not all are found by identity")
	}
}

func TestThoseWhoSeekAnIdentityAreWokenWhenItIsRead(t *testing.T) {
	w, _ := readWorld(t, names)
	w.account.Follow(owner("a"), Interest{Identity: identity(1)})
	w.account.Follow(owner("b"), Interest{Identity: identity(2)})
	w.server.Add(company(1))
	w.refresh()
	w.expectWoken("a")
}

func TestAFirewallHidesNoIdentity(t *testing.T) {
	w := newWorld(t, names)
	w.server.Add(company(1))
	w.inject(fake.Fault{Op: fake.OpGet, Status: 403, Form: fake.FormHTML, Says: "Request blocked", Times: 2})
	w.observe()
	if v := w.account.View(inventory.Query{Identity: identity(1)}); len(v.Unreadable) != 1 || len(v.Absent) != 0 {
		t.Errorf("after the sync that met it %d brokers may be the sought one, and %d syncs lack it", len(v.Unreadable), len(v.Absent))
	}
	w.run(time.Hour)
	if len(w.matches(1)) != 1 {
		t.Errorf("%d brokers are found by identity after it, not 1", len(w.matches(1)))
	}
}

// TestIdentitiesThatListsDoNotShowAreReadAgain holds that what somebody gives a broker in
// the portal is known a detail interval later, though its list entry stays as it is.
func TestIdentitiesThatListsDoNotShowAreReadAgain(t *testing.T) {
	w, ids := readWorld(t, slow, companies(20)...)
	w.account.Follow(owner("seeker"), Interest{Identity: identity(99)})
	w.edit(ids[7], func(b *fake.Broker) { b.RegistrationNumber, b.Domain = "EE99", "c99.example" })
	w.run(time.Hour)
	if got := w.gets(); got != 20 {
		t.Errorf("%d GETs in a detail interval, not one for each of 20 brokers", got)
	}
	if len(w.matches(99)) != 1 || len(w.matches(7)) != 0 {
		t.Errorf("%d and %d brokers are found by the new and the old identity, not 1 and 0", len(w.matches(99)), len(w.matches(7)))
	}
	w.expectWoken("seeker")
	w.server.ResetHistory()
	w.run(3 * time.Hour)
	if got := w.gets(); got != 60 {
		t.Errorf("%d GETs in three detail intervals, not 60", got)
	}
}

// TestWhatListsTellIsNotReadAgain holds that details of brokers that nobody follows cost
// nothing where lists show who they are, and that those of another seller do not.
func TestWhatListsTellIsNotReadAgain(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{}, companies(20)...)
	w.run(3 * time.Hour)
	if got := w.gets(); got != 0 {
		t.Errorf("%d GETs in three hours", got)
	}
	w, _ = readWorld(t, fake.Shapes{ListFields: []string{"name", "isServiceBroker"}})
	w.server.AddForeign(company(1))
	w.refresh()
	w.run(3 * time.Hour)
	if got := w.gets(); got != 0 {
		t.Errorf("%d GETs in three hours for a broker that lists mark as another seller's", got)
	}
}

// TestCreatesBesideUnheldBrokersCostOneReadOfEach holds that N creates beside M brokers
// that nobody holds cost M details, however many lists they take.
func TestCreatesBesideUnheldBrokersCostOneReadOfEach(t *testing.T) {
	const unheld, creates = 50, 20
	w, _ := readWorld(t, slow)
	for i := range unheld {
		w.server.Add(company(i))
	}
	for i := range creates {
		w.refresh()
		id, _, f := w.account.Create(t.Context(), "main", wanted(100+i))
		if f != nil {
			t.Fatal(f)
		}
		w.refresh() // its Reseller does not hold it yet
		w.held[id] = true
	}
	if got := w.gets(); got != unheld {
		t.Errorf("%d GETs for %d creates beside %d brokers, not %d", got, creates, unheld, unheld)
	}
}

// TestABrokerThatCannotBeReadStopsNobodyElse holds that the account goes on when the GET of
// one broker fails for good, and that what this one may be is not called absent.
func TestABrokerThatCannotBeReadStopsNobodyElse(t *testing.T) {
	w := newWorld(t, names)
	ids := make([]broker.ID, 6)
	for i := range ids {
		ids[i] = broker.ID(w.server.Add(company(i)))
	}
	for _, id := range ids[2:5] { // in a row
		w.inject(fake.Fault{Op: fake.OpGet, Broker: string(id), Status: 500})
	}
	w.observe()
	w.run(time.Minute)
	if s := w.account.Standing("main"); !s.Verified || s.Failure != nil {
		t.Fatalf("standing is %+v", s)
	}
	v := w.account.View(inventory.Query{Identity: identity(99)})
	if len(v.Absent) != 0 || len(v.Unreadable) != 3 {
		t.Errorf("%d syncs lack what %d brokers may be, not 0 and 3", len(v.Absent), len(v.Unreadable))
	}
	if v := w.account.View(inventory.Query{Identity: identity(99), Others: ids[2:5]}); len(v.Absent) == 0 || len(v.Unreadable) != 0 {
		t.Errorf("%d syncs lack what %d brokers may be that a user calls others", len(v.Absent), len(v.Unreadable))
	}
	if len(w.matches(5)) != 1 || len(w.account.View(inventory.Query{ID: "nobody"}).AbsentID) == 0 {
		t.Error("what can be told of others is not")
	}
	w.server.ResetHistory()
	w.run(2 * time.Hour)
	if got := w.gets(); got > 200 {
		t.Errorf("%d GETs in two hours", got)
	}
	w.server.ClearFaults()
	w.run(10 * time.Minute)
	if v := w.account.View(inventory.Query{Identity: identity(99)}); len(v.Absent) == 0 || len(v.Unreadable) != 0 {
		t.Errorf("when all can be read %d syncs lack it, and %d brokers may be it", len(v.Absent), len(v.Unreadable))
	}
}

// TestMarksAreFoundWhereListsAreSummaries holds that a broker is found by its ownership mark
// although no Reseller holds it any more.
func TestMarksAreFoundWhereListsAreSummaries(t *testing.T) {
	mark := broker.Marking{PropertyID: "owner", Prefix: "cluster/team/a/"}
	c := company(1)
	c.CustomProperties = []fake.CustomProperty{{ID: "owner", Value: string(broker.MarkOf(broker.Owner(mark.Prefix), "attempt"))}}
	w, ids := readWorld(t, names, company(0), c)
	for range 2 {
		found := w.account.View(inventory.Query{Identity: identity(77), Mark: mark}).Matches
		if len(found) != 1 || found[0].ID != ids[1] {
			t.Fatalf("found are %d brokers", len(found))
		}
		w.refresh()
	}
}

func TestBrokersOfAnotherSellerAreNoMatch(t *testing.T) {
	for _, in := range []string{fake.ForeignEverywhere, fake.ForeignInLists, fake.ForeignInDetails} {
		for _, mark := range []string{fake.ForeignTrue, fake.ForeignText, fake.ForeignNumber, fake.ForeignKind} {
			for name, list := range map[string]fake.Shapes{
				"names": names, "summaries": {}, "details": {ListContent: fake.ListDetail},
			} {
				t.Run(in+" "+mark+" "+name, func(t *testing.T) {
					list.ForeignMarkedIn, list.ForeignMark = in, mark
					w := newWorld(t, list)
					id := broker.ID(w.server.AddForeign(company(1)))
					w.observe()
					w.clock.Step(time.Second)
					read, f := w.account.Look(t.Context(), "main", id)
					if f != nil || !read.Foreign {
						t.Fatalf("the look shows another seller's: %t, %v", read.Foreign, f)
					}
					for range 3 {
						v := w.account.View(inventory.Query{ID: id, Identity: identity(1), Weak: true, Name: "Company 1"})
						if len(v.Matches) != 0 || len(v.Similar) != 0 || len(v.Unreadable) != 0 || !v.Known.Foreign {
							t.Fatalf("%d matches, %d similar, known as another seller's: %t", len(v.Matches), len(v.Similar), v.Known.Foreign)
						}
						w.refresh()
					}
				})
			}
		}
	}
}

func TestABrokerIsInactiveWhoeverSaysSo(t *testing.T) {
	for name, shapes := range map[string]fake.Shapes{
		"details":          {InactiveListed: true, ListContent: fake.ListDetail},
		"marked summaries": {InactiveListed: true},
		"names":            names,
	} {
		t.Run(name, func(t *testing.T) {
			w, ids := readWorld(t, shapes, company(1), company(2))
			active := func(want bool) {
				t.Helper()
				w.refresh()
				w.clock.Step(time.Second)
				read, f := w.account.Look(t.Context(), "main", ids[0])
				if f != nil || read.Inactive() == want || w.known(ids[0]).Inactive() == want {
					t.Fatalf("read as inactive: %t, known as inactive: %t, %v", read.Inactive(), w.known(ids[0]).Inactive(), f)
				}
			}
			active(true)
			w.account.Follow(owner("holder"), Interest{ID: ids[0], Held: true})
			if err := w.server.Deactivate(string(ids[0])); err != nil {
				t.Fatal(err)
			}
			active(false)
			if err := w.server.Activate(string(ids[0])); err != nil {
				t.Fatal(err)
			}
			w.wokenNow()
			w.refresh()
			if w.known(ids[0]).Inactive() || len(w.wokenNow()) != 1 {
				t.Errorf("after a list that shows it again it is known as inactive: %t", w.known(ids[0]).Inactive())
			}
			active(true)
		})
	}
}
