package reseller

import (
	"context"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// update sends every field of the broker, on a context that a stopping manager
// does not end.
func (p *pass) update(ctx context.Context, step plan.Update) {
	asked := p.obj.Status.ObservedGeneration != p.obj.Generation ||
		!meta.IsStatusConditionTrue(p.obj.Status.Conditions, v1alpha1.ConditionReady)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.access.Deadline)
	defer cancel()
	id := broker.ID(p.obj.Status.BrokerID)
	status, done := 0, v1alpha1.EffectCorrected
	if asked {
		done = v1alpha1.EffectUpdated
	}
	f := p.account.Update(cloudmore.WithStatus(ctx, &status), p.session, id, step.Body)
	p.outcome.Updated = &plan.Updated{Failure: f}
	p.noteCall(done, v1alpha1.EffectUpdateFailed, v1alpha1.Effect{BrokerID: string(id), Fields: fieldsOf(step.Changed)}, status, f)
	if f != nil {
		p.failed("Update", f)
		return
	}
	p.outcome.Looked = nil // what it showed is no longer so
	if asked {
		p.normal("Updated", "Update", "updated broker %s: %s", id, paths(step.Changed))
		return
	}
	p.normal("DriftCorrected", "Update", "broker %s was changed elsewhere and is put right: %s", id, paths(step.Changed))
}

// accept remembers spellings; they are saved with the report of this pass.
func (p *pass) accept(spellings []broker.Spelling) {
	st := &p.obj.Status
	for _, s := range spellings {
		st.Normalized = slices.DeleteFunc(st.Normalized, func(n v1alpha1.Normalized) bool { return n.Field == s.Field })
		st.Normalized = append(st.Normalized, v1alpha1.Normalized{Field: s.Field, Desired: s.Desired, Observed: s.Observed})
	}
	st.Normalized = plan.FitNormalized(st.Normalized)
}

// paths joins the paths of changed fields; never their values, which may be personal.
func paths(changed []broker.Difference) string { return strings.Join(fieldsOf(changed), ", ") }
