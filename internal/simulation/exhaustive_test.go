package simulation

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// played plays a schedule in a bubble of its own.
func played(t *testing.T, s schedule) (trace []*point, found []violation) {
	synctest.Test(t, func(*testing.T) {
		w, violations := s.play()
		trace, found = w.trace, violations
	})
	return trace, found
}

// middles are the points of a create before which something else is done: around
// the finalizer, the intent, the POST, and the write of the id. A plain test run
// takes some of them, and two crashes at one of them.
var (
	middles = []int{12, 15, 16, 17, 18, 19, 20}
	some    = []int{12, 16, 17, 18}
	one     = []int{17}
)

// apartAtMost is how many points after the first crash the second one comes at
// the latest: by then the new manager has done what the first one left.
const apartAtMost = 30

// exploration is a life, with events that come at once or late, and whether two
// crashes are tried as well.
type exploration struct {
	schedule
	pairs bool
}

// explored are the lives of a plain test run, or of a full one.
func explored(full bool) []exploration {
	var all []exploration
	for _, l := range lives {
		at := []int{0}
		if l.middle {
			at = some
		}
		if l.middle && full {
			at = middles
		}
		for _, n := range at {
			central := full || !l.middle || slices.Contains(one, n)
			all = append(all, exploration{schedule{life: l.name, at: n}, central})
			if central {
				all = append(all, exploration{schedule{life: l.name, at: n, lagging: true}, false})
			}
		}
	}
	return all
}

// figures are what an exploration has tried.
type figures struct {
	mu             sync.Mutex
	lives, points  int
	singles, pairs int
	failed         []string
}

// try plays a schedule, notes what was broken, and returns the points at which
// something could strike.
func (f *figures) try(t *testing.T, s schedule) []*point {
	trace, found := played(t, s)
	if len(found) > 0 {
		f.mu.Lock()
		f.failed = append(f.failed, fmt.Sprintf("make simulate SEED='%s'\n%s", s, describe(nil, found)))
		f.mu.Unlock()
	}
	return slices.DeleteFunc(trace, func(p *point) bool { return p.settling })
}

// TestEveryPoint plays every life with everything that can happen at each of its
// points, and with every pair of crashes; SIMULATE_FULL takes more lives.
func TestEveryPoint(t *testing.T) {
	all := explored(os.Getenv("SIMULATE_FULL") != "")
	if testing.Short() {
		all = all[1:2]
	}
	f := &figures{}
	var next atomic.Int64
	t.Run("singles and pairs", func(t *testing.T) {
		for shard := range 2 {
			t.Run(fmt.Sprint("shard ", shard), func(t *testing.T) {
				t.Parallel()
				for i := next.Add(1); int(i) <= len(all); i = next.Add(1) {
					f.explore(t, all[i-1])
				}
			})
		}
	})
	t.Logf("%d lives, %d points, %d schedules with one fault, %d with two crashes", f.lives, f.points, f.singles, f.pairs)
	if len(f.failed) > 0 {
		t.Errorf("%d schedules failed\n%s", len(f.failed), strings.Join(f.failed[:min(len(f.failed), 10)], "\n"))
	}
}

func (f *figures) explore(t *testing.T, e exploration) {
	base := f.try(t, e.schedule)
	singles, second := 0, 0
	for _, p := range base {
		for _, o := range outcomes(p.op) {
			e.strikes = map[int]Outcome{p.n: o}
			trace := f.try(t, e.schedule)
			singles++
			if e.pairs && o == CrashAfter {
				second += f.again(t, e.schedule, p.n, trace)
			}
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lives, f.points, f.singles, f.pairs = f.lives+1, f.points+len(base), f.singles+singles, f.pairs+second
}

// again adds a second crash at every later point of a run that had one.
func (f *figures) again(t *testing.T, life schedule, first int, trace []*point) (tried int) {
	for _, p := range trace {
		if p.n > first && p.n <= first+apartAtMost {
			f.try(t, schedule{life: life.life, at: life.at, strikes: map[int]Outcome{first: CrashAfter, p.n: CrashAfter}})
			tried++
		}
	}
	return tried
}
