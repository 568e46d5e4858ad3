package account

import (
	"fmt"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

func TestSummaryLeavesTheDetails(t *testing.T) {
	c := company(1)
	c.VAT = "EE100"
	w, ids := readWorld(t, fake.Shapes{}, c)
	w.clock.Step(time.Second)
	if _, f := w.account.Look(t.Context(), "main", ids[0]); f != nil {
		t.Fatal(f)
	}
	w.refresh()
	if got := vatOf(w.known(ids[0])); got != "EE100" {
		t.Errorf("after a summary without VAT it is %q", got)
	}
	w.edit(ids[0], func(b *fake.Broker) { b.Name = "Renamed" })
	w.refresh()
	if k := w.known(ids[0]); nameOf(k) != "Renamed" || vatOf(k) != "EE100" || k.Detail {
		t.Errorf("after a changed summary the broker is %s, VAT %s, and a comparison: %v", nameOf(k), vatOf(k), k.Detail)
	}
}

// TestASummaryIsNoReadingOfTheDetails holds that what is known of details is as old as they
// are, however new the list.
func TestASummaryIsNoReadingOfTheDetails(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, company(1))
	w.clock.Step(time.Second)
	if _, f := w.account.Look(t.Context(), "main", ids[0]); f != nil {
		t.Fatal(f)
	}
	looked := w.clock.Now()
	w.refresh()
	v := w.account.View(inventory.Query{ID: ids[0]})
	if !v.KnownSince.Equal(looked) || !v.ShownSince.After(looked) || v.Listed {
		t.Errorf("known since %v and shown since %v the look, from a list: %v", v.KnownSince.Sub(looked), v.ShownSince.Sub(looked), v.Listed)
	}
}

func TestDetailsAreReadAtOnceWhereTheSummaryChanged(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, companies(3)...)
	for i, id := range ids {
		w.account.Follow(owner(fmt.Sprint("r", i)), Interest{ID: id})
		if _, f := w.account.Look(t.Context(), "main", id); f != nil {
			t.Fatal(f)
		}
	}
	w.server.ResetHistory()
	w.edit(ids[1], func(b *fake.Broker) { b.Name, b.VAT = "Renamed", "EE200" })
	w.refresh()
	w.expectWoken("r1")
	w.run(3 * time.Second)
	if got := w.gets(); got != 1 {
		t.Errorf("%d details read, not 1", got)
	}
	if got := vatOf(w.known(ids[1])); got != "EE200" {
		t.Errorf("VAT is %s", got)
	}
	w.expectWoken("r1")
}

func TestDetailsThatTheOwnerReadAreNotReadAgain(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, company(1))
	w.account.Follow(owner("a"), Interest{ID: ids[0]})
	w.edit(ids[0], func(b *fake.Broker) { b.Name = "Renamed" })
	w.clock.Step(time.Millisecond)
	if _, f := w.account.Look(t.Context(), "main", ids[0]); f != nil {
		t.Fatal(f)
	}
	w.edit(ids[0], func(b *fake.Broker) { b.Name = "Again" })
	w.refresh()
	w.observe() // leaves the owner a moment
	w.clock.Step(time.Millisecond)
	if _, f := w.account.Look(t.Context(), "main", ids[0]); f != nil {
		t.Fatal(f)
	}
	w.server.ResetHistory()
	w.run(3 * time.Second)
	if got := w.gets(); got != 0 {
		t.Errorf("%d details read again", got)
	}
}

