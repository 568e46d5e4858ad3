package account

import (
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// TestHarm holds when harm by updates is taken for the API's way.
func TestHarm(t *testing.T) {
	type seen struct {
		broker int
		field  string
		at     time.Duration // since begin
	}
	for name, row := range map[string]struct {
		resumed time.Duration // since begin; 0: never
		seen    []seen
		halts   bool
	}{
		"two brokers may be an accident":             {seen: []seen{{1, "spec.vat", 1}, {2, "spec.vat", 2}}},
		"the third with the same field halts":        {seen: []seen{{1, "spec.vat", 1}, {2, "spec.vat", 2}, {3, "spec.vat", 3}}, halts: true},
		"one that says it again counts once":         {seen: []seen{{1, "spec.vat", 1}, {2, "spec.vat", 2}, {2, "spec.vat", 3}}},
		"three fields are three matters":             {seen: []seen{{1, "spec.vat", 1}, {2, "spec.name", 2}, {3, "spec.address.city", 3}}},
		"what was known when somebody resumed":       {resumed: 5, seen: []seen{{1, "spec.vat", 1}, {2, "spec.vat", 2}, {3, "spec.vat", 5}}},
		"one more than was known then":               {resumed: 5, seen: []seen{{1, "spec.vat", 1}, {2, "spec.vat", 2}, {3, "spec.vat", 6}}},
		"three more than were known then halt again": {resumed: 5, seen: []seen{{1, "spec.vat", 1}, {2, "spec.vat", 6}, {3, "spec.vat", 7}, {4, "spec.vat", 8}}, halts: true},
	} {
		t.Run(name, func(t *testing.T) {
			b := braking{}
			if row.resumed > 0 {
				b.resumed = begin.Add(row.resumed)
			}
			now, halted := begin.Add(time.Minute), false
			for i, s := range row.seen {
				if halted {
					t.Errorf("halted before %d", i)
				}
				halted = b.harm(Write{Broker: numberedID(s.broker)}, s.field, begin.Add(s.at), 9, now)
			}
			h := b.current()
			if halted != row.halts || (h != nil) != row.halts {
				t.Fatalf("halted: %v, by %+v", halted, h)
			}
			if h != nil && (h.Field != "spec.vat" || len(h.Whom) != harmAtMost || h.Total != 9 || !h.Since.Equal(now)) {
				t.Errorf("the halt tells %+v", h)
			}
		})
	}
}

// TestAResumeAfterHarm holds that it permits no more than it was asked for: those three
// brokers, not all that the brake would hold.
func TestAResumeAfterHarm(t *testing.T) {
	var b braking
	for i := range harmAtMost {
		b.harm(Write{Broker: numberedID(i)}, "spec.vat", begin, 9, begin)
	}
	b.resume(begin.Add(time.Minute))
	for i := range harmAtMost {
		if b.harm(Write{Broker: numberedID(i)}, "spec.vat", begin, 9, begin.Add(time.Hour)) {
			t.Fatal("what was known halts writing again")
		}
	}
	rule := Brake{Percent: 20, Minimum: 1, Window: 10 * time.Minute}
	if sent := b.merge(rule, 100, 1, begin.Add(2*time.Minute), 0); sent != harmAtMost+1 {
		t.Errorf("%d were let through at once", sent)
	}
	if b.stops(broker.ID("none")) {
		t.Error("writing is still halted")
	}
}
