package account

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// spoil has the next lists show their last broker without an id.
func (w *world) spoil(lists int) {
	w.Helper()
	if lists == 0 {
		return
	}
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
		v := w.account.View(inventory.Query{Identity: identity(n)})
		if (len(v.Unreadable) == 1) != maybe || (len(v.Absent) == 0) != maybe || len(v.Matches) > 0 {
			t.Errorf("company %d: unreadable %v, absent in %d syncs, matches %v", n, v.Unreadable, len(v.Absent), v.Matches)
		}
	}
	if v := w.account.View(inventory.Query{ID: "gone", Bound: identity(2)}); len(v.AbsentID) > 0 {
		t.Errorf("the broker that it may be is absent in %d syncs", len(v.AbsentID))
	}
	if v := w.account.View(inventory.Query{ID: "gone", Bound: identity(9)}); len(v.AbsentID) != 2 {
		t.Errorf("another one is absent in %d syncs, not in 2", len(v.AbsentID))
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
	if w.known(ids[2]) == nil || len(w.matches(2)) != 1 || len(w.account.View(inventory.Query{ID: ids[2], Bound: identity(2)}).AbsentID) > 0 {
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
	if w.known(ids[0]) == nil || len(w.account.View(inventory.Query{Identity: identity(9)}).Unreadable) > 0 {
		t.Error("the account is blind for others")
	}
}

func TestABrokerWithoutAReadableIdentityMayBeAny(t *testing.T) {
	w, _ := readWorld(t, fake.Shapes{}, companies(1)...)
	w.refresh()
	number, domain := `{"value":"EE7"}`, "c7.example"
	w.account.snap.Learn("vague", w.clock.Now(), &broker.Broker{
		ID: "vague", Detail: true, RegistrationNumber: &number, Domain: &domain, Odd: []string{"registrationNumber"},
	}, false)
	for n, maybe := range map[int]bool{7: true, 9: false} {
		v := w.account.View(inventory.Query{Identity: identity(n)})
		if (len(v.Unreadable) == 1) != maybe || (len(v.Absent) == 0) != maybe {
			t.Errorf("company %d: unreadable %v, absent in %d syncs", n, v.Unreadable, len(v.Absent))
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
	w.account.AcceptList(false)
	if !w.account.Accepting() {
		t.Error("no list was read, and the word is taken for used")
	}
	w.run(time.Minute)
	if announced() != "" || w.known(id) == nil || w.account.Accepting() {
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

func TestAcceptedAnnouncementsAreNoWordOnWhatIsLacking(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, companies(3)...)
	w.account.Follow(owner("a"), Interest{ID: ids[0], Held: true})
	if err := w.server.SetShapes(fake.Shapes{AnnouncedMore: 2}); err != nil {
		t.Fatal(err)
	}
	w.inject(fake.Fault{Op: fake.OpList, List: fake.ListEmpty})
	w.refresh()
	if f := w.account.Standing("main").Failure; f == nil || f.Announced == "" {
		t.Fatalf("a list that announces more fails by %v", f)
	}
	w.account.AcceptList(false)
	w.run(time.Second)
	if f := w.account.Standing("main").Failure; f != nil || w.account.Doubt() == "" {
		t.Errorf("the list lacks every broker, and is doubted by %q (%v)", w.account.Doubt(), f)
	}
	w.account.AcceptList(true) // by another Seller, which asked the same
	w.run(time.Second)
	if w.account.Doubt() == "" {
		t.Error("the second answer to one question counts for another one")
	}
	w.account.AcceptList(false)
	w.run(time.Second)
	if w.account.Doubt() != "" {
		t.Error("what it lacks is doubted although a user called that right, too")
	}
}

// TestAWordOnADoubtIsSpentOnNoAnnouncement: the list was doubted for what it lacks, and
// announces more when a user accepts it.
func TestAWordOnADoubtIsSpentOnNoAnnouncement(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, companies(3)...)
	w.account.Follow(owner("a"), Interest{ID: ids[0], Held: true})
	w.inject(fake.Fault{Op: fake.OpList, List: fake.ListEmpty})
	w.refresh()
	if err := w.server.SetShapes(fake.Shapes{AnnouncedMore: 2}); err != nil {
		t.Fatal(err)
	}
	w.refresh()
	if f := w.account.Standing("main").Failure; f == nil || f.Announced == "" || w.account.Doubt() == "" {
		t.Fatalf("the list fails by %v, and is doubted by %q", f, w.account.Doubt())
	}
	w.account.AcceptList(false)
	w.run(time.Second)
	if w.account.Doubt() == "" {
		t.Error("one word answers for what the list announces and for what it lacks")
	}
}

// TestABrokerBehindAnUnreadableEntryIsReadByItsID: the list does not show what becomes of
// it, so that its details are read in their interval.
func TestABrokerBehindAnUnreadableEntryIsReadByItsID(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{ListContent: fake.ListDetail}, companies(3)...)
	w.account.Follow(owner("a"), Interest{ID: ids[2]})
	w.spoil(100)
	w.refresh()
	w.edit(ids[2], func(b *fake.Broker) { b.Name = "Renamed" })
	for range 2 * int(DefaultDetailInterval/DefaultObserveInterval) {
		w.clock.Step(DefaultObserveInterval)
		w.observe() // the list
		w.clock.Step(detailTick)
		w.observe()
	}
	if b := w.known(ids[2]); b == nil || *b.Name != "Renamed" {
		t.Errorf("the broker is %v", b)
	}
}

// TestABrokerThatNobodyKnowsAnyMoreIsToldOf: lists show a summary of it, or may show it
// among what can't be told apart, and its own GETs fail.
func TestABrokerThatNobodyKnowsAnyMoreIsToldOf(t *testing.T) {
	for name, row := range map[string]struct {
		lists   string
		spoilt  int
		failure fake.Fault
	}{
		"a summary, and a 404 that may be a gateway's":    {fake.ListSummary, 0, fake.Fault{Status: 404, Form: fake.FormText}},
		"a summary, and no right":                         {fake.ListSummary, 0, fake.Fault{Status: 403}},
		"a summary, and an error of the server":           {fake.ListSummary, 0, fake.Fault{Status: 500}},
		"an entry that can't be told apart, and an error": {fake.ListDetail, 100, fake.Fault{Status: 500}},
	} {
		t.Run(name, func(t *testing.T) { becomesUnread(t, row.lists, row.spoilt, row.failure) })
	}
}

func becomesUnread(t *testing.T, lists string, spoilt int, failure fake.Fault) {
	t.Helper()
	w, ids := readWorld(t, fake.Shapes{ListContent: lists}, companies(3)...)
	w.account.Follow(owner("a"), Interest{ID: ids[2]})
	w.spoil(spoilt)
	w.refresh()
	view := func() inventory.View { return w.account.View(inventory.Query{ID: ids[2]}) }
	details := func() {
		w.clock.Step(DefaultDetailInterval)
		w.observe() // the list
		w.clock.Step(detailTick)
		w.observe()
	}
	if details(); view().Unread {
		t.Fatal("it can be read, and counts as unread")
	}
	_ = w.wokenNow()
	failure.Op, failure.Times = fake.OpGet, 2
	w.inject(failure)
	if details(); view().Unread || len(w.wokenNow()) > 0 {
		t.Error("one GET that fails says nothing of a broker")
	}
	details()
	if w.expectWoken("a"); !view().Unread {
		t.Error("it can't be read, and nobody hears of that")
	}
	if _, f := w.account.Look(w.Context(), "main", ids[2]); f != nil || view().Unread {
		t.Errorf("when it was read (%v), unread is %t", f, view().Unread)
	}
}

// TestWhoWaitsIsWokenWhenEntriesCanBeToldApart: the list may be read sooner than they asked
// for, since a user has had the entry mended and says so.
func TestWhoWaitsIsWokenWhenEntriesCanBeToldApart(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, companies(2)...)
	if err := w.server.SetEntry(string(ids[0]), fake.EntryBlank); err != nil {
		t.Fatal(err)
	}
	w.refresh()
	w.account.Await(owner("a"), w.clock.Now().Add(time.Hour))
	w.refresh()
	if got := w.wokenNow(); len(got) != 0 {
		t.Fatalf("woken by a list that shows the same: %v", got)
	}
	if err := w.server.SetEntry(string(ids[0]), ""); err != nil {
		t.Fatal(err)
	}
	w.refresh()
	w.expectWoken("a")
}
