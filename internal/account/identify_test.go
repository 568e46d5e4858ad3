package account

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// names is a list that shows no identity.
var names = fake.Shapes{ListFields: []string{"name"}}

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
			if got := w.gets(); got < 1 || got > 3 {
				t.Errorf("%d GETs in two hours for what was refused", got)
			}
		})
	}
}

func TestWhatWasIdentifiedStaysWhenTheReadingFails(t *testing.T) {
	w := newWorld(t, names)
	for i := range 10 {
		w.server.Add(company(i))
	}
	w.inject(fake.Fault{Op: fake.OpGet, Nth: 6, Times: 1, Status: 503})
	w.observe()
	if s := w.account.Standing("main"); s.Failure == nil {
		t.Fatal("the reading did not fail")
	}
	w.run(10 * time.Second)
	if got := w.gets(); got != 11 {
		t.Errorf("%d GETs for ten brokers and one failure, not 11", got)
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
	w.inject(fake.Fault{Op: fake.OpGet, Status: 403, Form: fake.FormHTML, Says: "Request blocked", Times: 1})
	w.observe()
	if s := w.account.Standing("main"); s.Failure == nil || s.Failure.Said != "Request blocked" {
		t.Errorf("the reading that met it has standing %+v", s)
	}
	w.run(time.Hour)
	if len(w.matches(1)) != 1 {
		t.Errorf("%d brokers are found by identity after it, not 1", len(w.matches(1)))
	}
}
