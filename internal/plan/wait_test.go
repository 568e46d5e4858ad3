package plan

import (
	"reflect"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// ends are, for each thing that a rest may wait for, changes of it. One of them ends the
// rest or says something else.
var ends = map[Wait][]func(*State){
	ForUser: {
		isDeleting, isAskedFor, matchExisting, isOrphaning, naming(own), naming(other), naming(""),
		func(s *State) { s.Desired.Suspended = !s.Desired.Suspended },
		func(s *State) { s.Desired.Observe = !s.Desired.Observe },
		func(s *State) { s.Desired.Protected = false },
		func(s *State) { s.Record.Foreign = nil },
		func(s *State) { s.Desired.Broker.CustomProperties = nil },
		func(s *State) { s.Desired.Broker = wanted(); s.Desired.Identity = identity },
		func(s *State) { s.Desired.Protected = false },
		func(s *State) { s.Desired.Broker.Name = ptr("Edited") },
		func(s *State) {
			s.Desired.Broker.RegistrationNumber, s.Desired.Broker.Domain = ptr("77"), ptr("mended.example")
			s.Desired.Identity, _ = broker.IdentityFrom("77", "mended.example")
		},
	},
	ForSeller: {
		func(s *State) { s.Access.Problem = nil },
		func(s *State) { s.Access.Halted = nil },
		func(s *State) { s.Access.Halted, s.Access.DryRun = nil, "" },
		isHalted,
		func(s *State) { s.Access.Account = s.pinned() },
		func(s *State) { s.Access.AdoptionForbidden = false },
		func(s *State) { s.Access.Mark = broker.Marking{} },
	},
	ForRival: {func(s *State) { s.Rivals = nil }},
	ForBroker: {
		matching(), matching(Match{ID: other}), lookedAt,
		func(s *State) { s.Reading.Known = shown(own); s.Outcome.Looked = nil },
		func(s *State) {
			lookedLike(shown(own))(s)
			s.Reading.Known = shown(own)
			s.Reading.Known.Name = ptr("Changed")
			s.Outcome.Looked = nil
		},
		func(s *State) { s.Outcome.Looked = nil },
	},
}

// TestEveryRestEnds holds that a rest names what it waits for, and that what it names can
// end it.
func TestEveryRestEnds(t *testing.T) {
	tried := map[Wait]int{}
	explore(explored/5, 8, func(s *State) {
		rest, ok := Next(s).(Rest)
		if !ok || rest.Reason == "" || t.Failed() {
			return
		}
		if rest.For == 0 && rest.Until.IsZero() && rest.AfterReading.IsZero() {
			t.Errorf("nothing ends %#v", rest)
		}
		for wait, changes := range ends {
			if rest.For&wait == 0 {
				continue
			}
			tried[wait]++
			if !ended(s, rest, changes) {
				t.Errorf("what it waits for (%d) does not end %#v\nof %+v", wait, rest, *s)
			}
		}
	})
	for wait := range ends {
		if tried[wait] == 0 {
			t.Errorf("no rest waits for %d", wait)
		}
	}
}

// ended reports whether a change leads to another step.
func ended(s *State, rest Rest, changes []func(*State)) bool {
	for _, change := range changes {
		after := *s
		if change(&after); !reflect.DeepEqual(Next(&after), Step(rest)) {
			return true
		}
	}
	return false
}

// TestWhoLooksOnSharesReadings holds that objects which nothing but the account can help ask
// for the same sync, whenever each of them came to rest.
func TestWhoLooksOnSharesReadings(t *testing.T) {
	var asked []time.Time
	for _, ago := range []time.Duration{time.Second, time.Minute, 4 * time.Minute, 17 * time.Minute} {
		s := bound()
		s.Now, s.Reading.Latest = now.Add(ago), now
		asked = append(asked, s.sharedReading())
		if wait := s.sharedReading().Sub(s.Now); wait <= 0 || wait > lookAtMost {
			t.Errorf("%s after a sync another one is wanted in %s", ago, wait)
		}
	}
	for i, at := range asked[:3] {
		if !at.Equal(now.Add(lookAtMost)) {
			t.Errorf("%d: wants a sync after %s", i, at.Sub(now))
		}
	}
	for _, ago := range []time.Duration{time.Hour, 2*time.Hour + time.Second} {
		s := bound(func(s *State) { s.Reading.Latest = s.Now.Add(-time.Minute) })
		if at := s.nextReading(s.Now.Add(-ago)); !at.Equal(s.sharedReading()) {
			t.Errorf("who has waited for %s wants a sync of its own in %s", ago, at.Sub(s.Now))
		}
	}
	if s := bound(); !unresolved(s, "", "").AfterReading.Equal(s.sharedReading()) {
		t.Error("who can't be settled does not")
	}
}
