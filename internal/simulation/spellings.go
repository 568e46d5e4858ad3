package simulation

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// values are how the API writes values in its own way in a schedule, and what people
// do about values there. They are drawn apart from all else, so that a schedule
// without them is the one that it would be anyway.
type values struct {
	*storm
	random *rand.Rand
	fields []string // those that the API writes in its own way
	stay   []string // those that it does not empty
	made   int      // values, of which each is another one
}

// valued is the share of the schedules that have any.
const valued = 0.5

// class is a kind of field: what is written there, and how APIs respell it.
type class struct {
	fields  []string
	kinds   []string
	written []string // by people in specs; the number makes each another one
	portal  []string // by people in the portal, so different that no respelling hides it
}

// classes leave out the registration number, and of a domain all but what keeps the
// identity: that no client can exclude.
var classes = []class{
	{
		fields:  []string{"name", "contact.name", "contact.jobTitle", "address.address", "address.city", "invoiceContact.name", property, another},
		kinds:   []string{"trim", "upper", "lower", "nfc", "nfd", "ascii", "entities", "escape", "short", "cut=20", "mask", "glue=No", "prefix=No", "ignore", "unclear"},
		written: []string{"M\u00fcller & S\u00f8n %d  Street", "Zoe\u0308 <%d> Road & Co", "%d  Main Avenue, \u00d5isma\u0308e", "O'Neil %d Street Partners of the North"},
		portal:  []string{"Portal %d  Street & S\u00f8n", "Po\u0308rtal %d"},
	},
	{
		fields:  []string{"vat", "address.postalCode"},
		kinds:   []string{"zeros", "prefix=EE", "glue=EE", "lower", "cut=4", "mask", "ignore", "unclear"},
		written: []string{"00%dK", "0%dK"},
		portal:  []string{"9%dP"},
	},
	{
		fields:  []string{"contact.phone", "contact.cellPhone", "invoiceContact.phone"},
		kinds:   []string{"digits", "pairs", "zeros", "glue=372", "cut=9", "ignore"},
		written: []string{"0053 45-%03d", "05345%03d"},
		portal:  []string{"555 00%03d"},
	},
	{
		fields:  []string{"supportEmail", "notificationEmail", "contact.email", "invoiceContact.email"},
		kinds:   []string{"upper", "lower", "mask", "cut=12", "ignore"},
		written: []string{"Ann.%d@acme.example", "info%d@Acme.example"},
		portal:  []string{"portal%d@other.example"},
	},
	{fields: []string{"address.countryCode"}, kinds: []string{"iso3", "lower", "ignore"}, written: []string{"EE", "FI", "SE"}, portal: []string{"DE", "FR"}},
	{fields: []string{"domain"}, kinds: []string{"unicode", "upper"}},
}

// property and another are the paths of the custom properties that people set.
const (
	property = "customProperties[segment]"
	another  = "customProperties[region]"
)

// spellingKinds are those of all classes.
var spellingKinds = func() []string {
	var all []string
	for _, c := range classes {
		all = append(all, c.kinds...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}()

// drawValues adds values to some schedules.
func (s *storm) drawValues(seed uint64, shapes *fake.Shapes) {
	random := rand.New(rand.NewPCG(seed, 11))
	if random.Float64() >= valued {
		return
	}
	v := &values{storm: s, random: random}
	s.values = v
	for range 2 + random.IntN(5) {
		v.spell(shapes)
	}
	if v.chance(0.5) {
		shapes.UpdateAnswer = choice(v, fake.UpdateEcho, fake.UpdateOld, fake.UpdateNothing)
		shapes.UpdateStatus = 200
	}
	if v.chance(0.4) { // both together are within the lag that Sellers are told of
		shapes.UpdateLag = min(25*time.Second-shapes.ListLag, choice(v, 5*time.Second, 20*time.Second))
	}
	if v.chance(0.3) {
		shapes.DefinedProperties, shapes.UnknownProperties = []string{"segment"}, fake.PropertiesDropped
	}
}

// choice is one of several, by chance.
func choice[T any](v *values, of ...T) T { return of[v.random.IntN(len(of))] }

func (v *values) chance(p float64) bool { return v.random.Float64() < p }

// spell has the API write a field in its own way, sometimes in two.
func (v *values) spell(shapes *fake.Shapes) {
	kind := choice(v, spellingKinds...) // first: each is tried as often, however few fields have it
	of := choice(v, slices.DeleteFunc(slices.Clone(classes), func(c class) bool { return !slices.Contains(c.kinds, kind) })...)
	field := choice(v, slices.DeleteFunc(slices.Clone(of.fields), func(f string) bool { return kind == fake.SpellUnclear && required[f] })...)
	where := choice(v, fake.SpellStore, fake.SpellUpdate, fake.SpellShow, fake.SpellDetail, fake.SpellList)
	switch listed := where == fake.SpellList; {
	case kind == fake.SpellIgnore || kind == fake.SpellUnclear:
		where = fake.SpellUpdate
	case (listed || where == fake.SpellDetail) && shapes.ListContent == fake.ListDetail:
		where = fake.SpellShow // a list that shows all represents a GET
	case listed && slices.Contains(of.fields, "name"):
		field = "name"
	case listed && field != "domain":
		where = fake.SpellDetail
	}
	if slices.Contains(v.fields, field) {
		return
	}
	if kind == fake.SpellUnclear {
		v.stay = append(v.stay, field)
	}
	shapes.Spell = append(shapes.Spell, fmt.Sprintf("%s %s %s", where, field, kind))
	// An earlier value that is respelled would look like a form of the one that was sent.
	ignoring := []string{fake.SpellIgnore, fake.SpellUnclear}
	if second := choice(v, of.kinds...); v.chance(0.25) && !slices.Contains(ignoring, kind) && !slices.Contains(ignoring, second) {
		shapes.Spell = append(shapes.Spell, fmt.Sprintf("%s %s %s", where, field, second))
	}
	v.fields = append(v.fields, field)
}

// classOf is the class of a field.
func classOf(field string) *class {
	return &classes[slices.IndexFunc(classes, func(c class) bool { return slices.Contains(c.fields, field) })]
}

// spells reports whether the API writes a field in its own way.
func (v *values) spells(field string) bool { return slices.Contains(v.fields, field) }

// anyField is a field, mostly one that the API writes in its own way.
func (v *values) anyField() string {
	if v.chance(0.6) {
		return choice(v, v.fields...)
	}
	return choice(v, choice(v, classes[:4]...).fields...)
}

// next is another value for a field, of these forms.
func (v *values) next(forms []string) string {
	form := choice(v, forms...)
	if v.made++; len(form) == len("EE") {
		return form
	}
	return fmt.Sprintf(form, v.made)
}
