package simulation

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

var update = flag.Bool("update", false, "rewrite the traces")

// longestTrace is how many lines a user reads of one life.
const longestTrace = 80

// tale is a life that is told in a trace.
type tale struct {
	file string
	// about says in a sentence what happens, and why it does.
	about   string
	options Options
	seller  func(*v1alpha1.Seller)
	// before is there when the account is first read; given is what has happened when
	// the trace begins, live what happens in it.
	before, given, live func(*World)
}

// told lives a tale and returns its trace, and the rules that decided in it.
func (tale *tale) told(t *testing.T) (trace string, rules map[string]bool) {
	synctest.Test(t, func(t *testing.T) {
		o := tale.options
		o.Seed = 1
		w := NewWorld(o)
		defer w.Close()
		w.addSeller(tale.seller)
		if tale.before != nil {
			tale.before(w)
		}
		w.start(0, 0)
		w.Run(time.Minute, w.sellerReady)
		w.calm(time.Minute)
		if tale.given != nil {
			tale.given(w)
		}
		r := w.record()
		tale.live(w)
		if w.broken != "" {
			t.Error(w.broken)
		}
		trace, rules = "# "+tale.about+"\n\n"+r.String(), r.rules
	})
	return trace, rules
}

// sellerReady reports whether the Seller says that it is.
func (w *World) sellerReady() bool {
	found, err := w.server.find("Seller", named(sellerName))
	return err == nil && meta.IsStatusConditionTrue(found.obj.(*v1alpha1.Seller).Status.Conditions, v1alpha1.ConditionReady)
}

// TestTraces holds each life against its trace; -update writes them.
func TestTraces(t *testing.T) {
	dir := filepath.Join("testdata", "traces")
	var mu sync.Mutex
	reached, files := map[string]bool{}, []string{}
	t.Run("life", func(t *testing.T) {
		for i := range tales {
			tale := &tales[i]
			files = append(files, tale.file+".txt")
			t.Run(tale.file, func(t *testing.T) {
				t.Parallel()
				got, rules := tale.told(t)
				mu.Lock()
				for rule := range rules {
					reached[rule] = true
				}
				mu.Unlock()
				compareTrace(t, filepath.Join(dir, tale.file+".txt"), got)
			})
		}
	})
	for _, rule := range plan.RuleNames() {
		if !reached[rule] {
			t.Errorf("rule %s decides in no trace", rule)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !slices.Contains(files, e.Name()) {
			t.Errorf("%s is the trace of no life", e.Name())
		}
	}
}

// compareTrace holds a trace against its file, or writes that.
func compareTrace(t *testing.T, file, got string) {
	t.Helper()
	if n := strings.Count(got, "\n"); n > longestTrace {
		t.Errorf("%s has %d lines, more than %d", file, n, longestTrace)
	}
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	had, has := strings.Split(string(want), "\n"), strings.Split(got, "\n")
	n := 0
	for n < min(len(had), len(has)) && had[n] == has[n] {
		n++
	}
	t.Errorf("the trace is another one from line %d on (if it is right: go test ./internal/simulation -run TestTraces -update)\nwas: %s\n is: %s",
		n+1, strings.Join(had[n:min(n+5, len(had))], "\n     "), strings.Join(has[n:min(n+5, len(has))], "\n     "))
}
