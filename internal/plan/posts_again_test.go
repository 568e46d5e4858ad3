package plan

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// TestARefusedIntentEndsWithTheNext holds when the end of an intent that was refused and
// made nothing is the next intent at once.
func TestARefusedIntentEndsWithTheNext(t *testing.T) {
	again := RecordIntent{Identity: identity}
	older := Rival{Identity: identity, Created: start.Add(-time.Hour), UID: "a"}
	check(t, []row{
		{"where its try is due", found(concludedNone, refusedBefore), again},
		{"but not before", found(concludedNone, refusedBefore, failedLately(CallCreate)), ClearIntent{}},
		{"but not while suspended", found(concludedNone, refusedBefore, isSuspended), ClearIntent{}},
		{"but not while writing is stopped", found(concludedNone, refusedBefore, isHalted), ClearIntent{}},
		{"but not in a deletion", found(concludedNone, refusedBefore, isDeleting), ClearIntent{}},
		{"but not where an older Reseller waits for the identity", found(concludedNone, refusedBefore, rivalled(older)), ClearIntent{}},
		{"but not for another identity, of which nothing was read", found(concludedNone, refusedBefore, func(s *State) {
			s.Desired.Identity = othersIdentity
		}), ClearIntent{}},
		{"but not after a refusal of this process that is younger than the syncs", found(concludedNone, refusedBefore, func(s *State) {
			s.Memory.PostFailed = s.Reading.Latest
		}), ClearIntent{}},
		{"also one whose POST got no answer, which is kept among the previous ones", found(concludedNone), RecordIntent{Identity: identity, Unfound: true}},
		{"but not before its next try, either", found(concludedNone, failedLately(CallCreate)), ClearIntent{Unfound: true}},
	})
	if _, made := Next(found(concludedNone, refusedBefore, func(s *State) { s.Desired.BrokerID = broker.ID("1") })).(RecordIntent); made {
		t.Error("it posts although a user names the broker")
	}
}

func refusedBefore(s *State) { s.Record.Creation.Refused = true }
