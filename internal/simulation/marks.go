package simulation

import (
	"fmt"
	"math/rand/v2"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// marks are the ownership marks of a schedule: all Sellers have brokers marked, the API
// may write marks in its own way or drop them, and people copy and clear them in the portal.
// They are drawn apart from all else, as values are.
type marks struct {
	*storm
	random *rand.Rand
}

const (
	// marksBrokers is the share of the schedules that have marks, and ofNames that of
	// those with summaries whose lists do not say who brokers are.
	marksBrokers = 0.4
	ofNames      = 0.3
	// ownership is the custom property that holds the mark, clusterName whose marks they
	// are, and theirs another cluster's.
	ownership   = "owner"
	clusterName = "here"
	theirs      = broker.Owner("elsewhere/team/broker/")
	wholeMark   = 26
)

// marked is the path of the property that holds the mark.
const marked = "customProperties[" + ownership + "]"

// How marks come to be written, what people do with them, and what is found by them.
const (
	shapeMark     = "brokers that carry an ownership mark"
	shapeCapitals = "ownership marks in capitals"
	shapeCutMark  = "ownership marks that lack a part of the create"
	shapeNoOwner  = "ownership marks cut before they say whose they are"
	shapeDropped  = "ownership marks that the API drops"
	shapeTheirs   = "a broker that another cluster marked"
	shapeCopied   = "a stranger's broker with a copy of a mark"
	shapeCleared  = "ownership marks cleared in the portal"
	shapeByMark   = "restored by the mark"
	shapeNames    = "lists that do not say who brokers are"
)

var markShapes = []string{shapeMark, shapeCapitals, shapeCutMark, shapeNoOwner, shapeDropped, shapeTheirs, shapeCopied, shapeCleared, shapeByMark, shapeNames}

// drawMarks adds marks to some schedules, and lists without identities to some.
func (s *storm) drawMarks(seed uint64, shapes *fake.Shapes) {
	random := rand.New(rand.NewPCG(seed, 23))
	if has := random.Float64() < marksBrokers; has {
		s.marks = &marks{s, random}
		s.marks.write(shapes)
	}
	if shapes.ListContent == fake.ListSummary && random.Float64() < ofNames {
		shapes.ListFields, s.nameless = []string{"name"}, true
	}
}

// write has the API write marks in its own way.
func (m *marks) write(shapes *fake.Shapes) {
	ways := []string{"", "", "store upper", "show upper", "store cut=20", "store cut=13", "store cut=8", "drop"}
	switch way := ways[m.random.IntN(len(ways))]; way {
	case "":
	case "drop":
		shapes.DefinedProperties, shapes.UnknownProperties = []string{"segment"}, fake.PropertiesDropped
	default:
		var where, kind string
		_, _ = fmt.Sscan(way, &where, &kind) // two words
		shapes.Spell = append(shapes.Spell, where+" "+marked+" "+kind)
	}
}

// own has a Seller mark brokers, where any does.
func (m *marks) own(s *v1alpha1.Seller) {
	if m != nil {
		s.Spec.Ownership = &v1alpha1.Ownership{PropertyID: ownership, ClusterName: clusterName}
	}
}

func (m *marks) chance(p float64) bool { return m.random.Float64() < p }

// act is one thing that people do with marks, or a Reseller that is lost with its status.
func (m *marks) act() {
	if m != nil && m.chance(0.25) {
		acts := []func(){m.strange, m.copied, m.clear, m.half, m.lose}
		acts[m.random.IntN(len(acts))]()
	}
}

// note counts a stroke; false where it is left out.
func (m *marks) note(format string, args ...any) bool {
	m.strokes = append(m.strokes, fmt.Sprintf(format, args...))
	return !m.without[len(m.strokes)]
}

// holder is a Reseller that holds a broker, nil where the one that was drawn does not.
func (m *marks) holder() *v1alpha1.Reseller {
	r := m.w.reseller(m.names[m.random.IntN(len(m.names))])
	if r == nil || r.Status.BrokerID == "" || !r.DeletionTimestamp.IsZero() {
		return nil
	}
	return r
}

// strange adds a broker that has the identity of one of ours and the mark of another cluster.
func (m *marks) strange() {
	company := fmt.Sprintf("c%d", m.random.IntN(4))
	if !m.note("another cluster's broker of %s", company) {
		return
	}
	twin := newBroker(company)
	twin.Name, twin.RegistrationNumber = "Somebody else's", m.number(company)
	twin.CustomProperties = []fake.CustomProperty{{ID: ownership, Value: string(broker.MarkOf(theirs, company))}}
	m.w.apis[m.random.IntN(len(m.w.apis))].Add(twin)
	m.w.met[shapeTheirs] = true
}

// copied adds a broker of another company with the mark of one of ours.
func (m *marks) copied() {
	r := m.holder()
	if r == nil || !m.note("a copy of the mark of %s", r.Name) {
		return
	}
	stranger := newBroker(fmt.Sprintf("copy%d", m.random.IntN(4)))
	stranger.CustomProperties = []fake.CustomProperty{{ID: ownership, Value: string(broker.MarkOf(ownerOf(r), "a copy"))}}
	m.w.apiOf(r).Add(stranger)
	m.w.met[shapeCopied] = true
}

// clear takes the mark off a broker, or off all that another cluster marked.
func (m *marks) clear() {
	of := m.w.apis[m.random.IntN(len(m.w.apis))]
	live := of.Live()
	if len(live) == 0 || !m.note("a mark cleared") {
		return
	}
	b := live[m.random.IntN(len(live))]
	for i := range live {
		if broker.Mark(markOf(live[i].Broker)).Of(theirs) {
			b = live[i]
		}
	}
	m.w.met[shapeCleared] = m.w.met[shapeCleared] || markOf(b.Broker) != ""
	m.edit(of, b.ID, func(b *fake.Broker) { setBroker(b, marked, "") })
}

// half changes half of the identity of a broker in the portal.
func (m *marks) half() {
	if r := m.holder(); r != nil && m.note("half of the identity of %s", r.Status.BrokerID) {
		m.edit(m.w.apiOf(r), r.Status.BrokerID, func(b *fake.Broker) { b.Domain = "portal.example" })
	}
}

func (m *marks) edit(of *api, id string, change func(*fake.Broker)) {
	_ = of.Edit(id, change) // it may be gone
	m.w.touched = append(m.w.touched, touch{id, now()})
}

// lose has a Reseller come back as Git has it: nothing but the mark, where there is one,
// and the identity lead to its broker.
func (m *marks) lose() {
	r := m.holder()
	if r == nil || !m.note("%s comes back from Git", r.Name) {
		return
	}
	m.w.stopManagers(m.w.managers)
	m.w.restore(r, shapeSpec)
	m.w.Run(settled, nil)
	m.w.start(0, m.w.ahead())
}
