package discovery

import "time"

// Every bound and wait of this package, each with its reason.

// A pass makes and deletes most objects at most, and the next one begins pause later: a new
// account of thousands of brokers leaves the API server room for others.
const (
	mostInAPass = 20
	pause       = time.Second
)

// defaultInterval is how often the brokers are compared where spec says nothing.
const defaultInterval = 5 * time.Minute

// maxProblem is how long status.discovery.problem may be, as the CRD bounds it.
const maxProblem = 1024
