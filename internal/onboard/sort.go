package onboard

import (
	"cmp"
	"slices"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Known is a Reseller that claims a broker, or describes one.
type Known struct {
	Namespace, Name string
	// BrokerID is "" where it holds and names none.
	BrokerID broker.ID
	Identity broker.Identity
}

// Sorted are the brokers of an account by what becomes of them, each in the order of ids.
type Sorted struct {
	// Open are those that no Reseller claims.
	Open []broker.Broker
	// Held is how many a Reseller claims.
	Held int
	// Foreign are brokers of other sellers, Inactive those that are deactivated.
	Foreign, Inactive []broker.Broker
	// Described are brokers that a Reseller describes without holding them, and which.
	Described []Described
}

// Described is a broker and the Reseller that describes it.
type Described struct {
	Broker broker.Broker
	By     Known
}

// Sort tells them apart.
func Sort(brokers []broker.Broker, known []Known) Sorted {
	held, described := map[broker.ID]bool{}, map[broker.Identity]Known{}
	for _, k := range known {
		switch {
		case k.BrokerID != "":
			held[k.BrokerID.Key()] = true
		case k.Identity != broker.Identity{}:
			described[k.Identity] = k
		}
	}
	brokers = slices.Clone(brokers)
	slices.SortFunc(brokers, func(a, b broker.Broker) int { return cmp.Compare(a.ID.Key(), b.ID.Key()) })
	var s Sorted
	for i := range brokers {
		b := &brokers[i]
		identity, whole := broker.IdentityOf(b)
		by, known := described[identity]
		switch {
		case held[b.ID.Key()]:
			s.Held++
		case b.Foreign:
			s.Foreign = append(s.Foreign, *b)
		case b.Inactive():
			s.Inactive = append(s.Inactive, *b)
		case whole && known:
			s.Described = append(s.Described, Described{*b, by})
		default:
			s.Open = append(s.Open, *b)
		}
	}
	return s
}

// Duplicates are the brokers that share registration number and domain with another one, by
// that.
func Duplicates(brokers []broker.Broker) [][]broker.Broker {
	same := map[broker.Identity][]broker.Broker{}
	var order []broker.Identity
	for i := range brokers {
		if identity, whole := broker.IdentityOf(&brokers[i]); whole {
			if same[identity] == nil {
				order = append(order, identity)
			}
			same[identity] = append(same[identity], brokers[i])
		}
	}
	var found [][]broker.Broker
	for _, identity := range order {
		if len(same[identity]) > 1 {
			found = append(found, same[identity])
		}
	}
	return found
}
