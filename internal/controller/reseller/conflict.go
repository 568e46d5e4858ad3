package reseller

import "time"

// conflict is a write that the API server refused because the object was another one
// by then. While the cache shows the same version, a pass would only come to the same
// end, and cost the seller API its calls again.
type conflict struct {
	version string // that the refused write began with; "" for none
	times   int    // in a row
	at      time.Time
}

// note takes in one more conflict.
func (c *conflict) note(version string, now time.Time) {
	c.version, c.times, c.at = version, c.times+1, now
}

// holds reports whether a version is known to be outdated, or likely to be: where one
// conflict follows another, the cache is behind. Should it be the latest all the same, it
// is tried again after a while.
func (c *conflict) holds(version string, now time.Time) bool {
	pause := min(time.Second<<min(c.times, 10), longestConflict)
	if c.version != version {
		pause = staleRetry << min(c.times, 10)
	}
	again := c.times > 1 || c.version == version
	return c.version != "" && again && now.Before(c.at.Add(pause))
}
