package seller

import (
	"context"
	"math"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
)

// storedBrakes are what all Sellers and ClusterSellers keep of their brakes, from a
// live list: the latest halt may be younger than the cache.
func (r *Reconciler) storedBrakes(ctx context.Context) ([]account.Stored, error) {
	namespaces := r.Namespaces
	if len(namespaces) == 0 {
		namespaces = []string{metav1.NamespaceAll}
	}
	var all []account.Stored
	keep := func(obj v1alpha1.SellerObject) {
		all = append(all, account.Stored{Key: sellerplan.AccountOf(obj), Memory: brakeIn(obj.CurrentStatus())})
	}
	for _, namespace := range namespaces {
		list := &v1alpha1.SellerList{}
		if err := r.Live.List(ctx, list, client.InNamespace(namespace)); err != nil {
			return nil, err
		}
		for i := range list.Items {
			keep(&list.Items[i])
		}
	}
	if !r.ClusterWide {
		return all, nil
	}
	list := &v1alpha1.ClusterSellerList{}
	if err := r.Live.List(ctx, list); err != nil {
		return nil, err
	}
	for i := range list.Items {
		keep(&list.Items[i])
	}
	return all, nil
}

// brakeIn is what status keeps of the brake, as the account remembers it.
func brakeIn(status *v1alpha1.SellerStatus) account.Memory {
	stored := sellerplan.StoredBrake(status)
	return account.Memory{Halt: haltIn(stored.Halt), Resumed: stored.Resumed, Confirmed: stored.Confirmed}
}

// brakeFrom is what an account remembers, as status keeps it.
func brakeFrom(m account.Memory) sellerplan.Brake {
	return sellerplan.Brake{Halt: haltFrom(m.Halt), Resumed: m.Resumed, Confirmed: m.Confirmed}
}

// haltIn reads the facts of a halt from status.
func haltIn(stored *v1alpha1.WriteHalt) *account.Halt {
	if stored == nil {
		return nil
	}
	h := &account.Halt{
		Since: stored.Since.Time, Most: int(stored.Most), Total: int(stored.Total), Window: stored.Window.Duration,
		More: int(stored.More), Sent: int(stored.Sent), Waiting: stored.Waiting, Field: stored.Field, Told: stored.Message,
	}
	for _, w := range stored.Whom {
		h.Whom = append(h.Whom, account.Write{
			Deletes: w.Action == v1alpha1.WriteDelete, Owner: account.Owner{Namespace: w.Namespace, Name: w.Name}, Broker: broker.ID(w.BrokerID),
		})
	}
	return h
}

// haltFrom is how status keeps the facts of a halt.
func haltFrom(h *account.Halt) *v1alpha1.WriteHalt {
	if h == nil {
		return nil
	}
	stored := &v1alpha1.WriteHalt{
		Kind: v1alpha1.HaltBrake, Since: metav1.NewMicroTime(h.Since), Most: small(h.Most), Total: small(h.Total),
		Window: metav1.Duration{Duration: h.Window}, More: small(h.More), Sent: small(h.Sent), Waiting: h.Waiting, Message: h.Told,
	}
	switch {
	case h.Told != "":
		stored.Kind = v1alpha1.HaltUnknown
	case h.Field != "":
		stored.Kind, stored.Field = v1alpha1.HaltHarm, h.Field
	}
	for _, w := range h.Whom {
		action := v1alpha1.WriteChange
		if w.Deletes {
			action = v1alpha1.WriteDelete
		}
		stored.Whom = append(stored.Whom, v1alpha1.HaltedWrite{Action: action, Namespace: w.Owner.Namespace, Name: w.Owner.Name, BrokerID: string(w.Broker)})
	}
	return stored
}

func small(n int) int32 { return int32(min(max(n, 0), math.MaxInt32)) }
