package account

import (
	"container/heap"
	"hash/fnv"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// agenda says when the details of which brokers are to be read, the next first.
type agenda struct {
	queue   appointments
	planned map[broker.ID]time.Time // by key; what the queue says otherwise is void
}

type appointment struct {
	id    broker.ID
	at    time.Time
	since time.Time // nothing is to be done if the details were read since
}

// plan sets when the details of a broker are to be read, unless somebody does so
// between since and then.
func (g *agenda) plan(id broker.ID, at, since time.Time) {
	if g.planned == nil {
		g.planned = map[broker.ID]time.Time{}
	}
	g.planned[id] = at
	heap.Push(&g.queue, appointment{id, at, since})
}

// next is the first appointment; false for none.
func (g *agenda) next() (appointment, bool) {
	for len(g.queue) > 0 {
		first := g.queue[0]
		if at, ok := g.planned[first.id]; ok && at.Equal(first.at) {
			return first, true
		}
		heap.Pop(&g.queue)
	}
	return appointment{}, false
}

// done removes the first appointment.
func (g *agenda) done() {
	delete(g.planned, g.queue[0].id)
	heap.Pop(&g.queue)
}

// appointments are a heap (container/heap).
type appointments []appointment

func (q appointments) Len() int           { return len(q) }
func (q appointments) Less(i, j int) bool { return q[i].at.Before(q[j].at) }
func (q appointments) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }

// Push adds an appointment at the end.
func (q *appointments) Push(x any) { *q = append(*q, x.(appointment)) }

// Pop removes the appointment at the end.
func (q *appointments) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}

// turn is the next moment after another at which it is a broker's turn. Each
// broker has its own in every interval, by a hash of its id: so the details of
// many are spread evenly, whenever they became known.
func turn(id broker.ID, after time.Time, interval time.Duration) time.Time {
	if interval <= 0 {
		interval = DefaultDetailInterval
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	at := after.Truncate(interval).Add(time.Duration(float64(interval) * float64(mixed(h.Sum32())) / (1 << 32)))
	if !at.After(after) {
		at = at.Add(interval)
	}
	return at
}

// mixed spreads the hashes of ids that differ in their last digits only, which
// FNV leaves close together (the finalizer of MurmurHash3).
func mixed(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}
