package account

import (
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
)

// hallLimits are how hard all sessions on trial together may use an account: a
// login and a short list at once, one call after the other.
var hallLimits = limiter.Limits{RequestsPerSecond: 2, Burst: 10, MaxInFlight: 1}

const (
	// idle is how long a loop sleeps that has nothing to do; it is woken.
	idle = 24 * time.Hour
	// DefaultObserveInterval is how often an account is read where a Seller says nothing.
	DefaultObserveInterval = 5 * time.Minute
	// DefaultDetailInterval is how often each broker's details are, likewise.
	DefaultDetailInterval = time.Hour
	// readingGap is the least time between the starts of two syncs that
	// somebody waits for: a hundred creations at once share one list.
	readingGap = time.Second
	// readingShare bounds the time spent reading where lists are slow: the gap is
	// at least this many times the length of the last sync.
	readingShare = 4
	// longestGap bounds the gap: two syncs that somebody waits for are never
	// further apart.
	longestGap = time.Minute
	// demandBurst and demandPause bound the syncs that somebody waits for while nothing
	// comes of them: 30 in a first hour, 15 in each later one.
	demandBurst = 15
	demandPause = 4 * time.Minute
	// longestDoubt is the longest time between two lists while none is believed.
	longestDoubt = 5 * time.Minute
	// detailTick is how often the details that are due are looked for.
	detailTick = time.Second
	// detailsPerTick bounds the details read in one go, so that a sync that
	// somebody waits for is never far away.
	detailsPerTick = 50
	// freeAtLeast and freePercent: of brokers that are about to be changed or deleted one
	// after the other, so many of the brake's limit, but at least so many, are let through
	// before it is known how many there will be.
	freeAtLeast = 5
	freePercent = 5
	// freshServices is how old the list of those with activated services may be that a
	// delete goes by: of many deletes not each reads it. From renewServices on one of them
	// does, so that not all who are at work find it too old at once.
	freshServices = 5 * time.Second
	renewServices = 4 * time.Second
	// shortServices is for how long one that announces more than it shows is not read again:
	// a user has to call it right.
	shortServices = 5 * time.Minute
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

// whomAtMost bounds Whom.
const whomAtMost = 10
