package reseller

import (
	"testing"
	"time"

	testclock "k8s.io/utils/clock/testing"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

func TestAnnotationsTakeTurns(t *testing.T) {
	start := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	now := testclock.NewFakePassiveClock(start)
	r := &Reconciler{Clock: now}
	at := func(id string) (*pass, time.Time) {
		p := &pass{r: r, m: &memory{}, obj: &v1alpha1.Reseller{Status: v1alpha1.ResellerStatus{BrokerID: id, Origin: v1alpha1.OriginCreated}}}
		return p, p.annotateAt()
	}
	p, first := at("1")
	if _, second := at("2"); !first.Equal(start.Add(DefaultAnnotateAfter)) || second.Sub(first) != annotateGap {
		t.Errorf("the first turn is %s, the second %s after it", first, second.Sub(first))
	}
	now.SetTime(start.Add(time.Hour))
	if again := p.annotateAt(); !again.Equal(first) {
		t.Errorf("a turn is moved to %s", again)
	}
	if _, later := at("3"); !later.Equal(now.Now().Add(DefaultAnnotateAfter)) {
		t.Errorf("a turn an hour later is at %s", later)
	}
	p.m.annotated = originAnnotation(&p.obj.Status)
	if !p.annotateAt().IsZero() {
		t.Error("what a user took off is put back")
	}
	p.obj.Status.BrokerID = "4"
	if p.annotateAt().IsZero() {
		t.Error("another broker has no turn")
	}
}

func TestFollowed(t *testing.T) {
	matches := plan.Reading{Matches: []plan.Match{{ID: "1"}, {ID: "2"}}}
	marks := plan.Access{Mark: broker.Marking{PropertyID: "owner"}}
	for _, row := range []struct {
		name  string
		state plan.State
		want  broker.ID
	}{
		{"what is held", plan.State{Record: plan.Record{BrokerID: "9"}, Reading: matches}, "9"},
		{"what is named", plan.State{Desired: plan.Desired{BrokerID: "8"}, Reading: matches}, "8"},
		{"what the annotation names", plan.State{Record: plan.Record{Annotated: "7"}, Reading: matches}, "7"},
		{"what may be its own, where only details may show its mark", plan.State{Access: marks, Reading: matches}, "1"},
		{"nothing of that without marks", plan.State{Reading: matches}, ""},
		{"nothing of that while a create is open", plan.State{Access: marks, Record: plan.Record{Creation: &plan.Intent{}}, Reading: matches}, ""},
		{"nothing", plan.State{}, ""},
	} {
		if got := followed(&row.state); got != row.want {
			t.Errorf("%s: %s is followed", row.name, got)
		}
	}
}
