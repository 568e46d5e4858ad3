package plan

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

func TestCreate(t *testing.T) {
	check(t, []row{
		{"puts the finalizer on first", unbound(func(s *State) { s.Record.Finalizer = false }), AddFinalizer{}},
		{"needs no finalizer to observe", unbound(isObserving, func(s *State) { s.Record.Finalizer = false }), Rest{Reason: v1alpha1.ReasonBrokerNotFound}},
		{"waits for a sync that started after the finalizer", unbound(func(s *State) { s.Memory.FinalizerSince = s.Reading.Latest }), Rest{Reason: v1alpha1.ReasonWaitingForReading, Quiet: true, AfterReading: now.Add(-time.Minute)}},
		{"reads again when only one sync shows nobody", unbound(func(s *State) { s.Reading.Absent = s.Reading.Absent[1:] }), Rest{Reason: v1alpha1.ReasonWaitingForReading, Quiet: true, AfterReading: now.Add(-time.Minute)}},
		{"reads again when the earlier sync is old", unbound(func(s *State) { s.Reading.Absent[0] = s.Now.Add(-freshReading) }), Rest{Reason: v1alpha1.ReasonWaitingForReading, Quiet: true, AfterReading: now.Add(-time.Minute)}},
		{"reads again when the latest sync is old", unbound(func(s *State) { s.Now = s.Now.Add(freshReading) }), Rest{Reason: v1alpha1.ReasonWaitingForReading, Quiet: true, AfterReading: now.Add(-time.Minute)}},
		{"says why a list is not believed", unbound(func(s *State) { s.Reading = Reading{Doubt: "half is missing"} }), Rest{Reason: v1alpha1.ReasonWaitingForReading, Message: "half is missing"}},
		{"announces the create when two syncs show nobody", unbound(), RecordIntent{Identity: identity}},
		{"announces nothing while the account is paused", unbound(isSilent), Rest{Reason: v1alpha1.ReasonUnavailable, Message: "away"}},
		{"announces nothing without an identity to find it by", unbound(func(s *State) { s.Desired.Identity = broker.Identity{} }), Rest{Reason: v1alpha1.ReasonRefused, Message: "spec.registrationNumber"}},
		{"announces nothing while the latest list is not believed", unbound(func(s *State) { s.Reading.Doubt = "half is missing" }), Rest{Reason: v1alpha1.ReasonWaitingForReading, Message: "half is missing"}},
		{"posts what it announced, once the cache shows it", announced(), Create{}},
		{"posts nothing without its finalizer", announced(func(s *State) { s.Record.Finalizer = false }), AddFinalizer{}},
		{"does not post what another process announced", found(), Rest{Reason: v1alpha1.ReasonResolvingCreate}},
		{"does not post twice", posted(), Rest{Reason: v1alpha1.ReasonResolvingCreate}},
		{"does not repeat a POST that was just refused", unbound(failedLately(CallCreate)), Rest{Reason: v1alpha1.ReasonRefused, Message: "12"}},
		{"tries again when the spec was edited after a refusal", unbound(failedLately(CallCreate), func(s *State) { s.Desired.Broker.Name = ptr("Other") }), RecordIntent{Identity: identity}},
		{"tries again when a user asks for it", unbound(failedLately(CallCreate), isAskedFor), RecordIntent{Identity: identity}},
		{"tries again with other credentials", unbound(failedLately(CallCreate), func(s *State) { s.Access.Session = "another" }), RecordIntent{Identity: identity}},
		{"sees after a refusal that such a broker has appeared", unbound(failedLately(CallCreate), matching(Match{ID: own})), Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed}},
		{"relies on no sync from before a refused POST", unbound(func(s *State) { s.Memory.PostFailed = s.Reading.Latest }), Rest{Reason: v1alpha1.ReasonWaitingForReading, Quiet: true, AfterReading: now.Add(-time.Minute)}},
		{"relies on no earlier sync from before a refused POST either", unbound(func(s *State) { s.Memory.PostFailed = s.Reading.Latest.Add(-time.Second) }), Rest{Reason: v1alpha1.ReasonWaitingForReading, Quiet: true, AfterReading: now.Add(-time.Minute)}},
	})
}

