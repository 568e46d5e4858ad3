package plan

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// TestWhatMayBeOlderThanAnEarlierValueIsNoProof: a value was sent, and the spec went back to
// the one before it, which is shown still: the earlier one may be stored all the same.
func TestWhatMayBeOlderThanAnEarlierValueIsNoProof(t *testing.T) {
	earlier := func(ago time.Duration) func(*State) {
		return func(s *State) {
			s.Memory.Sent = map[string]Sent{"spec.name": {Desired: "Earlier", Before: "ABCDEF", Times: 1, At: s.Now.Add(-ago)}}
			s.Reading.KnownSince = s.Now.Add(1 - ago)
		}
	}
	lag := bound().Access.ListLag
	check(t, []row{
		{"waits until a GET can tell", bound(isEdited, earlier(time.Second)), Rest{Reason: v1alpha1.ReasonUpdating, Quiet: true}},
		{"looks then", bound(isEdited, earlier(lag)), Look{ID: own}},
		{"believes what is read then", bound(isEdited, earlier(lag), func(s *State) { s.Reading.KnownSince = s.Now }), inSync},
		{"sends what differs at once", drifted(isEdited, earlier(time.Second), func(s *State) { s.Outcome.Looked = &Looked{ID: own, Broker: *s.Reading.Known, At: s.Now} }), changes("spec.name")},
	})
	refused := func(generation int64, ago time.Duration) func(*State) {
		return func(s *State) {
			s.Memory.Tries = Tries{CallUpdate: {Content: "sent", Generation: generation, Failures: 1, At: s.Now.Add(-ago), Refused: true, Failure: &refusedAll}}
			s.Reading.KnownSince = s.Now.Add(-time.Minute)
		}
	}
	check(t, []row{
		{"looks after another update was refused, which may have taken effect", bound(isEdited, refused(1, time.Second)), Look{ID: own}},
		{"does not by the same spec", bound(isEdited, refused(2, time.Second)), inSync},
		{"believes what was read since", bound(isEdited, refused(1, 2*time.Minute)), inSync},
	})
	s := bound(isEdited, earlier(time.Second), func(s *State) { s.Record.Applied = s.Record.Applied.Without([]string{"spec.name"}) })
	if before := s.Record.Applied; s.taken(nil) != before {
		t.Error("status says meanwhile that Cloudmore took the value")
	}
}
