package reseller

import (
	"context"
	"slices"
	"strings"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// update sends every field of the broker, on a context that a stopping manager
// does not end.
func (p *pass) update(ctx context.Context, step plan.Update) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.access.Deadline)
	defer cancel()
	edited := p.obj.Status.LastComparedAt == nil || p.obj.Status.Applied == "" || // nobody has changed elsewhere what was never ours
		slices.ContainsFunc(step.Changed, func(d plan.Deviation) bool { return d.Cause == v1alpha1.DriftEdited })
	status, done := 0, v1alpha1.EffectCorrected
	if edited {
		done = v1alpha1.EffectUpdated
	}
	if step.Background() {
		p.account.Proving(p.owner())
		done = v1alpha1.EffectUpdated
	}
	id, sent := broker.ID(p.obj.Status.BrokerID), fieldsOf(slices.Concat(step.Changed, step.Proves))
	shown, f := p.account.Update(cloudmore.WithStatus(ctx, &status), p.session, id, step.Body)
	p.outcome.Updated = &plan.Updated{Failure: f, Sent: sent, Background: step.Background(), Answered: !shown.IsZero(), At: shown}
	p.noteCall(done, v1alpha1.EffectUpdateFailed, v1alpha1.Effect{BrokerID: string(id), Fields: sent}, status, f)
	if f != nil {
		p.failed("Update", f)
		return
	}
	p.outcome.Looked = nil // what it showed is no longer so
	if shown.IsZero() {
		p.outcome.Updated.At = p.r.Clock.Now()
	}
	if step.Background() {
		p.normal("Updated", "Update", "sent broker %s what an earlier version took for equal, to prove it: %s", id, paths(step.Proves))
		return
	}
	if edited {
		p.normal("Updated", "Update", "updated broker %s: %s", id, paths(step.Changed))
		return
	}
	p.normal("DriftCorrected", "Update", "broker %s was changed elsewhere and is put right: %s", id, paths(step.Changed))
}

// accept remembers normal forms; they are saved with the report of this pass.
func (p *pass) accept(forms []broker.Spelling) {
	st := &p.obj.Status
	p.unsaved = true
	p.normal("ShownOtherwise", "Compare", "Cloudmore shows %s in its own way, which is no drift; status.normalized has how", spelled(forms))
	for _, f := range forms {
		st.Normalized = slices.DeleteFunc(st.Normalized, func(n v1alpha1.Normalized) bool { return n.Field == f.Field })
		st.Normalized = append(st.Normalized, v1alpha1.Normalized{Field: f.Field, Desired: f.Desired, Observed: f.Observed})
	}
	st.Normalized = plan.FitNormalized(st.Normalized)
}

// spelled joins the paths of fields with a form of their own.
func spelled(forms []broker.Spelling) string {
	fields := make([]string, 0, len(forms))
	for _, f := range forms {
		fields = append(fields, f.Field)
	}
	return strings.Join(fields, ", ")
}

// paths joins the paths of changed fields; never their values, which may be personal.
func paths(changed []plan.Deviation) string { return strings.Join(fieldsOf(changed), ", ") }
