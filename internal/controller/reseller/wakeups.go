package reseller

import (
	"context"
	"maps"
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// What ends a rest wakes the object, and nothing else: Until by the queue, AfterReading by
// account.Await, and a change by what plan.WaitsFor said of the last rest. Of each event it
// is known what it may end: an edit of the object, its Seller or its namespace every rest
// (ForUser), whether the Seller may be used ForSeller, another Reseller ForRival, a sync
// of the account ForBroker. Who has no last rest, as after a start, is woken by all.

// wake queues those whom a change may concern.
func (r *Reconciler) wake(q queue, lane int, what plan.Wait, requests ...reconcile.Request) {
	for _, request := range requests {
		if r.memories.heeds(request.NamespacedName, what) {
			r.fairness.add(q, lane, request)
		}
	}
}

// wakeUps carries the accounts' wake-ups into the controller's queue. Until the
// controller has started there is nobody to wake: its first list queues everybody.
type wakeUps struct {
	fairness *fairness
	heeds    func(types.NamespacedName, plan.Wait) bool

	mu    sync.Mutex
	queue queue
	// barred are the objects that could not use their account at the last look, by
	// account: no sync that shows their broker can wake them.
	barred map[broker.Account]map[account.Owner]bool
}

// bar has the owner woken after the next sync of the account.
func (w *wakeUps) bar(key broker.Account, owner account.Owner) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.barred == nil {
		w.barred = map[broker.Account]map[account.Owner]bool{}
	}
	if w.barred[key] == nil {
		w.barred[key] = map[account.Owner]bool{}
	}
	w.barred[key][owner] = true
}

// admit takes it back.
func (w *wakeUps) admit(key broker.Account, owner account.Owner) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.barred[key], owner)
}

// wakeBarred queues those who could not use an account that was read just now. What
// a session on trial could not read is nothing to them.
func (w *wakeUps) wakeBarred(key broker.Account, session string) {
	if session != "" {
		return
	}
	w.mu.Lock()
	owners := slices.Collect(maps.Keys(w.barred[key]))
	delete(w.barred, key)
	w.mu.Unlock()
	w.add(priorityRest, owners)
}

// start is the source that the controller starts.
func (w *wakeUps) start(_ context.Context, q queue) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queue = q
	return nil
}

// wake queues the owners whom a sync may concern; it never blocks.
func (w *wakeUps) wake(owners []account.Owner) {
	var concerned []account.Owner
	for _, o := range owners {
		if w.heeds(nameOf(o), plan.ForBroker) {
			concerned = append(concerned, o)
		}
	}
	w.add(priorityRest, concerned)
}

// turn queues those whose turn it is to call their account.
func (w *wakeUps) turn(owners []account.Owner) { w.add(priorityTurn, owners) }

func (w *wakeUps) add(lane int, owners []account.Owner) {
	w.mu.Lock()
	q := w.queue
	w.mu.Unlock()
	if q == nil {
		return
	}
	requests := make([]reconcile.Request, len(owners))
	for i, o := range owners {
		requests[i] = reconcile.Request{NamespacedName: nameOf(o)}
	}
	w.fairness.add(q, lane, requests...)
}

func nameOf(o account.Owner) types.NamespacedName {
	return types.NamespacedName{Namespace: o.Namespace, Name: o.Name}
}
