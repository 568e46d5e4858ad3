package account

import (
	"maps"
	"slices"
	"time"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/moment"
)

// followers are who is to be woken for what.
type followers struct {
	interest   map[Owner]Interest
	byID       map[broker.ID]map[Owner]bool
	byIdentity map[broker.Identity]map[Owner]bool
	byNumber   map[string]map[Owner]bool // by the halves of broker.Weak
	byDomain   map[string]map[Owner]bool
	waiting    map[Owner]time.Time // for a sync that starts after
	first      time.Time           // the earliest of waiting, or one before it
	unsure     bool                // which of both
}

func newFollowers() followers {
	return followers{
		interest: map[Owner]Interest{}, byID: map[broker.ID]map[Owner]bool{},
		byIdentity: map[broker.Identity]map[Owner]bool{}, byNumber: map[string]map[Owner]bool{}, byDomain: map[string]map[Owner]bool{},
		waiting: map[Owner]time.Time{},
	}
}

// Interest is what an owner is woken for when a sync shows it changed.
type Interest struct {
	ID       broker.ID
	Identity broker.Identity
	// Weak are the weak keys by which it looks for similar brokers; zero for none.
	Weak broker.Weak
	// Held says that the owner holds the broker, and not only names it.
	Held bool
}

// held are the brokers that owners hold.
func (f *followers) held() []broker.ID {
	var ids []broker.ID
	for _, in := range f.interest {
		if in.Held {
			ids = append(ids, in.ID)
		}
	}
	return ids
}

// Follow says what an owner has an interest in from now on.
func (a *Account) Follow(owner Owner, in Interest) {
	a.mu.Lock()
	defer a.mu.Unlock()
	in.ID = in.ID.Key()
	f := &a.followers
	before, known := f.interest[owner]
	if before == in {
		return
	}
	if comesNew(before, in, known) {
		a.demand = newDemand()
	}
	f.leave(owner)
	f.interest[owner] = in
	if in.ID != "" {
		join(f.byID, in.ID, owner)
		a.planDetail(in.ID)
	}
	if in.Identity != (broker.Identity{}) {
		join(f.byIdentity, in.Identity, owner)
	}
	if in.Weak.Number != "" {
		join(f.byNumber, in.Weak.Number, owner)
	}
	if in.Weak.Domain != "" {
		join(f.byDomain, in.Weak.Domain, owner)
	}
}

// Unfollow forgets an owner, and its turn.
func (a *Account) Unfollow(owner Owner) {
	a.gate.ForgetTurn(owner)
	a.proofs.drop(owner)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.followers.leave(owner)
	a.followers.stay(owner)
}

// following are all who have an interest.
func (a *Account) following() []Owner {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Collect(maps.Keys(a.followers.interest))
}

// Await has the owner woken once a sync is there that started after a moment.
// The account reads once for all who wait.
func (a *Account) Await(owner Owner, after time.Time) {
	a.mu.Lock()
	there := a.snap.Latest().After(after)
	sooner := !there && a.followers.wait(owner, moment.Later(after, time.Time{}.Add(1)))
	if there {
		a.followers.stay(owner)
	}
	a.mu.Unlock()
	switch {
	case there:
		a.wakeUp([]Owner{owner})
	case sooner:
		a.run()
	}
}

func (f *followers) leave(owner Owner) {
	in, ok := f.interest[owner]
	if !ok {
		return
	}
	part(f.byID, in.ID, owner)
	part(f.byIdentity, in.Identity, owner)
	part(f.byNumber, in.Weak.Number, owner)
	part(f.byDomain, in.Weak.Domain, owner)
	delete(f.interest, owner)
}

func join[K comparable](index map[K]map[Owner]bool, key K, owner Owner) {
	if index[key] == nil {
		index[key] = map[Owner]bool{}
	}
	index[key][owner] = true
}

func part[K comparable](index map[K]map[Owner]bool, key K, owner Owner) {
	delete(index[key], owner)
	if len(index[key]) == 0 {
		delete(index, key)
	}
}

// wait notes for which sync an owner waits, and reports whether it is an
// earlier one than those that others wait for.
func (f *followers) wait(owner Owner, after time.Time) (sooner bool) {
	f.stay(owner)
	if sooner = len(f.waiting) == 0 || after.Before(f.first); sooner {
		f.first, f.unsure = after, false
	}
	f.waiting[owner] = after
	return sooner
}

// stay notes that an owner waits no longer.
func (f *followers) stay(owner Owner) {
	f.unsure = f.unsure || f.waiting[owner].Equal(f.first)
	delete(f.waiting, owner)
}

// due is the earliest moment that somebody waits for a sync to start after;
// false for nobody.
func (f *followers) due() (time.Time, bool) {
	if !f.unsure {
		return f.first, len(f.waiting) > 0
	}
	f.first, f.unsure = time.Time{}, false
	for _, after := range f.waiting {
		if f.first.IsZero() || after.Before(f.first) {
			f.first = after
		}
	}
	return f.first, len(f.waiting) > 0
}

// served adds those who waited for a sync that started at a moment; they wait
// no longer.
func (f *followers) served(start time.Time, woken map[Owner]bool) {
	for owner, after := range f.waiting {
		if start.After(after) {
			woken[owner] = true
			delete(f.waiting, owner)
		}
	}
	f.unsure = true
}

// waitNoMore adds all who wait, whatever for: what lists without any broker did not
// prove may be proven now.
func (f *followers) waitNoMore(woken map[Owner]bool) {
	for owner := range f.waiting {
		woken[owner] = true
	}
	clear(f.waiting)
	f.unsure = true
}

// concerned adds who follows a broker that changed, the identity or a weak key that it
// had, or one that it has.
func (f *followers) concerned(woken map[Owner]bool, c inventory.Change) {
	for _, owners := range []map[Owner]bool{
		f.byID[c.ID], f.byIdentity[c.Before], f.byIdentity[c.After],
		f.byNumber[c.WeakBefore.Number], f.byNumber[c.WeakAfter.Number],
		f.byDomain[c.WeakBefore.Domain], f.byDomain[c.WeakAfter.Domain],
	} {
		for owner := range owners {
			woken[owner] = true
		}
	}
}

// tell wakes who seeks an identity, or a weak key, that a broker has got or lost by a call
// of somebody else. Who made the call knows what it changed.
func (a *Account) tell(c inventory.Change) {
	if c.Before == c.After && c.WeakBefore == c.WeakAfter {
		return
	}
	woken := map[Owner]bool{}
	a.mu.Lock()
	c.ID = ""
	a.followers.concerned(woken, c)
	a.mu.Unlock()
	a.wake(woken)
}

// wake wakes owners; not to be called under the lock.
func (a *Account) wake(owners map[Owner]bool) {
	if len(owners) > 0 {
		a.wakeUp(slices.Collect(maps.Keys(owners)))
	}
}
