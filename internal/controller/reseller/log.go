package reseller

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/plan"
	"github.com/reseller-operator/reseller-operator/internal/says"
)

// The effects of letting an object go whose broker is left as it is, or was gone before; no
// object is left whose history could have them.
const (
	effectOrphaned v1alpha1.EffectAction = "Orphaned"
	effectGone     v1alpha1.EffectAction = "Gone"
)

// logger is what the lines of a pass are written with: they name the object and the pass.
func logger(ctx context.Context) logr.Logger { return log.FromContext(ctx) }

// told writes the line of an effect. Paths that the API named in its own way stay out of
// it: they may quote a value.
// took is 0 where no call was made for it.
func (p *pass) told(e v1alpha1.Effect, took time.Duration) {
	var fields []string
	for _, path := range e.Fields {
		if strings.HasPrefix(path, "spec.") {
			fields = append(fields, path)
		}
	}
	all := []any{says.KeyEffect, e.Action, says.KeyBroker, e.BrokerID, says.KeyAttempt, e.Attempt, says.KeyFields, fields}
	if took > 0 {
		all = append(all, says.KeyStatus, e.Status, says.KeyMilliseconds, took.Milliseconds())
	}
	p.log.Info(says.LineEffect, all...)
}

// turned returns how to write the line of a new reason of Ready; nothing to write where
// it is the stored one.
func (p *pass) turned() func() {
	was, is := plan.ReasonOf(p.stored.Status.Conditions), plan.ReasonOf(p.obj.Status.Conditions)
	if was == is {
		return func() {}
	}
	return func() {
		p.log.Info(says.LineReason, says.KeyReason, is, says.KeyWas, was, says.KeyTurn, plan.Turn(is), says.KeyBroker, p.obj.Status.BrokerID)
	}
}

// decide is the next step; who wants to know reads which rule decided it.
func (p *pass) decide() plan.Step {
	s := p.state()
	if p.r.Decide != nil {
		return p.r.Decide(s)
	}
	step, rule := plan.Decide(s)
	if v := p.log.V(says.LevelDecision); p.span != nil || v.Enabled() {
		name := strings.TrimPrefix(fmt.Sprintf("%T", step), "plan.")
		p.span.Step(rule, name)
		v.Info(says.LineDecision, says.KeyRule, rule, says.KeyStep, name)
	}
	return step
}
