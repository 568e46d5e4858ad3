package plan

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// failedLately has a call of the present content refused just now.
func failedLately(call Call) func(*State) {
	return func(s *State) {
		content := s.content(call)
		if call == CallLook {
			content = string(own.Key())
		}
		if call == CallServices {
			content = s.servicesOf(own)
		}
		s.Memory.Tries = Tries{call: {
			Content: content, Session: "session", Failures: 3, At: s.Now.Add(-time.Second), Refused: true,
			Shown: Rest{Reason: v1alpha1.ReasonRefused, Message: "spec.contact.phone: 12"},
		}}
	}
}

// TestPauses is the table of how long a call waits after failures in a row.
func TestPauses(t *testing.T) {
	for _, row := range []struct {
		name     string
		call     Call
		refused  bool
		failures int
		want     time.Duration
	}{
		{"a first failure", CallUpdate, false, 1, time.Second},
		{"a second one", CallUpdate, false, 2, 2 * time.Second},
		{"the tenth", CallUpdate, false, 10, 512 * time.Second},
		{"the eleventh", CallUpdate, false, 11, 10 * time.Minute},
		{"the hundredth", CallCreate, false, 100, 10 * time.Minute},
		{"a fourth refusal", CallCreate, true, 4, 8 * time.Second},
		{"a fifth refusal", CallCreate, true, 5, time.Hour},
		{"a fiftieth refusal", CallUpdate, true, 50, time.Hour},
		{"a fourth refusal of a delete", CallDelete, true, 4, 8 * time.Second},
		{"a fifth refusal of a delete", CallDelete, true, 5, 10 * time.Minute},
		{"a fiftieth refusal of a delete", CallDelete, true, 50, 10 * time.Minute},
	} {
		t.Run(row.name, func(t *testing.T) {
			try := Try{Failures: row.failures, Refused: row.refused, At: now}
			for _, uid := range []string{"a", "b", "c", "d"} {
				if got := try.due(row.call, uid).Sub(now); got < row.want || got > row.want+row.want/10 {
					t.Errorf("waits %s, not %s and up to a tenth more", got, row.want)
				}
			}
		})
	}
}

// TestFailuresAreCounted holds what counts as the same failure again.
func TestFailuresAreCounted(t *testing.T) {
	unavailable := &broker.Failure{Class: broker.Ambiguous}
	count := func(s *State, failures ...*broker.Failure) Try {
		m := Memory{}
		for _, f := range failures {
			s.Memory, s.Outcome.Updated = m, &Updated{Failure: f}
			m.Did(Update{Want: s.Desired.Broker}, s)
		}
		return m.Tries[CallUpdate]
	}
	if got := count(drifted(), unavailable, unavailable, unavailable); got.Failures != 3 || got.Refused {
		t.Errorf("three failures are %+v", got)
	}
	if got := count(drifted(), unavailable, nil); got.Failures != 0 {
		t.Errorf("a success leaves %+v", got)
	}
	missing := refusedAll
	missing.Class = broker.NotFound
	if got := count(drifted(), &missing); got.Failures != 1 {
		t.Errorf("a 404 that names fields is no certain refusal: %+v", got)
	}
	if got := count(drifted(), &refusedAll); got.Failures != refusedTries || !got.Refused {
		t.Errorf("a refusal that names fields is %+v: the same would be refused again", got)
	}
	if got := count(drifted(), &refusedAll, unavailable); got.Failures != 1 || got.Refused {
		t.Errorf("an outage after a refusal is %+v", got)
	}
	s := drifted()
	m := Memory{Tries: count(s, unavailable, unavailable).tries()}
	s.Desired.Broker.Name, s.Memory, s.Outcome.Updated = ptr("Other"), m, &Updated{Failure: unavailable}
	if m.Did(Update{Want: s.Desired.Broker}, s); m.Tries[CallUpdate].Failures != 1 {
		t.Errorf("other content counts on: %+v", m.Tries[CallUpdate])
	}
}

// TestWhatIsAskedBeforeARefusedDeleteWaitsAsLong: each try of a refused DELETE asks for the
// broker and its services first; a failure of that begins no series of short pauses.
func TestWhatIsAskedBeforeARefusedDeleteWaitsAsLong(t *testing.T) {
	outage := &broker.Failure{Class: broker.Ambiguous}
	missing := &gone
	for _, row := range []struct {
		name    string
		refused int
		step    Step
		answer  func(*State)
		call    Call
		want    int
	}{
		{"the question for services", refusedTries, AskServices{ID: own}, func(s *State) { s.Outcome.Services = &Services{Failure: outage} }, CallServices, failuresOfLongest},
		{"services that are activated", refusedTries, AskServices{ID: own}, func(s *State) { s.Outcome.Services = &Services{Activated: true} }, CallServices, failuresOfLongest},
		{"a look", refusedTries, Look{ID: own}, func(s *State) { s.Outcome.Looked = &Looked{ID: own, Failure: outage} }, CallLook, failuresOfLongest},
		{"a look that finds no broker, which is a proof that is soon repeated", refusedTries, Look{ID: own}, func(s *State) { s.Outcome.Looked = &Looked{ID: own, Failure: missing} }, CallLook, 1},
		{"the question before a DELETE that was refused once", 1, AskServices{ID: own}, func(s *State) { s.Outcome.Services = &Services{Failure: outage} }, CallServices, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := deleted(row.answer)
			m := Memory{Tries: Tries{CallDelete: {Refused: true, Failures: row.refused, At: s.Now}}}
			m.Did(row.step, s)
			if got := m.Tries[row.call].Failures; got != row.want {
				t.Errorf("counts as %d failures, not %d", got, row.want)
			}
		})
	}
}

