package plan

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// TestUnclear404s holds what an API proves whose every 404 looks like a gateway's.
func TestUnclear404s(t *testing.T) {
	page := broker.Failure{Class: broker.Unavailable, Op: "get broker", Status: 404, Gateway: true}
	unclearSince := func(ago time.Duration) func(*State) {
		return func(s *State) { s.Memory.MissingSince, s.Memory.MissingUnclear = now.Add(-ago), true }
	}
	read := func(s *State) { s.Reading.Latest = now.Add(-time.Second) }
	lacked := func(s *State) { read(s); absentSince(now.Add(-time.Second))(s) }
	unread := func(s *State) { s.Reading.Latest = now.Add(-time.Hour) }
	accepted := func(s *State) {
		s.Memory.DeleteSent, s.Memory.DeleteEnded, s.Memory.DeleteAccepted = "d1", now.Add(-time.Minute), true
	}
	unclearServices := func(s *State) { s.Outcome.Services = &Services{Failure: &page} }
	inUse := func(activated bool) func(*State) {
		return func(s *State) { s.Reading.ServicesActivated = &activated }
	}
	unavailable, waits := Rest{Reason: v1alpha1.ReasonUnavailable}, Rest{Reason: v1alpha1.ReasonDeleting, Quiet: true}
	quietly := Rest{Reason: v1alpha1.ReasonUnavailable, Quiet: true} // as any first failure of who is healthy
	check(t, []row{
		{"the first says that the broker can't be read", bound(lookedFor(page), unread), quietly},
		{"so do all while the account can't be read either", bound(lookedFor(page), unclearSince(time.Minute), unread), quietly},
		{"nor does one say so where status says that the broker can't be found", deleted(lookedFor(page), unread, saidDeleting, func(s *State) { s.Record.Ready.ObservedGeneration = s.Desired.Generation }), quietly},
		{"one of who is deleted says so else", deleted(lookedFor(page), unread, isNotReady), unavailable},
		{"with lists that lack the broker they are no proof soon", bound(lookedFor(page), unclearSince(time.Minute), lacked), waits},
		{"with lists that lack the broker they are one in the end", bound(lookedFor(page), unclearSince(unclearFor), lacked), Forget{}},
		{"it is looked for on", bound(unclearSince(time.Minute), lacked), Look{ID: own}},
		{"a list that shows the broker contradicts them", bound(lookedFor(page), unclearSince(time.Minute), read), Rest{Reason: v1alpha1.ReasonBrokerUnreadable}},
		{"lists without any broker do not count", bound(lookedFor(page), unclearSince(unclearFor), lacked, blank), Rest{Reason: v1alpha1.ReasonBrokerUnreadable}},
		{"a DELETE that was accepted is proven as soon as otherwise", dying(lookedFor(page), unclearSince(DefaultListLag), lacked, accepted), Release{}},
		{"one that was not is not", dying(lookedFor(page), unclearSince(DefaultListLag), lacked, accepted, func(s *State) { s.Memory.DeleteAccepted = false }), Rest{Reason: v1alpha1.ReasonDeleting}},
		{"an object whose broker is gone is let go", deleted(lookedFor(page), unclearSince(unclearFor), lacked), Release{Gone: true}},
		{"one to the question for services is no answer", deleted(lookedAt, unclearServices), unavailable},
		{"nor where a list shows services", deleted(lookedAt, unclearServices, inUse(true)), unavailable},
		{"it is one where the list of those with services lacks the broker", deleted(lookedAt, unclearServices, inUse(false)), RecordDeletion{}},
		{"a broker that is named and not there is called that", unbound(naming(own), lookedFor(page), read), Rest{Reason: v1alpha1.ReasonBrokerNotFound}},
		{"not while the account can't be read", unbound(naming(own), lookedFor(page), unread), unavailable},
	})
}

func TestWhenABrokerIsMissed(t *testing.T) {
	page := &broker.Failure{Class: broker.Unavailable, Status: 404, Gateway: true}
	api := &broker.Failure{Class: broker.NotFound, Documented: true, Status: 404}
	for _, row := range []struct {
		name    string
		first   *broker.Failure
		second  *broker.Failure
		since   time.Time
		unclear bool
	}{
		{"since the first", api, api, start, false},
		{"since the first unclear one, and that is unclear", page, page, start, true},
		{"since the API itself says so", page, api, start.Add(time.Minute), false},
		{"an unclear one makes it unclear", api, page, start, true},
		{"not when it was found", api, nil, time.Time{}, false},
		{"not when it was found after an unclear one", page, nil, time.Time{}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := bound()
			s.Memory.BoundSince = start.Add(-time.Hour)
			for n, f := range []*broker.Failure{row.first, row.second} {
				s.Outcome.Looked = &Looked{ID: own, Failure: f, At: start.Add(time.Duration(n) * time.Minute)}
				s.Memory.Did(Look{ID: own}, s)
			}
			if !s.Memory.MissingSince.Equal(row.since) || s.Memory.MissingUnclear != row.unclear {
				t.Errorf("missed since %s, unclear: %t", s.Memory.MissingSince, s.Memory.MissingUnclear)
			}
		})
	}
}

// TestAMissingBrokerHasOneName holds that what is said of it does not change with the
// spelling of its id, which lists and status may have otherwise.
func TestAMissingBrokerHasOneName(t *testing.T) {
	const upper broker.ID = "56C133D0-2F32-40F7-A4EE-7896720B8EE3"
	if one, two := (absence{}).rest(bound(), upper), (absence{}).rest(bound(), upper.Key()); one.Message != two.Message || one.Reason != v1alpha1.ReasonBrokerUnreadable {
		t.Errorf("%s %q, and %q", one.Reason, one.Message, two.Message)
	}
}
