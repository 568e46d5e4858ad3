package plan

import (
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// boundSuperseded: another value of a field was sent a while ago, and what is known may be
// from before that: that the broker has the value wanted now is no proof.
func boundSuperseded(s *State) Step {
	until := s.supersededUntil()
	switch {
	case until.IsZero():
		return nil
	case s.Now.Before(until):
		return Rest{Reason: v1alpha1.ReasonUpdating, Message: "another value was sent before, and may not be shown yet", Until: until, Quiet: true}
	default:
		return Look{ID: s.Record.BrokerID}
	}
}

// supersededUntil is from when on a GET tells what became of such values; zero where none
// is open.
func (s *State) supersededUntil() time.Time {
	if len(s.Memory.Sent) == 0 && len(s.Memory.Tries) == 0 {
		return time.Time{}
	}
	since := s.Reading.KnownSince
	if l := s.looked(s.Record.BrokerID); l != nil {
		since = l.At
	}
	until := s.refusedSince(since)
	found := s.differences()
	for path, sent := range s.Memory.Sent {
		wanted, managed := broker.ValueOf(&s.Desired.Broker, path)
		differs := slices.ContainsFunc(found, func(d broker.Difference) bool { return d.Field == path })
		if managed && !differs && !broker.SameValue(path, wanted, sent.Desired) && since.Before(sent.settles(s)) {
			until = moment.Later(until, sent.settles(s))
		}
	}
	return until
}

// refusedSince is when an update by an earlier spec failed that may have taken effect all the
// same, if it ended after a moment; zero for none.
func (s *State) refusedSince(moment time.Time) time.Time {
	t, failed := s.Memory.Tries[CallUpdate]
	if !failed || t.Generation == 0 || t.Generation == s.Desired.Generation || (t.Failure != nil && t.Failure.NotSent) || moment.After(t.At) {
		return time.Time{}
	}
	return t.At
}

// supersedes reports whether what is shown is an earlier value that was sent from here.
func (s *State) supersedes(d *broker.Difference) bool {
	sent, known := s.Memory.Sent[d.Field]
	return known && !broker.SameValue(d.Field, sent.Desired, d.Desired) && broker.SameValue(d.Field, sent.Desired, d.Observed)
}
