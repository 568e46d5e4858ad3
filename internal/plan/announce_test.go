package plan

import (
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

var (
	inUseThere  = broker.Failure{Class: broker.Invalid, Documented: true, Answered: true, Op: "delete broker", StatusLine: "409 Conflict", Said: "The broker has open invoices"}
	noLongerSo  = broker.Failure{Class: broker.Invalid, Documented: true, Answered: true, Op: "delete broker", StatusLine: "409 Conflict", Said: "The broker has open orders"}
	notAllowed  = broker.Failure{Class: broker.Forbidden, Documented: true, Answered: true, Op: "delete broker"}
	firewall    = broker.Failure{Class: broker.Forbidden, Gateway: true, Op: "delete broker", StatusLine: "409 Conflict", Said: "Blocked"}
	brokenDown  = broker.Failure{Class: broker.Unavailable, Answered: true, Op: "delete broker", Status: 503, Reason: "HTTP 503"}
	notAnswered = broker.Failure{Class: broker.Ambiguous, Op: "delete broker"}
)

// failedBefore has the DELETE failed five times, the last time before its present turn.
func failedBefore(f *broker.Failure) func(*State) {
	return func(s *State) {
		s.Memory.Tries = Tries{CallDelete: {
			Content: s.content(CallDelete), Session: s.Access.Session, Failures: refusedTries, At: s.Now.Add(-time.Hour),
			Refused: denied(f), Failure: f,
		}}
	}
}

// announcedNow announces the next try of a deletion, as the controller does.
func announcedNow(s *State) (st v1alpha1.ResellerStatus) {
	st = Report(s, s.again(CallDelete, ptr(s.Memory.Tries[CallDelete])), &st).Status
	s.Memory.DeletionWrote = "d2"
	st = ReportDeletion(s, &st).Status
	return st
}

// answeredBy is the state after the DELETE that was announced in it came back.
func answeredBy(s *State, f *broker.Failure) *State {
	after := *s
	after.Record.Deletion = &Deletion{Attempt: "d2", Deadline: s.Now.Add(time.Minute), Allowed: time.Minute, BrokerID: own}
	after.Memory.DeletionSince, after.Memory.DeleteSent = s.Now, "d2"
	after.Now = s.Now.Add(3 * time.Second)
	after.Outcome = Outcome{Deleted: &Deleted{Failure: f}}
	after.Memory.Did(Delete{}, &after)
	return &after
}

// TestWhatAnAnnouncementForetells holds that a DELETE that fails as before writes nothing
// more than its announcement, and any other outcome is written.
func TestWhatAnAnnouncementForetells(t *testing.T) {
	for _, row := range []struct {
		name          string
		before, after *broker.Failure
		foretold      bool
	}{
		{"a refusal in the same words", &inUseThere, copied(inUseThere), true},
		{"a lack of rights once more", &notAllowed, copied(notAllowed), true},
		{"a firewall's page once more", &firewall, copied(firewall), true},
		{"a server that is still broken", &brokenDown, copied(brokenDown), true},
		{"other words", &inUseThere, &noLongerSo, false},
		{"another class", &inUseThere, &notAllowed, false},
		{"a failure of the server after a refusal", &inUseThere, &brokenDown, false},
		{"a refusal after a failure of the server", &brokenDown, &inUseThere, false},
		{"no answer", &inUseThere, &notAnswered, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := deleted(lookedAt, notActivated, failedBefore(row.before))
			st := announcedNow(s)
			after := answeredBy(s, row.after)
			if changed := Report(after, shownBy(t, after), &st).News; changed == row.foretold {
				t.Errorf("status is written: %t", changed)
			}
		})
	}
}

func copied(f broker.Failure) *broker.Failure { return &f }

// shownBy is what the next step shows.
func shownBy(t *testing.T, s *State) Rest {
	t.Helper()
	switch step := Next(s).(type) {
	case ClearDeletion:
		if !step.Answered {
			t.Error("it is written in any case")
		}
		return step.Then
	case Rest:
		return step
	default:
		t.Fatalf("the next step is %#v", step)
		return Rest{}
	}
}

// TestAnAcceptedDeleteIsRefusedNoMore holds that the refusal of an earlier try does not
// stay where the next one is accepted.
func TestAnAcceptedDeleteIsRefusedNoMore(t *testing.T) {
	s := deleted(lookedAt, notActivated, failedBefore(&inUseThere))
	st := announcedNow(s)
	after := answeredBy(s, nil)
	after.Outcome = Outcome{Looked: &Looked{ID: own, Failure: &gone, At: after.Now}}
	after.Record.Ready = meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady)
	st = Report(after, shownBy(t, after), &st).Status
	if ready := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady); ready.Reason != v1alpha1.ReasonDeleting || st.Retry != nil {
		t.Errorf("status says %s, retry %v", ready.Reason, st.Retry)
	}
	if meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionStalled) != nil {
		t.Error("it is Stalled")
	}
}