func (t Try) tries() Tries { return Tries{CallUpdate: t} }

// TestPaced holds, for each kind of call, that it waits whatever wakes the object,
// and what ends the wait.
func TestPaced(t *testing.T) {
	for _, call := range []struct {
		name  string
		state func(...func(*State)) *State
		call  Call
		then  Step
	}{
		{"a create", unbound, CallCreate, RecordIntent{Identity: identity}},
		{"an update", drifted, CallUpdate, Look{ID: own}},
		{"a delete", deleted, CallDelete, Look{ID: own}},
		{"a look", deleted, CallLook, Look{ID: own}},
		{"the question for services", func(c ...func(*State)) *State { return changed(deleted(lookedAt), c) }, CallServices, AskServices{ID: own}},
	} {
		t.Run(call.name, func(t *testing.T) {
			failing := failedLately(call.call)
			check(t, []row{
				{"is made where nothing failed", call.state(), call.then},
				{"waits after a failure, and shows it", call.state(failing), Rest{Reason: v1alpha1.ReasonRefused, Message: "12"}},
				{"waits after a write of status", call.state(failing, isNotReady), Rest{Reason: v1alpha1.ReasonRefused, Message: "12"}},
				{"is made when it is due", call.state(failing, func(s *State) {
					try := s.Memory.Tries[call.call]
					s.Now = try.due(call.call, s.Record.UID)
					s.Reading.Latest, s.Reading.KnownSince = s.Now, s.Now
					s.Reading.Absent = []time.Time{s.Now.Add(-time.Second), s.Now.Add(-time.Millisecond)}
				}), call.then},
				{"is made when a user asks for it", call.state(failing, isAskedFor), call.then},
				{"waits when the user asked for the very try that failed", call.state(failing, isAskedFor, func(s *State) {
					try := s.Memory.Tries[call.call]
					try.Requested = "now"
					s.Memory.Tries = Tries{call.call: try}
				}), Rest{Reason: v1alpha1.ReasonRefused, Message: "12"}},
				{"is made with other credentials", call.state(failing, func(s *State) { s.Access.Session = "another" }), call.then},
			})
		})
	}
}

// TestPostsThatFailed holds after which answers a POST relies on new syncs only.
func TestPostsThatFailed(t *testing.T) {
	for _, row := range []struct {
		name string
		f    *broker.Failure
		want bool
	}{
		{"a success", nil, false},
		{"a refusal", &refusedAll, true},
		{"a refused token", &broker.Failure{Class: broker.Unauthorized, Answered: true, Documented: true}, true},
		{"a throttle", &broker.Failure{Class: broker.Throttled, Answered: true, Documented: true}, true},
		{"a call that was not sent", &broker.Failure{Class: broker.Unavailable, NotSent: true}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := posted()
			s.Outcome.Created = &Created{Failure: row.f}
			m := s.Memory
			if m.Did(Create{}, s); !m.PostFailed.IsZero() != row.want {
				t.Errorf("the POST failed at %s", m.PostFailed)
			}
		})
	}
}

// TestRefusalsOutliveTheProcess holds that status keeps what a restart must not
// start over.
func TestRefusalsOutliveTheProcess(t *testing.T) {
	for _, base := range []struct {
		state *State
		call  Call
	}{{unbound(), CallCreate}, {drifted(), CallUpdate}, {deleted(), CallDelete}} {
		t.Run(string(base.call), func(t *testing.T) {
			s := base.state
			failedLately(base.call)(s)
			st := v1alpha1.ResellerStatus{}
			st = Report(s, Rest{Reason: v1alpha1.ReasonRefused, Message: "no"}, &st).Status
			if st.Retry == nil || string(st.Retry.Call) != string(base.call) || st.Retry.Failures != 3 {
				t.Fatalf("status keeps %+v", st.Retry)
			}
			s.Memory, s.Record.Retry = Memory{FinalizerSince: start}, st.Retry
			s.Memory.Saw(&s.Record, 1, s.Now)
			rest, ok := Next(s).(Rest)
			if !ok || rest.Until.Before(st.Retry.NextAt.Time) {
				t.Errorf("the next process does %#v", Next(s))
			}
		})
	}
}

// TestWhatCannotBeAnnouncedIsPaced: a call that fails before it is announced is not
// announced again and again.
func TestWhatCannotBeAnnouncedIsPaced(t *testing.T) {
	s := unbound()
	step, announces := Next(s).(RecordIntent)
	if !announces {
		t.Fatalf("the first step is %#v", Next(s))
	}
	loggedOut := broker.Failure{Class: broker.Unavailable, Op: "log in", Reason: "no verdict", NotSent: true}
	s.Outcome.Unannounced = &Unannounced{Call: step.Call(), Failure: &loggedOut}
	s.Memory.Did(step, s)
	s.Outcome = Outcome{}
	rest, rests := Next(s).(Rest)
	if !rests || rest.Reason != v1alpha1.ReasonUnavailable || !rest.Until.After(s.Now) {
		t.Errorf("goes on with %#v", Next(s))
	}
	s.Now = rest.Until
	if _, again := Next(s).(RecordIntent); !again {
		t.Errorf("then comes %#v", Next(s))
	}
}
