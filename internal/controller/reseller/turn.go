package reseller

import (
	"context"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// claimTurn uses the turn that the object was woken for, or has kept.
func (p *pass) claimTurn() {
	if p.account.ClaimTurn(p.owner()) {
		p.turn = p.account
	}
}

// awaitTurn ends the pass before a step that calls the account, or announces a call,
// unless it is this object's turn. Nothing is written then, and no worker waits.
func (p *pass) awaitTurn(ctx context.Context, step plan.Step) (*reconcile.Result, error) {
	if p.turn != nil || (!step.Calls() && !step.Writes()) {
		return nil, nil
	}
	if p.account.TakeTurn(p.owner(), laneOf(p.obj)) {
		p.turn = p.account
		return nil, nil
	}
	result, err := p.finish(ctx, plan.AwaitTurn(p.state()))
	return &result, err
}

// loggedIn reports whether a call that a step announces can be made as far as a login is
// needed for it. One that can't has failed before it was announced: an announcement of it,
// and what it came to, would be two writes for each try.
func (p *pass) loggedIn(ctx context.Context, step plan.Step) bool {
	if step.Calls() || !step.Writes() || step.Call() == plan.NoCall {
		return true
	}
	f := p.account.LogIn(p.lane(ctx), p.session)
	if f == nil {
		return true
	}
	p.outcome.Unannounced = &plan.Unannounced{Call: step.Call(), Failure: f}
	p.m.Did(step, p.state())
	return false
}

// keepTurn has the turn last until what was just announced is sent, or may not be any
// more: the next pass begins when the cache shows it.
func (p *pass) keepTurn(deadline time.Time) {
	p.turn.KeepTurn(p.owner(), deadline)
	p.turn = nil
}

// endTurn gives back a turn that is not kept.
func (p *pass) endTurn() {
	if p.turn != nil {
		p.turn.EndTurn(p.owner())
	}
}

// laneOf is how urgent the calls for an object are.
func laneOf(obj *v1alpha1.Reseller) cloudmore.Lane {
	switch priorityOf(obj) {
	case priorityEdit:
		return cloudmore.LaneEdits
	case priorityGoOn:
		return cloudmore.LaneCreates
	default:
		return cloudmore.LaneBackground
	}
}
