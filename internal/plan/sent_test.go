package plan

import (
	"testing"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// TestNothingIsTheFormOfWhatIsNeverShown: where the API shows a field of some broker, and
// none of this one, there is no value, whatever an update was answered with.
func TestNothingIsTheFormOfWhatIsNeverShown(t *testing.T) {
	lacking := func(s *State) { s.Reading.Known.Name = nil }
	written := func(s *State) {
		s.Memory.Sent = map[string]Sent{"spec.name": {Desired: "ABCDEF", Times: 1, At: s.Now.Add(-s.Access.ListLag), Answered: true}}
		s.Reading.KnownSince = s.Now
	}
	name := "Other"
	shows := func(s *State) { s.Reading.Shows = broker.ShownBy(&broker.Broker{Name: &name}) }
	learned := func(s *State) {
		s.Record.Accepted = []broker.Spelling{{Field: "spec.name", Desired: "ABCDEF"}}
	}
	check(t, []row{
		{"is a form where no broker shows the field", bound(lacking, written), Accept{Spellings: []broker.Spelling{{Field: "spec.name", Desired: "ABCDEF"}}}},
		{"is none where another broker shows it", bound(lacking, written, shows), Rest{Reason: v1alpha1.ReasonNotAccepted}},
		{"is a form for as long as none does", bound(lacking, learned), inSync},
		{"is sent once more as soon as one does", bound(lacking, learned, shows, isReporting, lookedLike(bound(lacking).Reading.Known)), changes("spec.name")},
	})
}
