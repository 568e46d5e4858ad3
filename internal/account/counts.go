package account

import (
	"slices"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/account/inventory"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// View answers from memory; it never calls the API.
func (a *Account) View(q inventory.Query) inventory.View {
	a.mu.Lock()
	v := a.snap.View(q)
	a.mu.Unlock()
	for i := range v.Similar {
		v.Similar[i].Held = a.held(v.Similar[i].Broker.ID)
	}
	return v
}

// Counts are the brokers of the account, as of its latest sync.
type Counts struct {
	Total, Managed, Unmanaged, Foreign int
	// Free are those that are unmanaged, by id.
	Free []Free
}

// Free is a broker that nobody holds. Name is "" where it is not known.
type Free struct {
	ID   broker.ID
	Name string
}

// Counts returns them, and whether there was a sync. ours are keys of brokers
// that the caller knows to be held; of others the account asks.
func (a *Account) Counts(ours map[broker.ID]bool) (Counts, bool) {
	known, read := a.present()
	c := Counts{Total: len(known)}
	for _, b := range known {
		switch {
		case ours[b.ID.Key()], a.held(b.ID):
			c.Managed++
		case b.Foreign:
			c.Foreign++
		default:
			c.Unmanaged++
			c.Free = append(c.Free, Free{ID: b.ID, Name: shownName(b)})
		}
	}
	slices.SortFunc(c.Free, func(x, y Free) int { return strings.Compare(string(x.ID), string(y.ID)) })
	return c, read
}

func shownName(b *broker.Broker) string {
	if b.Name == nil {
		return ""
	}
	return *b.Name
}

// present are the brokers that are known; they must not be changed.
func (a *Account) present() (known []*broker.Broker, read bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.snap.Present(), !a.snap.Latest().IsZero()
}

// Unreadable are the entries of the latest believed list that can't be told apart as
// brokers; they must not be changed.
func (a *Account) Unreadable() []broker.Unreadable {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.snap.Unreadable()
}
