package account

import (
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// harmAtMost is in how many brokers updates may change the same field although nobody
// asked for it: then it is the API's way, and the next one would be changed as well.
const harmAtMost = 3

// Harm counts a broker in which an update changed a field that nobody asked to change, as
// was seen at a moment. The third with the same field halts writing, before it goes on
// with all others. What a user knew of who let writing go on counts no more.
func (a *Account) Harm(owner Owner, id broker.ID, field string, seen time.Time) {
	_, total := a.brake()
	if a.braking.harm(Write{Owner: owner, Broker: id}, field, seen, total, a.clock.Now()) {
		a.wakeKept(a.key, "")
	}
}

// harm counts it, and reports whether writing is halted by that.
func (b *braking) harm(what Write, field string, seen time.Time, total int, now time.Time) (halted bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	same := func(w Write) bool { return w.Broker.Same(what.Broker) }
	if b.halted != nil || !seen.After(b.resumed) || slices.ContainsFunc(b.harmed[field], same) {
		return false
	}
	if b.harmed == nil {
		b.harmed = map[string][]Write{}
	}
	whom := append([]Write{what}, b.harmed[field]...)
	b.harmed[field] = whom
	if len(whom) < harmAtMost {
		return false
	}
	digests := make([]string, 0, len(whom))
	for _, w := range whom {
		digests = append(digests, digestOf(w.Broker))
	}
	b.halted = &Halt{Since: now.Truncate(time.Microsecond), Total: total, Field: field, Whom: whom, Waiting: joined(digests)}
	return true
}