func TestWithdraw(t *testing.T) {
	withdrawn := ClearIntent{Then: Rest{Reason: v1alpha1.ReasonCreating}}
	check(t, []row{
		{"withdraws when the object is being deleted", announced(isDeleting), withdrawn},
		{"withdraws when writing is stopped", announced(isHalted), withdrawn},
		{"withdraws when a user says hands off", announced(isSuspended), withdrawn},
		{"withdraws when the deadline has passed", announced(func(s *State) { s.Now = s.Record.Creation.Deadline }), withdrawn},
		{"withdraws when the spec was edited", announced(func(s *State) { s.Desired.Broker.Name = ptr("Another") }), withdrawn},
		{"withdraws when a user names a broker", announced(func(s *State) { s.Desired.BrokerID = own }), withdrawn},
		{"withdraws when such a broker has appeared", announced(matching(Match{ID: other})), withdrawn},
		{"withdraws when the latest list is not believed", announced(func(s *State) { s.Reading.Doubt = "half is missing" }), withdrawn},
		{"withdraws when another intent means the same", announced(rivalled(Rival{Intent: identity})), withdrawn},
		{"withdraws when another Reseller holds such a broker", announced(rivalled(Rival{Bound: identity, BrokerID: other})), withdrawn},
		{"goes on beside a Reseller that only wishes the same", announced(rivalled(Rival{Identity: identity, UID: "a", Created: start.Add(-time.Hour)})), Create{}},
	})
}

func TestCreateAnswered(t *testing.T) {
	answered := func(c Created) func(*State) { return func(s *State) { s.Outcome.Created = &c } }
	failing := func(f broker.Failure) func(*State) { return answered(Created{Failure: &f}) }
	check(t, []row{
		{"records the id at once", posted(answered(Created{ID: own})), RecordBroker{ID: own, Origin: v1alpha1.OriginCreated}},
		{"records that the create took effect when no id came", posted(answered(Created{})), MarkCommitted{}},
		{"keeps the intent, marked, when the API refused the content", posted(failing(refusedAll)), MarkRefused{Then: Rest{Reason: v1alpha1.ReasonRefused}}},
		{"clears the intent when nothing was sent", posted(failing(broker.Failure{Class: broker.Unavailable, NotSent: true})), ClearIntent{Then: Rest{Reason: v1alpha1.ReasonUnavailable}}},
		{"clears the intent when the account is throttled", posted(failing(broker.Failure{Class: broker.Throttled, Answered: true, Documented: true})), ClearIntent{Then: Rest{Reason: v1alpha1.ReasonThrottled}}},
		{"keeps the intent, marked, when the right is lacking", posted(failing(broker.Failure{Class: broker.Forbidden, Answered: true, Documented: true})), MarkRefused{Then: Rest{Reason: v1alpha1.ReasonForbidden}}},
		{"keeps the intent, marked, when the token was refused", posted(failing(broker.Failure{Class: broker.Unauthorized, Answered: true, Documented: true})), MarkRefused{Then: Rest{Reason: v1alpha1.ReasonSellerNotReady}}},
		{"keeps the intent when the answer was lost", posted(failing(ambiguousPost)), Rest{Reason: v1alpha1.ReasonResolvingCreate}},
		{"keeps the intent when a gateway refused", posted(failing(broker.Failure{Class: broker.Forbidden, Answered: true})), Rest{Reason: v1alpha1.ReasonResolvingCreate}},
		{"keeps the intent after an answer that was cut off", posted(failing(broker.Failure{Class: broker.Invalid, Documented: true})), Rest{Reason: v1alpha1.ReasonResolvingCreate}},
	})
}

// concludedNone is a sync that shows nobody after every bound: for an intent
// of this process, or one that it only reads.
func concludedNone(s *State) {
	s.Now = now.Add(time.Hour)
	s.Reading.Absent = []time.Time{s.Now.Add(-2 * time.Minute), s.Now.Add(-time.Minute)}
	s.Reading.Latest = s.Now.Add(-time.Minute)
}

