package plan

import (
	"math/rand/v2"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// explore makes states by a seed: a base, and some of the changes below.
func explore(n int, seed uint64, visit func(*State)) {
	random := rand.New(rand.NewPCG(seed, 0))
	bases := []func(...func(*State)) *State{unbound, announced, posted, found, bound, drifted, deleted, dying}
	for range n {
		s := bases[random.IntN(len(bases))]()
		for range random.IntN(6) {
			twists[random.IntN(len(twists))](s)
		}
		visit(s)
	}
}

// twists are what may be different about a state.
var twists = []func(*State){
	isDeleting, isSuspended, isObserving, isReporting, isAdopted, isOrphaning, isEdited, isHalted, isSilent,
	withoutSeller, accountElsewhere, lookedAt, notActivated, activated, marking,
	lookedFor(gone), lookedFor(unavailable), lookedLike(shown(other)),
	matching(Match{ID: own}), matching(Match{ID: other}), matching(Match{ID: own}, Match{ID: other}),
	matching(Match{ID: other, Mark: "prod/ns/name/x"}),
	rivalled(Rival{Namespace: "ns", Name: "r", BrokerID: own}), rivalled(Rival{Identity: identity, UID: "a", Created: start}),
	rivalled(Rival{Identity: identity, BrokerID: other}), rivalled(Rival{Intent: identity}), rivalled(Rival{DeletionID: own}),
	func(s *State) { s.Record.Finalizer = false },
	func(s *State) { s.Record.Foreign = []string{"x/y"} },
	func(s *State) { s.Record.Annotated = own },
	func(s *State) { s.Desired.BrokerID = own },
	func(s *State) { s.Desired.BrokerID = other },
	func(s *State) { s.Desired.MatchExisting = true },
	func(s *State) { s.Desired.Deletion = v1alpha1.DeletionDelete },
	func(s *State) { s.Desired.ForceDelete = string(own) },
	func(s *State) { s.Desired.Identity = broker.Identity{} },
	func(s *State) { s.Reading = Reading{} },
	func(s *State) { s.Reading.Known = nil },
	func(s *State) { s.Reading.Absent = s.Reading.Absent[:min(1, len(s.Reading.Absent))] },
	func(s *State) { s.Reading.AbsentID = []time.Time{now, now.Add(time.Minute)} },
	func(s *State) { s.Memory = Memory{FinalizerSince: start, IntentSince: now, DeletionSince: now} },
	func(s *State) { s.Memory.MissingSince = now.Add(-time.Minute) },
	func(s *State) { s.Memory.DeleteSent = "d1" },
	func(s *State) {
		s.Memory.Sent = map[string]Sent{"spec.name": {Desired: "ABCDEF", Before: "Changed", Times: 3, At: now}}
	},
	func(s *State) {
		s.Memory.Sent = map[string]Sent{"spec.name": {Desired: "ABCDEF", At: now.Add(-time.Hour)}}
		if s.Reading.Known != nil {
			s.Reading.Known.Name = ptr("EE-ABCDEF")
		}
	},
	func(s *State) { s.Now = s.Now.Add(10 * time.Minute) },
	func(s *State) { s.Outcome.Created = &Created{ID: own} },
	func(s *State) { s.Outcome.Created = &Created{} },
	func(s *State) { s.Outcome.Created = &Created{Failure: &refusedAll} },
	func(s *State) { s.Outcome.Updated = &Updated{Failure: &refusedAll} },
	func(s *State) { s.Outcome.Deleted = &Deleted{Failure: &refusedAll} },
	func(s *State) {
		s.Record.Stalled = &metav1.Condition{Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonRefused, ObservedGeneration: s.Desired.Generation}
	},
	func(s *State) {
		if s.Record.Creation != nil {
			s.Record.Creation.Committed = true
		}
	},
	func(s *State) {
		if s.Reading.Known != nil {
			s.Reading.Known.RegistrationNumber = ptr("999")
		}
	},
}

const explored = 200000

// TestProperties holds what must be true of every step, whatever the state.
func TestProperties(t *testing.T) {
	broken := func(s *State, step Step, rule string) {
		t.Helper()
		t.Errorf("%s: %#v, by %s", rule, step, decidedBy(s))
	}
	explore(explored, 2, func(s *State) {
		if t.Failed() {
			return // one is enough to read
		}
		step := Next(s)
		_, creates := step.(Create)
		c := s.Record.Creation
		switch {
		case creates && s.Desired.Deleting:
			broken(s, step, "never a POST while deleting")
		case creates && (s.Desired.Suspended || s.Desired.Observe || s.Access.Halted != nil):
			broken(s, step, "never a POST while writing is stopped")
		case creates && (c.Attempt != s.Memory.Wrote || c.Attempt == s.Memory.Posted):
			broken(s, step, "a POST only by who wrote the intent, and once")
		case creates && (c.Committed || !s.Now.Before(c.Deadline)):
			broken(s, step, "never a POST after the deadline or a commit")
		case creates && rivalIntent(s) != nil:
			broken(s, step, "never a POST beside another who holds the identity")
		case calls(step) && accountChanged(s) != nil:
			broken(s, step, "no call to another account")
		case calls(step) && s.Now.Before(s.Access.SilentUntil):
			broken(s, step, "no call while the account is silent")
		}
		checkWrites(s, step, broken)
	})
}

// checkWrites holds what must be true of updates, deletes and letting go.
func checkWrites(s *State, step Step, broken func(*State, Step, string)) {
	looked := s.looked(s.Record.BrokerID)
	switch step := step.(type) {
	case Update:
		if looked == nil || looked.Failure != nil || !s.proven(&looked.Broker) || shared(s) != nil || s.Desired.Deleting {
			broken(s, step, "a PUT only after a GET that proves the broker ours alone")
		}
	case Delete:
		if s.Record.Deletion == nil || s.Record.Deletion.Attempt != s.Memory.DeletionWrote || s.Record.Deletion.Attempt == s.Memory.DeleteSent {
			broken(s, step, "a DELETE only by who recorded the deletion, and once")
		}
	case RecordDeletion:
		if looked == nil || looked.Failure != nil || !s.proven(&looked.Broker) || s.policy() != v1alpha1.DeletionDelete || !s.Desired.Deleting {
			broken(s, step, "a deletion only of a broker that was proven ours")
		}
	case Release:
		if s.Record.Creation != nil {
			broken(s, step, "the finalizer stays while a create is open, under every policy")
		}
	case RecordIntent:
		if s.bound() || s.Desired.BrokerID != "" || len(s.Reading.Matches) > 0 || len(s.Reading.Absent) < 2 || !s.Record.Finalizer {
			broken(s, step, "an intent only after two readings that show nobody, and with our finalizer")
		}
	case Forget:
		if s.Record.Origin != v1alpha1.OriginCreated || s.Desired.Report || len(s.Reading.AbsentID) == 0 {
			broken(s, step, "a broker is made anew only if it was created here and is proven to be gone")
		}
	}
}
