package simulation

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

const (
	// stormy is how long people edit and faults strike.
	stormy = 40 * time.Minute
	// apart is the least time between two lists or two GETs that are wrong although
	// they look right: that two in a row are wrong is more than can be borne.
	apart = 12 * time.Minute
)

// storm is a run by chance. One seed gives one run; what struck has numbers, by
// which single strokes can be left out.
type storm struct {
	w       *World
	random  *rand.Rand
	end     time.Time
	next    time.Time // when people act next
	without map[int]bool
	strokes []string
	wrong   time.Time // the latest wrong list or GET
	outage  time.Time // until then the API is down
	empty   time.Time // the latest end of an outage that looks like an empty account
	// looksEmpty is until when such an outage lasts.
	looksEmpty time.Time
	besieging  bool // nobody is kept from working
	// contradicted says that the GET of a broker finds nothing for good, although it is there.
	contradicted bool
	regimes      []regime
	rate         float64
	sellers      []string
	names        []string     // of Resellers that people may make
	values       *values      // nil: the API writes what it is sent
	spelt        *names       // nil: the API writes identities as they are sent
	lists        *lists       // nil: lists say of themselves what is so
	restores     *restores    // nil: nothing is restored
	marks        *marks       // nil: nothing is marked
	discoveries  *discoveries // nil: discovery is off
	nameless     bool         // lists do not say who brokers are
}

// regime is what strikes some operations for a while.
type regime struct {
	until   time.Time
	strikes func(operation) bool
	outcome func(operation) Outcome
}

// newStorm makes a world by chance. It must be called inside a bubble.
func newStorm(seed uint64, without []int) *storm {
	s := &storm{random: rand.New(rand.NewPCG(seed, 7)), without: map[int]bool{}}
	for _, n := range without {
		s.without[n] = true
	}
	s.rate = []float64{0, 0.01, 0.03, 0.08}[s.random.IntN(4)]
	o := Options{
		Seed: seed, Stormy: true, Workers: 1 + s.random.IntN(3),
		Skew:   time.Duration(s.random.IntN(121)-60) * time.Second,
		Shapes: s.shapes(),
	}
	s.drawValues(seed, &o.Shapes)
	s.drawNames(seed, &o.Shapes)
	s.drawLists(seed, &o.Shapes)
	s.drawRestores(seed)
	s.drawMarks(seed, &o.Shapes)
	s.drawDiscoveries(seed)
	s.w = NewWorld(o)
	s.w.met[shapeNames] = s.nameless
	s.people()
	s.w.choose, s.w.strike = s.choose, s.strike
	return s
}

func pick[T any](s *storm, choices ...T) T { return choices[s.random.IntN(len(choices))] }

func (s *storm) chance(p float64) bool { return s.random.Float64() < p }

// run lets the storm pass and everything come to rest, and checks.
func (s *storm) run() []violation {
	w := s.w
	w.start(0, 0)
	s.end, s.next = now().Add(stormy), now()
	for now().Before(s.end) && w.broken == "" {
		w.Run(min(s.next.Sub(now()), s.end.Sub(now())), nil)
		if s.act(); s.values != nil {
			s.values.act()
		}
		if s.lists != nil {
			s.lists.act()
		}
		if s.restores != nil {
			s.restores.act()
		}
		s.marks.act()
		s.discoveries.act()
		s.next = now().Add(time.Duration(s.random.ExpFloat64() * float64(40*time.Second)))
	}
	if s.chance(0.3) {
		s.besiege()
	}
	w.onlyOne()
	defer s.marks.tell()
	if found := w.finish(); len(found) > 0 || w.Seed%foreseenIn != 0 {
		return found
	}
	return s.foreseeEdits(previewed)
}

// onlyOne leaves one manager, as the lease will have it in the end.
func (w *World) onlyOne() {
	w.stopManagers(w.managers[:len(w.managers)-1])
	if w.leader().dead {
		w.start(0, 0)
	}
	w.leader().retired = false
}

// strike decides by chance; what must not be borne does not happen.
func (s *storm) strike(p *point) Outcome {
	if now().Before(s.looksEmpty) && p.op.seller() && p.op != login {
		return EmptyAccount
	}
	if now().Before(s.outage) && p.op.seller() {
		return pick(s, Unreached, "503", HTML)
	}
	for _, r := range s.regimes {
		if now().Before(r.until) && r.strikes(p.op) {
			return r.outcome(p.op)
		}
	}
	if o := s.lists.strike(p.op); o != Fine {
		return o
	}
	struck := pick(s, outcomes(p.op)...)
	if p.op.seller() && p.op != login && s.chance(0.5) {
		struck = s.refuses(p.op)
	}
	if !s.chance(s.rate) || s.unbearable(p.op, struck) {
		return Fine
	}
	s.strokes = append(s.strokes, fmt.Sprintf("%s at %d", struck, p.n))
	if s.without[len(s.strokes)] {
		return Fine
	}
	return struck
}

// unbearable reports whether a wrong answer would follow another one too soon, or
// can't be told from a right one: half a number is a number.
func (s *storm) unbearable(op operation, struck Outcome) bool {
	if op == post && struck == Truncated && s.w.Shapes.CreateAnswer == fake.CreateBareID {
		return true
	}
	wrongList := slices.Contains([]Outcome{EmptyList, ShortList, ForeignList}, struck)
	if wrongList && s.contradicted {
		return true // beside a GET that finds nothing for good it is a proof
	}
	wrong := wrongList || (op == get && strings.HasPrefix(string(struck), "404"))
	if !wrong {
		return false
	}
	if now().Before(s.wrong.Add(apart)) {
		return true
	}
	s.wrong = now()
	return false
}

