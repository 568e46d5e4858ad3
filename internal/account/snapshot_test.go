package account

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

func TestOwnWritesShowAtOnce(t *testing.T) {
	for _, row := range []struct {
		name   string
		shapes fake.Shapes
		shown  bool
	}{
		{"where the answer shows the broker", fake.Shapes{}, true},
		{"where the answer shows an id or nothing", fake.Shapes{CreateAnswer: fake.CreateIDObject, UpdateStatus: 204}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			w, _ := readWorld(t, row.shapes)
			w.clock.Step(time.Second)
			id, shown, f := w.account.Create(t.Context(), "main", wanted(1))
			if f != nil {
				t.Fatal(f)
			}
			v := w.account.View(inventory.Query{ID: id, Identity: identity(1)})
			if nameOf(v.Known) != "Company 1" || len(v.Matches) != 1 || len(v.Absent)+len(v.AbsentID) != 0 || !v.KnownSince.Equal(w.clock.Now()) || v.Known.Detail != row.shown || shown.Equal(v.KnownSince) != row.shown {
				t.Errorf("after the create the view is %+v", v)
			}
			edited, name := broker.Merge(&broker.Broker{}, v.Known), "Renamed"
			edited.Name = &name
			shown, f = w.account.Update(t.Context(), "main", id, edited)
			if f != nil {
				t.Fatal(f)
			}
			if k := w.known(id); (nameOf(k) == "Renamed") != row.shown || shown.IsZero() == row.shown {
				t.Errorf("after the update the name is %q, shown at %s", nameOf(k), shown)
			}
		})
	}
}

func TestDisappearance(t *testing.T) {
	for _, content := range []string{fake.ListDetail, fake.ListSummary} {
		t.Run("from lists that are a "+content, func(t *testing.T) {
			w, ids := readWorld(t, fake.Shapes{ListContent: content}, companies(3)...)
			query := inventory.Query{ID: ids[1], Identity: identity(1)}
			since := w.account.View(query).KnownSince
			w.remove(ids[1])
			w.refresh()
			missed := w.clock.Now()
			v := w.account.View(query)
			if len(v.Absent) != 1 || len(v.AbsentID) != 1 || !v.AbsentID[0].Equal(missed) {
				t.Errorf("absent since %v and %v, not one sync at %v", v.Absent, v.AbsentID, missed)
			}
			if v.Known == nil || !v.KnownSince.Equal(since) || len(v.Matches) != 1 {
				t.Errorf("one list was enough: %+v", v)
			}
			w.refresh()
			v = w.account.View(query)
			if len(v.Absent) != 2 || len(v.AbsentID) != 2 || !v.Absent[0].Equal(missed) {
				t.Errorf("absent since %v and %v, not two syncs", v.Absent, v.AbsentID)
			}
			if v.Known != nil || len(v.Matches) != 0 {
				t.Errorf("two lists were not enough: %+v", v)
			}
		})
	}
}

func TestDisappearanceByGet(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, company(1))
	w.remove(ids[0])
	w.clock.Step(time.Second)
	if _, f := w.account.Look(t.Context(), "main", ids[0]); f == nil || f.Class != broker.NotFound {
		t.Fatalf("the look gives %v", f)
	}
	v := w.account.View(inventory.Query{ID: ids[0], Identity: identity(1)})
	if v.Known != nil || len(v.Matches) != 0 || len(v.AbsentID) != 0 {
		t.Errorf("after a 404 the view is %+v", v)
	}
	if c, _ := w.account.Counts(nil); c.Total != 0 {
		t.Errorf("counts are %+v", c)
	}
}

func TestA404OfAGatewayProvesNothing(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, company(1))
	w.inject(fake.Fault{Op: fake.OpGet, Status: 404, Body: fake.BodyHTML})
	w.clock.Step(time.Second)
	if _, f := w.account.Look(t.Context(), "main", ids[0]); f == nil {
		t.Fatal("the look succeeds")
	}
	if w.known(ids[0]) == nil {
		t.Error("the broker is taken for gone")
	}
}

func TestReappearance(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, company(1), company(99))
	w.account.Follow(owner("a"), Interest{ID: ids[0]})
	w.inject(fake.Fault{Op: fake.OpList, Omit: []string{string(ids[0])}, Times: 1})
	w.refresh()
	w.expectWoken("a")
	w.refresh()
	w.expectWoken("a")
	v := w.account.View(inventory.Query{ID: ids[0], Identity: identity(1)})
	if v.Known == nil || len(v.Absent)+len(v.AbsentID) != 0 {
		t.Errorf("after it came back the view is %+v", v)
	}
	w.refresh()
	w.expectWoken()
}

