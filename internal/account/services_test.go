package account

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// TestNoServicesTakesTheListAndThe404 holds what is taken for a no before a delete.
func TestNoServicesTakesTheListAndThe404(t *testing.T) {
	own404 := fake.Fault{Op: fake.OpActiveReseller, Status: 404}
	page404 := fake.Fault{Op: fake.OpActiveReseller, Status: 404, Body: fake.BodyHTML}
	noList := fake.Fault{Op: fake.OpActiveResellers, Status: 500}
	rows := []struct {
		name      string
		listed    bool
		faults    []fake.Fault
		activated bool
		fails     bool
	}{
		{"both say so", false, nil, false, false},
		{"the list shows what the 404 does not", true, []fake.Fault{own404}, true, false},
		{"the list shows what a gateway's 404 does not", true, []fake.Fault{page404}, true, false},
		{"a gateway's 404 is no answer", false, []fake.Fault{page404}, false, true},
		{"the list can't be read", false, []fake.Fault{noList}, false, true},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			w, ids := readWorld(t, fake.Shapes{}, company(1))
			w.clock.Step(time.Minute)
			if err := w.server.SetServices(string(ids[0]), row.listed); err != nil {
				t.Fatal(err)
			}
			w.inject(row.faults...)
			activated, f := w.account.ServicesActivated(t.Context(), "main", ids[0])
			if activated != row.activated || (f != nil) != row.fails {
				t.Errorf("activated is %v, %v", activated, f)
			}
		})
	}
}

func TestDeletesShareTheListOfServices(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, companies(10)...)
	w.clock.Step(time.Minute)
	for _, id := range ids {
		if activated, f := w.account.ServicesActivated(t.Context(), "main", id); activated || f != nil {
			t.Fatalf("activated is %v, %v", activated, f)
		}
	}
	if lists := w.server.Calls(fake.OpActiveResellers); lists > 2 {
		t.Errorf("%d lists for ten deletes at once", lists)
	}
}

// TestOneDeleteRenewsTheListOfServices holds that it is not read by all who are at work at the
// moment when it is too old.
func TestOneDeleteRenewsTheListOfServices(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, company(1))
	w.clock.Step(time.Minute)
	if _, f := w.account.ServicesActivated(t.Context(), "main", ids[0]); f != nil {
		t.Fatal(f)
	}
	w.clock.Step(renewServices)
	if fresh, _ := w.account.freshActive(); fresh {
		t.Error("nobody renews it")
	}
	for range 4 { // who asks while the first one reads
		if fresh, _ := w.account.freshActive(); !fresh {
			t.Error("another one reads it, too")
		}
	}
	w.clock.Step(freshServices - renewServices)
	if fresh, _ := w.account.freshActive(); fresh {
		t.Error("it is too old, and a delete goes by it")
	}
}

// TestAShortListOfServicesWaitsForAWord: deletes wait for a user, and none reads the list
// again meanwhile.
func TestAShortListOfServicesWaitsForAWord(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, companies(10)...)
	w.clock.Step(time.Minute)
	w.inject(fake.Fault{Op: fake.OpActiveResellers, List: fake.ListShort, Missing: 1, Announce: fake.AnnounceHeader})
	if err := w.server.SetServices(string(ids[9]), true); err != nil {
		t.Fatal(err)
	}
	before := w.server.Calls(fake.OpActiveResellers)
	ask := func() (short int) {
		for _, id := range ids[:9] {
			if _, f := w.account.ServicesActivated(t.Context(), "main", id); f != nil && f.Announced != "" {
				short++
			}
			w.clock.Step(10 * time.Second)
		}
		return short
	}
	if short, lists := ask(), w.server.Calls(fake.OpActiveResellers)-before; short != 9 || lists != 1 {
		t.Errorf("%d deletes wait for a word, after %d lists", short, lists)
	}
	w.account.AcceptList(false)
	if short := ask(); short != 0 {
		t.Errorf("%d deletes wait although a user called the list right", short)
	}
}
