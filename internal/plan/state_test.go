package plan

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// The moments of the tests: the object got its finalizer at start, everything is
// looked at at now.
var (
	start = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	now   = start.Add(time.Hour)
)

const own, other broker.ID = "4711", "4712"

var account = broker.AccountOf("https://api.cloudmore.com", "s")

func ptr[T any](v T) *T { return &v }

// wanted is the broker that the spec describes.
func wanted() broker.Broker {
	return broker.Broker{
		Name: ptr("ABCDEF"), RegistrationNumber: ptr("123"), Domain: ptr("abcdef.example"),
		NotificationEmail: ptr("n@abcdef.example"), SupportEmail: ptr("s@abcdef.example"),
		Contact: broker.Contact{Name: ptr("John"), Email: ptr("j@abcdef.example"), Phone: ptr("5551234")},
	}
}

// shown is that broker as the API shows it.
func shown(id broker.ID) *broker.Broker {
	b := wanted()
	b.ID, b.Detail = id, true
	return &b
}

var identity, _ = broker.IdentityFrom("123", "abcdef.example")

// unbound is a new Reseller for which two syncs show no broker.
func unbound(change ...func(*State)) *State {
	s := &State{
		Now:     now,
		Desired: Desired{Broker: wanted(), Identity: identity, Generation: 1},
		Record:  Record{Namespace: "ns", UID: "b", Created: start, Finalizer: true, ObservedGeneration: -1},
		Memory:  Memory{FinalizerSince: start},
		Access: Access{
			Account: account, Session: "session",
			Deadline: DefaultDeadline, CommitBound: DefaultCommitBound, ListLag: DefaultListLag,
		},
		Reading: Reading{Latest: now.Add(-time.Minute), Absent: []time.Time{now.Add(-2 * time.Minute), now.Add(-time.Minute)}},
	}
	return changed(s, change)
}

// announced has an intent that this process wrote a second ago and has not sent.
func announced(change ...func(*State)) *State {
	s := unbound()
	s.Record.Creation = &Intent{
		Attempt: "a1", Deadline: now.Add(time.Minute - time.Second), Identity: identity, Number: "123", Domain: "abcdef.example", Account: account,
		BodyHash: broker.Fingerprint(&s.Desired.Broker),
	}
	s.Memory.Wrote, s.Memory.IntentSince = "a1", now.Add(-time.Second)
	return changed(s, change)
}

// posted has an intent that this process sent, without an answer, a second ago.
func posted(change ...func(*State)) *State {
	s := announced()
	s.Memory.Posted, s.Memory.PostEnded = "a1", now
	return changed(s, change)
}

// found is an intent that this process only reads: it wrote it in an earlier
// life, or another process did.
func found(change ...func(*State)) *State {
	s := announced()
	s.Memory.Wrote = ""
	return changed(s, change)
}

// bound holds a broker that is as described.
func bound(change ...func(*State)) *State {
	s := unbound()
	s.Record.BrokerID, s.Record.Account, s.Record.Origin, s.Record.Bound = own, account, v1alpha1.OriginCreated, identity
	isReady(s)
	s.Record.Compared, s.Record.Applied = true, applied(&s.Desired.Broker)
	s.Reading.Known, s.Reading.KnownSince = shown(own), s.Reading.Latest
	s.Reading.Matches, s.Reading.Absent = []Match{{ID: own}}, nil
	return changed(s, change)
}

// applied says that Cloudmore took all of what is wanted.
func applied(want *broker.Broker) broker.Applied {
	return broker.Applied("").With(want, "b", func(string, string) bool { return true })
}

// drifted holds a broker whose name was changed elsewhere.
func drifted(change ...func(*State)) *State {
	s := bound()
	s.Reading.Known.Name = ptr("Changed")
	return changed(s, change)
}

// deleted is a bound Reseller that is being deleted.
func deleted(change ...func(*State)) *State {
	return changed(bound(isDeleting), change)
}

// dying is one whose DELETE may be under way; this process wrote the deletion
// and has not sent it.
func dying(change ...func(*State)) *State {
	s := deleted()
	s.Record.Deletion = &Deletion{Attempt: "d1", Deadline: now.Add(time.Minute), BrokerID: own}
	s.Memory.DeletionWrote, s.Memory.DeletionSince = "d1", now
	return changed(s, change)
}

func changed(s *State, change []func(*State)) *State {
	for _, c := range change {
		c(s)
	}
	return s
}

// The changes that several tests make.

