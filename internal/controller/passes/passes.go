// Package passes knows which passes of the controllers are under way, and for how long.
//
// A worker that hangs holds its object, and later all workers do: nothing is done then, and
// status says nothing of it. So this is told by a metric, and by the liveness probe.
package passes

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// Passes are those under way. It is safe for concurrent use; nil knows of none.
type Passes struct {
	clock clock.PassiveClock
	mu    sync.Mutex
	next  int
	began map[int]time.Time
}

// New makes one that nothing is under way in.
func New(c clock.PassiveClock) *Passes { return &Passes{clock: c, began: map[int]time.Time{}} }

// Begin notes that one begins, until the returned end.
func (p *Passes) Begin() (end func()) {
	if p == nil {
		return func() {}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.next++
	id := p.next
	p.began[id] = p.clock.Now()
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.began, id)
	}
}

// Oldest is how long the longest one has been under way; 0 while none is.
func (p *Passes) Oldest() time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	now, oldest := p.clock.Now(), time.Duration(0)
	for _, began := range p.began {
		oldest = max(oldest, now.Sub(began))
	}
	return oldest
}

// Check fails while one is under way that will not end: a liveness probe.
func (p *Passes) Check(*http.Request) error {
	if oldest := p.Oldest(); oldest >= Longest {
		return fmt.Errorf("a pass has been under way for %s; a restart is needed, please report it with the log", oldest.Round(time.Second))
	}
	return nil
}
