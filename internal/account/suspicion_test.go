package account

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

func TestListsThatLackManyBrokersAreNotBelieved(t *testing.T) {
	for _, row := range []struct {
		name        string
		known, gone int
		doubt       bool
	}{
		{"believes a list that lacks a fifth", 50, 10, false},
		{"doubts a list that lacks more", 50, 11, true},
		{"doubts an empty list", 50, 50, true},
		{"doubts an empty list of a tiny account", 4, 4, true},
		{"doubts it of the smallest one", 1, 1, true},
		{"doubts a list that lacks five of five", 5, 5, true},
		{"believes a list that lacks four of six", 6, 4, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			w, ids := readWorld(t, fake.Shapes{}, companies(row.known)...)
			first := w.account.View(inventory.Query{}).Latest
			w.account.Follow(owner("a"), Interest{ID: ids[0]})
			w.remove(ids[:row.gone]...)
			w.refresh()
			v := w.account.View(inventory.Query{ID: ids[0], Identity: identity(0)})
			if (v.Doubt != "") != row.doubt || (w.account.Doubt() != "") != row.doubt {
				t.Errorf("doubt is %q", v.Doubt)
			}
			if row.doubt && (!v.Latest.Equal(first) || len(v.AbsentID) != 0 || len(v.Matches) != 1) {
				t.Errorf("a doubtful list changed the view to %+v", v)
			}
			if got := w.wokenNow(); (len(got) == 0) != row.doubt {
				t.Errorf("woken are %v", got)
			}
		})
	}
}

// TestListsThatLackAllBrokers is about small accounts, where that may be true: it is
// what an outage looks like, too.
func TestListsThatLackAllBrokers(t *testing.T) {
	doubted := func(w *world) bool { w.Helper(); w.refresh(); return w.account.Doubt() != "" }
	t.Run("are believed after equal ones for long", func(t *testing.T) {
		w, ids := readWorld(t, fake.Shapes{}, companies(2)...)
		w.remove(ids...)
		for minute := range 15 {
			if !doubted(w) {
				t.Fatalf("believed after %d minutes", minute)
			}
		}
		if doubted(w) {
			t.Error("not believed after a quarter of an hour")
		}
		if doubted(w) || w.known(ids[0]) != nil {
			t.Error("the same list is doubted again")
		}
	})
	t.Run("are believed no sooner when they differ", func(t *testing.T) {
		w, ids := readWorld(t, fake.Shapes{}, companies(2)...)
		w.remove(ids...)
		for i := range 40 {
			w.server.Add(company(100 + i))
			if !doubted(w) {
				t.Fatal("lists that never agree are believed")
			}
		}
	})
	t.Run("are believed no more when one shows a broker again", func(t *testing.T) {
		w, ids := readWorld(t, fake.Shapes{}, companies(2)...)
		w.inject(fake.Fault{Op: fake.OpList, List: fake.ListEmpty, Times: 14})
		for range 14 {
			doubted(w)
		}
		if doubted(w) || w.known(ids[0]) == nil {
			t.Error("a list that shows them does not end the doubt")
		}
		w.inject(fake.Fault{Op: fake.OpList, List: fake.ListEmpty, Times: 3})
		for range 3 {
			if !doubted(w) {
				t.Error("lists of an earlier outage count")
			}
		}
	})
	t.Run("are doubted although GETs find no broker either", func(t *testing.T) {
		w, ids := readWorld(t, fake.Shapes{}, companies(2)...)
		w.remove(ids...)
		for _, id := range ids {
			_, _ = w.account.Look(t.Context(), "main", id)
		}
		if !doubted(w) {
			t.Error("believed")
		}
	})
	t.Run("are doubted by what Resellers hold, where nothing was listed before", func(t *testing.T) {
		w, _ := readWorld(t, fake.Shapes{})
		w.account.Follow(owner("a"), Interest{ID: "4711", Held: true})
		if !doubted(w) {
			t.Error("believed")
		}
	})
	t.Run("are believed where a Reseller only names a broker", func(t *testing.T) {
		w, _ := readWorld(t, fake.Shapes{})
		w.account.Follow(owner("a"), Interest{ID: "4711"})
		if doubted(w) {
			t.Error("doubted")
		}
	})
	t.Run("are believed where all were deleted by us", func(t *testing.T) {
		w, ids := readWorld(t, fake.Shapes{}, company(1))
		w.account.Follow(owner("a"), Interest{ID: ids[0], Held: true})
		w.clock.Step(time.Second)
		if f := w.account.Delete(t.Context(), "main", ids[0]); f != nil {
			t.Fatal(f)
		}
		if doubted(w) {
			t.Error("doubted")
		}
	})
	t.Run("are believed where others, whose going is not proven, were lacking while lists showed some", func(t *testing.T) {
		w, ids := readWorld(t, fake.Shapes{}, company(1))
		w.account.Follow(owner("a"), Interest{ID: ids[0], Held: true})
		w.account.Follow(owner("b"), Interest{ID: "4711", Held: true})
		w.clock.Step(time.Second)
		if f := w.account.Delete(t.Context(), "main", ids[0]); f != nil {
			t.Fatal(f)
		}
		if doubted(w) {
			t.Error("doubted")
		}
	})
	t.Run("are believed when a user says so, and stay believed", func(t *testing.T) {
		w, ids := readWorld(t, fake.Shapes{}, companies(7)...)
		w.account.Follow(owner("a"), Interest{ID: ids[0], Held: true})
		w.remove(ids...)
		if !doubted(w) {
			t.Fatal("believed at once")
		}
		w.account.AcceptList(false)
		w.run(time.Second)
		if w.account.Doubt() != "" || doubted(w) {
			t.Error("doubted although accepted")
		}
	})
}

