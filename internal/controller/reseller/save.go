package reseller

import (
	"context"
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// errSuperseded says that the object is not the one, or the attempt not the one,
// that an answer belongs to. Nothing is written then.
var errSuperseded = errors.New("the object or its attempt is another one by now")

// saveFinalizer adds or removes our finalizer.
func (p *pass) saveFinalizer(ctx context.Context, change func(client.Object, string) bool) error {
	before := p.obj.DeepCopy()
	if !change(p.obj, v1alpha1.FinalizerReseller) {
		return nil
	}
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	status := p.obj.Status // the answer to a patch has what is stored, this pass may know more
	err := p.r.Client.Patch(ctx, p.obj, patch)
	p.obj.Status = status
	return p.noteWrite(err)
}

// save changes status under the precondition that nobody wrote since the
// version this pass began with.
func (p *pass) save(ctx context.Context, change func(*v1alpha1.ResellerStatus)) error {
	before := p.obj.DeepCopy()
	before.Status = p.stored.Status
	change(&p.obj.Status)
	p.m.Settle(&p.obj.Status)
	p.obj.Status.History = plan.History(p.stored.Status.History, p.m.effects)
	found, turned := p.driftFound(), p.turned()
	err := p.patchStatus(ctx, before)
	if err == nil {
		p.m.effects = nil
		if p.saved != nil {
			p.saved()
			p.saved = nil
		}
		found()
		turned()
	}
	return err
}

// saveReport shows what the pass came to, if that is news.
func (p *pass) saveReport(ctx context.Context, s *plan.State, rest plan.Rest) error {
	before := p.m.effects
	problem, effect := p.news(rest), p.leaveOut(rest)
	if !p.shows(plan.Report(s, rest, &p.obj.Status)) {
		return nil
	}
	harm := p.harmDone()
	if err := p.save(ctx, func(*v1alpha1.ResellerStatus) {}); err != nil {
		p.m.effects = before // the next pass leaves it out again
		return err
	}
	harm()
	problem()
	effect()
	return nil
}

// shows has the object show what is reported, and says whether there is something to save.
func (p *pass) shows(reported plan.Reported) bool {
	p.obj.Status = reported.Status
	if reported.News || p.unsaved {
		return true
	}
	p.r.memories.shows(p.m, &p.obj.Status)
	return false
}

// settle saves what a call came to, on a context that a stopping manager does
// not end. The object's UID and the attempt are the precondition, not its
// version: an answer must not be lost because a user edited the object, nor
// wipe the intent of another leader.
func (p *pass) settle(ctx context.Context, current func(*v1alpha1.ResellerStatus) bool, change func(*v1alpha1.ResellerStatus)) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTimeout)
	defer cancel()
	var err error
	for range settleTries {
		if !current(&p.obj.Status) {
			return errSuperseded
		}
		if err = p.save(ctx, change); !apierrors.IsConflict(err) {
			return err
		}
		fresh := &v1alpha1.Reseller{}
		if err := p.r.Live.Get(ctx, client.ObjectKeyFromObject(p.obj), fresh); err != nil {
			return err
		}
		if fresh.UID != p.obj.UID {
			return errSuperseded
		}
		p.obj, p.stored = fresh, fresh.DeepCopy()
	}
	return err
}

// patchStatus sends the difference to a version, with that version as precondition.
func (p *pass) patchStatus(ctx context.Context, before *v1alpha1.Reseller) error {
	p.r.memories.shows(p.m, &p.obj.Status)
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	err := p.noteWrite(p.r.Client.Status().Patch(ctx, p.obj, patch))
	if apierrors.IsInvalid(err) {
		return errors.Join(err, p.showRefused(ctx, before, err))
	}
	return err
}

// showRefused says that status could not be written, and why. What was stored before stays
// with it, and is not asked again: the API server judges what changes.
func (p *pass) showRefused(ctx context.Context, before *v1alpha1.Reseller, refusal error) error {
	p.obj.Status = *before.Status.DeepCopy()
	told := plan.ReportUnstorable(p.state(), refusal.Error(), &p.obj.Status)
	if !told.News {
		return nil
	}
	p.obj.Status = told.Status
	p.r.memories.shows(p.m, &p.obj.Status)
	return p.noteWrite(p.r.Client.Status().Patch(ctx, p.obj, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})))
}

// noteWrite remembers the version that an own write made.
func (p *pass) noteWrite(err error) error {
	if err == nil {
		p.m.written, p.m.conflict, p.unsaved = p.obj.ResourceVersion, conflict{}, false
		p.stored = p.obj.DeepCopy()
	}
	return err
}