func TestASpellingOfListsIsNoChange(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, company(1))
	w.account.Follow(owner("a"), Interest{ID: ids[0]})
	odd := *w.known(ids[0])
	name := "COMPANY ONE (EE)"
	odd.Name, odd.Detail = &name, false
	gets := func() int {
		before := w.gets()
		w.clock.Step(time.Minute)
		w.account.nextRead = w.clock.Now().Add(time.Hour)
		w.takeIn([]broker.Broker{odd})
		w.clock.Step(2 * time.Second)
		w.account.readDetails(t.Context(), w.clock.Now())
		return w.gets() - before
	}
	if _, f := w.account.Look(t.Context(), "main", ids[0]); f != nil {
		t.Fatal(f)
	}
	if first := gets(); first != 1 {
		t.Errorf("%d GETs for a changed summary, not 1", first)
	}
	for range 5 {
		if again := gets(); again != 0 {
			t.Errorf("%d GETs for a summary that details were compared with", again)
		}
	}
	if got := nameOf(w.known(ids[0])); got != "Company 1" {
		t.Errorf("the name is %s", got)
	}
	other := odd
	otherName := "SOMETHING NEW"
	other.Name = &otherName
	odd = other
	if changed := gets(); changed != 1 {
		t.Errorf("%d GETs when the summary changed again, not 1", changed)
	}
}

func TestDetailsAreSpreadOverTheirInterval(t *testing.T) {
	const n = 300
	w := newWorld(t, fake.Shapes{})
	for i := range n {
		id := broker.ID(w.server.Add(company(i)))
		w.held[id] = true
	}
	w.observe()
	for i, r := range w.server.Live() {
		w.account.Follow(owner(fmt.Sprint("r", i)), Interest{ID: broker.ID(r.ID)})
	}
	w.server.ResetHistory()
	w.run(time.Hour)
	if got := w.gets(); got != n {
		t.Errorf("%d details in the first interval, not %d", got, n)
	}
	perSlot := map[int]int{}
	for _, ex := range w.server.History() {
		if ex.Op == fake.OpGet {
			perSlot[int(ex.At.Sub(begin)/(6*time.Minute))]++
		}
	}
	for slot := range 10 {
		if got := perSlot[slot]; got < n/20 || got > n/5 {
			t.Errorf("%d of %d details in slot %d of 10", got, n, slot)
		}
	}
	w.wokenNow()
	w.server.ResetHistory()
	w.run(time.Hour)
	if lists, gets, all := w.lists(), w.gets(), len(w.server.History()); lists != 12 || gets != n || all != 24+n {
		t.Errorf("%d calls in an hour of rest, %d lists and %d details; 12 and %d wanted, and as many for services", all, lists, gets, n)
	}
	w.expectWoken()
}

func TestDriftThatSummariesDoNotShow(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, company(1))
	w.account.Follow(owner("a"), Interest{ID: ids[0]})
	w.run(time.Hour)
	w.wokenNow()
	w.edit(ids[0], func(b *fake.Broker) { b.VAT = "EE300" })
	w.run(time.Hour)
	w.expectWoken("a")
	if got := vatOf(w.known(ids[0])); got != "EE300" {
		t.Errorf("VAT is %s", got)
	}
}

func TestADetailThatCannotBeReadStopsNoOther(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, companies(5)...)
	for i, id := range ids {
		w.account.Follow(owner(fmt.Sprint("r", i)), Interest{ID: id})
	}
	w.inject(fake.Fault{Op: fake.OpGet, Broker: string(ids[2]), Status: 403})
	w.run(time.Hour)
	if got := w.gets(); got != 5 {
		t.Errorf("%d details read, not one of each", got)
	}
}

func TestDetailsWaitOutAFailure(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, companies(5)...)
	for i, id := range ids {
		w.account.Follow(owner(fmt.Sprint("r", i)), Interest{ID: id})
	}
	w.inject(fake.Fault{Op: fake.OpGet, Status: 503, Times: 10})
	w.run(2 * time.Hour)
	for i, id := range ids {
		if !w.known(id).Detail {
			t.Errorf("the details of broker %d were never read", i)
		}
	}
}