// choose picks an action, or lets time pass although there is one.
func (s *storm) choose(possible []action) int {
	if !s.besieging && s.chance(0.02) {
		return -1 // until something else is due, which may be long
	}
	weights := map[string]int{"go on": 10, "deliver": 6, "start": 2, "pass": 4, "observe": 3, "person": 1}
	total := 0
	for _, a := range possible {
		total += weights[a.kind]
	}
	at := s.random.IntN(total)
	for i, a := range possible {
		if at -= weights[a.kind]; at < 0 {
			return i
		}
	}
	return 0
}

// act is one thing that people, strangers, or the cluster do.
func (s *storm) act() {
	acts := []func(){s.create, s.create, s.create, s.delete, s.delete, s.edit, s.edit, s.edit, s.identity, s.policy, s.name, s.elsewhere, s.stranger, s.fail, s.watch, s.goDown, s.refuse, s.refuse, s.contradict, s.touch, s.ask}
	pick(s, acts...)()
}

func (s *storm) anyName() string { return pick(s, s.names...) }

func (s *storm) company() string { return fmt.Sprintf("c%d", s.random.IntN(4)) }

func (s *storm) create() {
	name := s.anyName()
	if s.w.reseller(name) != nil {
		return
	}
	company := s.company()
	s.w.add(newReseller(name, company, func(r *v1alpha1.Reseller) {
		s.numbered(company, r)
		r.Spec.SellerRef.Name = v1alpha1.SellerName(s.sellerIn(r.Namespace))
		if s.chance(0.3) {
			respell(r)
		}
		if s.chance(0.3) {
			r.Spec.AdoptionPolicy = v1alpha1.AdoptMatchExisting
		}
		r.Spec.DeletionPolicy = pick(s, "", "", v1alpha1.DeletionDelete, v1alpha1.DeletionOrphan)
	}))
}

func (s *storm) delete() { s.w.remove(s.anyName()) }

func (s *storm) edit() { s.w.edit(s.anyName(), phone(fmt.Sprintf("77700%02d", s.random.IntN(100)))) }

// ask has a user ask for a look at one Reseller, or at all.
func (s *storm) ask() {
	names := s.names
	if s.chance(0.5) {
		names = []string{s.anyName()}
	}
	for _, name := range names {
		s.w.ask(name)
	}
}

func (s *storm) identity() {
	company := s.company()
	s.w.edit(s.anyName(), func(r *v1alpha1.Reseller) {
		s.numbered(company, r)
		r.Spec.Domain = ptr.To(v1alpha1.Domain(company + ".example"))
	})
}

func (s *storm) policy() {
	s.w.edit(s.anyName(), func(r *v1alpha1.Reseller) {
		switch s.random.IntN(3) {
		case 0:
			r.Spec.DeletionPolicy = v1alpha1.DeletionOrphan
		case 1:
			r.Spec.DeletionPolicy = v1alpha1.DeletionDelete
		default:
			r.Spec.Suspend = ptr.To(!ptr.Deref(r.Spec.Suspend, false))
		}
	})
}

// name has a Reseller name a broker, often one that another one just made.
func (s *storm) name() {
	if live := pick(s, s.w.apis...).Live(); len(live) > 0 {
		id := live[len(live)-1-s.random.IntN(min(2, len(live)))].ID
		s.w.edit(s.anyName(), func(r *v1alpha1.Reseller) { r.Spec.BrokerID = v1alpha1.ID(id) })
	}
}

// elsewhere changes or deletes a broker that a Reseller holds, in the portal.
func (s *storm) elsewhere() {
	r := s.w.reseller(s.anyName())
	if r == nil || r.Status.BrokerID == "" || r.Status.Deletion != nil {
		return
	}
	if s.chance(0.4) {
		_ = s.w.apiOf(r).Remove(r.Status.BrokerID) // may be gone
		return
	}
	_ = s.w.apiOf(r).Edit(r.Status.BrokerID, func(b *fake.Broker) { b.Contact.Phone = "5550000" }) // may be gone
}

// stranger makes a broker that has the identity of one of ours, and other data.
func (s *storm) stranger() {
	company := s.company()
	twin := newBroker(company)
	twin.Name, twin.RegistrationNumber = "Somebody else", s.number(company)
	pick(s, s.w.apis...).Add(twin)
}

// fail kills a manager, or has another one become the leader, or both work on for a while.
func (s *storm) fail() {
	w, old := s.w, s.w.leader()
	if old.dead {
		return
	}
	switch n := s.random.IntN(3); {
	case n == 0:
		old.kill()
	case n == 1:
		old.retired = true
		w.start(s.random.IntN(4), w.ahead())
	case w.active() < 2:
		w.start(s.random.IntN(4), w.ahead())
		until := now().Add(time.Duration(s.random.IntN(300)) * time.Second)
		w.when(since(until, 0), func() { old.kill() })
	}
}

// watch breaks a watch, or stops it for a while.
func (s *storm) watch() {
	m := s.w.leader()
	if m.dead {
		return
	}
	if s.chance(0.5) {
		m.relist("Reseller")
		return
	}
	s.w.frozen[m] = true
	s.w.when(since(now(), time.Duration(s.random.IntN(200))*time.Second), func() { delete(s.w.frozen, m) })
}

// goDown has the API be away for a while.
func (s *storm) goDown() { s.outage = now().Add(time.Duration(s.random.IntN(400)) * time.Second) }
