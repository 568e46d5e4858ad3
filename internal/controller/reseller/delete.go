package reseller

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/metrics"
	"github.com/reseller-operator/reseller-operator/internal/plan"
	"github.com/reseller-operator/reseller-operator/internal/says"
)

// recordDeletion writes down which broker is about to be deleted.
func (p *pass) recordDeletion(ctx context.Context) error {
	attempt, err := p.newAttempt()
	if err != nil {
		return err
	}
	s := p.state()
	s.Now = s.Now.Truncate(time.Microsecond) // as status keeps it: the answer is dated by it
	now := s.Now
	p.m.DeletionWrote = attempt
	err = p.save(ctx, func(st *v1alpha1.ResellerStatus) {
		*st = plan.ReportDeletion(s, st).Status
		st.Deletion = &v1alpha1.Deletion{
			Attempt: attempt, StartedAt: metav1.NewMicroTime(now), Deadline: metav1.NewMicroTime(now.Add(p.access.Deadline)),
			BrokerID: st.BrokerID,
		}
	})
	if err == nil {
		p.keepTurn(now.Add(p.access.Deadline))
	}
	return err
}

// delete deletes the broker: once for the recorded deletion, on a context that a
// stopping manager does not end.
func (p *pass) delete(ctx context.Context) {
	deletion := p.obj.Status.Deletion
	p.m.DeleteSent, p.m.DeleteAccepted = deletion.Attempt, false
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deletion.Deadline.Sub(p.r.Clock.Now()))
	defer cancel()
	status := 0
	began := p.r.Clock.Now()
	f := p.account.Delete(cloudmore.WithStatus(ctx, &status), p.session, broker.ID(deletion.BrokerID))
	p.noteCall(v1alpha1.EffectDeleted, v1alpha1.EffectDeleteFailed, v1alpha1.Effect{BrokerID: deletion.BrokerID, Attempt: deletion.Attempt}, status, began, f)
	p.outcome.Deleted, p.outcome.Looked = &plan.Deleted{Failure: f}, nil
	if f != nil && f.Class != broker.NotFound {
		p.fails(says.DeleteFailed, f)
	}
}

// clearDeletion ends a deletion that was not sent, or refused. Where its announcement has
// foretold the answer, that it is over goes with the next write.
func (p *pass) clearDeletion(ctx context.Context, step plan.ClearDeletion) error {
	attempt := p.obj.Status.Deletion.Attempt
	current := func(st *v1alpha1.ResellerStatus) bool { return st.Deletion != nil && st.Deletion.Attempt == attempt }
	problem := p.news(step.Then)
	p.outcome.Deleted = nil
	if step.Answered && !p.shows(plan.Report(p.state(), step.Then, &p.obj.Status)) {
		return nil
	}
	err := p.settle(ctx, current, func(st *v1alpha1.ResellerStatus) {
		st.Deletion = nil
		*st = plan.Report(p.state(), step.Then, st).Status
	})
	if err == nil {
		problem()
	}
	return err
}

// release takes our finalizer off: the object may go.
func (p *pass) release(ctx context.Context, step plan.Release) error {
	if err := p.saveFinalizer(ctx, controllerutil.RemoveFinalizer); err != nil {
		return err
	}
	id := p.obj.Status.BrokerID
	switch {
	case id == "":
	case step.Gone:
		p.say(says.Gone, id)
		p.told(v1alpha1.Effect{Action: effectGone, BrokerID: id}, 0)
	case step.Orphaned:
		p.say(says.Orphaned, id)
		p.told(v1alpha1.Effect{Action: effectOrphaned, BrokerID: id}, 0)
	default:
		metrics.BrokersDeleted.Inc()
		p.say(says.Deleted, id)
	}
	return nil
}
