package plan

import (
	"testing"
	"time"
)

// TestAGoodGetEndsASuspicion holds that two 404s with a good answer between them are no
// proof: the second one is a first one again.
func TestAGoodGetEndsASuspicion(t *testing.T) {
	s := bound(lookedAt)
	m := s.Memory
	m.BoundSince, m.MissingSince = now.Add(-time.Hour), now.Add(-10*time.Minute)
	m.Did(Look{ID: own}, s)
	s.Outcome.Looked.Failure, s.Outcome.Looked.At = &gone, now
	m.Did(Look{ID: own}, s)
	if !m.MissingSince.Equal(now) {
		t.Errorf("the broker is missing since %s, not since the latest 404", m.MissingSince)
	}
}
