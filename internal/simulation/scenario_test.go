package simulation

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// scenario is one schedule that was a counterexample of an earlier design.
type scenario struct {
	// name says what the operator does.
	name    string
	options Options
	seller  func(*v1alpha1.Seller)
	run     func(w *World)
	// broken are the invariants that no client can keep here; none: all hold.
	broken []int
	// ends is what "a" says in the end, where that matters.
	ends string
}

// live plays a scenario and returns what was broken that need not be.
func (s *scenario) live(t *testing.T) (trace []*point, found []violation, end string) {
	synctest.Test(t, func(*testing.T) {
		o := s.options
		o.Seed = 1
		w := NewWorld(o)
		defer w.Close()
		w.addSeller(s.seller)
		s.run(w)
		found, trace, end = w.finish(), w.trace, w.reasonOfA()
	})
	return trace, found, end
}

func TestCounterexamples(t *testing.T) {
	for i := range scenarios {
		s := &scenarios[i]
		t.Run(s.name, s.test)
	}
}

// test plays a scenario and holds it to what it says.
func (s *scenario) test(t *testing.T) {
	t.Parallel()
	trace, found, end := s.live(t)
	var numbers []int
	for _, v := range found {
		if !slices.Contains(numbers, v.invariant) {
			numbers = append(numbers, v.invariant)
		}
	}
	if !slices.Equal(numbers, s.broken) {
		t.Errorf("broken are %v, not %v\n%s", numbers, s.broken, describe(trace, found))
	}
	if s.ends != "" && end != s.ends {
		t.Errorf("a ends with %q, not %q\n%s", end, s.ends, describe(trace, found))
	}
}

// on strikes the first operation of a kind by a manager with an outcome.
func (w *World) on(manager string, op operation, o Outcome, times ...int) {
	before, left := w.strike, 1
	if len(times) > 0 {
		left = times[0]
	}
	w.strike = func(p *point) Outcome {
		if left > 0 && p.op == op && (manager == "" || p.manager == manager) {
			left--
			return o
		}
		if before != nil {
			return before(p)
		}
		return Fine
	}
}

// reached waits until a manager has made an operation.
func (w *World) reached(manager string, op operation) {
	w.Run(time.Hour, func() bool {
		return slices.ContainsFunc(w.trace, func(p *point) bool { return p.op == op && p.manager == manager })
	})
}

// reachedBy waits until an operation was made for a Reseller.
func (w *World) reachedBy(name string, op operation) {
	w.Run(time.Hour, func() bool {
		return slices.ContainsFunc(w.trace, func(p *point) bool { return p.op == op && p.what == "Reseller "+named(name).String() })
	})
}

// failOver has a new manager become the leader while calls of the old one go on.
func (w *World) failOver() *manager {
	w.leader().retired = true
	return w.start(0, w.ahead())
}

// calm lets so much time pass.
func (w *World) calm(d time.Duration) { w.Run(d, nil) }

// fault adds an outcome of this run only.
func (w *World) fault(name Outcome, f fake.Fault) Outcome {
	if w.faults == nil {
		w.faults = map[Outcome]fake.Fault{}
	}
	w.faults[name] = f
	return name
}

// newest is the id of the broker made last, "" for none.
func (w *World) newest() string {
	all := w.fake.Live()
	if len(all) == 0 {
		return ""
	}
	return all[len(all)-1].ID
}

func domain(name string) func(*v1alpha1.Reseller) {
	return func(r *v1alpha1.Reseller) { r.Spec.Domain = ptr.To(v1alpha1.Domain(name)) }
}

// means gives a Reseller the identity of a company.
func means(company string) func(*v1alpha1.Reseller) {
	return func(r *v1alpha1.Reseller) {
		r.Spec.RegistrationNumber = ptr.To(v1alpha1.Text("R" + company))
		r.Spec.Domain = ptr.To(v1alpha1.Domain(company + ".example"))
	}
}

func naming(id string) func(*v1alpha1.Reseller) {
	return func(r *v1alpha1.Reseller) { r.Spec.BrokerID = v1alpha1.ID(id) }
}

