package plan

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// misread has the latest list show an entry that may be the sought or the bound broker;
// no such sync shows that something is absent.
func misread(s *State) {
	s.Reading.Unreadable = []broker.Unreadable{{Index: 3, Problem: "it has no id of use", Value: "0"}}
	s.Reading.Absent, s.Reading.AbsentID = nil, nil
}

func mended(s *State) { s.Reading.Unreadable = nil }

func TestEntriesThatCannotBeToldApart(t *testing.T) {
	const named = "entry 3 of the list (it has no id of use)"
	waits := Rest{Reason: v1alpha1.ReasonBrokerUnreadable, Message: named}
	committed := func(s *State) { s.Record.Creation.Committed = true }
	sentAMinuteAgo := func(s *State) { s.Memory.DeleteSent, s.Memory.DeleteEnded = "d1", now.Add(-time.Minute) }
	read := func(s *State) { s.Reading.Latest = s.Now }
	check(t, []row{
		{"hold up the create of what they may be", unbound(misread), waits},
		{"name the way out where it is a broker with an id", unbound(misread, func(s *State) { s.Reading.Unreadable[0].Index, s.Reading.Unreadable[0].ID = broker.NoIndex, other }, despite("9")), Rest{Reason: v1alpha1.ReasonBrokerUnreadable, Message: `cloudmore.com/create-despite: "4712,9"`}},
		{"adopt nothing beside them that an open create may not have made", found(misread, matchExisting, matching(Match{ID: other}), lookedLike(withOtherData(shown(other))), func(s *State) { s.Now = s.Now.Add(time.Hour); s.Reading.Latest = s.Now }), Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed}},
		{"hold up nobody who names the broker", unbound(misread, func(s *State) { s.Desired.BrokerID = own }), Look{ID: own}},
		{"do not hide a broker that has the identity", unbound(misread, matching(Match{ID: own})), Rest{Reason: v1alpha1.ReasonAdoptionNotAllowed}},
		{"leave a broker that is only observed unknown", unbound(misread, isObserving), waits},
		{"withdraw an intent that was not sent", announced(misread), ClearIntent{}},
		{"leave an open create unknown, and no sync is asked for at once", found(misread, func(s *State) { s.Now = s.Now.Add(time.Hour) }), Rest{Reason: v1alpha1.ReasonCreateOutcomeUnknown, Message: named}},
		{"leave it to a user who names its broker", found(misread, naming(other), lookedLike(withOtherData(shown(other))), func(s *State) { s.Now = s.Now.Add(time.Hour); s.Reading.Latest = s.Now }), RecordBroker{ID: other, Origin: v1alpha1.OriginAdopted}},
		{"but not before the bounds of a create have passed", found(misread, naming(other), lookedLike(withOtherData(shown(other)))), Rest{Reason: v1alpha1.ReasonResolvingCreate}},
		{"leave a confirmed create unknown", found(misread, committed, func(s *State) { s.Now = s.Now.Add(time.Hour) }), Rest{Reason: v1alpha1.ReasonCreatedButNotListed, Message: named}},
		{"are not told of before the bounds of a create have passed", found(misread), Rest{Reason: v1alpha1.ReasonResolvingCreate}},
		{"do not disturb a bound broker that is healthy", bound(misread), Rest{Reason: v1alpha1.ReasonInSync}},
		{"have a bound broker read that the account could not read", bound(misread, func(s *State) { s.Reading.Unread = true }), Look{ID: own}},
		{"have that told when it can't be read", bound(misread, lookedFor(unavailable), func(s *State) { s.Reading.Unread = true }), Rest{Reason: v1alpha1.ReasonUnavailable}},
		{"do not disturb it when that read it", bound(misread, lookedAt, func(s *State) { s.Reading.Unread = true }), Rest{Reason: v1alpha1.ReasonInSync}},
		{"do not show that a bound broker has gone", bound(misread, missingSince(now.Add(-time.Hour)), lookedFor(gone), read), Rest{Reason: v1alpha1.ReasonBrokerUnreadable, Message: named}},
		{"do not show that a deleted broker has gone", dying(misread, sentAMinuteAgo, missingSince(now.Add(-time.Minute)), lookedFor(gone), read), Rest{Reason: v1alpha1.ReasonBrokerUnreadable, Message: named}},
	})
}

// TestOneWordForABrokerThatIsMissing holds that a pass after a sync says of a bound broker
// that can't be found what the pass after its GET said: else status alternates.
func TestOneWordForABrokerThatIsMissing(t *testing.T) {
	s := bound(misread, matching(Match{ID: own}), missingSince(now.Add(-time.Hour)), lookedFor(gone), func(s *State) { s.Reading.Latest = s.Now })
	after := Next(s).(Rest)
	s.Outcome = Outcome{}
	s.Memory.Tries = Tries{CallLook: {Content: string(own.Key()), Session: s.Access.Session, Failures: 2, At: s.Now, Missing: true, Failure: &gone}}
	if later := Next(s).(Rest); later.Reason != after.Reason || later.Message != after.Message {
		t.Errorf("%s: %s\nafter %s: %s", later.Reason, later.Message, after.Reason, after.Message)
	}
}

// TestAMatchThatCannotBeReadIsToldOfOnce: each further GET that finds none says what status
// says already, and no other word comes in between.
func TestAMatchThatCannotBeReadIsToldOfOnce(t *testing.T) {
	s := unbound(matchExisting, matching(Match{ID: own}), lookedFor(gone), toldUnreadable, func(s *State) { s.Reading.Latest = s.Now.Add(-time.Second) })
	if got := Next(s).(Rest); got.Reason != v1alpha1.ReasonBrokerUnreadable {
		t.Errorf("after its GET it is %s: %s", got.Reason, got.Message)
	}
}
