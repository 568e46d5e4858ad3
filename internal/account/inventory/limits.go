package inventory

import "time"

const (
	// keptReadings is how many starts of syncs are remembered. They must
	// reach back further than the longest wait for an absence, which spans two
	// syncs that are a list lag apart.
	keptReadings = 128
	// suspicionPercent and suspicionMinimum: a list that lacks more than this
	// share of the known brokers, and at least so many, is not believed.
	suspicionPercent = 20
	suspicionMinimum = 5
	// emptyLists and emptyFor: a list that lacks all known brokers is believed when so
	// many equal ones came over this time, which outlasts most outages.
	emptyLists = 3
	emptyFor   = 15 * time.Minute
	// listedAtMost is how long a broker that was written or read on its own may be
	// missing in lists before that is news: longer than any usual lag of a list.
	listedAtMost = 5 * time.Minute
	// listedCrowd is how many brokers that share a weak key are told of one by one, so that a
	// create can write down who was there before it.
	listedCrowd = 32
)
