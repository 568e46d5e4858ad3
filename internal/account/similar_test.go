package account

import (
	"fmt"
	"slices"
	"testing"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// crowdAtMost is how many brokers that share a weak key are told of one by one.
const crowdAtMost = 32

// named is a broker with a registration number and a domain.
func named(number, domain string) fake.Broker {
	b := company(0)
	b.RegistrationNumber, b.Domain = number, domain
	return b
}

var sought, _ = broker.IdentityFrom("0012345", "acme.example")

// similarTo are the indexes of the similar brokers among some, but for those of a crowd.
func (w *world) similarTo(identity broker.Identity, ids []broker.ID) []int {
	found := []int{}
	for _, s := range w.account.View(inventory.Query{Identity: identity, Weak: true}).Similar {
		if !s.Crowded {
			found = append(found, slices.Index(ids, s.Broker.ID))
		}
	}
	return found
}

func TestSimilar(t *testing.T) {
	foreign := []fake.Broker{named("12345", "www.acme.example")}
	for _, row := range []struct {
		name    string
		brokers []fake.Broker
		want    []int
		foreign []fake.Broker
	}{
		{"finds by number, by domain and by both, each once", []fake.Broker{named("12345", "other.example"), named("98765", "www.acme.example"), named("77777", "none.example")}, []int{0, 1}, nil},
		{"finds one by both halves once", []fake.Broker{named("12345", "www.acme.example")}, []int{0}, nil},
		{"finds half an identity by what it shows", []fake.Broker{named("", "acme.example"), named("12345", "")}, []int{1, 0}, nil},
		{"does not find the one with the identity", []fake.Broker{named("0012345", "acme.example")}, []int{}, nil},
		{"does not find another seller's", nil, []int{}, foreign},
		{"does not count another seller's", []fake.Broker{named("11111", "acme.example"), named("22222", "acme.example")}, []int{0, 1}, foreign},
		{"has three of one domain say nothing", []fake.Broker{named("11111", "acme.example"), named("22222", "acme.example"), named("33333", "acme.example"), named("12345", "other.example")}, []int{3}, nil},
		{"has three of one number say nothing", []fake.Broker{named("12345", "a.example"), named("12345", "b.example"), named("012345", "c.example")}, []int{}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			w, ids := readWorld(t, fake.Shapes{ListContent: fake.ListDetail}, row.brokers...)
			for _, b := range row.foreign {
				w.server.AddForeign(b)
			}
			w.refresh()
			if got := w.similarTo(sought, ids); !slices.Equal(got, row.want) {
				t.Errorf("similar are %v, not %v", got, row.want)
			}
			if got := w.account.View(inventory.Query{Identity: sought}).Similar; got != nil {
				t.Errorf("similar are %v although nobody asked", got)
			}
		})
	}
}

// TestSimilarOfAKeyOfMany: what a create made may be one of too many that share a key. All
// are told of, so that it can be written down who was there before; of even more only who
// has the name, where that tells it from them.
func TestSimilarOfAKeyOfMany(t *testing.T) {
	var brokers []fake.Broker
	for i := range crowdAtMost {
		b := named(fmt.Sprint(10000+i), "acme.example")
		b.Name = "Another"
		brokers = append(brokers, b)
	}
	brokers[1].Name, brokers[2].Name = "ACME  Ltd", "Acme ltd"
	w, ids := readWorld(t, fake.Shapes{}, brokers...)
	by := func(name string) (found []broker.ID) {
		for _, s := range w.account.View(inventory.Query{Identity: sought, Weak: true, Name: name}).Similar {
			if found = append(found, s.Broker.ID); !s.Crowded {
				t.Errorf("%+v is said to be one of few", s)
			}
		}
		return found
	}
	if got := by("Acme Ltd"); len(got) != crowdAtMost {
		t.Errorf("similar are %d, not all %d that share the domain", len(got), crowdAtMost)
	}
	w.server.Add(named("99999", "acme.example"))
	w.refresh()
	if got := by("Acme Ltd"); !slices.Equal(got, ids[1:3]) {
		t.Errorf("similar are %v, not those with the name", got)
	}
	w.edit(ids[0], func(b *fake.Broker) { b.Name = "Acme Ltd" })
	w.refresh()
	if got := by("Acme Ltd"); len(got) > 0 {
		t.Errorf("similar are %v, of too many with the name", got)
	}
}

