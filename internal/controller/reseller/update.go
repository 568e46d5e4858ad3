package reseller

import (
	"context"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/metrics"
	"github.com/reseller-operator/reseller-operator/internal/plan"
	"github.com/reseller-operator/reseller-operator/internal/says"
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
	began := p.r.Clock.Now()
	shown, f := p.account.Update(cloudmore.WithStatus(ctx, &status), p.session, id, step.Body)
	p.outcome.Updated = &plan.Updated{Failure: f, Sent: sent, Background: step.Background(), Answered: !shown.IsZero(), At: shown}
	p.noteCall(done, v1alpha1.EffectUpdateFailed, v1alpha1.Effect{BrokerID: string(id), Fields: sent}, status, began, f)
	if f != nil {
		p.fails(says.UpdateFailed, f)
		return
	}
	p.outcome.Looked = nil // what it showed is no longer so
	if shown.IsZero() {
		p.outcome.Updated.At = p.r.Clock.Now()
	}
	if step.Background() {
		p.say(says.Proved, id, paths(step.Proves))
		return
	}
	if edited {
		p.say(says.Updated, id, paths(step.Changed))
		return
	}
	metrics.DriftFound(p.sellerName(), len(step.Changed))
	metrics.DriftCorrected(p.sellerName(), len(step.Changed))
	p.say(says.DriftCorrected, id, paths(step.Changed))
}

// overtaken reports whether the cache shows the object otherwise than this pass decided by:
// a call waits for its turn, and a process may be held for long. An update is not announced
// in status, so nothing else would stop one that nobody wants any more.
func (p *pass) overtaken(ctx context.Context) (bool, error) {
	now := &v1alpha1.Reseller{}
	err := p.r.Client.Get(ctx, client.ObjectKeyFromObject(p.obj), now)
	if apierrors.IsNotFound(err) {
		return true, nil
	}
	return err == nil && (now.UID != p.obj.UID || now.Generation > p.obj.Generation || !now.DeletionTimestamp.Equal(p.obj.DeletionTimestamp)), err
}

// foretell writes down the identity that the next update gives the broker, beside what is
// shown of it now.
func (p *pass) foretell(ctx context.Context, step plan.RecordIdentity) error {
	err := p.save(ctx, func(st *v1alpha1.ResellerStatus) {
		*st = plan.ReportBroker(p.state(), st).Status
		plan.Foretell(step, st)
	})
	if err == nil {
		p.m.Foretold()
	}
	return err
}

// accept remembers normal forms; they are saved with the report of this pass.
func (p *pass) accept(forms []broker.Spelling) {
	st := &p.obj.Status
	p.unsaved = true
	p.say(says.ShownOtherwise, spelled(forms))
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
