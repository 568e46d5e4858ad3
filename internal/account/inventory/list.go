package inventory

import (
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// List is a list of the account's brokers.
type List struct {
	// Start is when it was asked for.
	Start   time.Time
	Brokers []broker.Broker
	// Unreadable are its entries that can't be told apart as brokers.
	Unreadable []broker.Unreadable
	// Accepted says that a user called right what the list announces, and not what it lacks.
	Accepted bool
}

// TakeIn makes a list the account's state, unless it lost many brokers at once: then
// believed is false, and Doubt says why. held are brokers that Resellers hold. proved says
// that it proves more than the one before, which showed no broker, or entries that can't be
// told apart.
func (s *Snapshot) TakeIn(list *List, held func() []broker.ID) (changes []Change, proved, believed bool) {
	s.trusted = s.trusted && !list.Accepted
	if s.doubt = s.doubts(list.Start, list.Brokers, held); s.doubt != "" && !s.trusted {
		return nil, false, false
	}
	if s.trusted && s.doubt != "" {
		s.accept(list.Start, list.Brokers)
	}
	proved = s.noteBlank(list.Start, list.Brokers) || len(list.Unreadable) < len(s.spoiltLast(s.Latest()))
	s.doubt, s.trusted = "", false
	return s.believe(list.Start, list.Brokers, list.Unreadable...), proved, true
}
