package plan

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// askedServices lets a deletion be told that services are activated, so often in a row,
// and returns the state right after the latest answer.
func askedServices(times int) *State {
	s := deleted(activated)
	for range times {
		s.Memory.Did(AskServices{ID: own}, s)
		try := s.Memory.Tries[CallServices]
		s.Now = try.due(CallServices, s.Record.UID)
	}
	try := s.Memory.Tries[CallServices]
	s.Now, s.Outcome = try.At, Outcome{}
	return s
}

func TestServicesInUse(t *testing.T) {
	yes, no := true, false
	waiting := Rest{Reason: v1alpha1.ReasonServicesActivated, Message: "services are activated"}
	changedBy := func(change func(*State)) *State { return changed(askedServices(3), []func(*State){change}) }
	check(t, []row{
		{"are not asked for before the next try is due, whatever wakes the object", changedBy(isNotReady), waiting},
		{"are asked for again when it is due", changedBy(func(s *State) { s.Now = s.Now.Add(10 * time.Second) }), Look{ID: own}},
		{"are asked for at once when a list says that there are none", changedBy(func(s *State) { s.Reading.ServicesActivated = &no }), Look{ID: own}},
		{"are asked for at once when a user asks for it", changedBy(isAskedFor), Look{ID: own}},
		{"are asked for no more when a user forces the delete", changedBy(func(s *State) { s.Desired.ForceDelete = string(own) }), Look{ID: own}},
		{"are no reason to overlook that the broker is gone", changedBy(absentSince(askedServices(3).Now.Add(time.Second))), Look{ID: own}},
		{"of a restart are not asked for at once", afterRestart(nil), waiting},
		{"of a restart are asked for once more when a list shows them", afterRestartListed(&yes), Look{ID: own}},
		{"of a restart are asked for at once when a list says that there are none", afterRestartListed(&no), Look{ID: own}},
	})
}

// afterRestart is a process that finds in status that services are activated.
func afterRestart(change func(*State)) *State {
	s := deleted()
	s.Record.Ready = &metav1.Condition{Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonServicesActivated, ObservedGeneration: s.Desired.Generation}
	s.Memory = Memory{}
	s.Memory.Saw(&s.Record, s.Desired.Generation, s.Now)
	if change != nil {
		change(s)
	}
	return s
}

func afterRestartListed(activated *bool) *State {
	return afterRestart(func(s *State) { s.Reading.ServicesActivated = activated })
}

// TestServicesCostFewCalls holds the calls of a delete that waits for services: two
// for each try, a GET and the question.
func TestServicesCostFewCalls(t *testing.T) {
	s := deleted(activated)
	began, hours := s.Now, map[int]int{}
	for s.Now.Before(began.Add(10 * time.Hour)) {
		hours[int(s.Now.Sub(began)/time.Hour)] += 2
		s.Memory.Did(AskServices{ID: own}, s)
		rest, ok := Next(s).(Rest)
		if !ok || !rest.Until.After(s.Now) {
			t.Fatalf("after the answer: %#v", Next(s))
		}
		s.Now = rest.Until
	}
	for hour, calls := range hours {
		if most := map[bool]int{true: 30, false: 12}[hour == 0]; calls > most {
			t.Errorf("hour %d costs %d calls, more than %d", hour, calls, most)
		}
	}
	if first := askedServices(1).Memory.Tries[CallServices]; first.due(CallServices, "b").Sub(first.At) > 3*time.Second {
		t.Errorf("the second try is due at %s only", first.due(CallServices, "b"))
	}
}
