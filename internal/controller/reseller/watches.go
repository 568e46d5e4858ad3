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
	mu      sync.Mutex
	shown   map[string]sight                // by namespace: the latest event of its watch
	lists   map[string]liveList             // by namespace: the latest list
	waiting map[types.NamespacedName]string // who waits, and up to which version
	moved   time.Time                       // the latest event, of whatever namespace
	began   time.Time                       // the latest lists, of whatever namespaces
}

// sight is an event of a watch: up to which version, and when it came.
type sight struct {
	version string
	at      time.Time
}

// liveList is what a list showed that its watch had not shown yet.
type liveList struct {
	version string
	unshown []*v1alpha1.Reseller
}

// saw notes an event of a watch. The cache has everything up to its version then.
func (w *watches) saw(obj *v1alpha1.Reseller, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.shown == nil {
		w.shown = map[string]sight{}
	}
	w.moved = now
	if before(w.shown[obj.Namespace].version, obj.ResourceVersion) {
		w.shown[obj.Namespace] = sight{obj.ResourceVersion, now}
	}
}

// behind reports whether any of the namespaces is not known up to a version.
func (w *watches) behind(namespaces []string, version string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return before(w.known(namespaces), version)
}

// known is the version up to which every one of the namespaces is known.
func (w *watches) known(namespaces []string) string {
	known := w.knownOf(namespaces[0])
	for _, namespace := range namespaces[1:] {
		if version := w.knownOf(namespace); before(version, known) {
			known = version
		}
	}
	return known
}

// knownOf is the version up to which a namespace is known.
func (w *watches) knownOf(namespace string) string {
	shown, listed := w.shown[namespace].version, w.lists[namespace].version
	if before(shown, listed) {
		return listed
	}
	return shown
}

// wait has somebody be among the released once every namespace is known up to a version.
func (w *watches) wait(name types.NamespacedName, version string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.waiting == nil {
		w.waiting = map[types.NamespacedName]string{}
	}
	w.waiting[name] = version
}

// released are those who need wait no longer, each once.
func (w *watches) released(namespaces []string) []types.NamespacedName {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.waiting) == 0 {
		return nil
	}
	var all []types.NamespacedName
	known := w.known(namespaces)
	for name, version := range w.waiting {
		if !before(known, version) {
			delete(w.waiting, name)
			all = append(all, name)
		}
	}
	return all
}

// leave is for who does not wait any more, for whatever reason.
func (w *watches) leave(name types.NamespacedName) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.waiting, name)
}

// begin is which namespaces who has waited since a moment may list now; none: when he is to
// ask again. It is for all who wait: up to the latest version that one of them needs.
func (w *watches) begin(namespaces []string, now, since time.Time) (due []string, again time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	latest, again := w.latest(), longestGrace
	for _, namespace := range namespaces {
		if !before(w.knownOf(namespace), latest) {
			continue
		}
		left := w.grace(namespace, now, since)
		again = min(again, max(left, listRetry))
		if left <= 0 {
			due = append(due, namespace)
		}
	}
	if len(due) == 0 {
		return nil, again
	}
	if left := remains(w.began, listPause, now); left > 0 {
		return nil, left
	}
	w.began = now
	return due, 0
}

// latest is the latest version that one of those who wait needs.
func (w *watches) latest() string {
	latest := ""
	for _, version := range w.waiting {
		if before(latest, version) {
			latest = version
		}
	}
	return latest
}

// grace is how long the watch of a namespace still has to show what who waits lacks. Where
// something happened lately it has longer, for as long as anything moves: of several that
// wait for each other the first one goes on, and what it writes is what the next one lacks.
func (w *watches) grace(namespace string, now, since time.Time) time.Duration {
	left := remains(since, listGrace, now)
	if remains(w.shown[namespace].at, longestGrace, now) > 0 {
		left = max(left, min(remains(w.moved, listGrace, now), remains(since, longestGrace, now)))
	}
	return left
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
		if before(w.shown[namespace].version, all.Items[i].ResourceVersion) {
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
			return !before(w.shown[namespace].version, obj.ResourceVersion)
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
	if version == "" || other == "" {
		return other != ""
	}
	order, err := resourceversion.CompareResourceVersion(version, other)
	return err != nil || order < 0
}
