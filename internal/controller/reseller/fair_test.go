package reseller

import (
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

func request(namespace string, i int) reconcile.Request {
	return reconcile.Request{NamespacedName: types.NamespacedName{Namespace: namespace, Name: fmt.Sprint("r", i)}}
}

func TestANamespaceWithManyStandsBack(t *testing.T) {
	q := priorityqueue.New[reconcile.Request]("fair")
	defer q.ShutDown()
	r := &Reconciler{}
	for i := range 10_000 {
		r.fairness.add(q, priorityEdit, request("many", i))
	}
	r.fairness.add(q, priorityEdit, request("few", 0))
	r.fairness.add(q, priorityNew, request("few", 1))
	turn := func(wanted reconcile.Request) int {
		for n := 1; ; n++ {
			got, priority, _ := q.GetWithPriority()
			q.Done(got)
			r.fairness.begun(got)
			if got == wanted {
				return n
			}
			if got.Namespace == "many" && priority < priorityNew {
				t.Fatalf("%v has priority %d, that of another lane", got, priority)
			}
		}
	}
	if n := turn(request("few", 0)); n > 2*freely {
		t.Errorf("the edit of another namespace came after %d of ten thousand", n)
	}
	if n := turn(request("few", 1)); n < 9_000 {
		t.Errorf("what is new came before edits, after %d", n)
	}
}

func TestStandingBackEnds(t *testing.T) {
	f := &fairness{}
	for i := range 1000 {
		f.level(request("a", i))
		f.level(request("a", i)) // queued already
	}
	if f.counts["a"] != 1000 {
		t.Errorf("%d are counted, not 1000", f.counts["a"])
	}
	for i := range 1000 {
		f.begun(request("a", i))
		f.begun(request("a", i)) // came back automatically
	}
	if level := f.level(request("a", 0)); level != 0 || len(f.queued) != 1 || f.counts["a"] != 1 {
		t.Errorf("level %d with %d queued and %d counted", level, len(f.queued), f.counts["a"])
	}
}
