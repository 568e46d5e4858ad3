package simulation

import (
	"testing"
	"time"

	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// A DELETE that is refused again writes nothing more than its announcement, so status goes
// on showing a deletion that is over. Here that is all that there is left of it.

// triesAtFirst is how many DELETEs of one object are refused within seconds.
const triesAtFirst = 5

// refusesDeletes has "a" deleted and every DELETE of it refused, and runs until the first
// pause of ten minutes. No write has told of the last refusal then.
func refusesDeletes(t *testing.T, w *World) {
	w.live("a", nil)
	w.strike = func(p *point) Outcome { return onlyIf(p.op == del, refusal(409, fake.FormMessage, false)) }
	w.remove("a")
	w.calm(time.Minute)
	if d := w.reseller("a").Status.Deletion; d == nil || w.times(del) != triesAtFirst {
		t.Fatalf("%d tries, and the deletion that status shows is %v", w.times(del), d)
	}
}

// times is how often managers made an operation.
func (w *World) times(op operation) (n int) {
	for _, p := range w.trace {
		if p.op == op {
			n++
		}
	}
	return n
}

func TestANewManagerKeepsThePaceOfARefusedDelete(t *testing.T) {
	inWorld(t, func(t *testing.T, w *World, _ *manager) {
		refusesDeletes(t, w)
		for range 8 {
			reads := w.times(get)
			w.leader().kill()
			w.calm(time.Minute)
			if n := w.times(del); n != triesAtFirst {
				t.Fatalf("it is sent %d times", n)
			}
			if n := w.times(get) - reads; n != 1 {
				t.Fatalf("a new manager reads the broker %d times", n)
			}
		}
		w.calm(3 * time.Minute)
		if n := w.times(del); n != triesAtFirst+1 {
			t.Errorf("it is sent %d times", n)
		}
		w.strike = nil
		w.calm(15 * time.Minute)
		if w.reseller("a") != nil {
			t.Error("a is still there")
		}
	})
}

func TestAnAnnouncedDeleteThatWasNotSentCounts(t *testing.T) {
	inWorld(t, func(t *testing.T, w *World, _ *manager) {
		refusesDeletes(t, w)
		announced := w.reseller("a").Status.Deletion.Attempt
		w.on("", del, CrashBefore)
		w.Run(time.Hour, func() bool { return w.times(del) > triesAtFirst })
		if d := w.reseller("a").Status.Deletion; d == nil || d.Attempt == announced {
			t.Fatal("it is sent without being announced")
		}
		w.calm(9 * time.Minute)
		if n := w.times(del); n != triesAtFirst+1 {
			t.Errorf("it is sent %d times", n)
		}
		w.calm(3 * time.Minute)
		if n := w.times(del); n != triesAtFirst+2 {
			t.Errorf("it is sent %d times", n)
		}
	})
}

func TestADeleteThatTookEffectUnseenIsNotWaitedFor(t *testing.T) {
	inWorld(t, func(t *testing.T, w *World, _ *manager) {
		refusesDeletes(t, w)
		w.on("", del, CrashCommits)
		w.Run(time.Hour, func() bool { return w.times(del) > triesAtFirst })
		w.calm(7 * time.Minute)
		if w.reseller("a") != nil {
			t.Error("a waits for the next try of a DELETE that took effect")
		}
	})
}

func TestOrphanEndsTheWaitForARefusedDelete(t *testing.T) {
	for name, row := range map[string]struct {
		restarts bool
		within   time.Duration
	}{
		"at once":                           {false, 10 * time.Second},
		"when a call can no longer be open": {true, 6 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *World, _ *manager) {
				refusesDeletes(t, w)
				if row.restarts {
					w.leader().kill()
					w.calm(time.Minute)
				}
				w.edit("a", orphaned)
				w.calm(row.within)
				if w.reseller("a") != nil || w.newest() == "" || w.times(del) != triesAtFirst {
					t.Errorf("a is %v, the broker %q, after %d tries", w.reseller("a"), w.newest(), w.times(del))
				}
			})
		})
	}
}

func TestOrphanBetweenAnAnnouncementAndItsDelete(t *testing.T) {
	inWorld(t, func(t *testing.T, w *World, m *manager) {
		refusesDeletes(t, w)
		announced := w.reseller("a").Status.Deletion.Attempt
		w.Run(time.Hour, func() bool {
			d := w.reseller("a").Status.Deletion
			return d != nil && d.Attempt != announced
		})
		w.frozen[m] = true
		w.edit("a", orphaned)
		delete(w.frozen, m)
		w.calm(time.Minute)
		if w.reseller("a") != nil || w.newest() == "" || w.times(del) > triesAtFirst+1 {
			t.Errorf("a is %v, the broker %q, after %d tries", w.reseller("a"), w.newest(), w.times(del))
		}
	})
}

func TestARefusedDeletionIsNothingToARestoredObject(t *testing.T) {
	inWorld(t, func(t *testing.T, w *World, _ *manager) {
		refusesDeletes(t, w)
		lost := w.reseller("a")
		w.edit("a", func(r *v1alpha1.Reseller) { r.Finalizers = nil })
		w.add(newReseller("a", "acme", nil))
		made := w.reseller("a")
		restored := made.DeepCopy()
		restored.Status = lost.Status
		must(w.person().Status().Patch(background(), restored, client.MergeFrom(made)))
		w.calm(20 * time.Minute)
		switch st := w.reseller("a").Status; {
		case st.Deletion != nil, st.Retry != nil:
			t.Errorf("it still shows deletion %v, retry %v", st.Deletion, st.Retry)
		case !w.inSync("a"), st.BrokerID != lost.Status.BrokerID, w.times(del) != triesAtFirst:
			t.Errorf("it ends %s with broker %s, after %d tries", readiness(w.reseller("a")), st.BrokerID, w.times(del))
		}
	})
}

func TestASuspensionTakesARefusedDeletionAway(t *testing.T) {
	inWorld(t, func(t *testing.T, w *World, _ *manager) {
		refusesDeletes(t, w)
		w.edit("a", func(r *v1alpha1.Reseller) { r.Spec.Suspend = ptr.To(true) })
		w.calm(10 * time.Second)
		if w.reseller("a").Status.Deletion != nil {
			t.Error("status still shows the deletion that is over")
		}
		w.leader().kill()
		w.calm(2 * time.Minute)
		if reason := w.reasonOfA(); reason != v1alpha1.ReasonSuspended {
			t.Errorf("a new manager says %s", reason)
		}
	})
}
