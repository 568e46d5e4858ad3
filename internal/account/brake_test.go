package account

import (
	"fmt"
	"testing"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

func TestBrake(t *testing.T) {
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	rule := Brake{Percent: 20, Minimum: 3, Window: 10 * time.Minute}
	// touchAll touches n brokers, pause apart, and returns how many were let through.
	touchAll := func(rule Brake, n, total int, pause time.Duration, id func(int) broker.ID) int {
		var b braking
		for i := range n {
			if b.touch(rule, id(i), "", total, begin.Add(time.Duration(i)*pause)) != "" {
				return i
			}
		}
		return n
	}
	each := func(i int) broker.ID { return broker.ID(fmt.Sprint("id", i)) }
	for _, row := range []struct {
		name     string
		rule     Brake
		n, total int
		pause    time.Duration
		id       func(int) broker.ID
		want     int
	}{
		{"halts at more than the share", rule, 100, 100, time.Second, each, 20},
		{"does not halt a small account below the minimum", rule, 3, 4, time.Second, each, 3},
		{"halts a small account above the minimum", rule, 10, 4, time.Second, each, 3},
		{"counts one broker once", rule, 100, 4, time.Second, func(int) broker.ID { return "same" }, 100},
		{"forgets what lies outside the window", rule, 100, 4, 5 * time.Minute, each, 100},
		{"is off at zero percent", Brake{}, 100, 4, time.Second, each, 100},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := touchAll(row.rule, row.n, row.total, row.pause, row.id); got != row.want {
				t.Errorf("%d writes were let through, not %d", got, row.want)
			}
		})
	}
}

func TestBrakeStaysHalted(t *testing.T) {
	rule, now := Brake{Percent: 20, Minimum: 1, Window: time.Minute}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var b braking
	b.touch(rule, "1", "", 1, now)
	if b.touch(rule, "2", "", 1, now) == "" || b.touch(rule, "1", "", 1, now.Add(time.Hour)) == "" {
		t.Error("writing went on by itself")
	}
}

func TestAPersonLetsTheBrakeGoForAWindow(t *testing.T) {
	rule, now := Brake{Percent: 20, Minimum: 1, Window: time.Minute}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	b := braking{resumed: now}
	for i := range 100 {
		if why := b.touch(rule, broker.ID(fmt.Sprint(i)), "", 1, now.Add(time.Minute-1)); why != "" {
			t.Fatalf("halted again at once: %s", why)
		}
	}
	if b.touch(rule, "a", "", 1, now.Add(time.Minute)); b.touch(rule, "b", "", 1, now.Add(time.Minute)) == "" {
		t.Error("never counted again")
	}
}

func TestBrakeTellsWhatWasAboutToHappen(t *testing.T) {
	rule, now := Brake{Percent: 20, Minimum: 12, Window: time.Hour}, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var b braking
	for i := range 12 {
		b.touch(rule, broker.ID(fmt.Sprint(i)), fmt.Sprint("delete of default/r", i), 1, now.Add(time.Duration(i)*time.Second))
	}
	why := b.touch(rule, "x", "change of default/x", 1, now.Add(time.Minute))
	const whom = "change of default/x, delete of default/r11, delete of default/r10, delete of default/r9, delete of default/r8, " +
		"delete of default/r7, delete of default/r6, delete of default/r5, delete of default/r4, delete of default/r3, and 3 more"
	if why != "more than 12 brokers (the account has 1) were about to be changed or deleted within 1h0m0s" || b.whom != whom {
		t.Errorf("said %q, to happen %q", why, b.whom)
	}
}