func TestSimilarFollowsEdits(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{}, named("12345", "a.example"), named("12345", "b.example"), named("12345", "c.example"))
	w.remove(ids[2])
	w.refresh()
	w.refresh()
	if got := w.similarTo(sought, ids); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("similar are %v when the third has gone", got)
	}
	w.edit(ids[0], func(b *fake.Broker) { b.RegistrationNumber = "98765" })
	w.refresh()
	if got := w.similarTo(sought, ids); !slices.Equal(got, []int{1}) {
		t.Errorf("similar are %v when one has another number", got)
	}
	w.remove(ids[1])
	if _, f := w.account.Look(w.Context(), "main", ids[1]); f == nil {
		t.Error("the broker is still there")
	}
	w.refresh()
	if got := w.similarTo(sought, ids); len(got) > 0 {
		t.Errorf("similar are %v when a GET and a list found the last one gone", got)
	}
}

// TestSimilarSaysWhatIsKnown: who holds it, and whether a GET is due before anybody is
// told of it.
func TestSimilarSaysWhatIsKnown(t *testing.T) {
	for _, content := range []string{fake.ListDetail, fake.ListSummary} {
		t.Run(content, func(t *testing.T) {
			w, ids := readWorld(t, fake.Shapes{ListContent: content}, named("12345", "a.example"), named("12345", "b.example"))
			w.held[ids[1]] = true
			view := func() []inventory.Similar {
				return w.account.View(inventory.Query{Identity: sought, Weak: true}).Similar
			}
			if s := view(); s[0].Held || !s[1].Held || !s[0].Listed {
				t.Errorf("of a list: %+v", s)
			}
			w.clock.Step(1)
			if _, f := w.account.Look(w.Context(), "main", ids[0]); f != nil {
				t.Fatal(f)
			}
			if s := view(); s[0].Listed || !s[0].Broker.Detail || !s[1].Listed {
				t.Errorf("of a GET: %+v", s)
			}
			w.remove(ids[0])
			w.refresh()
			if s := view(); !s[0].Unlisted || s[1].Unlisted {
				t.Errorf("of a list that lacks it: %+v", s)
			}
		})
	}
}

// TestWhoHasTheIdentityIsNotSimilar: what has it, and was not found by a GET, is a match
// again with the next list, and in no question in between.
func TestWhoHasTheIdentityIsNotSimilar(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{ListContent: fake.ListDetail}, named("0012345", "acme.example"))
	if err := w.server.SetUnreadable(string(ids[0]), true); err != nil {
		t.Fatal(err)
	}
	w.clock.Step(1)
	if _, f := w.account.Look(w.Context(), "main", ids[0]); f == nil {
		t.Fatal("the broker can be read")
	}
	if v := w.account.View(inventory.Query{Identity: sought, Weak: true}); len(v.Matches)+len(v.Similar) > 0 {
		t.Errorf("after the GET: %+v", v)
	}
	w.refresh()
	if v := w.account.View(inventory.Query{Identity: sought, Weak: true}); len(v.Matches) != 1 || len(v.Similar) > 0 {
		t.Errorf("after the list: %+v", v)
	}
}

func TestWhoSeeksSimilarBrokersIsWoken(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*world, []broker.ID)
		woken  []string
	}{
		{"by one that comes", func(w *world, _ []broker.ID) { w.server.Add(named("012345", "b.example")) }, []string{"number"}},
		{"by one that goes", func(w *world, ids []broker.ID) { w.remove(ids[0]) }, []string{"domain", "number"}},
		{"by one that changes", func(w *world, ids []broker.ID) {
			w.edit(ids[0], func(b *fake.Broker) { b.Name = "Renamed" })
		}, []string{"domain", "number"}},
		{"by one that is given another number", func(w *world, ids []broker.ID) {
			w.edit(ids[0], func(b *fake.Broker) { b.RegistrationNumber = "98765" })
		}, []string{"domain", "number"}},
		{"by the third of a key, after which it says nothing", func(w *world, _ []broker.ID) {
			w.server.Add(named("12345", "b.example"))
			w.server.Add(named("12345", "c.example"))
			w.refresh()
			w.wokenNow()
			w.server.Add(named("12345", "d.example"))
		}, nil},
		{"not by others", func(w *world, ids []broker.ID) {
			w.edit(ids[1], func(b *fake.Broker) { b.Name = "Renamed" })
		}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			w, ids := readWorld(t, fake.Shapes{}, named("12345", "www.acme.example"), named("77777", "none.example"))
			w.account.Follow(owner("number"), Interest{Weak: broker.Weak{Number: "12345"}})
			w.account.Follow(owner("domain"), Interest{Weak: broker.Weak{Domain: "acme.example"}})
			w.account.Follow(owner("both"), Interest{Weak: broker.Weak{Number: "99999", Domain: "nobody.example"}})
			row.change(w, ids)
			w.refresh()
			w.expectWoken(row.woken...)
			for _, name := range []string{"number", "domain", "both"} {
				w.account.Unfollow(owner(name))
			}
			if f := w.account.followers; len(f.byNumber)+len(f.byDomain) != 0 {
				t.Errorf("followers are left: %v, %v", f.byNumber, f.byDomain)
			}
		})
	}
}

