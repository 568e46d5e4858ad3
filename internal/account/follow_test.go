package account

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

func TestOnlyThoseConcernedAreWoken(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*world, []broker.ID)
		want   []string
	}{
		{"nobody, where nothing changed", func(*world, []broker.ID) {}, nil},
		{"who follows the broker that was edited", func(w *world, ids []broker.ID) {
			w.edit(ids[1], func(b *fake.Broker) { b.Name = "Renamed" })
		}, []string{"holds1"}},
		{"who follows the broker that has gone, and who seeks its identity", func(w *world, ids []broker.ID) {
			w.remove(ids[0])
		}, []string{"holds0", "seeks0"}},
		{"who seeks the identity of a new broker", func(w *world, _ []broker.ID) {
			w.server.Add(company(7))
		}, []string{"seeks7"}},
		{"who seeks the old identity, and who seeks the new one", func(w *world, ids []broker.ID) {
			w.edit(ids[0], func(b *fake.Broker) { b.RegistrationNumber, b.Domain = "EE7", "c7.example" })
		}, []string{"holds0", "seeks0", "seeks7"}},
		{"who seeks an identity that lost a half", func(w *world, ids []broker.ID) {
			w.edit(ids[0], func(b *fake.Broker) { b.Domain = "" })
		}, []string{"holds0", "seeks0"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			w, ids := readWorld(t, fake.Shapes{}, company(0), company(1))
			w.account.Follow(owner("holds0"), Interest{ID: ids[0]})
			w.account.Follow(owner("holds1"), Interest{ID: ids[1], Identity: identity(1)})
			w.account.Follow(owner("seeks0"), Interest{Identity: identity(0)})
			w.account.Follow(owner("seeks7"), Interest{Identity: identity(7)})
			row.change(w, ids)
			w.refresh()
			w.expectWoken(row.want...)
		})
	}
}

func TestChangedInterest(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, company(0), company(1))
	w.account.Follow(owner("a"), Interest{ID: ids[0]})
	w.account.Follow(owner("a"), Interest{ID: ids[1]})
	w.account.Follow(owner("b"), Interest{ID: ids[0]})
	w.account.Unfollow(owner("b"))
	w.account.Unfollow(owner("nobody"))
	w.edit(ids[0], func(b *fake.Broker) { b.Name = "Renamed" })
	w.refresh()
	w.expectWoken()
	w.edit(ids[1], func(b *fake.Broker) { b.Name = "Renamed" })
	w.refresh()
	w.expectWoken("a")
	w.account.Unfollow(owner("a"))
	if f := w.account.followers; len(f.interest)+len(f.byID)+len(f.byIdentity)+len(f.waiting) != 0 {
		t.Errorf("followers are left: %+v", f)
	}
}

// TestCallsWakeWhoSeeksTheIdentity: a later sync shows nothing new, so nobody
// else would.
func TestCallsWakeWhoSeeksTheIdentity(t *testing.T) {
	for _, row := range []struct {
		name string
		call func(*world, broker.ID) *broker.Failure
		want []string
	}{
		{"that a create gave to a broker", func(w *world, _ broker.ID) *broker.Failure {
			_, _, f := w.account.Create(w.Context(), "main", wanted(7))
			return f
		}, []string{"seeks7"}},
		{"that an update moved it from and to", func(w *world, id broker.ID) *broker.Failure {
			_, f := w.account.Update(w.Context(), "main", id, wanted(7))
			return f
		}, []string{"seeks0", "seeks7"}},
		{"that a GET found moved", func(w *world, id broker.ID) *broker.Failure {
			w.edit(id, func(b *fake.Broker) { b.RegistrationNumber, b.Domain = "EE7", "c7.example" })
			_, f := w.account.Look(w.Context(), "main", id)
			return f
		}, []string{"seeks0", "seeks7"}},
		{"that a 404 freed", func(w *world, id broker.ID) *broker.Failure {
			w.remove(id)
			if _, f := w.account.Look(w.Context(), "main", id); f == nil {
				w.Error("the broker is still there")
			}
			return nil
		}, []string{"seeks0"}},
		{"but nobody where it stayed", func(w *world, id broker.ID) *broker.Failure {
			_, f := w.account.Look(w.Context(), "main", id)
			return f
		}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			w, ids := readWorld(t, fake.Shapes{}, company(0))
			w.account.Follow(owner("holds0"), Interest{ID: ids[0]})
			w.account.Follow(owner("seeks0"), Interest{Identity: identity(0)})
			w.account.Follow(owner("seeks7"), Interest{Identity: identity(7)})
			w.clock.Step(time.Second)
			if f := row.call(w, ids[0]); f != nil {
				t.Fatal(f)
			}
			w.expectWoken(row.want...)
		})
	}
}

func TestOwnWritesAreNoNewsToTheNextReading(t *testing.T) {
	for _, content := range []string{fake.ListDetail, fake.ListSummary} {
		w, ids := readWorld(t, fake.Shapes{ListContent: content}, company(0))
		w.account.Follow(owner("holds0"), Interest{ID: ids[0]})
		w.clock.Step(time.Second)
		id, _, f := w.account.Create(t.Context(), "main", wanted(7))
		if f != nil {
			t.Fatal(f)
		}
		w.account.Follow(owner("made7"), Interest{ID: id, Identity: identity(7)})
		edited := wanted(0)
		name := "Renamed"
		edited.Name = &name
		if _, f := w.account.Update(t.Context(), "main", ids[0], edited); f != nil {
			t.Fatal(f)
		}
		w.wokenNow()
		w.refresh()
		w.expectWoken()
		if v := w.account.View(inventory.Query{ID: id}); v.ServicesActivated == nil || *v.ServicesActivated {
			t.Errorf("services of a new broker are %v", v.ServicesActivated)
		}
	}
}

// TestWhoFollowsAnAccountIsToldWhenItGoes holds that nobody sleeps on in an account that is
// no more: one that is recreated would not know them.
func TestWhoFollowsAnAccountIsToldWhenItGoes(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, fake.Broker{Name: "ABC"})
	w.account.Follow(owner("a"), Interest{ID: ids[0], Held: true})
	w.enter("other", fake.DefaultUsername, usual)
	w.wokenNow()
	if w.registry.Leave(testKey, "other"); len(w.wokenNow()) != 0 {
		t.Error("told while another session is at work")
	}
	if w.registry.Leave(testKey, "main"); len(w.wokenNow()) != 1 {
		t.Error("not told when the last session went")
	}
}
