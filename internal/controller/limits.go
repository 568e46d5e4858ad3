package controller

import "time"

// Every bound and wait of this package, each with its reason.

// gatherWithin bounds reading the cache for a scrape: Prometheus gives up after ten seconds.
const gatherWithin = 5 * time.Second

const (
	// crdsSettle is how long the API server may take to publish CRDs that were installed
	// right before the manager: seconds, on a busy one.
	crdsSettle = 30 * time.Second
	// crdsAgain is the pause between two looks.
	crdsAgain = time.Second
	// crdsTold is after how many looks the log says again that they are waited for.
	crdsTold = 60
)