func TestTheFirstListIsBelieved(t *testing.T) {
	w := newWorld(t, fake.Shapes{})
	w.inject(fake.Fault{Op: fake.OpList, List: fake.ListEmpty, Times: 1})
	for i := range 20 {
		w.server.Add(company(i))
	}
	w.observe()
	if v := w.account.View(inventory.Query{}); v.Doubt != "" || v.Latest.IsZero() {
		t.Errorf("the first list gives %+v", v)
	}
	w.refresh()
	if got := w.account.Doubt(); got != "" {
		t.Errorf("a list that shows more is doubted: %s", got)
	}
}

func TestListOfAnotherAccountIsNotBelieved(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, companies(20)...)
	w.inject(fake.Fault{Op: fake.OpList, List: fake.ListForeign})
	w.refresh()
	if w.account.Doubt() == "" || w.known(ids[0]) == nil {
		t.Error("it is believed")
	}
}

func TestDoubtEndsWithAListThatAgrees(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{}, companies(20)...)
	w.account.Await(owner("a"), w.clock.Now())
	w.inject(fake.Fault{Op: fake.OpList, List: fake.ListEmpty, Times: 1})
	w.run(time.Second)
	w.expectWoken("a") // it hears of the doubt, and waits on
	w.account.Await(owner("a"), w.clock.Now())
	w.run(5 * time.Second)
	w.expectWoken("a")
	if got := w.account.Doubt(); got != "" {
		t.Errorf("doubt stays: %s", got)
	}
}

func TestDoubtIsNoReasonToReadAllTheTime(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{}, companies(20)...)
	w.inject(fake.Fault{Op: fake.OpList, List: fake.ListEmpty})
	for range 3600 {
		w.account.Await(owner("a"), begin)
		w.run(time.Second)
		if len(w.woken) > 1 {
			t.Fatal("who waits is woken again and again")
		}
	}
	if got := w.lists(); got > 30 {
		t.Errorf("%d lists in an hour of doubt", got)
	}
}

func TestAPersonAcceptsAList(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, companies(20)...)
	w.remove(ids[5:]...)
	w.refresh()
	if w.account.Doubt() == "" {
		t.Fatal("no doubt")
	}
	w.account.Await(owner("a"), w.clock.Now())
	w.account.AcceptList(false)
	w.run(time.Second)
	if v := w.account.View(inventory.Query{ID: ids[10]}); v.Doubt != "" || len(v.AbsentID) != 1 {
		t.Errorf("the accepted list gives %+v", v)
	}
	w.expectWoken("a")
	w.refresh()
	if got := w.account.Doubt(); got != "" {
		t.Errorf("the list that was accepted is doubted again: %s", got)
	}
	for i := range 15 {
		w.server.Add(company(100 + i))
	}
	w.refresh()
	w.inject(fake.Fault{Op: fake.OpList, List: fake.ListEmpty})
	w.refresh()
	if w.account.Doubt() == "" {
		t.Error("accepting one list accepts the next one, too")
	}
}

func TestWhatWeDeletedIsNotMissed(t *testing.T) {
	for _, row := range []struct {
		name   string
		shapes fake.Shapes
		look   bool
	}{
		{"where the GET says 404", fake.Shapes{}, true},
		{"where the broker stays readable", fake.Shapes{DeleteSoft: true}, true},
		{"where nobody looked", fake.Shapes{}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			w, ids := readWorld(t, row.shapes, companies(20)...)
			w.clock.Step(time.Second)
			for _, id := range ids[:15] {
				if f := w.account.Delete(t.Context(), "main", id); f != nil {
					t.Fatal(f)
				}
				if row.look {
					_, _ = w.account.Look(t.Context(), "main", id)
				}
			}
			w.refresh()
			if got := w.account.Doubt(); got != "" {
				t.Errorf("own deletes are doubted: %s", got)
			}
		})
	}
}

func TestBrokersConfirmedOneByOneEndTheDoubt(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, companies(20)...)
	w.remove(ids[10:]...)
	w.refresh()
	for _, id := range ids[10:] {
		if _, f := w.account.Look(t.Context(), "main", id); f == nil || f.Class != broker.NotFound {
			t.Fatal(f)
		}
	}
	w.refresh()
	if got := w.account.Doubt(); got != "" {
		t.Errorf("doubt although each was looked for: %s", got)
	}
}

// TestTheFirstListIsDoubtedWhereResellersHoldBrokers holds that a process which begins in an
// outage that looks like an empty account knows what Resellers hold before any follows it.
func TestTheFirstListIsDoubtedWhereResellersHoldBrokers(t *testing.T) {
	for _, held := range [][]broker.ID{nil, {"4711"}} {
		w := newWorldOf(t, fake.Shapes{}, func(r *Registry) { r.SetStored(func(broker.Account) []broker.ID { return held }) })
		w.observe()
		if w.lists() == 0 {
			t.Fatal("the account was not read")
		}
		if doubted := w.account.Doubt() != ""; doubted != (len(held) > 0) {
			t.Errorf("%v held: doubted is %t", held, doubted)
		}
	}
}

// TestAWordWithoutAQuestionVouchesForNoList: one said before anything is lacking, to have
// services listed, say, does not have the next outage believed.
func TestAWordWithoutAQuestionVouchesForNoList(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, companies(3)...)
	w.account.Follow(owner("a"), Interest{ID: ids[0], Held: true})
	w.inject(fake.Fault{Op: fake.OpList, List: fake.ListEmpty})
	w.account.AcceptList(false)
	w.run(time.Second)
	if w.account.Doubt() == "" {
		t.Error("a list that lacks every broker is believed")
	}
}
