package account

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

func unavailable() *broker.Failure { return &broker.Failure{Class: broker.Unavailable, Status: 503} }

func throttled(d time.Duration) *broker.Failure {
	return &broker.Failure{Class: broker.Throttled, Status: 429, Documented: true, RetryAfter: d}
}

func call(lane cloudmore.Lane) cloudmore.Call { return cloudmore.Call{Op: cloudmore.OpGet, Lane: lane} }

// pause lets time pass, and all that is due in it happen.
func pause(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

// passAs passes a limiter for an object and comes back at once with a result.
func passAs(t *testing.T, g cloudmore.Gate, name string, f *broker.Failure) {
	t.Helper()
	leave, err := g.Enter(t.Context(), cloudmore.Call{Op: cloudmore.OpGet, Lane: cloudmore.LaneEdits, Namespace: "team", Name: name})
	if err != nil {
		t.Fatalf("the limiter is closed: %v", err)
	}
	leave(cloudmore.Result{Failure: f})
}

// crowd are calls that wait in a limiter through which one may go at a time.
type crowd struct {
	cloudmore.Gate
	mu   sync.Mutex
	came []string // in the order in which they were let in
}

func (c *crowd) join(ctx context.Context, name string, lane cloudmore.Lane) {
	go func() {
		leave, err := c.Enter(ctx, call(lane))
		if err != nil {
			return
		}
		c.mu.Lock()
		c.came = append(c.came, name)
		c.mu.Unlock()
		leave(cloudmore.Result{})
	}()
	synctest.Wait() // in line, before the next one joins
}

func namesOf(owners []Owner) []string {
	var names []string
	for _, o := range owners {
		names = append(names, o.Name)
	}
	return names
}
