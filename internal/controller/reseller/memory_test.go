package reseller

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// Another manager may have let go of a broker and made another one: that the
// first was missed must not be counted for the second.
func TestWhatIsRememberedOfABrokerEndsWithIt(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	clock := clocktesting.NewFakePassiveClock(now)
	p := &pass{r: &Reconciler{Clock: clock}, obj: &v1alpha1.Reseller{}, m: &memory{}}
	p.obj.Status.BrokerID = "4711"
	p.remember()
	p.m.MissingSince, p.m.Sent = now, map[string]plan.Sent{"spec.domain": {}}
	clock.SetTime(now.Add(time.Minute))
	p.remember()
	if p.m.MissingSince.IsZero() || !p.m.BoundSince.Equal(now) || len(p.m.Sent) == 0 {
		t.Error("forgotten while the broker is the same")
	}
	p.obj.Status.BrokerID = "4712"
	p.remember()
	if !p.m.MissingSince.IsZero() || p.m.BoundSince.Equal(now) || len(p.m.Sent) != 0 {
		t.Errorf("broker 4712 inherits %v and %v", p.m.MissingSince, p.m.Sent)
	}
}

// An object that was made again under the same name has posted nothing.
func TestWhatIsRememberedOfAnObjectEndsWithIt(t *testing.T) {
	var all memories
	name := types.NamespacedName{Namespace: "ns", Name: "name"}
	all.of(name, "1").Posted = "attempt"
	if all.of(name, "1").Posted == "" {
		t.Error("forgotten while the object is the same")
	}
	if all.of(name, "2").Posted != "" {
		t.Error("another object inherits what the first one posted")
	}
}
