package account

import "time"

// hallLimits are how hard all sessions on trial together may use an account: a
// login and a short list at once, one call after the other.
var hallLimits = Limits{RequestsPerSecond: 2, Burst: 10, MaxInFlight: 1}

const (
	// DefaultObserveInterval is how often an account is read where a Seller says nothing.
	DefaultObserveInterval = 5 * time.Minute
	// DefaultDetailInterval is how often each broker's details are, likewise.
	DefaultDetailInterval = time.Hour
	// readingGap is the least time between the starts of two readings that
	// somebody waits for: a hundred creations at once share one list.
	readingGap = time.Second
	// readingShare bounds the time spent reading where lists are slow: the gap is
	// at least this many times the length of the last reading.
	readingShare = 4
	// longestGap bounds the gap: two readings that somebody waits for are never
	// further apart.
	longestGap = time.Minute
	// demandBurst and demandPause bound the readings that somebody waits for while nothing
	// comes of them: 30 in a first hour, 15 in each later one.
	demandBurst = 15
	demandPause = 4 * time.Minute
	// keptReadings is how many starts of readings are remembered. They must
	// reach back further than the longest wait for an absence, which spans two
	// readings that are a list lag apart.
	keptReadings = 128
	// suspicionPercent and suspicionMinimum: a list that lacks more than this
	// share of the known brokers, and at least so many, is not believed.
	suspicionPercent = 20
	suspicionMinimum = 5
	// emptyLists and emptyFor: a list that lacks all known brokers is believed when so
	// many equal ones came over this time, which outlasts most outages.
	emptyLists = 3
	emptyFor   = 15 * time.Minute
	// listedAtMost is how long a broker that was written or read by itself may be
	// missing in lists before that is news: longer than any usual lag of a list.
	listedAtMost = 5 * time.Minute
	// listedCrowd is how many brokers that share a weak key are told of one by one, so that a
	// create can write down who was there before it.
	listedCrowd = 32
	// laneShare: of so many calls that go before others that wait, one is theirs.
	laneShare = 20
	// callLasts is how long a turn waits for the pass of the object that was woken for it.
	callLasts = 10 * time.Second
	// patience is how many different callers have to fail in a row, without a success
	// of anybody between, until the account counts as not working.
	patience = 3
	// firstPause and longestPause bound the pauses between the probes of an account that
	// does not work: with what fails until it counts as such, at most 30 calls an hour.
	firstPause   = time.Second
	longestPause = 4 * time.Minute
	// longestDenial bounds them while writes are denied, which a person has to mend.
	longestDenial = 10 * time.Minute
	// longestDoubt is the longest time between two lists while none is believed.
	longestDoubt = 5 * time.Minute
	// longestSilence bounds what a Retry-After may ask for.
	longestSilence = time.Hour
	// detailTick is how often the details that are due are looked for.
	detailTick = time.Second
	// detailsPerTick bounds the details read in one go, so that a reading that
	// somebody waits for is never far away.
	detailsPerTick = 50
	// freeAtLeast and freePercent: of brokers that are about to be changed or deleted one
	// after the other, so many of the brake's limit, but at least so many, are let through
	// before it is known how many there will be.
	freeAtLeast = 5
	freePercent = 5
	// freshServices is how old the list of those with activated services may be that a
	// delete goes by: of many deletes not each reads it.
	freshServices = 5 * time.Second
	// proofShare: in an hour a part of the brake's limit is proved, less than half of it;
	// where there is no brake, the limit of a usual one counts. proofPatience: who is late
	// by more gets another turn.
	proofShare    = 3
	unbraked      = 50
	proofPatience = time.Minute
	// quiet is how long no further one comes before that is known, and longestQuiet the
	// longest wait for it, after which a few are let through.
	quiet        = 10 * time.Second
	longestQuiet = time.Minute
	// confirmedAtMost is how many of those that a halt stopped are let go at once by a
	// person, and confirmedFor how long that holds: it outlasts any window.
	confirmedAtMost = 4096
	confirmedFor    = 24 * time.Hour
)
