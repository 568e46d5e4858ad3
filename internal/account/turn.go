package account

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// TakeTurn has the pass over an object take its turn to call the account, before it
// calls or announces anything. If there is none, the pass is to end; the object is woken
// when there is one.
func (a *Account) TakeTurn(owner Owner, lane cloudmore.Lane) bool {
	taken := false
	a.gate.changeTurns(func(t *turns, places int, now time.Time) (called []Owner) {
		taken, called = t.take(owner, a.gate.lineOf(owner, lane), places, now)
		return called
	})
	return taken
}

// ClaimTurn has a pass use the turn that its object was woken for, or has kept.
func (a *Account) ClaimTurn(owner Owner) bool {
	claimed := false
	a.gate.changeTurns(func(t *turns, _ int, now time.Time) []Owner {
		claimed = t.claim(owner, now)
		return nil
	})
	return claimed
}

// KeepTurn has a turn outlast its pass, for what it has announced, until a moment.
func (a *Account) KeepTurn(owner Owner, until time.Time) {
	a.gate.changeTurns(func(t *turns, _ int, _ time.Time) []Owner {
		t.keep(owner, until)
		return nil
	})
}

// EndTurn gives a turn back.
func (a *Account) EndTurn(owner Owner) {
	a.gate.changeTurns(func(t *turns, places int, now time.Time) []Owner {
		t.end(owner)
		return t.call(places, now)
	})
}

// forgetTurn is for an object that has gone, or has left the account.
func (a *Account) forgetTurn(owner Owner) {
	a.gate.changeTurns(func(t *turns, places int, now time.Time) []Owner {
		t.forget(owner)
		return t.call(places, now)
	})
}

// dropTurns ends the turns of an account that has gone, and returns who waited for one.
func (g *gate) dropTurns() []Owner {
	g.mu.Lock()
	defer g.mu.Unlock()
	waited := slices.Collect(maps.Keys(g.turns.waiting))
	for owner := range g.turns.held {
		g.turns.end(owner)
	}
	g.turns = newTurns(g.turns.crew)
	return waited
}

// turnAt is when turns end or begin by themselves; zero for never.
func (a *Account) turnAt() time.Time { return a.gate.turnAt() }

// callNext gives the turns to those in line that ended by themselves.
func (a *Account) callNext() {
	a.gate.changeTurns(func(t *turns, places int, now time.Time) []Owner { return t.call(places, now) })
}

// passesAt is when passes go on by themselves: they have a turn, or the brake lets them;
// zero for never.
func (a *Account) passesAt() time.Time { return sooner(a.turnAt(), a.braking.settleAt()) }

// callPasses has those go on whose time has come.
func (a *Account) callPasses() {
	a.callNext()
	a.settleBrake()
}

// changeTurns does something with the turns, and wakes those who got one by it.
func (g *gate) changeTurns(do func(t *turns, places int, now time.Time) (called []Owner)) {
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
// call under way beside a reading's, nor than what the rate lets begin in about a second.
func (g *gate) places(now time.Time) int {
	if now.Before(g.pauses.silence().Until) {
		return 0
	}
	rate := max(2, int(math.Ceil(g.limits.RequestsPerSecond)))
	return g.pauses.passesAtOnce(min(max(1, g.limits.MaxInFlight-1), rate))
}

// lineOf is where an object stands in line: while the account does not work, behind
// those who have not tried yet.
func (g *gate) lineOf(owner Owner, lane cloudmore.Lane) cloudmore.Lane {
	if g.pauses.behind(owner) {
		return lane + cloudmore.LaneBackground
	}
	return lane
}

func (g *gate) turnAt() time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.nextTurn()
}

// nextTurn is when somebody in line may be called: when turns end, or the account's
// pause, or now.
func (g *gate) nextTurn() time.Time {
	at, now := g.turns.expiry(), g.clock.Now()
	until := g.pauses.silence().Until
	switch {
	case len(g.turns.waiting) == 0:
		return at
	case until.After(now):
		return sooner(at, until)
	case g.turns.room(g.places(now)):
		return now
	default:
		return at
	}
}
