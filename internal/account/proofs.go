package account

import (
	"sync"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// What an earlier version took for a form of Cloudmore's is proved by sending it once,
// which nobody asked for. An account does so few of that in an hour that it does not count
// for the brake, one after the other, and none while others are about to write.

// proofs are the turns for that. A start counts as one, so that a manager that starts
// often does no more of them.
type proofs struct {
	mu    sync.Mutex
	last  time.Time // the latest turn that was given
	turns map[Owner]time.Time
}

// turn is when an owner may send: as it was told before, unless it has missed that
// since.
func (p *proofs) turn(owner Owner, gap time.Duration, now time.Time) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at, given := p.turns[owner]; given && now.Before(at.Add(proofPatience)) {
		return at
	}
	if p.turns == nil {
		p.turns = map[Owner]time.Time{}
	}
	p.last = moment.Later(p.last, now).Add(gap)
	p.turns[owner] = p.last
	return p.last
}

// drop is for an owner that uses its turn, or needs none any more.
func (p *proofs) drop(owner Owner) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.turns, owner)
}

// gap is the time between two turns.
func (b Brake) gap(total int) time.Duration {
	limit := b.most(total)
	if b.Percent == 0 {
		limit = unbraked
	}
	return proofShare * time.Hour / time.Duration(max(1, limit))
}

// ProofAt is when an owner may send what nobody edited; not before others have ended, who
// are about to write.
func (a *Account) ProofAt(owner Owner) time.Time {
	rule, total := a.brake()
	now := a.clock.Now()
	return moment.Later(a.proofs.turn(owner, rule.gap(total), now), a.braking.calmAt(now))
}

// Proving uses an owner's turn.
func (a *Account) Proving(owner Owner) { a.proofs.drop(owner) }

// calmAt is when no more are known to come who are about to write; zero if none are.
func (b *braking) calmAt(now time.Time) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.waiting > 0:
		return now.Add(quiet)
	case now.Before(b.latest.Add(quiet)):
		return b.latest.Add(quiet)
	default:
		return time.Time{}
	}
}
