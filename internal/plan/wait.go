package plan

// Wait is what a rest waits for besides a moment (Until) and a sync (AfterReading).
// Who gathers the state wakes the object by each of them, and by nothing else.
type Wait uint8

const (
	// ForUser is an edit of the object or a request in its annotations, or an edit of the
	// Seller that it names. It ends every rest.
	ForUser Wait = 1 << iota
	// ForSeller is its Seller: that it may be used, or lets writing go on, or no longer.
	ForSeller
	// ForRival is another Reseller that gives the identity or the broker free, or claims it.
	ForRival
	// ForBroker is a sync that shows otherwise the broker that is held or named, or
	// those that have the identity.
	ForBroker
)

// ForAll is what is not known to wait for anything less.
const ForAll = ForUser | ForSeller | ForRival | ForBroker

// WaitsFor is all that can end a rest of this state, or have it say something else: what
// the rest names, and what the rules read that were asked before the one that decided.
func WaitsFor(s *State, rest Rest) Wait {
	switch {
	case s.Access.Problem != nil, s.elsewhere():
		return rest.For | ForUser | ForSeller // before that nothing else is looked at
	case kinds[rest.Reason] == ready:
		return rest.For | ForUser | ForRival | ForBroker // a Seller that is not ready does not flip it
	default:
		return ForAll
	}
}
