package account

import (
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// SetDryRun has nothing written to any account. It is to be called before they work.
func (r *Registry) SetDryRun() { r.dryRun = true }

// DryRun reports whether nothing is written to any account.
func (r *Registry) DryRun() bool { return r.dryRun }

// DryRun reports whether nothing is written to the account, as one of the Sellers that
// lead to it says.
func (a *Account) DryRun() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.settings.DryRun
}

// withheld is the failure of a call that writes while nothing is written to the account;
// nil for any other. Who decides about writes knows it before; this is what holds should
// one slip through.
func (a *Account) withheld(op cloudmore.Op) error {
	switch op {
	case cloudmore.OpCreate, cloudmore.OpUpdate, cloudmore.OpDelete:
	default:
		return nil
	}
	if !a.always && !a.DryRun() {
		return nil
	}
	return &broker.Failure{Class: broker.Unavailable, Op: op.String(), Reason: "nothing is written in a dry run", NotSent: true}
}

// all are those who follow the account.
func (a *Account) all() []Owner {
	a.mu.Lock()
	defer a.mu.Unlock()
	owners := make([]Owner, 0, len(a.followers.interest))
	for owner := range a.followers.interest {
		owners = append(owners, owner)
	}
	return owners
}

// change changes the sessions of an account, and wakes all who follow it where it is
// written to from now on, or is no longer. It returns how many sessions there are. The
// registry's lock is held.
func (r *Registry) change(a *Account, change func()) int {
	before := a.DryRun()
	left := a.changeSessions(change)
	if a.DryRun() != before && left > 0 {
		r.owners(a.all())
	}
	return left
}
