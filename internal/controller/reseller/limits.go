package reseller

import "time"

// Every bound and wait of this package, each with its reason.

// firstBackOff and longestBackOff bound the pauses after passes that ended with an error of
// the API server: it needs rest, and is back within minutes.
const (
	firstBackOff   = time.Second
	longestBackOff = 5 * time.Minute
)

// maxSteps bounds a pass; the longest useful one (a delete) takes six steps.
// More is a mistake in the rules, and counted.
const maxSteps = 12

// exhaustedPause is until the next pass after one that took too many steps: what is wrong
// then is seldom over at once.
const exhaustedPause = time.Minute

// staleRetry is how soon to look again when the cache does not show a write yet: an
// own one, or that of somebody else. It costs no call, and each further look waits twice as
// long, up to longestStale: the event of the write wakes the object anyway.
const (
	staleRetry   = 50 * time.Millisecond
	longestStale = 5 * time.Second
)

// Who has to know more waits listGrace for the watches to show it: where others are at
// work in the other namespaces, they soon do. One where they lately were, in the last
// longestGrace, has so long for it while anything moves. Lists are taken once in listPause
// at most, so that those who wait share them; who waits looks at most every listRetry
// whether he may, and is woken when he need not.
const (
	listGrace    = 500 * time.Millisecond
	longestGrace = 3 * time.Second
	listPause    = time.Second
	listRetry    = 50 * time.Millisecond
)

// crowd is how many Resellers at most may seek brokers of one weak key for it to mean
// something: each would wake all others.
const crowd = 16

// longestConflict bounds how long a version is taken for outdated without a newer one: a
// cache is not behind for longer.
const longestConflict = 10 * time.Minute

const (
	// levels is how many steps a request can stand back within a priority class: each is
	// for twice as many requests, and the last one begins at 16,000.
	levels = 12
	// freely is how many requests of a namespace are queued without standing back.
	freely = 16
)

const (
	// DefaultAnnotateAfter is how long after it was first seen at rest an object gets its
	// annotations: not in the path of a create, nor of what follows it.
	DefaultAnnotateAfter = 10 * time.Second
	// annotateGap lies between two such writes of this process, which are many after an
	// upgrade: the API server has more urgent ones.
	annotateGap = 100 * time.Millisecond
	// annotatePause is until the next try, should somebody have refused one.
	annotatePause = 10 * time.Minute
)

// settleTries bounds how often a settled intent is saved against conflicts: one
// for each of the few writers that an object has, and some more.
const settleTries = 20

// settleTimeout bounds saving what a call came to. It outlasts a restart of the
// API server's endpoint behind a load balancer.
const settleTimeout = 30 * time.Second

// protectionRetry is how soon to look whether the Seller is protected, should
// its own event get lost.
const protectionRetry = 5 * time.Second

// disputePause is how soon a status that somebody else wrote is corrected: not at
// once, since two managers may both lead for a moment.
const disputePause = 10 * time.Second