func TestABrokerThatListsDoNotShowYet(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{ListLag: 30 * time.Second})
	w.clock.Step(time.Second)
	id, _, f := w.account.Create(t.Context(), "main", wanted(1))
	if f != nil {
		t.Fatal(f)
	}
	w.account.Follow(owner("a"), Interest{ID: id})
	for range 10 {
		w.clock.Step(2 * time.Second)
		w.account.ReadNow("main")
		w.observe()
	}
	if v := w.account.View(inventory.Query{ID: id, Identity: identity(1)}); v.Known == nil || len(v.Matches) != 1 || len(v.AbsentID) != 10 {
		t.Errorf("while the list lags the view is %+v", v)
	}
	w.expectWoken() // it would only be looked for in vain
	w.remove(id)
	w.run(15 * time.Minute)
	w.expectWoken("a") // it never came
}

func TestAMissingBrokerThatWasFoundIsNoNews(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, company(1), company(99))
	w.account.Follow(owner("a"), Interest{ID: ids[0]})
	w.inject(fake.Fault{Op: fake.OpList, Omit: []string{string(ids[0])}})
	w.refresh()
	w.expectWoken("a")
	if _, f := w.account.Look(t.Context(), "main", ids[0]); f != nil {
		t.Fatal(f)
	}
	for range 3 {
		w.refresh()
	}
	w.expectWoken()
	w.run(10 * time.Minute)
	w.expectWoken("a") // it may have gone since
}

func TestAnOwnDeleteEndsAMatchWithTheNextList(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{DeleteSoft: true}, company(1))
	if f := w.account.Delete(t.Context(), "main", ids[0]); f != nil {
		t.Fatal(f)
	}
	if _, f := w.account.Look(t.Context(), "main", ids[0]); f != nil {
		t.Fatal(f)
	}
	w.refresh()
	if v := w.account.View(inventory.Query{ID: ids[0], Identity: identity(1)}); v.Known != nil || len(v.Matches) != 0 {
		t.Errorf("a deleted broker that stays readable is shown: %+v", v)
	}
}

func TestIdentityFollowsEdits(t *testing.T) {
	for _, content := range []string{fake.ListDetail, fake.ListSummary} {
		t.Run("where lists are a "+content, func(t *testing.T) {
			w, ids := readWorld(t, fake.Shapes{ListContent: content}, company(1), company(2))
			first := w.clock.Now()
			w.edit(ids[0], func(b *fake.Broker) { b.RegistrationNumber, b.Domain = "EE2", "C2.example." })
			w.refresh()
			if got := w.matches(2); len(got) != 2 {
				t.Errorf("%d brokers with the new identity, not 2", len(got))
			}
			if v := w.account.View(inventory.Query{Identity: identity(1)}); len(v.Matches) != 0 || len(v.Absent) != 1 || !v.Absent[0].After(first) {
				t.Errorf("the old identity gives %+v", v)
			}
			w.edit(ids[1], func(b *fake.Broker) { b.RegistrationNumber = "" })
			w.refresh()
			if got := w.matches(2); len(got) != 1 || !got[0].ID.Same(ids[0]) {
				t.Errorf("%d brokers with the identity that one lost half of, not 1", len(got))
			}
		})
	}
}

func TestHalfAnIdentityMatchesNothing(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{}, fake.Broker{Name: "a", Domain: "c1.example"}, fake.Broker{Name: "b", RegistrationNumber: "EE1"}, fake.Broker{Name: "c"})
	for _, sought := range []broker.Identity{{}, {Domain: "c1.example"}, {RegistrationNumber: "EE1"}, identity(1)} {
		if got := w.account.View(inventory.Query{Identity: sought}).Matches; len(got) != 0 {
			t.Errorf("%+v matches %d brokers", sought, len(got))
		}
	}
}

