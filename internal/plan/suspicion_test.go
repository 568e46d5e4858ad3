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

// TestOneListServesAllWhoseBrokersAreGone holds that a sync is asked for when the second
// look is due, and not by each object as soon as it saw a 404.
func TestOneListServesAllWhoseBrokersAreGone(t *testing.T) {
	accepted := func(s *State) {
		s.Memory.DeleteSent, s.Memory.DeleteEnded, s.Memory.DeleteAccepted = "d1", now.Add(-time.Second), true
	}
	for name, s := range map[string]*State{
		"deleted elsewhere": bound(lookedFor(gone), missingSince(now.Add(-time.Second))),
		"deleted by us":     dying(accepted, lookedFor(gone), missingSince(now.Add(-time.Second))),
	} {
		rest, ok := Next(s).(Rest)
		if !ok || !rest.AfterReading.IsZero() || !rest.Until.Equal(now.Add(DefaultListLag-time.Second)) {
			t.Errorf("%s: %#v", name, rest)
		}
	}
}

// TestA404FromAnOutageIsNoFirstOne holds that a 404 that came while lists were not believed
// and one after that prove nothing together.
func TestA404FromAnOutageIsNoFirstOne(t *testing.T) {
	s := bound(lookedFor(gone), func(s *State) { s.Reading.Doubt = "all are missing" })
	m := s.Memory
	m.BoundSince = now.Add(-time.Hour)
	m.Did(Look{ID: own}, s)
	s.Reading.Doubt, s.Now, s.Outcome.Looked.At = "", now.Add(5*time.Minute), now.Add(5*time.Minute)
	m.Did(Look{ID: own}, s)
	s.Memory = m
	absentSince(now.Add(4 * time.Minute))(s)
	if _, proven := Next(s).(Forget); proven || !m.MissingSince.Equal(s.Now) {
		t.Errorf("the broker is missing since %s, proven: %t", m.MissingSince, proven)
	}
}
