package seller

import (
	"time"

	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
)

// holdLogins says whether the session at work may log in.
func (p *pass) holdLogins(held bool) {
	known := p.r.session(p.name)
	if known == nil {
		return
	}
	if a := p.r.Accounts.Find(known.Account); a != nil {
		a.HoldLogins(known.name, held)
	}
}

// backAt is a result that comes back at a moment, too; zero for none.
func (p *pass) backAt(at time.Time, result reconcile.Result) reconcile.Result {
	if at.IsZero() {
		return result
	}
	wait := max(at.Sub(p.r.Clock.Now()), time.Second)
	if result.RequeueAfter == 0 || wait < result.RequeueAfter {
		result.RequeueAfter = wait
	}
	return result
}

// logIn does what was decided, and says when to come back.
func (p *pass) logIn(decided sellerplan.Login) reconcile.Result {
	known := p.r.session(p.name)
	switch {
	case known == nil:
	case decided.Again:
		tried := *known
		tried.Touched, tried.Others = false, false
		p.r.keep(p.name, &tried)
		if a := p.r.Accounts.Find(known.Account); a != nil {
			a.LoginAgain(known.name)
		}
	case !decided.Later.IsZero():
		return reconcile.Result{RequeueAfter: max(decided.Later.Sub(p.r.Clock.Now()), time.Second)}
	}
	return reconcile.Result{}
}
