package reseller

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/controller/passes"
	"github.com/reseller-operator/reseller-operator/internal/metrics"
	"github.com/reseller-operator/reseller-operator/internal/plan"
	"github.com/reseller-operator/reseller-operator/internal/says"
)

// say makes an event. Of a failed call it tells class and field paths; values and
// sentences of the API stay out of events.
func (p *pass) say(e says.Event, args ...any) {
	passes.Eventf(p.r.Events, p.trace, p.obj, e.Type, e.Reason, e.Action, bounded.Text(fmt.Sprintf(e.Text, args...), bounded.Note))
}

// failedCall is a call that failed, and was not told of yet.
type failedCall struct {
	event says.Event
	text  string
}

// fails has an event tell of a failed call when the pass ends. Where the reason that the
// pass comes to says the same, that tells of it: one failure is one event. So is one that
// comes again and again for the same spec.
func (p *pass) fails(e says.Event, f *broker.Failure) {
	text := f.Error()
	if failure := fmt.Sprintf("%s of %d: %s", e.Reason, p.obj.Generation, text); p.m.failure != failure {
		p.m.failure, p.failed = failure, &failedCall{e, text}
	}
}

// tellFailure tells of the call that failed in this pass, if nothing else has.
func (p *pass) tellFailure() {
	if p.failed != nil {
		p.say(p.failed.event, p.failed.text)
	}
}

// news returns how to say that Ready has a new reason that a user must act
// on; nothing to say where the reason is the stored one.
func (p *pass) news(rest plan.Rest) func() {
	before := meta.FindStatusCondition(p.stored.Status.Conditions, v1alpha1.ConditionReady)
	if rest.Quiet || !plan.NeedsPerson(rest.Reason) || (before != nil && before.Reason == rest.Reason) {
		return func() {}
	}
	if rest.Reason == v1alpha1.ReasonUnmanagedFieldChanged && len(p.stored.Status.UnmanagedChanges)+len(p.m.Harmed) > 0 {
		return func() {} // said once, when it happened
	}
	note := rest.Message
	if rest.Note != "" {
		note = rest.Note
	}
	return func() {
		if rest.Reason == v1alpha1.ReasonDuplicateSuspected {
			metrics.DuplicatesSuspected.Inc()
		}
		if p.failed != nil && strings.HasPrefix(note, p.failed.text) {
			p.failed = nil
		}
		p.say(says.Turned(rest.Reason, true), note)
	}
}

// driftFound returns how to say that the broker differs in more fields than status said,
// where a policy leaves it so; by their paths only.
func (p *pass) driftFound() func() {
	before, now := p.stored.Status.Drift, &p.obj.Status
	if !slices.Contains([]string{v1alpha1.ReasonDriftReported, v1alpha1.ReasonObserving}, plan.ReasonOf(now.Conditions)) {
		return func() {}
	}
	var fields []string
	for i := range now.Drift {
		field := now.Drift[i].Field
		if !slices.ContainsFunc(before, func(d v1alpha1.Drift) bool { return d.Field == field }) {
			fields = append(fields, field)
		}
	}
	if len(fields) == 0 {
		return func() {}
	}
	return func() {
		if p.seller != nil {
			metrics.DriftFound(p.sellerName(), len(fields))
		}
		p.say(says.DriftFound, now.BrokerID, strings.Join(fields, ", "))
	}
}
