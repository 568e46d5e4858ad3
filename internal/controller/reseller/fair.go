package reseller

import (
	"math/bits"
	"sync"

	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// Priorities of the queue: whose turn it is to call the account goes first. What a
// person does goes before what is new, that before what goes on, so that many that are
// new share the next sync, and all before what a start or a sync brings. Between
// them is room for levels.
const (
	priorityTurn    = 5 * levels
	priorityEdit    = 4 * levels
	priorityNew     = 3 * levels
	priorityGoOn    = 2 * levels
	priorityRest    = levels
	priorityInitial = 0
)

// fairness makes a namespace with many requests stand back behind others with
// few: the more of its requests are queued, the lower the next one. Levels grow
// with the logarithm, since each priority is a series of the queue's metrics.
type fairness struct {
	mu     sync.Mutex
	queued map[reconcile.Request]bool
	counts map[string]int // by namespace
}

// add queues with the priority of a lane, and in it by fairness; an item that is
// queued already keeps the higher one.
func (f *fairness) add(q queue, lane int, requests ...reconcile.Request) {
	pq, prioritized := q.(priorityqueue.PriorityQueue[reconcile.Request])
	for _, request := range requests {
		if !prioritized {
			q.Add(request)
			continue
		}
		priority := lane - f.level(request)
		pq.AddWithOpts(priorityqueue.AddOpts{Priority: &priority}, request)
	}
}

// level is how far a request that is queued now stands back.
func (f *fairness) level(request reconcile.Request) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.queued == nil {
		f.queued, f.counts = map[reconcile.Request]bool{}, map[string]int{}
	}
	level := min(bits.Len(uint(f.counts[request.Namespace])/freely), levels-1)
	if !f.queued[request] {
		f.queued[request] = true
		f.counts[request.Namespace]++
	}
	return level
}

// begun is told when a request is no longer queued.
func (f *fairness) begun(request reconcile.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.queued[request] {
		return
	}
	delete(f.queued, request)
	if f.counts[request.Namespace]--; f.counts[request.Namespace] == 0 {
		delete(f.counts, request.Namespace)
	}
}