// TestOneGETDoesNotProveThatASimilarBrokerHasGone: the latest list shows it still, and the
// GET may be from an outage, so that a create beside it would be a second one.
func TestOneGETDoesNotProveThatASimilarBrokerHasGone(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{ListContent: fake.ListDetail}, named("12345", "other.example"), named("77777", "none.example"))
	w.inject(fake.Fault{Op: fake.OpGet, Status: 404})
	if _, f := w.account.Look(w.Context(), "main", ids[0]); f == nil || !f.Documented {
		t.Fatalf("the GET says %v, no 404 of the API", f)
	}
	if got := w.similarTo(sought, ids); !slices.Equal(got, []int{0}) {
		t.Errorf("similar are %v after the GET, not the one that the latest list shows", got)
	}
	if s := w.account.View(inventory.Query{Identity: sought, Weak: true}).Similar; !s[0].Listed {
		t.Error("what the GET did not find passes for known")
	}
	w.remove(ids[0])
	w.refresh()
	if got := w.similarTo(sought, ids); len(got) > 0 {
		t.Errorf("similar are %v once a list agrees", got)
	}
}

func TestNamesakes(t *testing.T) {
	b := named("98765", "else.example")
	for n, want := range []int{0, 1, 2, 0, 0} { // of too many the name says nothing
		brokers := slices.Repeat([]fake.Broker{b}, n)
		for i := range brokers {
			brokers[i].Name = "ACME  company"
		}
		w, _ := readWorld(t, fake.Shapes{ListContent: fake.ListDetail}, append(brokers, named("55555", "third.example"))...)
		found := w.account.View(inventory.Query{Identity: sought, Weak: true, Name: "Acme Company"}).Similar
		for _, s := range found {
			if !s.Named || s.Crowded {
				t.Errorf("%d namesakes: %+v", n, s)
			}
		}
		if len(found) != want {
			t.Errorf("%d namesakes: %d are found, not %d", n, len(found), want)
		}
		if unnamed := w.account.View(inventory.Query{Identity: sought, Weak: true}).Similar; len(unnamed) > 0 {
			t.Errorf("%d namesakes are found although nobody has a name", len(unnamed))
		}
	}
}

// TestAMatchThatIsMissingIsNoNamesake: what has the sought identity is a match as soon as a
// list shows it again, and nobody is asked about it by its name meanwhile.
func TestAMatchThatIsMissingIsNoNamesake(t *testing.T) {
	b := named("12345", "acme.example")
	b.Name = "Acme"
	w, ids := readWorld(t, fake.Shapes{ListContent: fake.ListDetail}, b)
	q := inventory.Query{Identity: broker.Halves(w.known(ids[0])), Weak: true, Name: "Acme"}
	w.inject(fake.Fault{Op: fake.OpGet, Status: 404})
	if _, f := w.account.Look(w.Context(), "main", ids[0]); f == nil || f.Class != broker.NotFound {
		t.Fatalf("the GET fails by %v", f)
	}
	if v := w.account.View(q); len(v.Similar) > 0 {
		t.Errorf("similar are %+v, while none matches: %t", v.Similar, len(v.Matches) == 0)
	}
}

// TestOneThatListsLackMakesNoCrowd: a broker that only GETs show would make one for as long as
// no list is read, and none after each.
func TestOneThatListsLackMakesNoCrowd(t *testing.T) {
	w, ids := readWorld(t, fake.Shapes{ListContent: fake.ListDetail}, named("12345", "a.example"), named("12345", "b.example"), named("12345", "c.example"))
	if got := w.similarTo(sought, ids); len(got) > 0 {
		t.Fatalf("similar are %v", got)
	}
	if err := w.server.SetUnlisted(string(ids[2]), true); err != nil {
		t.Fatal(err)
	}
	w.refresh()
	if got := w.similarTo(sought, ids); !slices.Equal(got, []int{0, 1, 2}) {
		t.Errorf("after the list similar are %v", got)
	}
	if _, f := w.account.Look(w.Context(), "main", ids[2]); f != nil {
		t.Fatalf("the GET fails by %v", f)
	}
	if got := w.similarTo(sought, ids); !slices.Equal(got, []int{0, 1, 2}) {
		t.Errorf("after the GET similar are %v", got)
	}
}
