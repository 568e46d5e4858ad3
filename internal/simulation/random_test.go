package simulation

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// storms is how many random schedules a plain test run tries.
const storms = 150

// shownFailures is how many schedules that fail a shard shows before it ends.
const shownFailures = 5

// weather plays one random schedule, some strokes left out.
func weather(t *testing.T, seed uint64, without []int) (s *storm, found []violation) {
	synctest.Test(t, func(*testing.T) {
		s = newStorm(seed, without)
		defer s.w.Close()
		found = s.run()
	})
	return s, found
}

func describe(trace []*point, found []violation) string {
	var b strings.Builder
	for _, v := range found {
		fmt.Fprintln(&b, v)
	}
	for _, p := range trace {
		fmt.Fprintln(&b, p)
	}
	return b.String()
}

// number is one that the environment sets, or else the usual one.
func number(name string, usual int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return usual
}

// TestRandomSchedules tries SIMULATE_N seeds from SIMULATE_FROM on.
func TestRandomSchedules(t *testing.T) {
	from, n := number("SIMULATE_FROM", 1), number("SIMULATE_N", storms)
	if testing.Short() {
		n = 10
	}
	var mu sync.Mutex
	points, strokes, met := 0, 0, &tally{}
	for shard := range 2 {
		t.Run(fmt.Sprint("shard ", shard), func(t *testing.T) {
			t.Parallel()
			for seed, failed := from+shard, 0; seed < from+n && failed < shownFailures; seed += 2 {
				s, found := weather(t, uint64(seed), nil)
				met.add(s.w)
				mu.Lock()
				points, strokes = points+s.w.points, strokes+len(s.strokes)
				mu.Unlock()
				if len(found) > 0 {
					failed++
					shortest(t, uint64(seed))
				}
			}
		})
	}
	t.Cleanup(func() {
		t.Logf("%d random schedules, %d points, %d faults; of them met\n%s", n, points, strokes, met)
		t.Logf("previews compared with what happened, by effect: %v", met.foreseen)
		if never := met.unforeseen(); len(never) > 0 && !t.Failed() {
			t.Errorf("no preview was compared of: %s", strings.Join(never, ", "))
		}
		if rare := met.rare(); len(rare) > 0 && !t.Failed() {
			t.Errorf("too rare to be tried: %s", strings.Join(rare, "; "))
		}
	})
}

// shortest leaves out strokes as long as the failure stays, and reports.
func shortest(t *testing.T, seed uint64) {
	t.Helper()
	s, found := weather(t, seed, nil)
	var without []int
	for n := len(s.strokes); n > 0; n-- {
		tried := append(slices.Clone(without), n)
		if _, still := weather(t, seed, tried); len(still) > 0 && still[0].invariant == found[0].invariant {
			without = tried
		}
	}
	s, found = weather(t, seed, without)
	numbers := make([]string, len(without))
	for i, n := range without {
		numbers[i] = strconv.Itoa(n)
	}
	name := strings.TrimSuffix(fmt.Sprintf("%d-%s", seed, strings.Join(numbers, ",")), "-")
	t.Errorf("make simulate SEED=%s\n%s", name, describe(nil, found))
	for i, stroke := range s.strokes {
		if !slices.Contains(without, i+1) {
			t.Log("fault:", stroke)
		}
	}
}
