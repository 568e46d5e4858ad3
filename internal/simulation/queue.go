package simulation

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// The back-off of the controllers' queues, as their set-up says.
const (
	firstBackOff   = time.Second
	longestBackOff = 5 * time.Minute
)

// queue is the work queue of one controller, in virtual time: one request is
// worked on by one worker at a time, and merged while it waits.
type queue struct {
	workqueue.TypedRateLimitingInterface[reconcile.Request]

	mu       sync.Mutex
	waiting  map[types.NamespacedName]time.Time
	busy     map[types.NamespacedName]bool
	again    map[types.NamespacedName]bool // came while it was worked on
	failures map[types.NamespacedName]int
}

func newQueue() *queue {
	return &queue{
		waiting: map[types.NamespacedName]time.Time{}, busy: map[types.NamespacedName]bool{},
		again: map[types.NamespacedName]bool{}, failures: map[types.NamespacedName]int{},
	}
}

// Add implements workqueue.TypedInterface.
func (q *queue) Add(request reconcile.Request) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.busy[request.NamespacedName] {
		q.again[request.NamespacedName] = true
		return
	}
	q.wait(request.NamespacedName, now())
}

// AddAfter implements workqueue.TypedDelayingInterface.
func (q *queue) AddAfter(request reconcile.Request, pause time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.wait(request.NamespacedName, now().Add(pause)) // taken when it is no longer worked on
}

func (q *queue) wait(name types.NamespacedName, due time.Time) {
	if before, queued := q.waiting[name]; queued && !due.Before(before) {
		return
	}
	q.waiting[name] = due
}

// ready are the requests that are due, by time and name.
func (q *queue) ready() []types.NamespacedName {
	var names []types.NamespacedName
	for name, due := range q.waiting {
		if !due.After(now()) && !q.busy[name] {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b types.NamespacedName) int {
		return cmp.Or(q.waiting[a].Compare(q.waiting[b]), compareNames(a, b))
	})
	return names
}

// take begins work on a request.
func (q *queue) take(name types.NamespacedName) {
	delete(q.waiting, name)
	q.busy[name] = true
}

// done ends it, as controller-runtime does with a result.
func (q *queue) done(name types.NamespacedName, result reconcile.Result, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.busy, name)
	switch {
	case err != nil:
		pause := min(firstBackOff<<min(q.failures[name], 10), longestBackOff)
		q.failures[name]++
		q.wait(name, now().Add(pause))
	default:
		delete(q.failures, name)
		if result.RequeueAfter > 0 {
			q.wait(name, now().Add(result.RequeueAfter))
		}
	}
	if q.again[name] {
		delete(q.again, name)
		q.wait(name, now())
	}
}
