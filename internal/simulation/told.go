package simulation

import (
	"fmt"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"
)

// told counts the events that managers make, by kind of object and reason.
type told struct {
	mu    sync.Mutex
	count map[string]int
}

// Eventf implements events.EventRecorder.
func (t *told) Eventf(regarding, _ runtime.Object, _, reason, _, _ string, _ ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.count == nil {
		t.count = map[string]int{}
	}
	_, kind, _ := strings.Cut(fmt.Sprintf("%T", regarding), ".")
	t.count[kind+" "+reason]++
}

// since is how many there were of each since a count was taken.
func (t *told) since(before map[string]int) map[string]int {
	t.mu.Lock()
	defer t.mu.Unlock()
	more := map[string]int{}
	for what, n := range t.count {
		if n > before[what] {
			more[what] = n - before[what]
		}
	}
	return more
}
