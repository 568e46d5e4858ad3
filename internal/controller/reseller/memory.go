package reseller

import (
	"sync"

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
	// answer is what the POST of Posted came to, until that is saved; previous are
	// the creates that were never found.
	answer   *plan.Created
	previous []v1alpha1.CreationAttempt
	// answered is the HTTP status of the POST; effects are what status has not told yet.
	answered int
	effects  []v1alpha1.Effect
	// waited says that the brake had a write wait that has not been sent yet.
	waited bool
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
