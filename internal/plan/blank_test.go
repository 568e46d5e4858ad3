package plan

import (
	"slices"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// blank has all syncs show no broker at all.
func blank(s *State) { s.Reading.Blank = slices.Concat(s.Reading.Absent, s.Reading.AbsentID) }

// TestListsWithoutAnyBroker holds what lists prove that an outage looks like, too.
func TestListsWithoutAnyBroker(t *testing.T) {
	committed := func(s *State) { s.Record.Creation.Committed = true }
	asksPerson := Rest{Reason: v1alpha1.ReasonCreateOutcomeUnknown, Message: v1alpha1.AnnotationAcceptListAt}
	again := RecordIntent{Identity: identity, Unfound: true}
	missing := func(s *State) {
		lookedFor(gone)(s)
		missingSince(now.Add(-time.Minute))(s)
		absentSince(now.Add(-time.Second))(s)
		s.Reading.Latest = now.Add(-time.Second)
	}
	sentAMinuteAgo := func(s *State) { s.Memory.DeleteSent, s.Memory.DeleteEnded = "d1", now.Add(-time.Minute) }
	cantTell := Rest{Reason: v1alpha1.ReasonBrokerUnreadable, Message: v1alpha1.AnnotationAcceptListAt}
	check(t, []row{
		{"do not show that a lost POST made nothing", found(concludedNone, blank), asksPerson},
		{"do not either when the object is deleted", found(concludedNone, blank, isDeleting), asksPerson},
		{"are read again after minutes only", found(concludedNone, blank), Rest{Reason: v1alpha1.ReasonCreateOutcomeUnknown, AfterReading: now.Add(time.Hour - time.Minute + lookAtMost)}},
		{"do so beside two that show others", found(concludedNone, func(s *State) { s.Reading.Blank = []time.Time{now} }), again},
		{"do not beside one that shows others", found(concludedNone, func(s *State) { s.Reading.Blank = s.Reading.Absent[:1] }), asksPerson},
		{"are waited for no longer than a list lag after one that shows others", found(concludedNone, func(s *State) { s.Reading.Blank = s.Reading.Absent[:1] }), Rest{
			Reason: v1alpha1.ReasonCreateOutcomeUnknown, AfterReading: now.Add(time.Hour - time.Minute + DefaultListLag),
		}},
		{"leave to a user to name the broker", found(concludedNone, blank, naming(own)), Look{ID: own}},
		{"say nothing new of a POST that was confirmed", found(concludedNone, blank, committed), Rest{Reason: v1alpha1.ReasonCreatedButNotListed}},
		{"show that the API's refusal made nothing", found(concludedNone, blank, refusedBefore, failedLately(CallCreate)), ClearIntent{}},
		{"let a first POST go out", unbound(blank), RecordIntent{Identity: identity}},
		{"do not show that a broker has disappeared", bound(missing, blank), Rest{Reason: v1alpha1.ReasonBrokerUnreadable, Message: v1alpha1.AnnotationAcceptListAt}},
		{"say nothing of it while they are not believed", bound(missing, blank, func(s *State) { s.Reading.Doubt = "all are missing" }), Rest{Reason: v1alpha1.ReasonDeleting, Quiet: true}},
		{"show that one has whose DELETE was accepted", dying(missing, blank, sentAMinuteAgo, func(s *State) { s.Memory.DeleteAccepted = true }), Release{}},
		{"do not where the answer to the DELETE was lost", dying(missing, blank, sentAMinuteAgo), cantTell},
		{"do not where nothing was deleted yet", deleted(missing, blank), cantTell},
	})
	if step := Next(bound(missing)); step != (Forget{}) {
		t.Errorf("a list that shows others decides nothing: %#v", step)
	}
}
