package simulation

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/util/workqueue"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// belt is a queue as its users see it: what is put on it, what comes off it now ("-" for
// nothing), and what work on that came to.
type belt interface {
	Add(request reconcile.Request)
	AddAfter(request reconcile.Request, pause time.Duration)
	next() string
	end(name string, result reconcile.Result, err error)
}

// simulatedBelt is the queue of the simulation.
type simulatedBelt struct{ *queue }

func (b simulatedBelt) next() string {
	due := b.ready()
	if len(due) == 0 {
		return "-"
	}
	b.take(due[0])
	return due[0].Name
}

func (b simulatedBelt) end(name string, result reconcile.Result, err error) {
	b.done(types.NamespacedName{Name: name}, result, err)
}

// realBelt is controller-runtime's queue, with a worker that waits.
type realBelt struct {
	priorityqueue.PriorityQueue[reconcile.Request]
	off     chan string
	waiting bool
}

func (b *realBelt) next() string {
	if !b.waiting {
		b.waiting = true
		go func() {
			request, _ := b.Get()
			b.off <- request.Name
		}()
	}
	synctest.Wait()
	select {
	case name := <-b.off:
		b.waiting = false
		return name
	default:
		return "-"
	}
}

// end does what a controller of controller-runtime does after a pass.
func (b *realBelt) end(name string, result reconcile.Result, err error) {
	r := request(name)
	defer b.Done(r)
	switch {
	case err != nil:
		b.AddRateLimited(r)
	case result.RequeueAfter > 0:
		b.Forget(r)
		b.AddAfter(r, result.RequeueAfter)
	default:
		b.Forget(r)
	}
}

func request(name string) reconcile.Request {
	return reconcile.Request{NamespacedName: types.NamespacedName{Name: name}}
}

// queued are what the driver relies on, one script a row: "a" puts a on the belt, "a+5"
// five seconds later, "ok_a", "err_a" and "again_a" end work on it, the last with a wish
// to come back in five seconds; "5s" lets time pass, and "?" asks what comes off.
var queued = []struct{ says, script, want string }{
	{"what is added twice comes once", "a a ? ?", "a -"},
	{"what is added while it is worked on comes again, when that ends", "a ? a ? ok_a ?", "a - a"},
	{"each comes to one worker", "a b ? ? ?", "a b -"},
	{"what comes later waits for its time", "a+5 ? 4s ? 1s ? ok_a 9s ?", "- - a -"},
	{"the sooner of two times holds", "a+5 a+2 2s ? ok_a 9s ?", "a -"},
	{"in whichever order they come", "a+2 a+5 2s ? ok_a 9s ?", "a -"},
	{"what is added now waits no longer", "a+5 a ? ok_a 9s ?", "a -"},
	{"what becomes due while it is worked on comes when that ends", "a ? a+2 3s ? ok_a ?", "a - a"},
	{"what is not due when work on it ends waits for its time", "a ? a+5 ok_a ? 5s ?", "a - a"},
	{"a pass may ask to come back", "a ? again_a ? 5s ?", "a - a"},
	{"and comes sooner when it is added meanwhile", "a ? a again_a ? ok_a 9s ?", "a a -"},
	{"what fails comes back after pauses that double", "a ? err_a ? 1s ? err_a 1s ? 1s ? err_a 3s ? 1s ?", "a - a - a - a"},
	{"until it does not fail", "a ? err_a 1s ? ok_a a ? err_a 1s ?", "a a a a"},
}

// TestQueueConformance holds the queue of the simulation to the table, and the table to
// controller-runtime's.
func TestQueueConformance(t *testing.T) {
	for name, begin := range map[string]func(t *testing.T) belt{
		"simulated": func(*testing.T) belt { return simulatedBelt{newQueue()} },
		"real": func(t *testing.T) belt {
			limiter := workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](firstBackOff, longestBackOff)
			q := priorityqueue.New("conformance", func(o *priorityqueue.Opts[reconcile.Request]) { o.RateLimiter = limiter })
			t.Cleanup(q.ShutDown)
			return &realBelt{PriorityQueue: q, off: make(chan string, 1)}
		},
	} {
		for _, row := range queued {
			t.Run(name+"/"+strings.ReplaceAll(row.says, " ", "_"), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					if got := play(begin(t), row.script); got != row.want {
						t.Errorf("%s\ngot  %s\nwant %s", row.script, got, row.want)
					}
				})
			})
		}
	}
}

// play makes the steps of a script and returns what came off the belt.
func play(b belt, script string) string {
	var off []string
	for step := range strings.FieldsSeq(script) {
		word, name, _ := strings.Cut(step, "_")
		later, isLater := strings.CutSuffix(step, "+5")
		soon, isSoon := strings.CutSuffix(step, "+2")
		wait, err := time.ParseDuration(step)
		switch {
		case step == "?":
			off = append(off, b.next())
		case word == "ok":
			b.end(name, reconcile.Result{}, nil)
		case word == "err":
			b.end(name, reconcile.Result{}, errors.New("for once"))
		case word == "again":
			b.end(name, reconcile.Result{RequeueAfter: 5 * time.Second}, nil)
		case isLater:
			b.AddAfter(request(later), 5*time.Second)
		case isSoon:
			b.AddAfter(request(soon), 2*time.Second)
		case err == nil:
			pause(wait)
		default:
			b.Add(request(step))
		}
	}
	return strings.Join(off, " ")
}