func isDeleting(s *State)  { s.Desired.Deleting = true }
func isSuspended(s *State) { s.Desired.Suspended = true }
func isObserving(s *State) { s.Desired.Observe = true }

// isDiscovered shows a broker, as discovery makes what holds nothing.
func isDiscovered(s *State) {
	if s.Record.BrokerID == "" && s.Record.Creation == nil && s.Record.Deletion == nil {
		s.Desired = Desired{BrokerID: own, Observe: true, Discovered: true, Deleting: s.Desired.Deleting, Generation: s.Desired.Generation}
	}
}
func isReporting(s *State) { s.Desired.Report = true }
func isAdopted(s *State)   { s.Record.Origin = v1alpha1.OriginAdopted }
func isOrphaning(s *State) { s.Desired.Deletion = v1alpha1.DeletionOrphan }
func isEdited(s *State)    { s.Desired.Generation = 2 }
func isAskedFor(s *State)  { s.Desired.Requested = "now" }
func isAskedWithWholeLists(s *State) {
	s.Desired.Requested, s.Memory.AskedAt, s.Reading.Whole = "now", s.Now.Add(-time.Second), true
	s.Reading.KnownSince = s.Now.Add(-time.Minute)
}
func isNew(s *State)               { s.Record.Compared = false }
func matchExisting(s *State)       { s.Desired.MatchExisting = true }
func adoptionIsForbidden(s *State) { s.Access.AdoptionForbidden = true }

func naming(id broker.ID) func(*State) { return func(s *State) { s.Desired.BrokerID = id } }

// isReady and isNotReady are what status says of the present spec.
func isReady(s *State) {
	s.Record.ObservedGeneration = s.Desired.Generation
	s.Record.Ready = &metav1.Condition{Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonInSync}
}

func isNotReady(s *State) {
	s.Record.ObservedGeneration = s.Desired.Generation
	s.Record.Ready = &metav1.Condition{Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonUpdating}
}

func isHalted(s *State) {
	s.Access.Halted = &Problem{Reason: v1alpha1.ReasonSellerNotReady, Message: "halted"}
}
func isSilent(s *State) {
	s.Access.SilentUntil = now.Add(time.Minute)
	s.Access.Silence = Problem{Reason: v1alpha1.ReasonUnavailable, Message: "away"}
}
func withoutSeller(s *State) {
	s.Access.Problem = &Problem{Reason: v1alpha1.ReasonSellerNotFound, Message: "there is no Seller"}
}
func accountElsewhere(s *State) {
	s.Access.Account = broker.AccountOf("https://api.cloudmore.com", "another")
}

// lookedAt is the answer of this pass's GET of the own broker.
func lookedAt(s *State) { lookedLike(shown(own))(s) }

func lookedLike(b *broker.Broker) func(*State) {
	return func(s *State) {
		s.Outcome.Looked = &Looked{ID: b.ID, Broker: *b, At: now}
		if b.ID.Same(s.Record.BrokerID) {
			known := *b
			s.Reading.Known, s.Reading.KnownSince = &known, now
		}
	}
}

// lookedFor is this pass's GET of the own broker that failed.
func lookedFor(f broker.Failure) func(*State) {
	return func(s *State) { s.Outcome.Looked = &Looked{ID: own, Failure: &f, At: now} }
}

var (
	gone         = broker.Failure{Class: broker.NotFound, Documented: true, Answered: true, Op: "get broker"}
	unavailable  = broker.Failure{Class: broker.Unavailable, Op: "get broker"}
	announcesAll = broker.Failure{Class: broker.Unavailable, Op: "list active resellers", Answered: true, Announced: "1, and 0 came"}
	refusedAll   = broker.Failure{
		Class: broker.Invalid, Documented: true, Answered: true, Op: "create broker",
		Fields: []broker.FieldFailure{{Path: "spec.vat", Message: "no such number"}},
	}
	ambiguousPost = broker.Failure{Class: broker.Ambiguous, Op: "create broker"}
)

func notActivated(s *State) { s.Outcome.Services = &Services{} }
func activated(s *State)    { s.Outcome.Services = &Services{Activated: true} }

// matching puts brokers with the sought identity into the sync.
func matching(matches ...Match) func(*State) {
	return func(s *State) { s.Reading.Matches, s.Reading.Absent = matches, nil }
}

// rivalled puts other Resellers beside this one.
func rivalled(rivals ...Rival) func(*State) {
	return func(s *State) { s.Rivals = rivals }
}

func marking(s *State) { s.Access.Mark = broker.Marking{PropertyID: "owner", Prefix: "prod/ns/name/"} }
