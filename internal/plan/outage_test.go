package plan

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// TestAnOutageThatHasEnded: who failed for the account's sake does not wait any longer,
// who fails on its own does.
func TestAnOutageThatHasEnded(t *testing.T) {
	hour := Outage{From: start.Add(-2 * time.Minute), Until: start.Add(58 * time.Minute)}
	down := &broker.Failure{Class: broker.Unavailable, Status: 503}
	for _, row := range []struct {
		name   string
		outage Outage
		try    Try
		waits  bool
	}{
		{"ends the wait of a call that got no answer", hour, Try{Failures: 20, Failure: down}, false},
		{"and of a write that was denied to the account", hour, Try{Failures: refusedTries, Refused: true, Failure: &broker.Failure{Class: broker.Forbidden, Status: 401}}, false},
		{"not of one that was refused", hour, Try{Failures: refusedTries, Refused: true, Failure: &broker.Failure{Class: broker.Invalid, Status: 422}}, true},
		{"nor of a refusal that an earlier process met", hour, Try{Failures: refusedTries, Refused: true}, true},
		{"nor of a failure before it", Outage{From: start.Add(time.Second), Until: start.Add(time.Hour)}, Try{Failures: 20, Failure: down}, true},
		{"nor of one after it", Outage{From: start.Add(-time.Hour), Until: start.Add(-time.Second)}, Try{Failures: 20, Failure: down}, true},
		{"nor of one that failed for longer than it lasted", Outage{From: start.Add(-time.Second), Until: start.Add(time.Second)}, Try{Failures: 3, Failure: down}, true},
		{"there was none", Outage{}, Try{Failures: 20, Failure: down}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			row.try.At = start
			s := &State{Now: start.Add(2 * time.Second), Access: Access{Outage: row.outage}, Memory: Memory{Tries: Tries{CallUpdate: row.try}}}
			row.try.Content = s.content(CallUpdate)
			s.Memory.Tries[CallUpdate] = row.try
			if got := s.waits(CallUpdate) != nil; got != row.waits {
				t.Errorf("it waits: %v", got)
			}
		})
	}
}
