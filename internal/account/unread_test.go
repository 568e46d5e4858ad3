package account

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// spoil has the next lists show their last broker without an id.
func (w *world) spoil(lists int) {
	w.Helper()
	w.inject(fake.Fault{Op: fake.OpList, List: fake.ListNoID, Times: lists})
}

func TestAnUnreadableEntryShowsNothingToBeAbsent(t *testing.T) {
	w := newWorld(t, fake.Shapes{})
	for _, c := range companies(3) {
		w.server.Add(c)
	}
	w.spoil(2)
	w.observe()
	w.refresh()
	all := w.account.Unreadable()
	if len(all) != 1 || all[0].Index != 2 || all[0].Value != "0" {
		t.Fatalf("unreadable are %+v", all)
	}
	for n, maybe := range map[int]bool{2: true, 9: false} {
		v := w.account.View(Query{Identity: identity(n)})
		if (len(v.Unreadable) == 1) != maybe || (len(v.Absent) == 0) != maybe || len(v.Matches) > 0 {
			t.Errorf("company %d: unreadable %v, absent in %d readings, matches %v", n, v.Unreadable, len(v.Absent), v.Matches)
		}
	}
	if v := w.account.View(Query{ID: "gone", Bound: identity(2)}); len(v.AbsentID) > 0 {
		t.Errorf("the broker that it may be is absent in %d readings", len(v.AbsentID))
	}
	if v := w.account.View(Query{ID: "gone", Bound: identity(9)}); len(v.AbsentID) != 2 {
		t.Errorf("another one is absent in %d readings, not in 2", len(v.AbsentID))
	}
	w.refresh()
	if len(w.account.Unreadable()) > 0 || len(w.matches(2)) != 1 {
		t.Errorf("mended, unreadable are %v, matches %v", w.account.Unreadable(), w.matches(2))
	}
}

func TestAKnownBrokerOutlastsAnUnreadableEntry(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, companies(3)...)
	w.account.Follow(owner("a"), Interest{ID: ids[2]})
	w.wokenNow()
	w.spoil(3)
	for range 3 {
		w.refresh()
	}
	if w.known(ids[2]) == nil || len(w.matches(2)) != 1 || len(w.account.View(Query{ID: ids[2], Bound: identity(2)}).AbsentID) > 0 {
		t.Error("a broker is lost that the unreadable entry may be")
	}
	w.expectWoken()
}

func TestAnIDThatIsThereTwice(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, companies(3)...)
	w.inject(fake.Fault{Op: fake.OpList, List: fake.ListDuplicate, Times: 2})
	w.refresh()
	if all := w.account.Unreadable(); len(all) != 1 || all[0].Index != 3 || all[0].Problem != "its id is that of entry 0" {
		t.Errorf("unreadable are %+v", all)
	}
	if w.known(ids[0]) == nil || len(w.account.View(Query{Identity: identity(9)}).Unreadable) > 0 {
		t.Error("the account is blind for others")
	}
}

func TestABrokerWithoutAReadableIdentityMayBeAny(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{}, companies(1)...)
	w.refresh()
	number, domain := `{"value":"EE7"}`, "c7.example"
	w.account.snap.learn("vague", w.clock.Now(), &broker.Broker{
		ID: "vague", Detail: true, RegistrationNumber: &number, Domain: &domain, Odd: []string{"registrationNumber"},
	}, false)
	for n, maybe := range map[int]bool{7: true, 9: false} {
		v := w.account.View(Query{Identity: identity(n)})
		if (len(v.Unreadable) == 1) != maybe || (len(v.Absent) == 0) != maybe {
			t.Errorf("company %d: unreadable %v, absent in %d readings", n, v.Unreadable, len(v.Absent))
		}
	}
}

func TestAnnouncementsAreAcceptedUntilTheyChange(t *testing.T) {
	w := newWorld(t, fake.Shapes{AnnouncedMore: 2})
	id := broker.ID(w.server.Add(company(1)))
	w.observe()
	announced := func() string {
		f := w.account.Standing("main").Failure
		if f == nil {
			return ""
		}
		return f.Announced
	}
	if s := w.account.Standing("main"); announced() != "X-Total-Count says 3, and 1 came" || s.Verified || !s.Entitled || w.known(id) != nil {
		t.Fatalf("a list that announces more leaves %+v", s)
	}
	w.account.AcceptList()
	w.run(time.Minute)
	if announced() != "" || w.known(id) == nil {
		t.Fatalf("accepted, it is refused: %q", announced())
	}
	w.server.Add(company(2))
	w.refresh()
	if announced() != "" || len(w.matches(2)) != 1 {
		t.Errorf("with a broker more it is refused: %q", announced())
	}
	stored := w.registry.Announcements(testKey).Accepted()
	if err := w.server.SetShapes(fake.Shapes{AnnouncedMore: 3}); err != nil {
		t.Fatal(err)
	}
	w.refresh()
	if announced() == "" {
		t.Error("another announcement is accepted, too")
	}
	again := newWorldOf(t, fake.Shapes{AnnouncedMore: 2}, func(r *Registry) { r.Announcements(testKey).Recall(stored) })
	again.observe()
	if f := again.account.Standing("main").Failure; f != nil {
		t.Errorf("another process refuses what was accepted: %v", f)
	}
}
