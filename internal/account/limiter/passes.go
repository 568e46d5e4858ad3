package limiter

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// TakeTurn has the pass over an object take its turn to call the account, before it
// calls or announces anything. If there is none, the pass is to end; the object is told
// when there is one.
func (g *Limiter) TakeTurn(owner Owner, lane cloudmore.Lane) bool {
	taken := false
	g.changeTurns(func(t *turns, places int, now time.Time) (called []Owner) {
		taken, called = t.take(owner, g.queueOf(owner, lane), places, now)
		return called
	})
	return taken
}

// ClaimTurn has a pass use the turn that its object was called for, or has kept.
func (g *Limiter) ClaimTurn(owner Owner) bool {
	claimed := false
	g.changeTurns(func(t *turns, _ int, now time.Time) []Owner {
		claimed = t.claim(owner, now)
		return nil
	})
	return claimed
}

// KeepTurn has a turn outlast its pass, for what it has announced, until a moment.
func (g *Limiter) KeepTurn(owner Owner, until time.Time) {
	g.changeTurns(func(t *turns, _ int, _ time.Time) []Owner {
		t.keep(owner, until)
		return nil
	})
}

// EndTurn gives a turn back.
func (g *Limiter) EndTurn(owner Owner) {
	g.changeTurns(func(t *turns, places int, now time.Time) []Owner {
		t.end(owner)
		return t.call(places, now)
	})
}

// ForgetTurn is for an object that has gone, or has left the account.
func (g *Limiter) ForgetTurn(owner Owner) {
	g.changeTurns(func(t *turns, places int, now time.Time) []Owner {
		t.forget(owner)
		return t.call(places, now)
	})
}

// CallNext gives the turns to those in line that ended on their own.
func (g *Limiter) CallNext() {
	g.changeTurns(func(t *turns, places int, now time.Time) []Owner { return t.call(places, now) })
}

// DropTurns ends the turns of an account that has gone, and returns who waited for one.
func (g *Limiter) DropTurns() []Owner {
	g.mu.Lock()
	defer g.mu.Unlock()
	waited := slices.Collect(maps.Keys(g.turns.waiting))
	for owner := range g.turns.held {
		g.turns.end(owner)
	}
	g.turns = newTurns(g.turns.workers)
	return waited
}

// changeTurns does something with the turns, and wakes those who got one by it.
func (g *Limiter) changeTurns(do func(t *turns, places int, now time.Time) (called []Owner)) {
	g.mu.Lock()
	now, before := g.clock.Now(), g.nextTurn()
	called := do(&g.turns, g.places(now), now)
	sooner := !g.nextTurn().Equal(before)
	g.mu.Unlock()
	if len(called) > 0 || sooner {
		g.onTurn(called)
	}
}

// places is how many passes may call the account now: no more than that each has its
// call under way beside a sync's, nor than what the rate lets begin in about a second.
func (g *Limiter) places(now time.Time) int {
	if now.Before(g.pauses.silence().Until) {
		return 0
	}
	rate := max(2, int(math.Ceil(g.limits.RequestsPerSecond)))
	return g.pauses.passesAtOnce(min(max(1, g.limits.MaxInFlight-1), rate))
}

// queueOf is where an object stands in line: while the account does not work, behind
// those who have not tried yet.
func (g *Limiter) queueOf(owner Owner, lane cloudmore.Lane) cloudmore.Lane {
	if g.pauses.behind(owner) {
		return lane + cloudmore.LaneBackground
	}
	return lane
}

// TurnAt is when turns end or begin automatically; zero for never.
func (g *Limiter) TurnAt() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.nextTurn()
}

// nextTurn is when somebody in line may be called: when turns end, or the account's
// pause, or now.
func (g *Limiter) nextTurn() time.Time {
	at, now := g.turns.expiry(), g.clock.Now()
	until := g.pauses.silence().Until
	switch {
	case len(g.turns.waiting) == 0:
		return at
	case until.After(now):
		return moment.Sooner(at, until)
	case g.turns.room(g.places(now)):
		return now
	default:
		return at
	}
}

// Waiting counts who waits in each lane, those who failed before with the others.
func (g *Limiter) Waiting() map[cloudmore.Lane]int {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := map[cloudmore.Lane]int{cloudmore.LaneEdits: 0, cloudmore.LaneCreates: 0, cloudmore.LaneBackground: 0}
	for lane := range g.lines {
		for _, who := range g.lines[lane].waiting {
			n[before(cloudmore.Lane(lane))] += len(who)
		}
	}
	for _, lane := range g.turns.waiting {
		n[before(lane)]++
	}
	return n
}

// before is the lane that one of those who failed stands behind, or the lane itself.
func before(lane cloudmore.Lane) cloudmore.Lane {
	if lane > cloudmore.LaneBackground {
		return lane - cloudmore.LaneBackground
	}
	return lane
}
