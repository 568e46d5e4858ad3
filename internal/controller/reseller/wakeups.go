package reseller

import (
	"context"
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/internal/account"
)

// wakeUps carries the accounts' wake-ups into the controller's queue. Until the
// controller has started there is nobody to wake: its first list queues everybody.
type wakeUps struct {
	mu    sync.Mutex
	queue queue
}

// start is the source that the controller starts.
func (w *wakeUps) start(_ context.Context, q queue) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queue = q
	return nil
}

// wake queues the owners; it never blocks.
func (w *wakeUps) wake(owners []account.Owner) {
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
	add(q, priorityRest, requests...)
}
