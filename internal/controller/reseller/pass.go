package reseller

import (
	"context"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/gather"
	"github.com/reseller-operator/reseller-operator/internal/plan"
	"github.com/reseller-operator/reseller-operator/internal/traces"
)

// pass is one pass over one Reseller.
type pass struct {
	r        *Reconciler
	obj      *v1alpha1.Reseller // with what this pass has found out
	stored   *v1alpha1.Reseller // as last read or written
	m        *memory
	seller   v1alpha1.SellerObject // nil if there is none
	account  *account.Account      // nil if it can't be used
	session  string
	access   plan.Access
	rivals   []plan.Rival
	unsaved  bool             // status has what no write has stored, and no report tells
	known    bool             // every watched namespace is known up to this version of the object
	admitted bool             // by the ClusterSeller, as asked of the API server
	turn     *account.Account // that this pass may call; nil: it is not this object's turn
	outcome  plan.Outcome
	priority int
	failed   *failedCall
	saved    func() // what to tell when status is saved, before the reason that follows from it; nil: nothing
	log      logr.Logger
	span     *traces.Span // nil where nobody wants one
	trace    string
}

// begin gathers what is known without asking the seller API.
func (r *Reconciler) begin(ctx context.Context, obj *v1alpha1.Reseller, m *memory) (*pass, error) {
	p := &pass{r: r, obj: obj, stored: obj.DeepCopy(), m: m, priority: priorityOf(obj), log: logger(ctx), span: traces.Of(ctx), trace: traces.ID(ctx)}
	p.remember()
	if err := p.findAccess(ctx); err != nil {
		return nil, err
	}
	return p, p.findRivals(ctx)
}

// remember notes when this process first saw what the object shows.
func (p *pass) remember() {
	record := plan.RecordFrom(p.obj)
	p.m.Saw(&record, p.obj.Generation, p.r.Clock.Now())
	p.m.Heard(p.obj.Annotations[v1alpha1.AnnotationReconcileRequestedAt], p.r.Clock.Now())
	if c := record.Creation; c != nil && c.Attempt == p.m.Posted {
		p.outcome.Created = p.m.answer // not saved yet: the API server was away
	}
}

// state is everything known now.
func (p *pass) state() *plan.State {
	s := &plan.State{
		Now: p.r.Clock.Now(), Desired: plan.DesiredFrom(p.obj), Record: plan.RecordFrom(p.obj),
		Memory: p.m.Memory, Access: p.access, Rivals: p.rivals, Outcome: p.outcome,
	}
	s.Access.OriginGuarded = p.r.OriginGuarded
	if s.Annotates() {
		s.Access.AnnotateAt = p.annotateAt()
	}
	if p.account == nil {
		return s
	}
	s.Access.SilentUntil, s.Access.Silence = silence(p.account)
	s.Access.Outage = plan.Outage(p.account.Outage())
	if s.Proves() {
		s.Access.ProveAt = p.account.ProofAt(p.owner())
	}
	view := p.account.View(gather.Query(s))
	s.Reading = gather.Reading(s, &view)
	return s
}

// finish shows what the pass came to, and says when to come back.
func (p *pass) finish(ctx context.Context, rest plan.Rest) (reconcile.Result, error) {
	s := p.state()
	p.follow(s)
	if p.account != nil && !rest.AfterReading.IsZero() {
		p.account.Await(p.owner(), rest.AfterReading)
	}
	if err := p.saveReport(ctx, s, rest); err != nil {
		return p.interrupted(nil, err)
	}
	p.countHarm()
	p.r.memories.rests(p.m, plan.WaitsFor(s, rest))
	return p.rest(rest.Until), nil
}

// follow has the account wake this object when a sync concerns it.
func (p *pass) follow(s *plan.State) {
	if p.account == nil {
		return
	}
	if key := p.access.Account; p.m.account != key {
		if old := p.r.Accounts.Find(p.m.account); old != nil {
			old.Unfollow(p.owner())
		}
		p.m.account = key
	}
	p.account.Follow(p.owner(), interestOf(s))
}

// interestOf is what concerns the object. Of a broker that is only shown the details are read
// for nobody: a list shows it otherwise.
func interestOf(s *plan.State) account.Interest {
	if b := s.Reading.Known; s.Desired.Discovered && b != nil {
		return account.Interest{Identity: broker.Halves(b)}
	}
	interest := account.Interest{ID: followed(s), Identity: s.Sought(), Held: s.Record.BrokerID != ""}
	if !interest.Held || gather.SeeksTwins(s) {
		interest.Weak = s.Sought().Weak()
	}
	return interest
}

// followed is the broker whose changes concern the object, besides those of its
// identity: the bound or named one; where marks are used, the first that may be its own.
// Only details may show that a user cleared a mark in the portal, and they are read for who
// is followed. While a create is open nobody reads them but who decides.
func followed(s *plan.State) broker.ID {
	switch {
	case s.Record.BrokerID != "":
		return s.Record.BrokerID
	case plan.NamedBy(&s.Desired, &s.Record) != "":
		return plan.NamedBy(&s.Desired, &s.Record)
	case s.Access.Mark.PropertyID != "" && s.Record.Creation == nil && len(s.Reading.Matches) > 0:
		return s.Reading.Matches[0].ID
	default:
		return ""
	}
}

// priorityOf says how urgent it is to come back to the object.
func priorityOf(obj *v1alpha1.Reseller) int {
	switch {
	case !obj.DeletionTimestamp.IsZero(), obj.Status.BrokerID != "" && obj.Status.ObservedGeneration != obj.Generation:
		return priorityEdit
	case obj.Status.BrokerID == "":
		return priorityGoOn
	default:
		return priorityRest
	}
}

func (p *pass) owner() account.Owner {
	return account.Owner{Namespace: p.obj.Namespace, Name: p.obj.Name}
}

// lane says for whom the calls of this pass are, and how urgent.
func (p *pass) lane(ctx context.Context) context.Context {
	return cloudmore.WithLane(cloudmore.WithObject(ctx, p.obj.Namespace, p.obj.Name), laneOf(p.obj))
}