func TestResolve(t *testing.T) {
	again := RecordIntent{Identity: identity, Unfound: true}
	resolving := Rest{Reason: v1alpha1.ReasonResolvingCreate}
	committed := func(s *State) { s.Record.Creation.Committed = true }
	check(t, []row{
		{"looks at the one broker with the posted identity", found(matching(Match{ID: own})), Look{ID: own}},
		{"takes the broker that shows what was posted", found(matching(Match{ID: own}), lookedAt), RecordBroker{ID: own, Origin: v1alpha1.OriginCreated}},
		{"takes it although the object is being deleted", found(isDeleting, matching(Match{ID: own}), lookedAt), RecordBroker{ID: own, Origin: v1alpha1.OriginCreated}},
		{"keeps saying that a match can't be read when one more GET finds none", found(lookedFor(gone), toldUnreadable), Rest{Reason: v1alpha1.ReasonBrokerUnreadable}},
		{"says so no more once a list agrees", found(lookedFor(gone), toldUnreadable, func(s *State) { s.Reading.Latest = s.Now.Add(time.Second) }), resolving},
		{"does not take a broker with other data", found(matching(Match{ID: own}), lookedLike(stranger())), resolving},
		{"adopts a broker with other data where the policy allows", found(matching(Match{ID: own}), lookedLike(stranger()), matchExisting, concludedMatch), RecordBroker{ID: own, Origin: v1alpha1.OriginAdopted}},
		{"does not take one with other data while the POST may make another", found(matching(Match{ID: own}), lookedLike(stranger()), matchExisting), resolving},
		{"nor while a user names it", found(matching(Match{ID: own}), lookedLike(stranger()), naming(own)), resolving},
		{"takes the broker that a user names", found(matching(Match{ID: own}, Match{ID: other}), lookedLike(stranger()), naming(own), concludedMatch), RecordBroker{ID: own, Origin: v1alpha1.OriginAdopted}},
		{"does not adopt what the list shows with the posted identity and GET with another", found(matching(Match{ID: own}), lookedLike(elsewhere()), matchExisting, concludedMatch), Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed}},
		{"does not adopt a broker with other data while suspended", found(matching(Match{ID: own}), lookedLike(stranger()), matchExisting, isSuspended, concludedMatch), Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed}},
		{"only watches a broker with other data under Observe", found(matching(Match{ID: own}), lookedLike(stranger()), matchExisting, isObserving, concludedMatch), RecordBroker{ID: own, Origin: v1alpha1.OriginObserved}},
		{"adopts no named broker where the ClusterSeller forbids it", found(matching(Match{ID: own}), lookedLike(stranger()), naming(own), adoptionIsForbidden, concludedMatch), Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed}},
		{"takes what it posted although the ClusterSeller forbids adopting", found(matching(Match{ID: own}), lookedAt, adoptionIsForbidden), RecordBroker{ID: own, Origin: v1alpha1.OriginCreated}},
		{"looks at the broker that a user names, although another intent may have made it", found(matching(Match{ID: own}), naming(own), rivalled(Rival{Intent: identity})), Look{ID: own}},
		{"leaves it to the older of two that name it", found(matching(Match{ID: own}), naming(own), rivalled(Rival{Intent: identity, SpecID: own, Created: start.Add(-time.Hour)})), resolving},
		{"does not take it from another one whose open create has another identity", found(concludedNone, naming(own), lookedLike(elsewhere()), rivalled(Rival{Intent: othersIdentity})), Rest{Reason: v1alpha1.ReasonIdentityTaken}},
		{"does not look at a named broker that another Reseller holds", found(matching(Match{ID: own}), naming(own), rivalled(Rival{BrokerID: own})), resolving},
		{"looks at a named broker that no list shows, when every bound has passed", found(concludedNone, naming(other)), Look{ID: other}},
		{"does not do so before", found(naming(other)), resolving},
		{"waits with a match that another Reseller holds", found(matching(Match{ID: own}), rivalled(Rival{BrokerID: own})), resolving},
		{"waits with a match that another intent may have made", found(matching(Match{ID: own}), rivalled(Rival{Intent: identity})), resolving},
		{"takes a match by its mark, whatever others intend", found(marking, matching(Match{ID: own, Mark: "prod/ns/name/a1"}), rivalled(Rival{Intent: identity}), lookedLike(markedBroker())), RecordBroker{ID: own, Origin: v1alpha1.OriginCreated}},
		{"waits with a match of its mark that another Reseller holds", found(marking, matching(Match{ID: own, Mark: "prod/ns/name/a1"}), rivalled(Rival{BrokerID: own}), lookedLike(markedBroker())), resolving},
		{"does not take a twin without our mark", found(marking, matching(Match{ID: own}), lookedAt), resolving},
		{"says that a match can't be read also when every bound has passed", found(matching(Match{ID: own}), lookedFor(gone), concludedMatch), Rest{Reason: v1alpha1.ReasonBrokerUnreadable, Quiet: true, AfterReading: now.Add(time.Hour + 4*time.Minute)}},
		{"waits while the listed broker can't be read", found(matching(Match{ID: own}), lookedFor(gone)), resolving},
		{"starts over when nobody has it after every bound", found(concludedNone), again},
		{"starts over for its own unanswered POST, too", posted(concludedNone), again},
		{"does not start over from one sync", found(concludedNone, func(s *State) { s.Reading.Absent = s.Reading.Absent[1:] }), resolving},
		{"does not start over from syncs closer than the list's lag", found(concludedNone, func(s *State) { s.Reading.Absent[0] = s.Reading.Absent[1].Add(-time.Second) }), resolving},
		{"does not start over one moment too early", found(func(s *State) {
			at := s.Memory.IntentSince.Add(DefaultDeadline + DefaultCommitBound + DefaultListLag)
			s.Reading.Absent, s.Now = []time.Time{at.Add(-time.Nanosecond), at.Add(DefaultListLag - 1)}, at.Add(time.Hour)
		}), resolving},
		{"counts the time that its writer allowed, should the Seller allow less by now", found(func(s *State) {
			s.Record.Creation.Allowed = time.Hour
			at := s.Memory.IntentSince.Add(time.Hour + DefaultCommitBound + DefaultListLag)
			s.Reading.Absent, s.Now = []time.Time{at.Add(-time.Nanosecond), at.Add(DefaultListLag - 1)}, at.Add(time.Hour)
		}), resolving},
		{"waits only for the list when the server had ended the call", posted(func(s *State) {
			s.Memory.PostAnswered = true
			s.Now = now.Add(2 * time.Minute)
			s.Reading.Absent = []time.Time{now.Add(DefaultListLag), now.Add(2 * DefaultListLag)}
		}), again},
		{"never creates again what was confirmed", found(concludedNone, committed), Rest{Reason: v1alpha1.ReasonCreatedButNotListed}},
		{"never creates again where the Seller says Wait", found(concludedNone, func(s *State) { s.Access.WaitOnUnknown = true }), Rest{Reason: v1alpha1.ReasonCreateOutcomeUnknown}},
		{"names the choice between several", found(matching(Match{ID: own}, Match{ID: other}), concludedMatch), Rest{Reason: v1alpha1.ReasonAmbiguousMatch, Message: `spec.brokerID: "4711"`}},
		{"says that a match may be another Reseller's", found(matching(Match{ID: own}), concludedMatch, rivalled(Rival{BrokerID: own})), Rest{Reason: v1alpha1.ReasonAmbiguousMatch}},
		{"says how to adopt a match with other data", found(matching(Match{ID: own}), lookedLike(stranger()), concludedMatch), Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed, Message: `spec.brokerID: "4711"`}},
		{"says who has to allow that", found(matching(Match{ID: own}), lookedLike(stranger()), concludedMatch, adoptionIsForbidden), Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed, Message: "spec.adoption: Allowed"}},
		{"puts a lost finalizer back", found(isObserving, func(s *State) { s.Record.Finalizer = false }), AddFinalizer{}},
		{"keeps the finalizer while it is open, under every policy", found(isDeleting, isOrphaning), resolving},
		{"keeps the finalizer while it is open under Observe", found(isDeleting, isObserving), resolving},
	})
}

