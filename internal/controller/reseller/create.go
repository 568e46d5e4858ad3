package reseller

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/controller/users"
	"github.com/reseller-operator/reseller-operator/internal/metrics"
	"github.com/reseller-operator/reseller-operator/internal/plan"
	"github.com/reseller-operator/reseller-operator/internal/says"
)

// newAttempt is 128 random bits, so that no two processes share one.
func (p *pass) newAttempt() (string, error) {
	var bits [16]byte
	if _, err := io.ReadFull(p.r.Entropy, bits[:]); err != nil {
		return "", fmt.Errorf("no random attempt: %w", err)
	}
	return hex.EncodeToString(bits[:]), nil
}

// recordIntent writes down what is about to be posted. A Seller that is not
// protected, or is going, could take the credentials away before the broker can
// be cleaned up, so it is read live first.
func (p *pass) recordIntent(ctx context.Context, step plan.RecordIntent) (*reconcile.Result, error) {
	if waiting, err := p.awaitProtection(ctx); waiting != nil || err != nil {
		return waiting, err
	}
	attempt, err := p.newAttempt()
	if err != nil {
		return nil, err
	}
	if step.Unfound {
		p.keepPrevious()
	}
	now, spelled := p.r.Clock.Now(), p.seller.Settings()
	intent := &v1alpha1.Creation{
		CreationAttempt: v1alpha1.CreationAttempt{
			Attempt: attempt, StartedAt: metav1.NewMicroTime(now), Deadline: metav1.NewMicroTime(now.Add(p.access.Deadline)),
			RegistrationNumber: string(*p.obj.Spec.RegistrationNumber), Domain: string(*p.obj.Spec.Domain),
		},
		SellerID: string(spelled.SellerID), Endpoint: spelled.Endpoint, Previous: p.m.previous,
	}
	for _, id := range step.PassedOver {
		intent.PassedOver = append(intent.PassedOver, string(id))
	}
	desired := plan.DesiredFrom(p.obj)
	intent.BodyHash = broker.Fingerprint(&desired.Broker)
	all := func(string, string) bool { return true }
	intent.Applied = string(broker.Applied("").With(&desired.Broker, string(p.obj.UID), all))
	p.m.Wrote = attempt
	err = p.save(ctx, func(st *v1alpha1.ResellerStatus) {
		*st = plan.Report(p.state(), plan.Rest{Reason: v1alpha1.ReasonCreating, Message: "the broker is about to be created"}, st).Status
		st.Creation = intent
	})
	if err == nil {
		p.m.answer, p.outcome.Created = nil, nil
		p.keepTurn(intent.Deadline.Time)
		p.tellBeside(step.Beside)
	}
	return p.ended(err)
}

// tellBeside says which similar brokers nobody holds, and did not stop the create.
func (p *pass) tellBeside(ids []broker.ID) {
	if len(ids) == 0 {
		return
	}
	words := make([]string, 0, len(ids))
	for _, id := range ids {
		words = append(words, string(id))
	}
	p.say(says.SimilarBroker, strings.Join(words, ", "))
}

// awaitProtection ends the pass while the Seller may still vanish.
func (p *pass) awaitProtection(ctx context.Context) (*reconcile.Result, error) {
	seller, err := users.SellerOf(ctx, p.r.Live, p.obj.Spec.SellerRef, p.obj.Namespace)
	if err != nil {
		return nil, err
	}
	if controllerutil.ContainsFinalizer(seller, v1alpha1.FinalizerInUse) && seller.GetDeletionTimestamp().IsZero() {
		return nil, nil
	}
	message := "the Seller is not protected from deletion yet"
	if !seller.GetDeletionTimestamp().IsZero() {
		message = "the Seller is being deleted, so nothing is created through it"
	}
	result, err := p.finish(ctx, plan.Rest{
		Reason: v1alpha1.ReasonSellerNotReady, Message: message, Until: p.r.Clock.Now().Add(protectionRetry),
		Quiet: seller.GetDeletionTimestamp().IsZero(),
	})
	return &result, err
}

// create posts the broker: once, on a context that a stopping manager does not
// end, until the deadline of the intent.
func (p *pass) create(ctx context.Context) {
	intent := p.obj.Status.Creation
	p.m.Posted = intent.Attempt
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), intent.Deadline.Sub(p.r.Clock.Now()))
	defer cancel()
	want := plan.DesiredFrom(p.obj).Broker
	if mark := p.access.Mark; mark.PropertyID != "" {
		want.CustomProperties = append(want.CustomProperties, broker.Property{ID: mark.PropertyID, Value: string(broker.MarkOf(broker.Owner(mark.Prefix), intent.Attempt))})
	}
	p.m.answered = 0
	began := p.r.Clock.Now()
	id, shown, f := p.account.Create(cloudmore.WithStatus(ctx, &p.m.answered), p.session, want)
	p.m.took = p.r.Clock.Since(began)
	p.m.answer = &plan.Created{ID: id, Failure: f, Answered: !shown.IsZero(), At: shown}
	if shown.IsZero() {
		p.m.answer.At = p.r.Clock.Now()
	}
	p.outcome.Created = p.m.answer
	if f != nil {
		p.noteCall("", v1alpha1.EffectCreateFailed, v1alpha1.Effect{Attempt: intent.Attempt}, 0, began, f)
		p.fails(says.CreateFailed, f)
	}
}

// sameIntent is the precondition of everything that settles the open intent.
func (p *pass) sameIntent() func(*v1alpha1.ResellerStatus) bool {
	attempt := p.obj.Status.Creation.Attempt
	return func(st *v1alpha1.ResellerStatus) bool { return st.Creation != nil && st.Creation.Attempt == attempt }
}

