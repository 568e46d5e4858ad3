package reseller

import (
	"context"
	"errors"

	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// perform does one step. A result ends the pass: what comes next is decided when
// the cache shows what was saved.
func (p *pass) perform(ctx context.Context, step plan.Step) (*reconcile.Result, error) {
	ctx = p.lane(ctx)
	switch step := step.(type) {
	case plan.Look, plan.AskServices, plan.Create, plan.Update, plan.Delete:
		return p.send(ctx, step)
	case plan.Accept:
		p.accept(step.Spellings)
	case plan.AddFinalizer:
		return nil, p.addFinalizer(ctx)
	case plan.RecordIntent:
		return p.recordIntent(ctx, step)
	case plan.RecordBroker:
		return p.ended(p.recordBroker(ctx, step))
	case plan.MarkCommitted:
		return nil, p.superseded(p.markCommitted(ctx))
	case plan.MarkRefused:
		return p.endedBy(step.Then, p.markRefused(ctx, step))
	case plan.ClearIntent:
		return p.endedBy(step.Then, p.clearIntent(ctx, step))
	case plan.Bind:
		return p.ended(p.bind(ctx, step))
	case plan.Forget:
		return p.ended(p.forgetBroker(ctx))
	case plan.RecordIdentity:
		return nil, p.foretell(ctx, step)
	case plan.Show:
		return nil, p.show(ctx, step.Then)
	case plan.RecordDeletion:
		return p.ended(p.recordDeletion(ctx))
	case plan.ClearDeletion:
		return p.endedBy(step.Then, p.clearDeletion(ctx, step))
	case plan.Annotate:
		return nil, p.annotate(ctx, step)
	case plan.Release:
		return p.ended(p.release(ctx, step))
	case plan.Rest:
		result, err := p.finish(ctx, step)
		return &result, err
	}
	return nil, nil
}

// send makes the call of a step, but for an update that nobody wants any more.
func (p *pass) send(ctx context.Context, step plan.Step) (*reconcile.Result, error) {
	if _, updates := step.(plan.Update); updates {
		if overtaken, err := p.overtaken(ctx); overtaken || err != nil {
			return p.ended(err)
		}
	}
	return nil, p.call(ctx, step)
}

// call makes the call of a step, and notes what it came to.
func (p *pass) call(ctx context.Context, step plan.Step) error {
	switch step := step.(type) {
	case plan.Look:
		p.look(ctx, step.ID)
		p.m.Did(step, p.state())
		if err := p.findMarker(ctx); err != nil {
			return err
		}
		return p.findRivals(ctx) // of the broker that was read, too
	case plan.AskServices:
		p.askServices(ctx, step.ID)
	case plan.Create:
		p.create(ctx)
	case plan.Update:
		p.update(ctx, step)
	case plan.Delete:
		p.delete(ctx)
	default: // calls nobody
	}
	p.m.Did(step, p.state())
	return nil
}

// ended ends the pass: the event of the write brings the next one.
func (p *pass) ended(err error) (*reconcile.Result, error) {
	return &reconcile.Result{Priority: &p.priority}, p.superseded(err)
}

// endedBy ends the pass and comes back when the rest says so.
func (p *pass) endedBy(then plan.Rest, err error) (*reconcile.Result, error) {
	if p.account != nil && !then.AfterReading.IsZero() {
		p.account.Await(p.owner(), then.AfterReading)
	}
	result := p.rest(then.Until)
	return &result, p.superseded(err)
}

// superseded drops the answer of an attempt that is no longer the object's: the
// next pass sees what is.
func (p *pass) superseded(err error) error {
	if errors.Is(err, errSuperseded) {
		return nil
	}
	return err
}

func (p *pass) addFinalizer(ctx context.Context) error {
	if err := p.saveFinalizer(ctx, controllerutil.AddFinalizer); err != nil {
		return err
	}
	p.m.Finalized(p.r.Clock.Now())
	return nil
}

// show puts a reason into Ready; the pass goes on.
func (p *pass) show(ctx context.Context, rest plan.Rest) error {
	return p.save(ctx, func(st *v1alpha1.ResellerStatus) { *st = plan.ReportReason(p.state(), rest, st).Status })
}

// askServices asks whether services are activated for the broker.
func (p *pass) askServices(ctx context.Context, id broker.ID) {
	activated, f := p.account.ServicesActivated(ctx, p.session, id)
	p.outcome.Services = &plan.Services{Activated: activated, Failure: f}
}

// look reads the broker by its own GET.
func (p *pass) look(ctx context.Context, id broker.ID) {
	at := p.r.Clock.Now()
	read, f := p.account.Look(ctx, p.session, id)
	p.outcome.Looked = &plan.Looked{ID: id, Broker: read, Failure: f, At: at}
}