func TestWholeListsCostNoDetails(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{ListContent: fake.ListDetail}, companies(5)...)
	for i, id := range ids {
		w.account.Follow(owner(fmt.Sprint("r", i)), Interest{ID: id})
	}
	if next := w.account.Next().Sub(begin); next != 5*time.Minute {
		t.Errorf("there is something to do after %v, before the next sync", next)
	}
	w.run(5 * time.Hour)
	if got := w.gets(); got != 0 {
		t.Errorf("%d GETs", got)
	}
	if err := w.server.SetShapes(fake.Shapes{}); err != nil {
		t.Fatal(err)
	}
	w.run(6 * time.Minute)
	if got := w.gets(); got > 4 {
		t.Errorf("%d GETs as soon as lists became summaries", got)
	}
	w.run(time.Hour)
	if got := w.gets(); got < 5 {
		t.Errorf("%d GETs in the interval after lists became summaries", got)
	}
}

func TestABrokerThatNobodyFollowsIsNotRead(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, companies(5)...)
	w.account.Follow(owner("a"), Interest{ID: ids[0]})
	w.account.Unfollow(owner("a"))
	w.run(3 * time.Hour)
	if got := w.gets(); got != 0 {
		t.Errorf("%d GETs", got)
	}
}

// TestDetailsThatCantBeReadCostFewCalls: neither one broker's own, nor everybody's.
func TestDetailsThatCantBeReadCostFewCalls(t *testing.T) {
	for _, row := range []struct {
		name   string
		fails  func(ids []broker.ID) fake.Fault
		most   int
		others bool // are read
	}{
		{"of one broker", func(ids []broker.ID) fake.Fault {
			return fake.Fault{Op: fake.OpGet, Broker: string(ids[0]), Status: 500}
		}, 30, true},
		{"of all", func([]broker.ID) fake.Fault { return fake.Fault{Op: fake.OpGet, Status: 500} }, 40, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			w, ids := readWorld(t, fake.Shapes{}, companies(10)...)
			for i, id := range ids {
				w.account.Follow(owner(fmt.Sprint("r", i)), Interest{ID: id})
				if _, f := w.account.Look(t.Context(), "main", id); f != nil {
					t.Fatal(f)
				}
				w.edit(id, func(b *fake.Broker) { b.Name += "." })
			}
			w.inject(row.fails(ids))
			for i := range 30 { // others go on being read
				vat, id := fmt.Sprint("EE", i), ids[1+i%9]
				w.edit(id, func(b *fake.Broker) { b.Name, b.VAT = b.Name+".", vat })
				w.refresh()
				w.run(time.Minute)
				if got := vatOf(w.known(id)); row.others && got != vat {
					t.Fatalf("another broker's VAT is %s, not %s", got, vat)
				}
			}
			failed := 0
			for _, x := range w.server.History() {
				if x.Op == fake.OpGet && x.Status == 500 {
					failed++
				}
			}
			if failed > row.most || failed < 3 {
				t.Errorf("%d calls failed in an hour", failed)
			}
			w.server.ClearFaults()
			w.run(10 * time.Minute)
			for _, id := range ids {
				if k := w.known(id); !k.Detail {
					t.Errorf("the details of %s were not read again", nameOf(k))
				}
			}
		})
	}
}

// TestAnOwnWriteBesideAWholeListCostsNoDetails holds that details which an own write showed
// while a whole list was under way are newer than it, and no reason to read any: the next
// list shows them.
func TestAnOwnWriteBesideAWholeListCostsNoDetails(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{ListContent: fake.ListDetail}, companies(3)...)
	for i, id := range ids {
		w.account.Follow(owner(fmt.Sprint("r", i)), Interest{ID: id})
	}
	for range 24 { // two detail intervals
		for _, id := range ids {
			own := *w.known(id)
			w.account.mu.Lock()
			w.account.snap.Learn(id, w.clock.Now().Add(time.Minute+time.Second), &own, true)
			w.account.mu.Unlock()
		}
		w.refresh()
		w.run(4 * time.Minute)
	}
	if got := w.gets(); got != 0 {
		t.Errorf("%d details read", got)
	}
}
