package seller

import (
	"time"

	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
)

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
