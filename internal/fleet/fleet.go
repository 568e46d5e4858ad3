package fleet

import (
	"cmp"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// Ref names a Seller, or a ClusterSeller, which is in no namespace.
type Ref struct {
	Kind            v1alpha1.SellerKind
	Namespace, Name string
}

// Standing is what Ready says. The zero value is that nobody has looked yet.
type Standing struct {
	Ready  bool
	Reason string
	Turn   v1alpha1.Turn
	Since  time.Time
}

// Seller is the row of a Seller or ClusterSeller.
type Seller struct {
	Ref
	Standing
	// Missing says that Resellers name it, and that it does not exist.
	Missing bool
	// SyncedAt is when the account was last read, as far as status tells; zero for never.
	SyncedAt time.Time
	// Brokers are nil until the account was read.
	Brokers *v1alpha1.BrokerCounts
	Halted  bool
	// Resellers are those that name it, by the reason of Ready; "" for none yet.
	Resellers map[string]int
}

// Reseller is the row of a Reseller.
type Reseller struct {
	Namespace, Name string
	Seller          Ref
	Standing
	BrokerID string
	// Drift is how many fields differ.
	Drift int
}

// Fleet are all rows, sorted by kind, namespace and name.
type Fleet struct {
	Sellers   []Seller
	Resellers []Reseller
}

// Of makes the rows.
func Of(sellers []v1alpha1.SellerObject, resellers []v1alpha1.Reseller) Fleet {
	f := Fleet{Resellers: make([]Reseller, len(resellers)), Sellers: make([]Seller, len(sellers))}
	sums := map[Ref]map[string]int{}
	for i := range resellers {
		row := rowOf(&resellers[i])
		f.Resellers[i] = row
		if sums[row.Seller] == nil {
			sums[row.Seller] = map[string]int{}
		}
		sums[row.Seller][row.Reason]++
	}
	for i, obj := range sellers {
		f.Sellers[i] = sellerOf(obj)
		f.Sellers[i].Resellers = sums[f.Sellers[i].Ref]
		delete(sums, f.Sellers[i].Ref)
	}
	for ref, sum := range sums {
		f.Sellers = append(f.Sellers, Seller{Ref: ref, Missing: true, Resellers: sum})
	}
	slices.SortFunc(f.Sellers, func(a, b Seller) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	slices.SortFunc(f.Resellers, func(a, b Reseller) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return f
}

func rowOf(r *v1alpha1.Reseller) Reseller {
	st := &r.Status
	return Reseller{
		Namespace: r.Namespace, Name: r.Name, Seller: RefOf(r), BrokerID: st.BrokerID, Drift: len(st.Drift),
		Standing: standingOf(st.Conditions, &st.Standing),
	}
}

// RefOf is the Seller that a Reseller names.
func RefOf(r *v1alpha1.Reseller) Ref {
	ref := Ref{Kind: r.Spec.SellerRef.Kind, Name: string(r.Spec.SellerRef.Name)}
	if ref.Kind != v1alpha1.SellerKindClusterSeller {
		ref.Kind, ref.Namespace = v1alpha1.SellerKindSeller, r.Namespace
	}
	return ref
}

func sellerOf(obj v1alpha1.SellerObject) Seller {
	st := obj.CurrentStatus()
	row := Seller{
		Ref:      Ref{Kind: obj.SellerKind(), Namespace: obj.GetNamespace(), Name: obj.GetName()},
		Standing: standingOf(st.Conditions, &st.Standing), Brokers: st.Brokers, Halted: st.Halt != nil,
	}
	if st.LastSyncAt != nil {
		row.SyncedAt = st.LastSyncAt.Time
	}
	return row
}

func standingOf(conditions []metav1.Condition, standing *v1alpha1.Standing) Standing {
	ready := meta.FindStatusCondition(conditions, v1alpha1.ConditionReady)
	if ready == nil {
		return Standing{}
	}
	s := Standing{Ready: ready.Status == metav1.ConditionTrue, Reason: ready.Reason, Turn: standing.Turn, Since: ready.LastTransitionTime.Time}
	if standing.ReasonSince != nil {
		s.Since = standing.ReasonSince.Time
	}
	return s
}
