package reseller

import (
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// note remembers an effect until status is written, for whatever reason: history is
// worth no write of its own.
func (p *pass) note(e v1alpha1.Effect) {
	e.At = metav1.NewTime(p.r.Clock.Now())
	p.m.effects = append(slices.Clip(p.m.effects), e)
	if over := len(p.m.effects) - v1alpha1.MaxHistory; over > 0 {
		p.m.effects = p.m.effects[over:]
	}
}

// noted has a write say what it is the effect of, and forgets that where it fails.
func (p *pass) noted(e v1alpha1.Effect, write func() error) error {
	before, took := p.m.effects, time.Duration(0)
	if e.Status != 0 {
		took = p.m.took // it is the create of this process
	}
	p.note(e)
	p.saved = func() { p.told(e, took) }
	err := write()
	p.saved = nil
	if err != nil {
		p.m.effects = before
	}
	return err
}

// noteCall remembers what a call came to: the action where it was answered with
// success, else that it failed. Fields are those that were sent; refused ones are
// told instead.
func (p *pass) noteCall(done, failed v1alpha1.EffectAction, e v1alpha1.Effect, status int, began time.Time, f *broker.Failure) {
	e.Action, e.Status = done, small(status)
	if f == nil {
		p.m.failure = ""
	} else {
		e.Action, e.Status = failed, small(f.Status)
		named := slices.DeleteFunc(f.Paths(), func(path string) bool { return path == "spec" })
		if len(named) > 0 {
			e.Fields = named
		}
	}
	p.note(e)
	p.told(e, p.r.Clock.Since(began))
}

// bound is the effect of holding a broker from now on. What was created here tells of
// its create, if this process made the call.
func (p *pass) bound(id broker.ID, origin v1alpha1.Origin) v1alpha1.Effect {
	e := v1alpha1.Effect{Action: v1alpha1.EffectAdopted, BrokerID: string(id)}
	if c := p.obj.Status.Creation; c != nil {
		e.Attempt = c.Attempt
	}
	switch origin {
	case v1alpha1.OriginCreated:
		e.Action = v1alpha1.EffectCreated
		if answer := p.m.answer; answer != nil && answer.Failure == nil && e.Attempt == p.m.Posted {
			e.Status = small(p.m.answered)
		}
	case v1alpha1.OriginObserved:
		e.Action = v1alpha1.EffectObserved
	case v1alpha1.OriginAdopted:
	}
	return e
}

// small is an HTTP status as status keeps it; 0 for what is none.
func small(status int) int32 {
	if status < 100 || status > 999 {
		return 0
	}
	return int32(status)
}

// fieldsOf are the paths of changed fields.
func fieldsOf(changed []plan.Deviation) []string {
	names := make([]string, 0, len(changed))
	for i := range changed {
		names = append(names, changed[i].Field)
	}
	return names
}
