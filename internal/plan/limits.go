package plan

import "time"

// Every bound and wait of this package, each with its reason.

// Defaults of the three times that bound a create; a Seller may set its own.
const (
	// DefaultDeadline is how long a POST may take. Portals of this kind answer
	// within seconds; a minute outlasts a slow gateway.
	DefaultDeadline = 60 * time.Second
	// DefaultCommitBound is how long after its deadline a POST may still take
	// effect: longer than the usual request time-outs of gateways and servers.
	DefaultCommitBound = 4 * time.Minute
	// DefaultListLag is how far a list may be behind the brokers.
	DefaultListLag = 30 * time.Second
)

// Waits, and how long something is remembered.
const (
	// maxFights is how often one value is sent before somebody else is believed
	// to change it back on purpose.
	maxFights = 3
	// fightMemory is how long a correction counts as part of the same fight.
	fightMemory = time.Hour
	// freshReading is how old the two syncs may be on which a create is decided: a
	// broker may have come since. Longer than a list of any size takes, or no sync
	// would ever be fresh, and than the default observeInterval, so that an account
	// at rest needs one more reading only.
	freshReading = 6 * time.Minute
	// tokenRetry is how soon to go on after a refused token: a new one is fetched
	// within seconds, or the Seller says that it can't be.
	tokenRetry = 5 * time.Second
	// deleteSettles is how long a broker may stay readable after a DELETE that
	// was accepted, before a user is told.
	deleteSettles = 10 * time.Minute
	// speaksWithin is how long an object may say nothing of itself after this process
	// first saw it: every one has a Ready condition within a minute. It is also how long
	// a reason that has ended may wait for the write of the create that follows it.
	speaksWithin = 30 * time.Second
	// askedGap is how long after a sync the next one is made for users who ask for a look,
	// so that all who ask in that time share it. askedWithin is how long one may wait for it;
	// where none comes, one broker is read.
	askedGap    = 15 * time.Second
	askedWithin = 2 * askedGap
	// firstLook is the first pause between two looks at the same matter; each
	// further one is twice as long, up to lookAtMost.
	firstLook = time.Second
	// lookAtMost bounds the pauses, so that nothing is noticed later than this.
	lookAtMost = 5 * time.Minute
	// firstPause is the pause after a first failure; each further one is twice as
	// long, up to longestPause.
	firstPause   = time.Second
	longestPause = 10 * time.Minute
	// failuresOfLongest is the number of failures from which the pause is longestPause.
	failuresOfLongest = 11
	// refusedTries is how often a call that was refused is made again soon. Only what
	// lies outside the spec can mend it then, and that is asked for once in refusedPause, or
	// for a DELETE, for which a namespace may wait, after longestPause.
	refusedTries = 5
	refusedPause = time.Hour
	// longUse is for how many answers the services count that an earlier process was told
	// of: they are asked for at the longest pause, or when a list says otherwise.
	longUse = failuresOfLongest
	// sentMemory is how long it matters that a value was sent: an API that shows it later
	// than that, or a user who changes it back, counts as a change elsewhere.
	sentMemory = time.Hour
	// unclearFor is how long 404s that a gateway may have given have to come, and lists to
	// lack the broker, until it counts as gone: as long as lists that lack all are doubted.
	unclearFor = 15 * time.Minute
)

// What a preview foresees.
const (
	// foreseenAtMost bounds the steps of a preview: the longest way to a write takes a
	// third of them.
	foreseenAtMost = 32
	// readingsForeseen is how many more syncs of the account are foreseen: two agree on a
	// create, or on a broker that is gone.
	readingsForeseen = 4
)

// Status is read and sent as a whole with each change, and etcd takes little more than a
// megabyte. Each field has its bound; these hold for the lists together, so that all of
// status stays below 256 KiB. They are reached only by an account that is full of long
// values.
const (
	// maxDrift, maxRejected, maxNormalized and maxHarm bound the values of these lists, in
	// bytes.
	maxDrift      = 64 << 10
	maxRejected   = 32 << 10
	maxNormalized = 32 << 10
	maxHarm       = 16 << 10
	// maxPassedOver is how many similar brokers an intent has room for; who is left out may
	// be asked about.
	maxPassedOver = 32
	// maxRequest is what is kept of a request's value, in characters: a date, or a word.
	maxRequest = 256
	// longestCharacter is how many bytes a character takes at most in JSON.
	longestCharacter = 6
	// leastShown is how many characters of a value status has at least, however many differ.
	leastShown = 60
)

// What a message says, so that it can be read; status has the whole.
const (
	// maxMessage bounds the message of a condition, in bytes: a quarter of what a CRD permits.
	maxMessage = 8 << 10
	// maxRefusal bounds the API server's words about a status that it refused, in bytes: it
	// names the field first.
	maxRefusal = 1 << 10
	// shownValue is how many characters of a value are shown.
	shownValue = 128
	// namedOdd is how many odd paths are named, and oddLength how much of each, in characters.
	namedOdd  = 3
	oddLength = 100
)

// maxDespite is how many brokers an annotation may name: twice what status can list.
const maxDespite = 64
