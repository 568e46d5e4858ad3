// Package reseller keeps Resellers: it gathers what is known of one, asks plan
// for the next step, and performs it.
//
// It decides nothing. It promises that what a step saves is saved under the
// precondition that the step needs, that a create is posted by the process that
// wrote its intent and at most once, and that a stopping manager finishes what
// it has begun to send.
package reseller

import (
	"context"
	"io"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/controller/passes"
	"github.com/reseller-operator/reseller-operator/internal/metrics"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// Reconciler keeps Resellers.
type Reconciler struct {
	// Client reads from the cache and writes; Live reads from the API server.
	Client client.Client
	Live   client.Reader
	// Accounts are where the brokers live.
	Accounts *account.Registry
	Events   events.EventRecorder
	Clock    clock.PassiveClock
	// Passes knows which passes are under way; nil: nobody asks.
	Passes *passes.Passes
	// Entropy is where attempts come from.
	Entropy io.Reader
	// Namespaces are those that are watched, each by a watch of its own; none: all,
	// by one watch. Several watches show what happened in no common order, so before
	// anything is sent each has to have come as far, or a live list has.
	Namespaces []string
	// AnnotateAfter is how long an object rests before it gets its annotations; 0:
	// DefaultAnnotateAfter. OriginGuarded says that an admission policy keeps others from
	// writing the origin into them.
	AnnotateAfter time.Duration
	OriginGuarded bool
	// Decide answers what to do next; nil: plan.Next. A simulation puts broken
	// decisions here, to see that they are noticed.
	Decide func(*plan.State) plan.Step

	memories    memories
	fairness    fairness
	wakeUps     wakeUps
	annotations annotations
	watches     watches
}

// Reconcile makes one pass over a Reseller.
func (r *Reconciler) Reconcile(ctx context.Context, req reconcile.Request) (reconcile.Result, error) {
	defer r.Passes.Begin()()
	r.fairness.begun(req)
	obj := &v1alpha1.Reseller{}
	if err := r.Client.Get(ctx, req.NamespacedName, obj); err != nil {
		if apierrors.IsNotFound(err) {
			r.forget(req.NamespacedName)
		}
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	m := r.memories.of(req.NamespacedName, obj.UID)
	if m.newer(obj) || m.conflict.holds(obj.ResourceVersion, r.Clock.Now()) {
		return reconcile.Result{RequeueAfter: r.memories.looksAgain(m)}, nil
	}
	r.memories.begins(m)
	p, err := r.begin(ctx, obj, m)
	if err != nil {
		return reconcile.Result{}, err
	}
	defer p.endTurn()
	defer p.tellFailure()
	for range maxSteps {
		if done, err := p.take(ctx, p.decide()); err != nil || done != nil {
			return p.interrupted(done, err)
		}
	}
	metrics.StepsExhausted.Inc()
	log.FromContext(ctx).Error(nil, "a pass took too many steps; this is a mistake in the operator, please report it")
	return reconcile.Result{RequeueAfter: exhaustedPause}, nil
}

// take performs a step, unless the object has to wait for its turn or for lists, or the
// step is to be decided again. Who waits for lists takes no turn for it, so that as many as
// there are share them.
func (p *pass) take(ctx context.Context, step plan.Step) (*reconcile.Result, error) {
	if p.mindBrake(step) {
		return nil, nil
	}
	if done, again, err := p.mindRivals(ctx, step); done != nil || again || err != nil {
		return done, err
	}
	if done, err := p.awaitTurn(ctx, step); err != nil || done != nil {
		return done, err
	}
	if !p.loggedIn(ctx, step) {
		return nil, nil
	}
	if again, err := p.mindAdmission(ctx, step); again || err != nil {
		return nil, err
	}
	return p.perform(ctx, step)
}

func (r *Reconciler) next(s *plan.State) plan.Step {
	if r.Decide != nil {
		return r.Decide(s)
	}
	return plan.Next(s)
}

// interrupted ends a pass that a step ended, or that the API server refused: a
// conflict means that somebody wrote meanwhile, and the pass begins again when the
// cache shows that.
func (p *pass) interrupted(done *reconcile.Result, err error) (reconcile.Result, error) {
	switch {
	case apierrors.IsConflict(err):
		p.m.conflict.note(p.stored.ResourceVersion, p.r.Clock.Now())
		return reconcile.Result{RequeueAfter: p.r.memories.looksAgain(p.m)}, nil
	case err != nil:
		return reconcile.Result{}, client.IgnoreNotFound(err)
	default:
		return *done, nil
	}
}

// newer reports whether this process wrote the object after the version that
// the cache shows. No decision is made on an older one.
func (m *memory) newer(obj *v1alpha1.Reseller) bool {
	if m.written == "" {
		return false
	}
	order, err := resourceversion.CompareResourceVersion(obj.ResourceVersion, m.written)
	return err == nil && order < 0
}

// rest is the result that comes back at a moment; zero for not at all.
func (p *pass) rest(until time.Time) ctrl.Result {
	result := ctrl.Result{Priority: &p.priority}
	if !until.IsZero() {
		result.RequeueAfter = max(until.Sub(p.r.Clock.Now()), time.Millisecond)
	}
	return result
}
