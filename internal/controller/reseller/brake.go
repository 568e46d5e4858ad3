package reseller

import (
	"fmt"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/plan"
	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
)

// held is why the change or deletion of a broker waits for the brake. It is the same
// before and while writing is halted, so that it is written once.
var held = plan.Problem{
	Reason:  v1alpha1.ReasonHeldByBrake,
	Message: "many brokers of the account are about to be changed or deleted at once, so this one waits; it goes on automatically when no further ones come, or when the Seller that halts writing lets it",
}

// obeyBrake stops what the account's brake has wait.
func (p *pass) obeyBrake() {
	id, halted := broker.ID(p.obj.Status.BrokerID), p.account.Halted()
	switch {
	case p.access.Halted != nil:
	case halted != nil && (id == "" || halted.Field != ""):
		p.access.Halted = haltedBy(halted)
	case id != "" && p.account.Stops(id):
		p.access.Halted = &held
	}
}

// haltedBy says that writing is halted, and why.
func haltedBy(h *account.Halt) *plan.Problem {
	why := sellerplan.WhyHalted(h.Most, h.Total, h.Window)
	if h.Field != "" {
		why = sellerplan.WhyHarmed(h.Field)
	}
	return &plan.Problem{
		Reason:  v1alpha1.ReasonSellerNotReady,
		Message: fmt.Sprintf("writing is halted (%s), because %s; the Seller says how to go on", v1alpha1.ReasonWritesHalted, why),
	}
}

// mindBrake counts what is about to be changed or deleted, before a call is made for
// it. It reports whether that has to wait, so that the step is decided again.
func (p *pass) mindBrake(step plan.Step) bool {
	switch {
	case p.account == nil:
		return false
	case ends(step):
		p.m.waited = false
		p.account.Withdraw(broker.ID(p.obj.Status.BrokerID))
		return false
	case p.access.Halted != nil:
		return false
	}
	s := p.state()
	p.m.waited = p.m.waited || s.WaitedForBrake() // before status says otherwise
	write := plan.Ahead(s, step)
	if write == nil || write.Call() == plan.CallCreate || background(write) || s.Repeats(step, write) {
		return false
	}
	waits := p.account.Touch(account.Write{
		Owner: p.owner(), Broker: s.Record.BrokerID, Deletes: write.Call() == plan.CallDelete,
		Sends: step.Writes(), Waited: p.m.waited,
	})
	if waits {
		p.obeyBrake()
	}
	p.m.waited = p.m.waited && (waits || !step.Writes())
	return waits
}

// background reports whether a write has a pace of its own: far below what the brake lets
// through, so it takes nothing of that from others.
func background(write plan.Step) bool {
	update, is := write.(plan.Update)
	return is && update.Background()
}

// ends reports whether a step leaves nothing that is about to be changed or deleted.
func ends(step plan.Step) bool {
	switch step := step.(type) {
	case plan.Rest:
		return step.Reason != held.Reason
	case plan.Release:
		return true
	default:
		return false
	}
}
