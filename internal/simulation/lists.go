package simulation

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// lists are how the lists of a schedule are odd: entries that can't be told apart as
// brokers, and lists that announce more than they show. They are drawn apart from all
// else, as values are.
type lists struct {
	*storm
	random *rand.Rand
	// counting says that totals count what lists do not show, and are accepted.
	counting bool
	short    time.Time // until then lists lack entries, and say so
}

// rolled is the share of the schedules that have any.
const rolled = 0.4

// entries are how lists show a broker that can't be told apart.
var entries = []fake.Entry{fake.EntryNoID, fake.EntryBlank, fake.EntryTwice}

// madeAs is a create whose broker lists show so, and lostAs one without an answer.
func madeAs(e fake.Entry) Outcome { return Outcome("made-" + e) }
func lostAs(e fake.Entry) Outcome { return Outcome("lost-" + e) }

// shortBy and emptyBy are lists that lack some or all entries, and say so.
func shortBy(a fake.Announcement) Outcome { return Outcome("short-" + a) }
func emptyBy(a fake.Announcement) Outcome { return Outcome("empty-" + a) }

// oddLists are those outcomes as the fake knows them.
var oddLists = func() map[Outcome]fake.Fault {
	all := map[Outcome]fake.Fault{}
	for _, e := range entries {
		all[madeAs(e)] = fake.Fault{Entry: e}
		all[lostAs(e)] = fake.Fault{Entry: e, Drop: fake.DropConnection, Commit: fake.CommitYes}
	}
	for _, a := range fake.Announcements {
		all[shortBy(a)] = fake.Fault{List: fake.ListShort, Missing: 2, Announce: a}
		all[emptyBy(a)] = fake.Fault{List: fake.ListEmpty, Announce: a}
	}
	return all
}()

// listShapes are those that a run must meet.
func listShapes() []string {
	all := []string{fake.ShapedMore}
	for _, e := range entries {
		all = append(all, fake.ShapedEntry+string(e))
	}
	for _, a := range fake.Announcements {
		all = append(all, fake.ShapedAnnounced+string(a))
	}
	return all
}

// drawLists adds odd lists to some schedules.
func (s *storm) drawLists(seed uint64, shapes *fake.Shapes) {
	random := rand.New(rand.NewPCG(seed, 13))
	if random.Float64() >= rolled {
		return
	}
	s.lists = &lists{storm: s, random: random, counting: random.Float64() < 0.4}
	if s.lists.counting {
		shapes.AnnouncedMore = 1 + random.IntN(3)
	}
}

func (l *lists) chance(p float64) bool { return l.random.Float64() < p }

// act is one thing that goes wrong with entries or totals, or a user who calls a list right.
func (l *lists) act() {
	l.w.acceptLists()
	if !l.chance(0.3) {
		return
	}
	acts := []func(){l.spoil, l.spoil, l.strange, l.mend, l.shorten, l.shorten, l.count}
	acts[l.random.IntN(len(acts))]()
}

// note counts a stroke; false where it is left out.
func (l *lists) note(format string, args ...any) bool {
	l.strokes = append(l.strokes, fmt.Sprintf(format, args...))
	return !l.without[len(l.strokes)]
}

func (l *lists) entry() fake.Entry { return entries[l.random.IntN(len(entries))] }

// api is one of the accounts.
func (l *lists) api() *api { return l.w.apis[l.random.IntN(len(l.w.apis))] }

// spoil has lists show a broker that a Reseller holds as one that can't be told apart. One
// that they contradict otherwise is left: two contradictions are a proof.
func (l *lists) spoil() {
	r := l.w.reseller(l.names[l.random.IntN(len(l.names))])
	as := l.entry()
	if r == nil || r.Status.BrokerID == "" || !l.plain(r) || !l.note("entry %s of %s", as, r.Status.BrokerID) {
		return
	}
	_ = l.w.apiOf(r).SetEntry(r.Status.BrokerID, as) // it may be gone
}

func (l *lists) plain(r *v1alpha1.Reseller) bool {
	b, known := l.w.apiOf(r).Broker(r.Status.BrokerID)
	return known && !b.Unlisted && !b.Unreadable && b.State == fake.StateLive
}

// strange adds somebody's broker that can't be told apart: one of ours, or none of them.
func (l *lists) strange() {
	company := fmt.Sprintf("c%d", l.random.IntN(8))
	as := l.entry()
	if !l.note("strange entry %s of %s", as, company) {
		return
	}
	twin := newBroker(company)
	twin.Name = "Somebody strange"
	a := l.api()
	_ = a.SetEntry(a.Add(twin), as) // it was just made
}

// mend has lists show all brokers of an account as they are.
func (l *lists) mend() {
	if l.note("entries mended") {
		l.api().mend()
	}
}

// mend reports whether there was anything.
func (a *api) mend() bool {
	mended := false
	for _, b := range a.Brokers() {
		mended = b.Entry != "" && a.SetEntry(b.ID, "") == nil || mended // one that is gone can't be
	}
	return mended
}

// shorten has lists lack brokers for minutes, or for longer than it takes to believe one
// that lacks all. While somebody's word on totals is to be put to use they are whole.
func (l *lists) shorten() {
	if l.w.asksForLists() || !l.note("short lists that say so, for minutes") {
		return
	}
	l.short = now().Add(time.Duration(l.random.IntN(1200)) * time.Second)
	if l.chance(0.2) {
		l.short = l.short.Add(time.Duration(l.random.IntN(40)) * time.Minute)
	}
}

