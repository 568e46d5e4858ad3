package sellerplan

import "time"

// Every bound and wait of this package, each with its reason.

const day = 24 * time.Hour

// A login with refused credentials is repeated when a user asks for it, and when
// somebody wrote the Secret without changing them, as after an account was unlocked
// or an address allowed. The latter may be a program that writes for ever, so it is
// bounded: a wrong password that is tried too often locks the account.
const (
	repeatGap  = 15 * time.Minute
	repeatsDay = 3
)

const (
	// replacedWithin is how long a Seller works on from memory without what it names: who
	// deletes a Secret to make it once more does so within minutes.
	replacedWithin = 5 * time.Minute
	// announcedBefore is how long before their end Ready speaks of credentials: time to get
	// new ones from somebody else.
	announcedBefore = 30 * day
	// sameEnd is within what two logins tell of one end: some tell how long is left.
	sameEnd = time.Hour
)

// How often status is written for time alone. Each write wakes all who watch.
const (
	// syncIntervals and syncAtLeast are for the time of the latest sync: so that a dead
	// operator can be seen, and no oftener than every so many intervals.
	syncIntervals = 10
	syncAtLeast   = 10 * time.Minute
	// worthTelling is how long a pause must be to stand in status: shorter ones are over
	// before somebody reads of them.
	worthTelling = 2 * time.Minute
	// tryWorthTelling is the same of the next try of what fails: there is one after each.
	tryWorthTelling = 8 * time.Minute
)

// What status keeps. All of it stays far below the megabyte that etcd takes, and short enough
// to be read.
const (
	// maxEntries is of how many entries that can't be told apart, maxProblem how much of each
	// in characters, maxAccepted how many announcements that a user accepted.
	maxEntries  = 10
	maxProblem  = 256
	maxAccepted = 4
	// maxUnmanaged is how many unmanaged brokers, maxName and maxID how much of each in
	// characters.
	maxUnmanaged = 20
	maxName      = 256
	maxID        = 128
	// maxSyncError is how much of an answer to a sync, in characters, maxAnswer of one to a
	// login, in bytes.
	maxSyncError = 1024
	maxAnswer    = 1024
	// maxMember and maxVersion are how much of a member's name and of the version, in bytes.
	maxMember  = 256
	maxVersion = 256
	// maxTold is how much of the text of v0.1.0's halt, in bytes.
	maxTold = 4096
	// maxRequest is how much of an annotation's value, in bytes.
	maxRequest = 256
)

// maxNamed is how many users a message names.
const maxNamed = 10

// inheritedWithin is how long what an earlier process said stands: most accounts are read,
// or fail, within seconds.
const inheritedWithin = 5 * time.Minute
