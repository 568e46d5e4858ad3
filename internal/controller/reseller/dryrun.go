package reseller

import (
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/plan"
	"github.com/reseller-operator/reseller-operator/internal/says"
)

// whyDryRun says why nothing is written; "" if it is. The Seller is asked, too: its
// settings reach the account a moment later.
func (p *pass) whyDryRun(settings *v1alpha1.SellerSettings, a *account.Account) string {
	switch {
	case p.r.Accounts.DryRun():
		return "the operator runs with --dry-run"
	case settings.Writes == v1alpha1.WritesDryRun, a != nil && a.DryRun():
		return "spec.writes of a Seller of the account is DryRun"
	default:
		return ""
	}
}

// leftOut are the effects that a dry run has in place of the calls.
var leftOut = map[plan.Call]v1alpha1.EffectAction{
	plan.CallCreate: v1alpha1.EffectWouldCreate, plan.CallUpdate: v1alpha1.EffectWouldUpdate, plan.CallDelete: v1alpha1.EffectWouldDelete,
}

// leaveOut remembers what a dry run leaves out, and returns how to say so; nothing where
// status says it already. The message names fields, and no values.
func (p *pass) leaveOut(rest plan.Rest) func() {
	if rest.Instead == nil {
		return func() {}
	}
	e := v1alpha1.Effect{Action: leftOut[rest.Instead.Call()], BrokerID: p.obj.Status.BrokerID}
	if update, is := rest.Instead.(plan.Update); is {
		e.Fields = fieldsOf(update.Changed)
	}
	ready := meta.FindStatusCondition(p.stored.Status.Conditions, v1alpha1.ConditionReady)
	if ready != nil && ready.Reason == rest.Reason && plan.LastEffect(p.stored.Status.History, e) {
		return func() {}
	}
	p.note(e)
	return func() {
		p.told(e, 0)
		p.say(says.WouldWrite, rest.Message)
	}
}