// count has totals count more or less of what lists do not show.
func (l *lists) count() {
	if a := l.api(); l.counting && now().After(l.short) && l.note("other totals") {
		shapes := a.Shapes()
		shapes.AnnouncedMore = l.random.IntN(4)
		must(a.SetShapes(shapes))
	}
}

// strike is what strikes a list, or the list's entry of what a create makes.
func (l *lists) strike(op operation) Outcome {
	switch {
	case l == nil:
	case op.reads() && op != get && op != services && now().Before(l.short):
		by := fake.Announcements[l.random.IntN(len(fake.Announcements))]
		if l.chance(0.3) {
			return emptyBy(by)
		}
		return shortBy(by)
	case op == post && l.chance(0.1):
		o := madeAs(l.entry())
		if l.chance(0.5) {
			o = lostAs(l.entry())
		}
		if l.note("%s", o) {
			return o
		}
	}
	return Fine
}

// asksForLists reports whether a Seller waits for a user to call its list right, or what
// one said was not put to use yet.
func (w *World) asksForLists() bool {
	return slices.ContainsFunc(w.server.list("Seller"), func(s *stored) bool {
		seller := s.obj.(*v1alpha1.Seller)
		more := w.apiAtEndpoint(seller.Spec.Endpoint).Shapes().AnnouncedMore
		said := seller.Annotations[v1alpha1.AnnotationAcceptListAt] != ""
		return (said || more > 0) && !acceptsMore(seller, more)
	})
}

// acceptsMore reports whether it was accepted that the total of the list counts so many more;
// as many more by what strikes a list for minutes is another thing.
func acceptsMore(s *v1alpha1.Seller, more int) bool {
	return s.Status.List != nil && slices.Contains(s.Status.List.Accepted, "list brokers: X-Total-Count +"+strconv.Itoa(more))
}

// acceptLists has people call right what the lists announce where Sellers ask for it, and
// reports whether any does. While lists lack brokers for minutes, nobody is taken in by
// another difference than the account's own; an entry that is there twice makes one, too.
func (w *World) acceptLists() bool {
	asked := false
	for _, s := range w.server.list("Seller") {
		seller := s.obj.(*v1alpha1.Seller)
		more := w.apiAtEndpoint(seller.Spec.Endpoint).Shapes().AnnouncedMore
		asks := strings.Contains(readyMessage(seller), plan.HowToAccept) && (w.settling || !acceptsMore(seller, more))
		if more == 0 || !asks && !w.asksForServices(seller) {
			continue
		}
		asked = true
		w.say(seller, v1alpha1.AnnotationAcceptListAt)
	}
	return asked
}

// asksForServices reports whether a Reseller of a Seller asks for a word on the list of
// activated services, and whether anybody still has the patience to give it.
func (w *World) asksForServices(seller *v1alpha1.Seller) bool {
	return slices.ContainsFunc(w.server.list("Reseller"), func(s *stored) bool {
		r := s.obj.(*v1alpha1.Reseller)
		of := string(r.Spec.SellerRef.Name) == seller.Name && r.Namespace == seller.Namespace
		if !of || reasonFor(r) != v1alpha1.ReasonUnavailable || !strings.Contains(readiness(r), plan.HowToAccept) || w.heeded[r.UID] >= patient {
			return false
		}
		w.heeded[r.UID]++
		return true
	})
}

// say has a user set an annotation of a Seller to a new value.
func (w *World) say(seller *v1alpha1.Seller, annotation string) {
	w.asked++
	next := seller.DeepCopy()
	if next.Annotations == nil {
		next.Annotations = map[string]string{}
	}
	next.Annotations[annotation] = strconv.Itoa(w.asked)
	must(w.person().Patch(background(), next, client.MergeFrom(seller)))
}

// resumeWrites has people let writes go on where a Seller says that they are halted, as
// often as they have patience, and reports whether any was.
func (w *World) resumeWrites() bool {
	asked := false
	for _, s := range w.server.list("Seller") {
		if seller := s.obj.(*v1alpha1.Seller); seller.Status.Halt != nil && w.heeded[seller.UID] < patient {
			w.heeded[seller.UID]++
			asked = true
			w.say(seller, v1alpha1.AnnotationResumeWritesAt)
		}
	}
	return asked
}

func readyMessage(s *v1alpha1.Seller) string {
	for _, c := range s.Status.Conditions {
		if c.Type == v1alpha1.ConditionReady {
			return c.Message
		}
	}
	return ""
}

// spoiltFor reports whether lists show an entry that can't be told apart and may be what a
// Reseller holds, or what it is about to make or look for.
func (h *history) spoiltFor(r *v1alpha1.Reseller) bool {
	identities := []broker.Identity{meant(r)}
	if c := r.Status.Creation; c != nil {
		id, _ := broker.IdentityFrom(c.RegistrationNumber, c.Domain)
		identities = append(identities, id)
	}
	for _, id := range []string{r.Status.BrokerID, string(r.Spec.BrokerID)} {
		if b := h.findBroker(id); b != nil {
			identities = append(identities, identityOf(b))
		}
	}
	return slices.ContainsFunc(h.brokers, func(b fake.Record) bool {
		entry := broker.Unreadable{}
		if b.Entry != fake.EntryBlank && !h.namesOnly() {
			entry.Shows.RegistrationNumber, entry.Shows.Domain = &b.Broker.RegistrationNumber, &b.Broker.Domain
		}
		return b.Entry != "" && b.State != fake.StateGone && slices.ContainsFunc(identities, entry.MayBe)
	})
}