// TestWhatAnAnnouncementShows holds what status says while a DELETE is sent.
func TestWhatAnAnnouncementShows(t *testing.T) {
	fromStatus := func(s *State) {
		failedBefore(&inUseThere)(s)
		tried := s.Memory.Tries[CallDelete]
		tried.Failure, tried.Shown = nil, Rest{Reason: v1alpha1.ReasonRefused, Message: "in the words of then"}
		s.Memory.Tries = Tries{CallDelete: tried}
	}
	byCondition := func(s *State) { // as a version without status.retry left it
		s.Memory.Tries = Tries{CallDelete: {
			Generation: s.Desired.Generation, Failures: refusedTries, At: now.Add(-time.Hour), Refused: true,
			Shown: Rest{Reason: v1alpha1.ReasonRefused, Message: "in the words of then"},
		}}
	}
	for _, row := range []struct {
		name          string
		change        func(*State)
		reason, words string
		failures      int32 // of status.retry; 0 for none
	}{
		{"that it is about to be deleted, at first", func(*State) {}, v1alpha1.ReasonDeleting, "is about to be deleted", 0},
		{"the refusal, and when the next try is", failedBefore(&inUseThere), v1alpha1.ReasonRefused, "open invoices; correct the spec, or what it refers to in Cloudmore\nit is tried again at 13:10:46", refusedTries + 1},
		{"the refusal as an earlier process wrote it", fromStatus, v1alpha1.ReasonRefused, "in the words of then", refusedTries + 1},
		{"likewise where an earlier version wrote it", byCondition, v1alpha1.ReasonRefused, "in the words of then", refusedTries + 1},
		{"what is the matter with the server", failedBefore(&brokenDown), v1alpha1.ReasonUnavailable, "HTTP 503", 0},
		{"nothing of what other credentials were refused", func(s *State) { failedBefore(&inUseThere)(s); s.Access.Session = "new" }, v1alpha1.ReasonDeleting, "is about to be deleted", 0},
		{"nor of what was refused before a user insisted", func(s *State) { failedBefore(&inUseThere)(s); s.Desired.ForceDelete = string(own) }, v1alpha1.ReasonDeleting, "is about to be deleted", 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := deleted(lookedAt, notActivated, row.change)
			var st v1alpha1.ResellerStatus
			st = ReportDeletion(s, &st).Status
			ready := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady)
			if ready.Reason != row.reason || !strings.Contains(ready.Message, row.words) {
				t.Errorf("Ready says %s: %s", ready.Reason, ready.Message)
			}
			switch kept := st.Retry; {
			case (kept == nil) != (row.failures == 0):
				t.Errorf("status.retry is %v", kept)
			case kept != nil && (kept.Failures != row.failures || kept.Content != s.content(CallDelete) || !kept.FailedAt.Equal(ptr(stored(now)))):
				t.Errorf("status.retry is %v", kept)
			}
		})
	}
}

// TestARefusedDeletionIsOver holds that a deletion that status still has, and that this
// process knows to be refused, holds up nothing.
func TestARefusedDeletionIsOver(t *testing.T) {
	refused := func(change ...func(*State)) *State {
		s := answeredBy(deleted(failedBefore(&inUseThere)), &inUseThere)
		s.Outcome = Outcome{}
		return changed(s, change)
	}
	check(t, []row{
		{"rests until the next try", refused(), Rest{Reason: v1alpha1.ReasonRefused, Until: now.Add(longestPause + spread(longestPause, deleted().Record.UID))}},
		{"begins that like the first one", refused(func(s *State) { s.Now = now.Add(time.Hour) }), Look{ID: own}},
		{"lets go at once when Orphan is set", refused(isOrphaning), Release{Orphaned: true}},
		{"says at once that it is suspended", refused(isSuspended), Rest{Reason: v1alpha1.ReasonSuspended}},
		{"begins at once with what a user insists on", refused(func(s *State) { s.Desired.ForceDelete = string(own) }), Look{ID: own}},
		{"begins at once when a user asks for it", refused(isAskedFor), Look{ID: own}},
		{"is none to an object that was restored with it, and stays", refused(func(s *State) { s.Desired.Deleting = false }, lookedFor(gone), missingSince(now.Add(-time.Minute)), absentSince(now.Add(time.Minute))), ClearDeletion{}},
	})
	if refused(func(s *State) { s.Desired.ForceDelete = string(own) }).Repeats(RecordDeletion{}, RecordDeletion{}) {
		t.Error("what a user insists on does not count as a new delete")
	}
}

// TestARefusedDeletionGoesWithTheNextWrite holds that no other one does.
func TestARefusedDeletionGoesWithTheNextWrite(t *testing.T) {
	m := Memory{DeleteRefused: "d2"}
	for attempt, stays := range map[string]bool{"d2": false, "d3": true} {
		st := v1alpha1.ResellerStatus{Deletion: &v1alpha1.Deletion{Attempt: attempt}}
		if m.Settle(&st); (st.Deletion != nil) != stays {
			t.Errorf("%s stays: %t", attempt, st.Deletion != nil)
		}
	}
	if m.Settle(&v1alpha1.ResellerStatus{}); m.DeleteRefused != "d2" {
		t.Error("it is forgotten")
	}
}
