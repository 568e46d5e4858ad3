package reseller

import (
	"testing"
	"time"
)

func TestAConflictHoldsUntilTheCacheShowsAnotherVersion(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	c := conflict{}
	if c.holds("7", now) {
		t.Error("no conflict holds a version")
	}
	c.note("7", now)
	for _, row := range []struct {
		name    string
		version string
		after   time.Duration
		holds   bool
	}{
		{"the same version", "7", time.Second, true},
		{"a newer one", "8", 0, false},
		{"the same one for long", "7", 2 * time.Second, false},
	} {
		if got := c.holds(row.version, now.Add(row.after)); got != row.holds {
			t.Errorf("%s is held: %t", row.name, got)
		}
	}
	c.note("8", now)
	if !c.holds("9", now) || c.holds("9", now.Add(4*staleRetry)) {
		t.Error("a version after two conflicts in a row is tried at once, or not for long")
	}
	for range 20 {
		c.note("7", now)
	}
	if !c.holds("7", now.Add(longestConflict-1)) || c.holds("7", now.Add(longestConflict)) {
		t.Error("conflicts in a row are not bounded")
	}
}