func TestMarks(t *testing.T) {
	mark := broker.Marking{PropertyID: "12", Prefix: "prod/team/acme/"}
	marked := func(n int, value string) fake.Broker {
		b := company(n)
		b.CustomProperties = []fake.CustomProperty{{ID: "9", Value: "blue"}, {ID: "12", Value: value}}
		return b
	}
	w, ids := readWorld(t, fake.Shapes{ListContent: fake.ListDetail},
		marked(1, "prod/team/acme/a1"), marked(2, "prod/team/acme2/a2"), marked(3, "prod/team/ac"), marked(4, "prod/team/acme/a1/b"), company(5),
		marked(6, strings.ToUpper(string(broker.MarkOf("prod/team/umbrella/", "a1")))), marked(7, "PROD/TEAM/WAYNE/"), marked(8, "Prod/Team/Acme2/A1"))
	of := func(name string) inventory.Query {
		return inventory.Query{Mark: broker.Marking{PropertyID: "12", Prefix: "prod/team/" + name + "/"}}
	}
	for _, row := range []struct {
		name  string
		query inventory.Query
		want  []broker.ID
	}{
		{"finds the broker with the mark", inventory.Query{Mark: mark}, ids[:1]},
		{"finds it beside the one with the identity", inventory.Query{Mark: mark, Identity: identity(5)}, []broker.ID{ids[4], ids[0]}},
		{"finds it once where it has the identity, too", inventory.Query{Mark: mark, Identity: identity(1)}, ids[:1]},
		{"finds one in capitals", of("umbrella"), ids[5:6]},
		{"finds one of which only the owner is left", of("wayne"), ids[6:7]},
		{"finds two of one owner", of("acme2"), []broker.ID{ids[1], ids[7]}},
		{"finds none by another property", inventory.Query{Mark: broker.Marking{PropertyID: "9", Prefix: mark.Prefix}}, nil},
		{"seeks no mark where none is used", inventory.Query{}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			v := w.account.View(row.query)
			if len(v.Matches) != len(row.want) || len(v.Absent) != 0 {
				t.Fatalf("%d matches, absent %v; %d wanted", len(v.Matches), v.Absent, len(row.want))
			}
			for i, b := range v.Matches {
				if !b.ID.Same(row.want[i]) {
					t.Errorf("match %d is %s, not %s", i, b.ID, row.want[i])
				}
			}
		})
	}
	w.edit(ids[0], func(b *fake.Broker) { b.CustomProperties[1].Value = "" })
	w.refresh()
	if v := w.account.View(inventory.Query{Mark: mark, Identity: identity(9)}); len(v.Matches) != 0 || len(v.Absent) != 1 {
		t.Errorf("after the mark was taken off the view is %+v", v)
	}
}

func TestIDsAreComparedWithoutCase(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{ListUpperCaseIDs: true}, company(1))
	w.refresh()
	if w.known(ids[0]) == nil {
		t.Error("the broker is not known by the id that its own GET shows")
	}
	if _, f := w.account.Look(t.Context(), "main", ids[0]); f != nil {
		t.Fatal(f)
	}
	if c, _ := w.account.Counts(nil); c.Total != 1 {
		t.Errorf("counts are %+v", c)
	}
}

func TestCounts(t *testing.T) {
	w := newWorld(t, fake.Shapes{ListContent: fake.ListDetail})
	if _, read := w.account.Counts(nil); read {
		t.Error("counted before the first sync")
	}
	list := make([]broker.Broker, 4)
	for i := range list {
		list[i] = wanted(i)
		list[i].ID = broker.ID(fmt.Sprint(i))
	}
	w.held["0"], list[3].Foreign = true, true
	w.takeIn(list)
	got, read := w.account.Counts(nil)
	if want := (Counts{Total: 4, Managed: 1, Unmanaged: 2, Foreign: 1, Free: []Free{{"1", *list[1].Name}, {"2", *list[2].Name}}}); !reflect.DeepEqual(got, want) || !read {
		t.Errorf("counts are %+v, not %+v", got, want)
	}
}

// TestWhatTheAPIShowsIsKnown: lists and GETs tell which fields it shows of any broker; an
// answer to a write may only echo them.
func TestWhatTheAPIShowsIsKnown(t *testing.T) {
	b := company(1)
	b.VAT = ""
	w, ids := readWorld(t, fake.Shapes{ListContent: fake.ListSummary}, b)
	shows := func(path string) bool { return w.account.View(inventory.Query{ID: ids[0]}).Shows.Has(path) }
	if !shows("spec.name") || shows("spec.supportEmail") || shows("spec.vat") {
		t.Errorf("after a list of summaries the account shows %b", w.account.View(inventory.Query{}).Shows)
	}
	if _, f := w.account.Look(w.Context(), "main", ids[0]); f != nil {
		t.Fatal(f)
	}
	if !shows("spec.supportEmail") || shows("spec.vat") {
		t.Errorf("after a GET the account shows %b", w.account.View(inventory.Query{}).Shows)
	}
	vat := "EE1"
	w.account.mu.Lock()
	w.account.snap.Learn(ids[0], w.clock.Now(), &broker.Broker{ID: ids[0], VAT: &vat, Detail: true}, true)
	w.account.mu.Unlock()
	if shows("spec.vat") {
		t.Error("what a write was answered with counts as shown")
	}
}
