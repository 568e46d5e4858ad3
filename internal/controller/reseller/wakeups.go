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
)

// wakeUps carries the accounts' wake-ups into the controller's queue. Until the
// controller has started there is nobody to wake: its first list queues everybody.
type wakeUps struct {
	fairness *fairness

	mu    sync.Mutex
	queue queue
	// barred are the objects that could not use their account at the last look, by
	// account: no reading that shows their broker can wake them.
	barred map[broker.Account]map[account.Owner]bool
}

// bar has the owner woken after the next reading of the account.
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
	w.wake(owners)
}

// start is the source that the controller starts.
func (w *wakeUps) start(_ context.Context, q queue) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queue = q
	return nil
}

// wake queues the owners; it never blocks.
func (w *wakeUps) wake(owners []account.Owner) { w.add(priorityRest, owners) }

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
		requests[i] = reconcile.Request{NamespacedName: types.NamespacedName{Namespace: o.Namespace, Name: o.Name}}
	}
	w.fairness.add(q, lane, requests...)
}
