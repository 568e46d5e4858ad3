package broker

import (
	"fmt"
	"strings"
)

// Unreadable is an entry of the list of brokers that can't be told apart as one: the
// account has that broker, and nobody knows which one it is.
type Unreadable struct {
	// Index is its place in the list, from 0; NoIndex for a broker that is told apart,
	// but for its identity.
	Index int
	// ID is that of a broker that is told apart; "" for an entry.
	ID ID
	// Problem says what is wrong with it.
	Problem string
	// Value is what it shows for an id, or all of it where it shows none: bounded, and
	// for status only.
	Value string
	// Shows is what else it shows, as a list's entry without ID.
	Shows Broker
}

// NoIndex is the Index of what is no entry.
const NoIndex = -1

// String names the entry without what it shows.
func (u *Unreadable) String() string {
	if u.Index == NoIndex {
		return u.Problem
	}
	return fmt.Sprintf("entry %d of the list (%s)", u.Index, u.Problem)
}

// MayBe reports whether the entry may be a broker of this identity: what it shows does
// not exclude that. A number that contains the other, and a domain that does, may be its
// spelling; an empty half may be one that lists do not show.
func (u *Unreadable) MayBe(identity Identity) bool {
	if u.Shows.Foreign {
		return false
	}
	excluded := false
	for _, half := range []struct {
		shown *string
		canon func(string) string
		want  string
	}{
		{u.Shows.RegistrationNumber, number, identity.RegistrationNumber}, {u.Shows.Domain, domain, identity.Domain},
	} {
		if half.shown == nil || half.want == "" {
			continue
		}
		switch shown := half.canon(*half.shown); {
		case shown == "":
		case strings.Contains(shown, half.want), strings.Contains(half.want, shown):
			return true
		default:
			excluded = true
		}
	}
	return !excluded
}

// Agreed is what two entries with one id show alike.
func Agreed(a, b *Broker) Broker {
	both := *a
	both.Detail, both.Foreign, both.Odd = false, a.Foreign || b.Foreign, nil
	for i := range Fields {
		f := &Fields[i]
		x, inA := f.Get(a)
		y, inB := f.Get(b)
		if inA != inB || x != y {
			f.leaveOut(&both)
		}
	}
	both.CustomProperties = nil
	return both
}

// Forget leaves out what is shown at a path of the API.
func (b *Broker) Forget(path string) {
	for i := range Fields {
		if f := &Fields[i]; f.API == path {
			f.leaveOut(b)
		}
	}
}
