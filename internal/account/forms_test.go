package account

import (
	"fmt"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// inIntervals are the GETs in each of so many intervals, where who is woken by a change
// looks at once, as an owner does that finds a difference.
func (w *world) inIntervals(n int, ids ...broker.ID) []int {
	w.Helper()
	counts := make([]int, n)
	for i := range counts {
		before := w.gets()
		for range 10 { // half-minutes
			w.run(30 * time.Second)
			for range w.wokenNow() {
				if k := w.account.View(inventory.Query{ID: ids[0]}); !k.Known.Detail {
					if _, f := w.account.Look(w.Context(), "main", ids[0]); f != nil {
						w.Fatal(f)
					}
				}
			}
		}
		counts[i] = w.gets() - before
	}
	return counts
}

// ownForm is an account whose whole lists show names in upper case, and whose broker is
// known as its details show it.
func ownForm(t *testing.T) (*world, broker.ID) {
	t.Helper()
	w, ids := readWorld(t, fake.Shapes{ListContent: fake.ListDetail, Spell: []string{"list name upper"}}, company(1))
	w.account.Follow(owner("a"), Interest{ID: ids[0]})
	w.clock.Step(time.Second)
	if _, f := w.account.Look(t.Context(), "main", ids[0]); f != nil {
		t.Fatal(f)
	}
	w.server.ResetHistory()
	return w, ids[0]
}

func sum(counts []int) (all int) {
	for _, n := range counts {
		all += n
	}
	return all
}

func TestWholeListsWithAFormOfTheirOwnCostNoDetails(t *testing.T) {
	w, id := ownForm(t)
	if first := w.inIntervals(3, id); sum(first) > 3 || sum(first) == 0 {
		t.Errorf("%v GETs until the form of the list is known", first)
	}
	if rest := w.inIntervals(24, id); sum(rest) > 2 {
		t.Errorf("%v GETs in two hours, of which each detail interval costs one", rest)
	}
	if got := nameOf(w.known(id)); got != "Company 1" || !w.known(id).Detail {
		t.Errorf("the broker is %s, known in full: %v", got, w.known(id).Detail)
	}
}

func TestAChangedEntryOfSuchAListIsReadWithinAnInterval(t *testing.T) {
	w, id := ownForm(t)
	w.inIntervals(3, id)
	w.edit(id, func(b *fake.Broker) { b.Name = "Renamed" })
	if counts := w.inIntervals(1, id); counts[0] != 1 {
		t.Errorf("%d GETs for a changed entry, not 1", counts[0])
	}
	if got := nameOf(w.known(id)); got != "Renamed" {
		t.Errorf("the name is %s", got)
	}
	w.inIntervals(3, id)
	if rest := w.inIntervals(10, id); sum(rest) > 1 {
		t.Errorf("%v GETs once the new form is known", rest)
	}
}

func TestWhatSuchAListDoesNotShowIsReadInTheDetailInterval(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{ListContent: fake.ListDetail, Spell: []string{"list name cut=4"}}, company(1))
	w.account.Follow(owner("a"), Interest{ID: ids[0]})
	w.clock.Step(time.Second)
	if _, f := w.account.Look(t.Context(), "main", ids[0]); f != nil {
		t.Fatal(f)
	}
	w.inIntervals(3, ids[0])
	w.edit(ids[0], func(b *fake.Broker) { b.Name = "Company Renamed" }) // the list goes on to say "Comp"
	w.inIntervals(13, ids[0])
	if got := nameOf(w.known(ids[0])); got != "Company Renamed" {
		t.Errorf("the name is %s after the detail interval", got)
	}
}

// TestALateListIsNoForm holds that a list from before an own write is not taken for how
// lists show it: a change back would go unseen.
func TestALateListIsNoForm(t *testing.T) {
	for _, content := range []string{fake.ListDetail, fake.ListSummary} {
		t.Run(content, func(t *testing.T) {
			w, ids := readWorld(t, fake.Shapes{ListContent: content, ListFields: []string{"name", "domain", "registrationNumber"}}, company(1))
			w.account.Follow(owner("a"), Interest{ID: ids[0]})
			body := wanted(1)
			body.Name = ptr("Ours")
			w.clock.Step(time.Second)
			if _, f := w.account.Update(t.Context(), "main", ids[0], body); f != nil {
				t.Fatal(f)
			}
			late := *w.known(ids[0])
			late.Name, late.Detail = ptr("Company 1"), content == fake.ListDetail
			w.clock.Step(10 * time.Second)
			w.takeIn([]broker.Broker{late})
			w.clock.Step(time.Second)
			if _, f := w.account.Look(t.Context(), "main", ids[0]); f != nil {
				t.Fatal(f)
			}
			w.edit(ids[0], func(b *fake.Broker) { b.Name = "Company 1" })
			w.refresh()
			if k := w.known(ids[0]); nameOf(k) != "Company 1" {
				t.Errorf("the name that was changed back is %s", nameOf(k))
			}
		})
	}
}

// TestAListThatAgreesWithTheDetailsIsNoForm holds that details that are read twice and
// shown alike are not read again.
func TestAListThatAgreesWithTheDetailsIsNoForm(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{ListContent: fake.ListDetail}, company(1))
	w.account.Follow(owner("a"), Interest{ID: ids[0]})
	for range 2 {
		w.clock.Step(time.Minute)
		if _, f := w.account.Look(t.Context(), "main", ids[0]); f != nil {
			t.Fatal(f)
		}
	}
	w.server.ResetHistory()
	w.run(5 * time.Hour)
	if got := w.gets(); got != 0 {
		t.Errorf("%d GETs", got)
	}
}

// TestFormsOfManyCostAsMuch holds that one broker with a form of its own costs the others
// of its list nothing.
func TestFormsOfManyCostAsMuch(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{ListContent: fake.ListDetail}, companies(20)...)
	for i, id := range ids {
		w.account.Follow(owner(fmt.Sprint("r", i)), Interest{ID: id})
	}
	if err := w.server.SetShapes(fake.Shapes{ListContent: fake.ListDetail, Spell: []string{"list vat prefix=EE"}}); err != nil {
		t.Fatal(err)
	}
	w.edit(ids[0], func(b *fake.Broker) { b.VAT = "1" })
	if _, f := w.account.Look(t.Context(), "main", ids[0]); f != nil {
		t.Fatal(f)
	}
	w.server.ResetHistory()
	w.run(4 * time.Hour)
	for _, x := range w.server.History() {
		if x.Op == fake.OpGet && x.Broker != string(ids[0]) {
			t.Errorf("the details of %s were read", x.Broker)
		}
	}
}

func ptr[T any](v T) *T { return &v }
