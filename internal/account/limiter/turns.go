package limiter

import (
	"sync/atomic"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// turns say whose pass may call the account. There are fewer of them than workers, so
// that an account that does not answer keeps few workers busy; and no more than calls
// may be under way, so that who has one waits for no other call to end.
//
// A turn belongs to an object. It lasts as long as the pass that uses it; until then,
// and between two passes of which the first announces what the second sends, it ends
// at a moment. So no turn is lost with its object or its pass.
type turns struct {
	workers *Workers
	held    map[Owner]time.Time // by whom, and until when; zero: until its pass ends
	waiting map[Owner]cloudmore.Lane
	lines   lines[Owner]
}

func newTurns(c *Workers) turns {
	return turns{workers: c, held: map[Owner]time.Time{}, waiting: map[Owner]cloudmore.Lane{}}
}

// Workers are those of the manager, whom all accounts share.
type Workers struct {
	Size int          // 0: no bound
	busy atomic.Int64 // at most: with turns that wait for their pass
}

// Busy is how many have a turn, or are awaited by one.
func (c *Workers) Busy() int { return int(c.busy.Load()) }

// spares reports whether an account that has so many turns may have one more: it has
// fewer than there are idle workers. So some stay idle, however many accounts hang.
func (c *Workers) spares(have int) bool {
	return c.Size == 0 || have == 0 || have < c.Size-c.Busy()
}

// take has a pass take its turn. If there is none the object stands in line, and is
// among those who are called when there is one.
func (t *turns) take(owner Owner, lane cloudmore.Lane, places int, now time.Time) (taken bool, called []Owner) {
	if !t.claim(owner, now) {
		t.wait(owner, lane)
	}
	for _, next := range t.call(places, now) {
		if next != owner {
			called = append(called, next)
		}
	}
	return t.claim(owner, now), called
}

// claim has a pass use the turn of its object, if that has one.
func (t *turns) claim(owner Owner, now time.Time) bool {
	t.expire(now)
	if _, has := t.held[owner]; !has {
		return false
	}
	t.held[owner] = time.Time{}
	return true
}

// keep has the turn outlast its pass, until a moment.
func (t *turns) keep(owner Owner, until time.Time) {
	if _, has := t.held[owner]; has {
		t.held[owner] = until
	}
}

// end gives a turn back.
func (t *turns) end(owner Owner) {
	if _, has := t.held[owner]; has {
		delete(t.held, owner)
		t.workers.busy.Add(-1)
	}
}

// forget is for an object that has gone, or has left the account.
func (t *turns) forget(owner Owner) {
	t.end(owner)
	t.leave(owner)
}

// call gives the places that are free to those in line, and returns them.
func (t *turns) call(places int, now time.Time) []Owner {
	t.expire(now)
	var called []Owner
	for t.room(places) {
		lane, waits := t.lines.next()
		if !waits {
			break
		}
		owner := t.lines[lane].first()
		t.lines.enter(lane)
		delete(t.waiting, owner)
		t.held[owner] = now.Add(callLasts)
		t.workers.busy.Add(1)
		called = append(called, owner)
	}
	return called
}

// room reports whether one more may be called.
func (t *turns) room(places int) bool { return len(t.held) < places && t.workers.spares(len(t.held)) }

// wait puts an object in line, or in another one than before.
func (t *turns) wait(owner Owner, lane cloudmore.Lane) {
	if before, waits := t.waiting[owner]; waits && before == lane {
		return
	}
	t.leave(owner)
	t.waiting[owner] = lane
	t.lines[lane].join(owner.Namespace, owner)
}

func (t *turns) leave(owner Owner) {
	if lane, waits := t.waiting[owner]; waits {
		t.lines[lane].leave(owner.Namespace, owner)
		delete(t.waiting, owner)
	}
}

// expire ends the turns whose time has come.
func (t *turns) expire(now time.Time) {
	for owner, until := range t.held {
		if !until.IsZero() && !now.Before(until) {
			t.end(owner)
		}
	}
}

// expiry is when the next turn ends automatically while somebody waits; zero for never.
func (t *turns) expiry() time.Time {
	next := time.Time{}
	if len(t.waiting) == 0 {
		return next
	}
	for _, until := range t.held {
		if !until.IsZero() {
			next = moment.Sooner(next, until)
		}
	}
	return next
}
