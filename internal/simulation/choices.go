package simulation

import (
	"context"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// possible is what can happen now, in the order of a run without chance: what
// has begun goes on, then managers see what was written, then people act, then
// new work begins.
func (w *World) possible() []action {
	var all []action
	for _, t := range w.tasks {
		if t.parked != nil && (w.hold == nil || !w.hold(t.parked)) {
			all = append(all, action{"go on", func() { w.goOn(t) }})
		}
	}
	if !w.lagging {
		all = w.deliveries(all)
	}
	all = w.people(all)
	for _, m := range w.managers {
		all = m.passes(all)
	}
	if w.lagging {
		all = w.deliveries(all)
	}
	return all
}

// people are what people do now, and the manager that begins for a dead one.
func (w *World) people(all []action) []action {
	for _, s := range w.script {
		if !s.done && s.when() {
			all = append(all, action{"person", func() { s.done = true; s.do() }})
		}
	}
	if len(w.takeover) == 0 || w.takeover[0].After(now()) {
		return all
	}
	return append(all, action{"start", func() {
		w.takeover = w.takeover[1:]
		if w.active() == 0 {
			w.start(0, w.ahead())
		}
	}})
}

// deliveries are the watch events that managers have not seen.
func (w *World) deliveries(all []action) []action {
	for _, m := range w.managers {
		if m.dead || w.frozen[m] {
			continue
		}
		for _, kind := range watched {
			if m.cache.behind(kind) > 0 {
				all = append(all, action{"deliver", func() { m.deliver(kind) }})
			}
		}
	}
	return all
}

// passes are what a manager can begin.
func (m *manager) passes(all []action) []action {
	if m.dead || m.retired {
		return all
	}
	all = m.begin(all, m.keep, 1, "Seller", m.sellers.Reconcile)
	all = m.begin(all, m.work, m.workers, "Reseller", m.resellers.Reconcile)
	for _, a := range m.accountsInUse() {
		if next := a.Next(); !m.observing[a] && !m.observeAt[a].After(now()) && !next.IsZero() && !next.After(m.clock.Now()) {
			all = append(all, action{"observe", func() { m.observe(a) }})
		}
	}
	return all
}

// begin adds the passes of one queue, as far as there are workers.
func (m *manager) begin(all []action, q *queue, workers int, kind string, reconcile func(context.Context, reconcile.Request) (reconcile.Result, error)) []action {
	if len(q.busy) >= workers {
		return all
	}
	for _, name := range q.ready() {
		if m.only != "" && kind == "Reseller" && name.Name != m.only {
			continue
		}
		all = append(all, action{"pass", func() { m.pass(q, kind, name, reconcile) }})
	}
	return all
}

// due is when something can happen that can't now, at most end.
func (w *World) due(end time.Time) time.Time {
	first := end
	earlier := func(t time.Time) {
		if t.After(now()) && t.Before(first) {
			first = t
		}
	}
	for _, t := range w.takeover {
		earlier(t)
	}
	for _, m := range w.managers {
		if !m.dead && !m.retired {
			m.due(earlier)
		}
	}
	return first
}

// due tells of all that a manager waits for.
func (m *manager) due(tell func(time.Time)) {
	for _, q := range []*queue{m.keep, m.work} {
		for _, due := range q.waiting {
			tell(due)
		}
	}
	for _, a := range m.accountsInUse() {
		if !m.observing[a] {
			tell(m.observeAt[a])
			tell(a.Next().Add(-m.clock.by))
		}
	}
}

// named is the key of an object: "name", or "namespace/name" in another one than
// the usual.
func named(name string) types.NamespacedName {
	if other, rest, found := strings.Cut(name, "/"); found {
		return types.NamespacedName{Namespace: other, Name: rest}
	}
	return types.NamespacedName{Namespace: namespace, Name: name}
}

// readingPause is the least time between two looks at what an account has due.
// While nothing is expected to happen it is longer, for the sake of speed.
func (w *World) readingPause() time.Duration {
	if w.quiet {
		return time.Minute
	}
	return 3 * time.Second
}

// active is how many managers work.
func (w *World) active() int {
	n := 0
	for _, m := range w.managers {
		if !m.dead && !m.retired {
			n++
		}
	}
	return n
}
