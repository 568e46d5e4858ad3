package account

import (
	"fmt"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// doubts says why a list is not to be believed: it lacks many brokers at once
// that were known. "" if it is.
func (s *snapshot) doubts(listed []broker.Broker) string {
	known, shown := 0, 0
	for _, e := range s.entries {
		if e.expected() {
			known++
		}
	}
	for i := range listed {
		if e := s.find(listed[i].ID); e != nil && e.expected() {
			shown++
		}
	}
	missing := known - shown
	if missing < suspicionMinimum || missing*100 <= known*suspicionPercent {
		return ""
	}
	return fmt.Sprintf("the list lacks %d of %d known brokers at once, so it is not believed; nothing is made anew until a list agrees", missing, known)
}

// expected reports whether the next list has to show the broker, unless somebody
// else deletes it.
func (e *entry) expected() bool { return e.inList && e.goneAt.IsZero() && !e.deleted }
