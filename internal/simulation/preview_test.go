package simulation

import (
	"testing"
	"testing/synctest"
	"time"
)

// TestPreviews foresees edits of worlds in which nothing ever went wrong, one after the
// other, and compares with what happens. Each kind of effect is among them.
func TestPreviews(t *testing.T) {
	const (
		worlds = 4
		edits  = 16
	)
	met := &tally{schedules: leastTold}
	met.foreseen = map[string]int{}
	for seed := range uint64(worlds) {
		synctest.Test(t, func(t *testing.T) {
			s := newStorm(seed+1, nil)
			w := s.w
			defer w.Close()
			w.choose, w.strike = nil, nil
			w.start(0, 0)
			for range 4 {
				s.create()
			}
			w.Run(time.Hour, w.atRest)
			for _, v := range s.foreseeEdits(edits) {
				t.Errorf("seed %d: %s", seed+1, v)
			}
			for kind, n := range w.compared {
				met.foreseen[kind] += n
			}
		})
	}
	t.Logf("compared: %v", met.foreseen)
	if never := met.unforeseen(); len(never) > 0 {
		t.Errorf("no preview was compared of %v", never)
	}
}