func orphaned(r *v1alpha1.Reseller) { r.Spec.DeletionPolicy = v1alpha1.DeletionOrphan }

func deleted(r *v1alpha1.Reseller) { r.Spec.DeletionPolicy = v1alpha1.DeletionDelete }

func marking(s *v1alpha1.Seller) {
	s.Spec.Ownership = &v1alpha1.Ownership{PropertyID: "owner", ClusterName: "here"}
}

func waiting4(s *v1alpha1.Seller) { s.Spec.Creation.OnUnknown = v1alpha1.OnUnknownWait }

// rename edits a broker in the portal so that it has another identity. A broken
// controller may not have made any.
func (w *World) rename(id string) {
	if id == "" {
		return
	}
	must(w.fake.Edit(id, func(b *fake.Broker) { b.RegistrationNumber, b.Domain = "MOVED", "moved.example" }))
}

// showBy writes a broker into a Reseller's status by hand, as a restored backup does.
func (w *World) showBy(name, id string) {
	stored := w.reseller(name)
	next := stored.DeepCopy()
	next.Status.BrokerID, next.Status.Origin = id, v1alpha1.OriginCreated
	next.Status.SellerID, next.Status.Endpoint = fake.DefaultSellerID, endpoint
	must(w.person().Status().Patch(background(), next, client.MergeFrom(stored)))
}

// loseStatus takes a Reseller's status away, as a restore does that keeps none.
func (w *World) loseStatus(name string) {
	stored := w.reseller(name)
	next := stored.DeepCopy()
	next.Status = v1alpha1.ResellerStatus{ObservedGeneration: -1}
	must(w.person().Status().Patch(background(), next, client.MergeFrom(stored)))
}

// made reports whether a manager has made an operation.
func (w *World) made(manager string, op operation) bool {
	return slices.ContainsFunc(w.trace, func(p *point) bool { return p.op == op && p.manager == manager })
}

// resultBy writes a result into a Reseller's status, as a manager with another view does.
func (w *World) resultBy(name, reason string) {
	stored := w.reseller(name)
	next := stored.DeepCopy()
	meta.SetStatusCondition(&next.Status.Conditions, metav1.Condition{Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: reason})
	must(w.person().Status().Patch(background(), next, client.MergeFrom(stored)))
}

// holdIntent keeps a manager from writing the intent of a Reseller that it has
// decided on: the write after the live look at the Seller.
func (w *World) holdIntent(manager, name string) {
	what := "Reseller " + named(name).String()
	w.hold = func(p *point) bool {
		return p.manager == manager && p.what == what && p.op == writeStatus &&
			slices.ContainsFunc(w.trace, func(q *point) bool { return q.manager == manager && q.what == what && q.op == readLive })
	}
}

func (w *World) retireAll() {
	for _, m := range w.managers {
		m.retired = true
	}
}

// rivals gives a and b, each with a manager of its own, one identity: b's create
// is sent and its answer lost, after a, which is older, was edited into the same
// identity and before a's manager sees that.
func (w *World) rivals() (ofA *manager) {
	w.add(newReseller("a", "zeta", func(r *v1alpha1.Reseller) {
		r.Spec.Suspend = ptr.To(true)
		r.Finalizers = []string{v1alpha1.FinalizerReseller}
	}))
	w.calm(2 * time.Second)
	w.add(newReseller("b", "acme", nil))
	ofA, ofB := w.start(0, 0), w.start(0, 0)
	ofA.only, ofB.only = "a", "b"
	w.holdIntent("manager-B", "b")
	w.on("manager-B", post, Lost)
	w.calm(20 * time.Second)
	w.edit("a", func(r *v1alpha1.Reseller) {
		r.Spec = newReseller("a", "acme", nil).Spec
		r.Spec.Suspend = ptr.To(false)
	})
	w.calm(5 * time.Millisecond)
	w.frozen[ofA] = true
	w.hold = nil
	w.reached("manager-B", post)
	return ofA
}
