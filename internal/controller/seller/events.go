package seller

import (
	"fmt"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/controller/passes"
	"github.com/reseller-operator/reseller-operator/internal/plan"
	"github.com/reseller-operator/reseller-operator/internal/says"
	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
)

// say makes an event.
func (p *pass) say(e says.Event, args ...any) {
	passes.Eventf(p.r.Events, p.trace, p.obj, e.Type, e.Reason, e.Action, bounded.Text(fmt.Sprintf(e.Text, args...), bounded.Note))
}

// tell says in events and in the log what is new in status. Nothing of it is in the words
// of Cloudmore, and of a shared account it names nobody.
func (p *pass) tell(before, after *v1alpha1.SellerStatus) {
	p.tellHalt(before, after)
	switch doubted, doubts := before.List != nil && before.List.Unreadable > 0, after.List != nil && after.List.Unreadable > 0; {
	case doubts && !doubted:
		p.say(says.ListDoubted)
	case doubted && !doubts:
		p.say(says.ListUnderstood)
	}
	was, is := plan.ReasonOf(before.Conditions), plan.ReasonOf(after.Conditions)
	if was == is {
		return
	}
	turn := plan.Turn(is)
	p.log.Info(says.LineReason, says.KeyReason, is, says.KeyWas, was, says.KeyTurn, turn)
	p.say(says.Turned(is, turn == v1alpha1.TurnYou), sellerplan.Says(is))
}

func (p *pass) tellHalt(before, after *v1alpha1.SellerStatus) {
	h, resumed := after.Halt, after.WritesResumedAt
	if h != nil && (before.Halt == nil || !before.Halt.Since.Equal(&h.Since)) {
		p.log.Info(says.LineHalted, says.KeyReason, h.Kind)
		p.say(says.Halted, sellerplan.WhyStopped(h), v1alpha1.AnnotationResumeWritesAt)
	}
	if resumed != nil && !resumed.Equal(before.WritesResumedAt) {
		p.log.Info(says.LineResumed)
		p.say(says.Resumed)
	}
}
