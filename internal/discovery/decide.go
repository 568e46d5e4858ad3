package discovery

import (
	"cmp"
	"slices"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/naming"
)

// Question is what is known for one Seller.
type Question struct {
	// On says that its unmanaged brokers are to be shown, in Namespace.
	On        bool
	Namespace string
	// Seller tells the Seller from all others: each has a Reseller of its own for a broker.
	Seller string
	// Known says that a list of the account is believed; Unmanaged are the brokers that
	// nobody manages then, with id and name.
	Known     bool
	Unmanaged []broker.Broker
	// Ignored are not to be shown.
	Ignored []broker.ID
	// Objects are the Resellers of the Seller that name a broker.
	Objects []Object
}

// Object is a Reseller that names a broker.
type Object struct {
	Namespace, Name string
	ID              broker.ID
	// Made says that discovery made it, and nobody edited it since.
	Made bool
}

// Answer is what is to be done.
type Answer struct {
	Create []Object
	Delete []Object
	// Kept is how many are as they should be.
	Kept int32
	// Over is how many brokers are too many to show.
	Over int
}

// Decide answers what is to be made and what is to go.
func Decide(q *Question) Answer {
	var a Answer
	if q.On && !q.Known {
		return a
	}
	wanted := q.wanted(&a)
	for _, o := range q.made() {
		if _, open := wanted[o.ID.Key()]; !open || o.Namespace != q.Namespace {
			a.Delete = append(a.Delete, o)
			continue
		}
		delete(wanted, o.ID.Key()) // another one of the same broker goes
		a.Kept++
	}
	for i := range q.Unmanaged {
		b := &q.Unmanaged[i]
		if _, open := wanted[b.ID.Key()]; open {
			a.Create = append(a.Create, Object{Namespace: q.Namespace, Name: naming.Distinct(b, q.Seller), ID: b.ID, Made: true})
			delete(wanted, b.ID.Key())
		}
	}
	return a
}

// wanted are the keys of the brokers that are to be shown: the first by id where they are too
// many.
func (q *Question) wanted(a *Answer) map[broker.ID]struct{} {
	all := map[broker.ID]struct{}{}
	if !q.On {
		return all
	}
	for i := range q.Unmanaged {
		all[q.Unmanaged[i].ID.Key()] = struct{}{}
	}
	for _, id := range q.Ignored {
		delete(all, id.Key())
	}
	for _, o := range q.Objects {
		if !o.Made {
			delete(all, o.ID.Key()) // a user's own Reseller shows it
		}
	}
	if a.Over = max(0, len(all)-MaxObjects); a.Over > 0 {
		keys := make([]broker.ID, 0, len(all))
		for key := range all {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		for _, key := range keys[MaxObjects:] {
			delete(all, key)
		}
	}
	return all
}

// made are those that discovery made, in one order.
func (q *Question) made() []Object {
	all := slices.DeleteFunc(slices.Clone(q.Objects), func(o Object) bool { return !o.Made })
	slices.SortFunc(all, func(x, y Object) int {
		return cmp.Or(strings.Compare(x.Namespace, y.Namespace), strings.Compare(x.Name, y.Name))
	})
	return all
}

// IgnoredIn are the ids that the annotation v1alpha1.AnnotationIgnored names.
func IgnoredIn(annotation string) []broker.ID {
	var ids []broker.ID
	for id := range strings.SplitSeq(annotation, ",") {
		if id = strings.TrimSpace(id); id != "" {
			ids = append(ids, broker.ID(id))
		}
	}
	return ids
}
