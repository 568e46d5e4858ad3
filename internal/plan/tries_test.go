package plan

import (
	"fmt"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// TestEachBrokerThatCannotBeReadWaitsForItself holds that two listed brokers which may be a
// Reseller's and whose GETs say that there are none cost no more GETs with each sync.
func TestEachBrokerThatCannotBeReadWaitsForItself(t *testing.T) {
	for name, beside := range map[string]func(*State){
		"matches": matching(Match{ID: own, Listed: true, Summary: true}, Match{ID: other, Listed: true, Summary: true}),
		"similar": beside(Similar{Broker: summaryOf(normalized(own)), Listed: true}, Similar{Broker: summaryOf(normalized(other)), Listed: true}),
	} {
		t.Run(name, func(t *testing.T) {
			looks := map[broker.ID]int{}
			var m Memory
			const hours, interval = 6, 5 * time.Minute
			for at := now; at.Before(now.Add(hours * time.Hour)); at = at.Add(interval) {
				s := unbound(beside)
				m.FinalizerSince = s.Memory.FinalizerSince
				s.Now, s.Memory = at, m
				s.Reading.Latest = at.Add(-time.Second)
				for look, asks := Next(s).(Look); asks && looks[look.ID] < 100; look, asks = Next(s).(Look) {
					looks[look.ID]++
					s.Outcome.Looked = &Looked{ID: look.ID, Failure: &gone, At: at}
					m.Did(look, s)
					s.Memory = m
				}
			}
			if len(looks) != 2 && name == "matches" {
				t.Errorf("read are %v, not both", looks)
			}
			for id, n := range looks {
				if n > 12+(hours-1)*6 {
					t.Errorf("broker %s was read %d times in %d hours", id, n, hours)
				}
			}
		})
	}
}

// TestTriesOfLooks holds what is kept of the GETs of several brokers.
func TestTriesOfLooks(t *testing.T) {
	s := unbound()
	tries := Tries{}
	for i := range 2 * keptLooks {
		s.Now = now.Add(time.Duration(i) * time.Second)
		tries = tries.with(CallLook, fmt.Sprint(i), &unavailable, s)
	}
	if len(tries) != keptLooks+1 || tries[CallLook].Content != fmt.Sprint(2*keptLooks-1) {
		t.Fatalf("%d are kept, the latest of %q", len(tries), tries[CallLook].Content)
	}
	if _, kept := tries[lookAt(fmt.Sprint(keptLooks-2))]; kept {
		t.Error("an older one is kept in place of a later one")
	}
	again := tries.with(CallLook, fmt.Sprint(2*keptLooks-3), &unavailable, s)
	if got := again[CallLook]; got.Failures != 2 || len(again) != keptLooks+1 {
		t.Errorf("a second failure of an earlier one is %+v, of %d", got, len(again))
	}
	found := again.with(CallLook, fmt.Sprint(2*keptLooks-3), nil, s)
	if _, failing := found.of(CallLook, fmt.Sprint(2*keptLooks-3)); failing || len(found) != keptLooks {
		t.Errorf("what can be read leaves %v", found)
	}
	if len(tries) != keptLooks+1 {
		t.Error("they were changed in place")
	}
}
