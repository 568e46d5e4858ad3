package reseller

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/metrics"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// normal says that the broker was changed.
func (p *pass) normal(reason, action, note string, args ...any) {
	p.event(corev1.EventTypeNormal, reason, action, note, args...)
}

// warning says that something is wrong.
func (p *pass) warning(reason, action, note string, args ...any) {
	p.event(corev1.EventTypeWarning, reason, action, note, args...)
}

func (p *pass) event(kind, reason, action, note string, args ...any) {
	p.r.Events.Eventf(p.obj, nil, kind, reason, action, "%s", bounded.Text(fmt.Sprintf(note, args...), bounded.Note))
}

// failed says that a call failed, by its class and field paths; values and
// sentences of the API stay out of events.
func (p *pass) failed(action string, f *broker.Failure) {
	p.warning(action+"Failed", action, "%s", f.Error())
}

// news returns how to say that Ready has a new reason that a person must act
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
		p.warning(rest.Reason, "Reconcile", "%s", note)
	}
}
