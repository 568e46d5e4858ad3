package gather

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// Account is an account as somebody read it who is not the operator.
type Account struct {
	// Brokers are those of its list, Unreadable the entries that are none.
	Brokers    []broker.Broker
	Unreadable []broker.Unreadable
	// Details are brokers that were read by their own GET.
	Details []broker.Broker
	// Failed are brokers of which the list does not show who they are, and whose GET failed.
	Failed []plan.Looked
	// Resellers are those of the account.
	Resellers []v1alpha1.Reseller
	At        time.Time

	prepared *prepared
}

// prepared is what is the same for all objects of an account.
type prepared struct {
	known  *inventory.Snapshot
	rivals []plan.Rival
}

// Prepare takes the lists and the Resellers in, once for all objects that are foreseen
// after it; what changes of them later is not seen, but for Details.
func (a *Account) Prepare() {
	p := &prepared{known: inventory.New()}
	for _, before := range []time.Duration{2 * time.Second, time.Second} {
		list := &inventory.List{Start: a.At.Add(-before), Brokers: a.Brokers, Unreadable: a.Unreadable}
		p.known.TakeIn(list, func() []broker.ID { return nil })
	}
	for i := range a.Resellers {
		if !plan.Discovered(&a.Resellers[i]) {
			p.rivals = append(p.rivals, RivalFrom(&a.Resellers[i]))
		}
		if b := a.shownBy(&a.Resellers[i]); b != nil {
			p.known.Learn(b.ID, a.At.Add(-time.Second), b, false)
		}
	}
	a.prepared = p
}

// shownBy is the broker that a Reseller holds as its status shows it, where no list says who
// that is; nil for none.
func (a *Account) shownBy(r *v1alpha1.Reseller) *broker.Broker {
	id, shown := broker.ID(r.Status.BrokerID), r.Status.Broker
	ready := meta.FindStatusCondition(r.Status.Conditions, v1alpha1.ConditionReady)
	listed := func(b broker.Broker) bool {
		_, whole := broker.IdentityOf(&b)
		return b.ID.Same(id) && (whole || b.Detail)
	}
	if id == "" || shown == nil || (ready != nil && ready.Reason == v1alpha1.ReasonBrokerNotFound) || slices.ContainsFunc(a.Brokers, listed) {
		return nil
	}
	return &broker.Broker{ID: id, Name: &shown.Name, RegistrationNumber: &shown.RegistrationNumber, Domain: &shown.Domain}
}

// Foresee says what becomes of a Reseller, with the answers that an account gives to reads.
func Foresee(obj *v1alpha1.Reseller, seller v1alpha1.SellerObject, account *Account, answers plan.Answers) plan.Foreseen {
	if obj.Status.BrokerID == "" && answers.Look != nil {
		account = account.identified(answers.Look)
	}
	s := Foresight(obj, seller, account)
	if read, o := answers.Look, seller.Settings().Ownership; read != nil && o != nil {
		answers.Look = func(id broker.ID) plan.Looked {
			l := read(id)
			l.ID = id
			if mark := MarkedFor(obj, s.Access.Mark, &l); mark != "" {
				l.Marker = Marker(obj, o.ClusterName, mark, account.Resellers)
			}
			return l
		}
	}
	return plan.Foresee(s, answers)
}

// identified is the account with the details of brokers of which the list does not show who
// they are: one of them may be what a Reseller without a broker seeks.
func (a *Account) identified(look func(broker.ID) plan.Looked) *Account {
	known := *a
	known.Details = slices.Clip(a.Details)
	for i := range a.Brokers {
		b := &a.Brokers[i]
		if _, whole := broker.IdentityOf(b); whole || b.Detail || b.Foreign || a.held(b.ID) {
			continue
		}
		switch l := look(b.ID); {
		case l.Failure == nil:
			known.Details = append(known.Details, l.Broker)
		case !l.Failure.Hides():
			known.Failed = append(known.Failed, plan.Looked{ID: b.ID, Failure: l.Failure})
		}
	}
	return &known
}

// Foresight is the state of a Reseller as an operator would have it that read the account
// twice, believes it, and was interrupted by nothing.
func Foresight(obj *v1alpha1.Reseller, seller v1alpha1.SellerObject, account *Account) *plan.State {
	if account.prepared == nil {
		account.Prepare()
	}
	s := &plan.State{Now: account.At, Desired: plan.DesiredFrom(obj), Record: plan.RecordFrom(obj)}
	s.Memory.Saw(&s.Record, obj.Generation, account.At.Add(-seenSince))
	s.Access = access(obj, seller)
	for _, other := range account.prepared.rivals {
		if other.Namespace != obj.Namespace || other.Name != obj.Name {
			s.Rivals = append(s.Rivals, other)
		}
	}
	s.Reading = account.reading(s)
	return s
}

func access(obj *v1alpha1.Reseller, seller v1alpha1.SellerObject) plan.Access {
	var a plan.Access
	Settings(&a, seller.Settings(), obj)
	a.Session = "foresight"
	if cluster, shared := seller.(*v1alpha1.ClusterSeller); shared {
		a.AdoptionForbidden = cluster.Spec.Adoption != v1alpha1.AdoptionAllowed
	}
	if seller.Settings().Writes == v1alpha1.WritesDryRun {
		a.DryRun = "spec.writes of the Seller is DryRun"
	}
	if seller.CurrentStatus().Halt != nil {
		a.Halted = &plan.Problem{Reason: v1alpha1.ReasonHeldByBrake, Message: "the writes of the account are halted; see kubectl reseller resume-writes"}
	}
	return a
}

// reading is what two lists in a row, and the details, show of the object that a state is of.
func (a *Account) reading(s *plan.State) plan.Reading {
	known := a.prepared.known
	known.SetLag(s.Access.ListLag)
	for i := range a.Details {
		b := &a.Details[i]
		known.Learn(b.ID, a.At, b, false)
	}
	for i := range a.Failed {
		known.Unknown(a.Failed[i].ID, a.Failed[i].Failure)
	}
	view := known.View(Query(s))
	for i := range view.Similar {
		view.Similar[i].Held = a.held(view.Similar[i].Broker.ID)
	}
	return Reading(s, &view)
}

// held says that a Reseller holds a broker.
func (a *Account) held(id broker.ID) bool {
	for i := range a.Resellers {
		if broker.ID(a.Resellers[i].Status.BrokerID).Same(id) {
			return true
		}
	}
	return false
}
