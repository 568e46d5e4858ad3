package plan

// Wait is what a rest waits for besides a moment (Until) and a reading (AfterReading).
// Who gathers the state wakes the object by each of them.
type Wait uint8

const (
	// ForUser is an edit of the object or a request in its annotations.
	ForUser Wait = 1 << iota
	// ForSeller is its Seller: that it comes, may be used, or lets writing go on.
	ForSeller
	// ForRival is another Reseller that gives the identity or the broker free.
	ForRival
	// ForBroker is a reading that shows otherwise the broker that is held or named, or
	// those that have the identity.
	ForBroker
)