// recordBroker writes down the broker, and what there is to report, in one write.
func (p *pass) recordBroker(ctx context.Context, step plan.RecordBroker) error {
	if p.outcome.Created != nil { // by a POST that nobody disputed
		p.m.undisputed = step.ID
	}
	err := p.noted(p.bound(step.ID, step.Origin), func() error {
		return p.settle(ctx, p.sameIntent(), func(st *v1alpha1.ResellerStatus) {
			st.SellerID, st.Endpoint = st.Creation.SellerID, st.Creation.Endpoint
			st.Applied = st.Creation.Applied // what was edited since is an edit, whoever made the broker
			st.BrokerID, st.Origin, st.Creation = string(step.ID), step.Origin, nil
			p.outcome.Created = nil
			p.m.Proven, p.m.previous = step.ID, nil
			p.reportNext()
		})
	})
	if err != nil {
		return err
	}
	p.m.answer = nil
	p.follow(p.state())
	if step.Origin == v1alpha1.OriginCreated {
		metrics.BrokersCreated.Inc()
		p.say(says.Created, step.ID)
		return nil
	}
	p.tookOver(step.ID)
	return nil
}

// reportNext reports what the next pass would, if that can be told without a
// call. What the broker looks like is told in any case: it proves whose it is
// when this process is gone and the spec was edited.
func (p *pass) reportNext() {
	s := p.state()
	switch step := p.r.next(s).(type) {
	case plan.Accept:
		p.accept(step.Spellings)
		p.reportNext()
	case plan.Rest:
		p.obj.Status = plan.Report(s, step, &p.obj.Status).Status
	default:
		p.obj.Status = plan.ReportBroker(s, &p.obj.Status).Status
	}
}

func (p *pass) markCommitted(ctx context.Context) error {
	err := p.settle(ctx, p.sameIntent(), func(st *v1alpha1.ResellerStatus) {
		st.Creation.Committed = true
		p.outcome.Created = nil
	})
	if err == nil {
		p.m.answer = nil
	}
	return err
}

// markRefused writes down that the POST was refused, and what the API said.
func (p *pass) markRefused(ctx context.Context, step plan.MarkRefused) error {
	problem := p.news(step.Then)
	err := p.settle(ctx, p.sameIntent(), func(st *v1alpha1.ResellerStatus) {
		st.Creation.Refused = true
		*st = plan.Report(p.state(), step.Then, st).Status
		p.outcome.Created = nil
	})
	if err == nil {
		p.m.answer = nil
		problem()
	}
	return err
}

// clearIntent ends an intent that made no broker.
func (p *pass) clearIntent(ctx context.Context, step plan.ClearIntent) error {
	if step.Unfound {
		p.keepPrevious()
	}
	problem := p.news(step.Then)
	err := p.settle(ctx, p.sameIntent(), func(st *v1alpha1.ResellerStatus) {
		st.Creation = nil
		p.outcome.Created = nil
		*st = plan.Report(p.state(), step.Then, st).Status
	})
	if err == nil {
		p.m.answer = nil
		problem()
	}
	return err
}

// keepPrevious remembers the open intent among those that were never found.
func (p *pass) keepPrevious() {
	open := p.obj.Status.Creation.CreationAttempt
	if n := len(p.m.previous); n > 0 && p.m.previous[n-1].Attempt == open.Attempt {
		return // its end could not be written before
	}
	p.m.previous = append(p.m.previous, open)
	if over := len(p.m.previous) - v1alpha1.MaxPreviousAttempts; over > 0 {
		p.m.previous = p.m.previous[over:]
	}
}

// bind writes down an existing broker as this Reseller's.
func (p *pass) bind(ctx context.Context, step plan.Bind) error {
	spelled := p.seller.Settings()
	err := p.noted(p.bound(step.ID, step.Origin), func() error {
		return p.save(ctx, func(st *v1alpha1.ResellerStatus) {
			st.BrokerID, st.Origin, st.Applied = string(step.ID), step.Origin, ""
			st.SellerID, st.Endpoint = string(spelled.SellerID), spelled.Endpoint
			p.m.Proven = step.ID
			p.reportNext()
		})
	})
	if err != nil {
		return err
	}
	p.follow(p.state())
	switch step.Origin {
	case v1alpha1.OriginObserved:
		p.say(says.Bound, step.ID)
	case v1alpha1.OriginCreated:
		p.say(says.Restored, step.ID)
	case v1alpha1.OriginAdopted:
		p.tookOver(step.ID)
	}
	return nil
}

// tookOver says what becomes of a broker that was there before.
func (p *pass) tookOver(id broker.ID) {
	if p.obj.Spec.DeletionPolicy == "" {
		p.say(says.AdoptedToStay, id)
		return
	}
	p.say(says.Adopted, id)
}

// forgetBroker lets go of a broker that is proven to be gone.
func (p *pass) forgetBroker(ctx context.Context) error {
	gone := p.obj.Status.BrokerID
	if err := p.unannotate(ctx); err != nil {
		return err
	}
	err := p.noted(v1alpha1.Effect{Action: v1alpha1.EffectDisappeared, BrokerID: gone}, func() error {
		return p.save(ctx, func(st *v1alpha1.ResellerStatus) {
			st.BrokerID, st.SellerID, st.Endpoint, st.Origin = "", "", "", ""
			st.Broker, st.ServicesActivated, st.Normalized, st.Applied = nil, nil, nil, ""
			p.m.Proven = ""
			*st = plan.Report(p.state(), plan.Rest{
				Reason: v1alpha1.ReasonCreating, Message: fmt.Sprintf("broker %s was deleted elsewhere; it is recreated", gone),
			}, st).Status
		})
	})
	if err == nil {
		p.say(says.Disappeared, gone)
	}
	return err
}
