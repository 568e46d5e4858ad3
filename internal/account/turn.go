package account

import (
	"time"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// TakeTurn has the pass over an object take its turn to call the account, before it
// calls or announces anything. If there is none, the pass is to end; the object is woken
// when there is one.
func (a *Account) TakeTurn(owner Owner, lane cloudmore.Lane) bool {
	return a.gate.TakeTurn(owner, lane)
}

// ClaimTurn has a pass use the turn that its object was woken for, or has kept.
func (a *Account) ClaimTurn(owner Owner) bool { return a.gate.ClaimTurn(owner) }

// KeepTurn has a turn outlast its pass, for what it has announced, until a moment.
func (a *Account) KeepTurn(owner Owner, until time.Time) { a.gate.KeepTurn(owner, until) }

// EndTurn gives a turn back.
func (a *Account) EndTurn(owner Owner) { a.gate.EndTurn(owner) }

// passesAt is when passes go on automatically: they have a turn, or the brake lets them;
// zero for never.
func (a *Account) passesAt() time.Time { return moment.Sooner(a.gate.TurnAt(), a.braking.settleAt()) }

// callPasses has those go on whose time has come.
func (a *Account) callPasses() {
	a.gate.CallNext()
	a.settleBrake()
}
