package reseller

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/resourceversion"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// watches knows how far each watched namespace is known: by the events of its watch,
// and by live lists. Versions are of one order over all namespaces, so who has written
// something at a version knows all that was written before as soon as every namespace
// is known up to it. Only of those that are not, as of one where nothing happens, a
// list is taken, and that one serves everybody who waits.
type watches struct {
	mu    sync.Mutex
	shown map[string]string   // by namespace: the latest version that its watch has shown
	lists map[string]liveList // by namespace: the latest list
	began time.Time           // the latest lists, of whatever namespaces
}

// liveList is what a list showed that its watch had not shown yet.
type liveList struct {
	version string
	unshown []*v1alpha1.Reseller
}

// saw notes an event of a watch. The cache has everything up to its version then.
func (w *watches) saw(obj *v1alpha1.Reseller) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.shown == nil {
		w.shown = map[string]string{}
	}
	if before(w.shown[obj.Namespace], obj.ResourceVersion) {
		w.shown[obj.Namespace] = obj.ResourceVersion
	}
}

// behind lists the namespaces that are not known up to a version.
func (w *watches) behind(namespaces []string, version string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []string
	for _, namespace := range namespaces {
		if before(w.shown[namespace], version) && before(w.lists[namespace].version, version) {
			all = append(all, namespace)
		}
	}
	return all
}

// begin reports whether who has waited since a moment may take lists now, or when he is to
// ask again.
func (w *watches) begin(now, since time.Time) (again time.Duration, may bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	left := max(remains(w.began, listPause, now), remains(since, listGrace, now))
	if left > 0 {
		return min(left, listRetry), false
	}
	w.began = now
	return 0, true
}

// remains is how much is left of a pause that began at a moment; nothing where that lies
// ahead, since the clock was set back.
func remains(began time.Time, pause time.Duration, now time.Time) time.Duration {
	left := began.Add(pause).Sub(now)
	if left > pause {
		return 0
	}
	return left
}

// list takes a list of a namespace.
func (w *watches) list(ctx context.Context, live client.Reader, namespace string) error {
	all := &v1alpha1.ResellerList{}
	if err := live.List(ctx, all, client.InNamespace(namespace)); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.lists == nil {
		w.lists = map[string]liveList{}
	}
	l := liveList{version: all.ResourceVersion}
	for i := range all.Items {
		if before(w.shown[namespace], all.Items[i].ResourceVersion) {
			l.unshown = append(l.unshown, all.Items[i].DeepCopy())
		}
	}
	w.lists[namespace] = l
	return nil
}

// unshown lists those whose latest state only a list has shown.
func (w *watches) unshown() map[types.UID]*v1alpha1.Reseller {
	w.mu.Lock()
	defer w.mu.Unlock()
	found := map[types.UID]*v1alpha1.Reseller{}
	for namespace, l := range maps.All(w.lists) {
		l.unshown = slices.DeleteFunc(l.unshown, func(obj *v1alpha1.Reseller) bool {
			return !before(w.shown[namespace], obj.ResourceVersion)
		})
		w.lists[namespace] = l
		for _, obj := range l.unshown {
			found[obj.UID] = obj
		}
	}
	return found
}

// before reports whether a version is older than another one; none is the oldest.
func before(version, other string) bool {
	order, err := resourceversion.CompareResourceVersion(version, other)
	return version == "" || err != nil || order < 0
}
