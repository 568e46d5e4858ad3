package simulation

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// played plays a schedule in a bubble of its own.
func played(t *testing.T, s schedule, m *Mutant) (trace []*point, found []violation) {
	synctest.Test(t, func(*testing.T) {
		w, violations := s.play(m)
		trace, found = w.trace, violations
	})
	return trace, found
}

// middles are the points of a create before which something else is done.
var middles = []int{12, 15, 16, 17, 18, 19, 20}

// apartAtMost is how many points after the first crash the second one comes at
// the latest: by then the new manager has done what the first one left.
const apartAtMost = 30

// explored are the lives, with events that come at once and late.
func explored() []schedule {
	var all []schedule
	for _, l := range lives {
		for _, late := range []bool{false, true} {
			at := []int{0}
			if l.middle {
				at = middles
			}
			for _, n := range at {
				all = append(all, schedule{life: l.name, at: n, lagging: late})
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

// try plays a schedule and notes what was broken.
func (f *figures) try(t *testing.T, s schedule) []*point {
	trace, found := played(t, s, nil)
	if len(found) > 0 {
		f.mu.Lock()
		f.failed = append(f.failed, fmt.Sprintf("make simulate SEED='%s'\n%s", s, describe(nil, found)))
		f.mu.Unlock()
	}
	return trace
}

// TestEveryPoint plays every life with everything that can happen at each of its
// points, and with every pair of crashes.
func TestEveryPoint(t *testing.T) {
	all := explored()
	if testing.Short() {
		all = all[:1]
	}
	f := &figures{}
	t.Run("singles and pairs", func(t *testing.T) {
		for shard := range 2 {
			t.Run(fmt.Sprint("shard ", shard), func(t *testing.T) {
				t.Parallel()
				for i := shard; i < len(all); i += 2 {
					f.explore(t, all[i], !testing.Short() && !all[i].lagging)
				}
			})
		}
	})
	t.Logf("%d lives, %d points, %d schedules with one fault, %d with two crashes", f.lives, f.points, f.singles, f.pairs)
	if len(f.failed) > 0 {
		t.Errorf("%d schedules failed\n%s", len(f.failed), strings.Join(f.failed[:min(len(f.failed), 10)], "\n"))
	}
}

func (f *figures) explore(t *testing.T, life schedule, pairs bool) {
	base := f.try(t, life)
	singles, second := 0, 0
	for _, p := range base {
		for _, o := range outcomes(p.op) {
			life.strikes = map[int]Outcome{p.n: o}
			trace := f.try(t, life)
			singles++
			if pairs && o == CrashAfter {
				second += f.again(t, life, p.n, trace)
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
