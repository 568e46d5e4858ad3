package reseller

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// memory is what this process remembers of one object. Only the pass over the
// object touches it, and there is at most one at a time.
type memory struct {
	plan.Memory
	uid      types.UID
	written  string // resourceVersion of the last own write
	conflict conflict
	account  broker.Account
	// shown is Ready as this process last wrote or confirmed it, nil before; the
	// lock of memories guards it.
	shown *metav1.Condition
	// waits is what the object's last rest waits for; 0 while that is not known, since a
	// pass is under way, or ended otherwise. outdated counts the looks in a row that found
	// an old version in the cache. The same lock guards both.
	waits    plan.Wait
	outdated int
	// answer is what the POST of Posted came to, until that is saved; previous are
	// the creates that were never found.
	answer   *plan.Created
	previous []v1alpha1.CreationAttempt
	// answered is the HTTP status of the POST, and took how long that was under way; effects
	// are what status has not told yet.
	answered int
	took     time.Duration
	effects  []v1alpha1.Effect
	// failure is the failed call that an event told of, until a call succeeds.
	failure string
	// annotateAt is the object's turn to have its annotations written, zero for none yet;
	// annotated is the origin that this process wrote so.
	annotateAt time.Time
	annotated  string
	// undisputed is the broker that no competing Reseller held when this object did already.
	undisputed broker.ID
	// behindSince is when a pass first found a watched namespace not known up to the object,
	// and has waited since; zero for no longer.
	behindSince time.Time
	// waited says that the brake had a write wait that has not been sent yet.
	waited bool
}

// isBehind is since when the object waits for the other watched namespaces.
func (m *memory) isBehind(now time.Time) time.Time {
	if m.behindSince.IsZero() {
		m.behindSince = now
	}
	return m.behindSince
}

// memories are the memories of all objects.
type memories struct {
	mu     sync.Mutex
	byName map[types.NamespacedName]*memory
}

// of returns the memory of an object, a new one when the object is another than
// the last of that name.
func (m *memories) of(name types.NamespacedName, uid types.UID) *memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byName == nil {
		m.byName = map[types.NamespacedName]*memory{}
	}
	known := m.byName[name]
	if known == nil || known.uid != uid {
		known = &memory{uid: uid}
		m.byName[name] = known
	}
	return known
}

// shows notes what status says by this process, before it is written: the event
// of the write may come before its answer.
func (m *memories) shows(known *memory, st *v1alpha1.ResellerStatus) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known.shown = readyOf(st)
}

// disputes reports whether Ready says otherwise than this process found: somebody
// else wrote status.
func (m *memories) disputes(name types.NamespacedName, st *v1alpha1.ResellerStatus) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := m.byName[name]
	return known != nil && known.shown != nil && *known.shown != *readyOf(st)
}

// begins notes that a pass begins, on a version that is not known to be outdated.
func (m *memories) begins(known *memory) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known.waits, known.outdated = 0, 0
}

// rests notes what an object waits for.
func (m *memories) rests(known *memory, waits plan.Wait) {
	m.mu.Lock()
	defer m.mu.Unlock()
	known.waits = waits
}

// heeds reports whether something may concern an object: its last rest waits for it, or
// is not known.
func (m *memories) heeds(name types.NamespacedName, what plan.Wait) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := m.byName[name]
	return known == nil || known.waits == 0 || known.waits&what != 0
}

// looksAgain notes that the cache shows an outdated version, and is how soon to look
// again, should the event of a newer one get lost.
func (m *memories) looksAgain(known *memory) time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	pause := min(staleRetry<<min(known.outdated, 10), longestStale)
	known.outdated++
	return pause
}

// awaitsVersion reports whether an object waits for a newer version of itself.
func (m *memories) awaitsVersion(name types.NamespacedName) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := m.byName[name]
	return known != nil && known.outdated > 0
}

// readyOf is Ready without its time; empty where there is none.
func readyOf(st *v1alpha1.ResellerStatus) *metav1.Condition {
	ready := &metav1.Condition{}
	if c := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady); c != nil {
		*ready = *c
		ready.LastTransitionTime = metav1.Time{}
	}
	return ready
}

// drop forgets an object, and returns what was remembered.
func (m *memories) drop(name types.NamespacedName) *memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	known := m.byName[name]
	delete(m.byName, name)
	return known
}

// forget is for an object that has gone.
func (r *Reconciler) forget(name types.NamespacedName) {
	known := r.memories.drop(name)
	if known == nil {
		return
	}
	if a := r.Accounts.Find(known.account); a != nil {
		a.Unfollow(account.Owner{Namespace: name.Namespace, Name: name.Name})
	}
}
