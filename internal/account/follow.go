package account

import (
	"time"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// followers are who is to be woken for what.
type followers struct {
	interest   map[Owner]Interest
	byID       map[broker.ID]map[Owner]bool
	byIdentity map[broker.Identity]map[Owner]bool
	waiting    map[Owner]time.Time // for a reading that starts after
}

func newFollowers() followers {
	return followers{
		interest: map[Owner]Interest{}, byID: map[broker.ID]map[Owner]bool{},
		byIdentity: map[broker.Identity]map[Owner]bool{}, waiting: map[Owner]time.Time{},
	}
}

// Interest is what an owner is woken for when a reading shows it changed.
type Interest struct {
	ID       broker.ID
	Identity broker.Identity
}

// Follow says what an owner has an interest in from now on.
func (a *Account) Follow(owner Owner, in Interest) {
	a.mu.Lock()
	defer a.mu.Unlock()
	in.ID = in.ID.Key()
	f := &a.followers
	if f.interest[owner] == in {
		return
	}
	f.leave(owner)
	f.interest[owner] = in
	if in.ID != "" {
		join(f.byID, in.ID, owner)
	}
	if in.Identity != (broker.Identity{}) {
		join(f.byIdentity, in.Identity, owner)
	}
}

// Unfollow forgets an owner.
func (a *Account) Unfollow(owner Owner) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.followers.leave(owner)
	delete(a.followers.waiting, owner)
}

// Await has the owner woken once a reading is there that started after a moment.
// The account reads once for all who wait.
func (a *Account) Await(owner Owner, after time.Time) {
	a.mu.Lock()
	there := a.snap.latest().After(after)
	if !there {
		a.followers.waiting[owner] = after
	}
	a.mu.Unlock()
	if there {
		a.wakeUp([]Owner{owner})
		return
	}
	a.run()
}

func (f *followers) leave(owner Owner) {
	in, ok := f.interest[owner]
	if !ok {
		return
	}
	part(f.byID, in.ID, owner)
	part(f.byIdentity, in.Identity, owner)
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

// due is the earliest moment that somebody waits for a reading to start after;
// false for nobody.
func (f *followers) due() (time.Time, bool) {
	var first time.Time
	found := false
	for _, after := range f.waiting {
		if !found || after.Before(first) {
			first, found = after, true
		}
	}
	return first, found
}

// served are those who waited for a reading that started at a moment; they wait
// no longer.
func (f *followers) served(start time.Time) map[Owner]bool {
	woken := map[Owner]bool{}
	for owner, after := range f.waiting {
		if start.After(after) {
			woken[owner] = true
			delete(f.waiting, owner)
		}
	}
	return woken
}

// concerned adds who follows a broker or its identity.
func (f *followers) concerned(woken map[Owner]bool, id broker.ID, identity broker.Identity) {
	for owner := range f.byID[id] {
		woken[owner] = true
	}
	for owner := range f.byIdentity[identity] {
		woken[owner] = true
	}
}
