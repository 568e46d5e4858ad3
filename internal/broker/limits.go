package broker

// Every bound and wait of this package, each with its reason.

// maxEscapes is how often a text may have been escaped: each portal on its way adds one, and
// what is left after so many stays.
const maxEscapes = 16

// maxDomain is how long a domain can be (RFC 1035 §2.3.4), with room for its
// spelling in Unicode.
const maxDomain = 4 * 253

const (
	// leastOfKey is how many letters or digits a weak key has at least: shorter ones are
	// shared by chance.
	leastOfKey = 5
	// Crowded is how many brokers of an account may not have one weak key: it tells
	// nothing of them then, as the domain of a help desk.
	Crowded = 3
)
