package simulation

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// TestReplay plays the schedule that SIMULATE_SEED names, and shows all of it: a
// random one ("17", or "17-3,4" with the third and fourth fault left out) or one
// of a life ("create/17:crash-after"). Without a name it plays one of each, to
// see that what a failure prints can be replayed.
func TestReplay(t *testing.T) {
	named := []string{"3-1", "delete@17~/18:crash-after,20:lost"}
	if text := os.Getenv("SIMULATE_SEED"); text != "" {
		named = []string{text}
	}
	for _, text := range named {
		if strings.Contains(text, "/") {
			replayLife(t, text)
		} else {
			replayStorm(t, text)
		}
	}
}

func replayLife(t *testing.T, text string) {
	t.Helper()
	s, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if s.String() != text {
		t.Errorf("%q was read as %q", text, s)
	}
	trace, found := played(t, s)
	t.Log(describe(trace, found))
	if len(found) > 0 {
		t.Fail()
	}
}

func replayStorm(t *testing.T, text string) {
	t.Helper()
	number, rest, _ := strings.Cut(text, "-")
	seed, err := strconv.ParseUint(number, 10, 64)
	if err != nil {
		t.Fatalf("SEED %q: want a number, or life[@point][~]/point:outcome,…", text)
	}
	var without []int
	for word := range strings.SplitSeq(rest, ",") {
		if n, err := strconv.Atoi(word); err == nil {
			without = append(without, n)
		}
	}
	s, found := weather(t, seed, without)
	t.Log(describe(s.w.trace, found))
	t.Logf("%+v\nfaults: %s", s.w.Shapes, strings.Join(s.strokes, "; "))
	for _, c := range s.w.server.changes["Reseller"] {
		t.Log(changed(c))
	}
	if len(found) > 0 {
		t.Fail()
	}
}
