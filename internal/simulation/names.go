package simulation

import (
	"math/rand/v2"
	"strings"

	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// names are how the API writes registration numbers and domains in its own way in a
// schedule, and people likewise. They are drawn apart from all else, so that a schedule
// without them is the one that it would be anyway.
type names struct{ random *rand.Rand }

// respelled is the share of the schedules that have them.
const respelled = 1.0 / 4

// drawNames adds them to some schedules.
func (s *storm) drawNames(seed uint64, shapes *fake.Shapes) {
	random := rand.New(rand.NewPCG(seed, 29))
	if random.Float64() >= respelled {
		return
	}
	s.spelt = &names{random}
	number, domain := "", ""
	switch random.IntN(4) {
	case 0:
		number = "zeros"
	case 1:
		number = "prefix=EE"
	case 2:
		domain = "prefix=www."
	default:
		number, domain = "zeros", "prefix=www."
	}
	where := fake.SpellStore
	if random.IntN(3) == 0 {
		where = fake.SpellShow
	}
	if number != "" {
		shapes.Spell = append(shapes.Spell, where+" registrationNumber "+number)
	}
	if domain != "" && (s.values == nil || !s.values.spells("domain")) {
		shapes.Spell = append(shapes.Spell, where+" domain "+domain)
	}
}

// number is the registration number of a company, as somebody writes it.
func (s *storm) number(company string) string {
	if s.spelt == nil {
		return "R" + company
	}
	number := "001234" + strings.TrimPrefix(company, "c")
	if s.spelt.random.IntN(4) == 0 {
		return strings.TrimLeft(number, "0")
	}
	return number
}

// numbered gives a Reseller the number of its company.
func (s *storm) numbered(company string, r *v1alpha1.Reseller) {
	r.Spec.RegistrationNumber = ptr.To(v1alpha1.Text(s.number(company)))
}
