package reseller

import (
	"slices"
	"testing"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// TestAnOpenCreateConcernsThoseWhoMayNotBecomeLikeIt: who holds a broker waits with an update
// into what may just be made, and is woken when that is known.
func TestAnOpenCreateConcernsThoseWhoMayNotBecomeLikeIt(t *testing.T) {
	r := &v1alpha1.Reseller{}
	r.Status.Creation = &v1alpha1.Creation{CreationAttempt: v1alpha1.CreationAttempt{RegistrationNumber: "0012342", Domain: "acme.example"}}
	posted, _ := broker.IdentityFrom("12342", "www.acme.example")
	words, _ := concerned(r)
	for _, word := range slices.Concat(weakWords(had, posted), weakWords(sought, posted)) {
		if !slices.Contains(words, word) {
			t.Errorf("it concerns %q, not %q", words, word)
		}
	}
}