// concludedMatch lets every bound pass with the matches still there.
func concludedMatch(s *State) {
	s.Now = now.Add(time.Hour)
	s.Reading.Latest = s.Now.Add(-time.Minute)
}

// toldUnreadable has status say that the listed broker can't be read, as of the GET before.
func toldUnreadable(s *State) {
	s.Record.Ready = &metav1.Condition{Type: v1alpha1.ConditionReady, Reason: v1alpha1.ReasonBrokerUnreadable, ObservedGeneration: s.Desired.Generation}
	s.Memory.Tries = Tries{CallLook: {Content: string(own.Key()), Session: s.Access.Session, Failures: 2, At: s.Now, Missing: true, Failure: &gone}}
}

// stranger has our identity and nothing else of ours.
func stranger() *broker.Broker {
	b := shown(own)
	b.Name, b.NotificationEmail = ptr("Somebody"), ptr("x@y.example")
	return b
}

func markedBroker() *broker.Broker {
	b := shown(own)
	b.CustomProperties = []broker.Property{{ID: "owner", Value: "prod/ns/name/a1"}}
	return b
}

// TestSought: an open create is searched for as it was posted, whatever the spec says since.
func TestSought(t *testing.T) {
	edited, _ := broker.IdentityFrom("999", "edited.example")
	s := posted(func(s *State) { s.Desired.Identity = edited })
	if got := s.Sought(); got != s.Record.Creation.Identity {
		t.Errorf("%v is sought, not what was posted", got)
	}
	s.Record.Creation = nil
	if got := s.Sought(); got != edited {
		t.Errorf("%v is sought without a create, not what the spec says", got)
	}
}
