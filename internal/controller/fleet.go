package controller

import (
	"context"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/controller/passes"
	"github.com/reseller-operator/reseller-operator/internal/controller/users"
	"github.com/reseller-operator/reseller-operator/internal/fleet"
	"github.com/reseller-operator/reseller-operator/internal/metrics"
	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
)

// watcher shows in metrics what is so, in the process that works.
type watcher struct {
	cache       client.Reader
	accounts    *account.Registry
	passes      *passes.Passes
	clusterWide bool
}

// Start has metrics show it until ctx ends.
func (w *watcher) Start(ctx context.Context) error {
	end := metrics.Show(w)
	defer end()
	<-ctx.Done()
	return nil
}

// NeedLeaderElection is true: a standby would count everything once more.
func (w *watcher) NeedLeaderElection() bool { return true }

// OldestPass implements [metrics.Source].
func (w *watcher) OldestPass() time.Duration { return w.passes.Oldest() }

// Rows implements [metrics.Source]. Without a cache that answers there are none.
func (w *watcher) Rows() []metrics.Row {
	ctx, cancel := context.WithTimeout(context.Background(), gatherWithin)
	defer cancel()
	sellers, resellers, err := w.gather(ctx)
	if err != nil {
		return nil
	}
	uses := map[fleet.Ref]*account.Use{}
	for _, obj := range sellers {
		if a := w.accounts.Find(sellerplan.AccountOf(obj)); a != nil && a.Standing(users.SessionName(obj)).Entitled {
			use := a.Use()
			uses[fleet.Ref{Kind: obj.SellerKind(), Namespace: obj.GetNamespace(), Name: obj.GetName()}] = &use
		}
	}
	var rows []metrics.Row
	for _, s := range fleet.Of(sellers, resellers).Sellers {
		rows = append(rows, rowOf(&s, uses[s.Ref]))
	}
	return rows
}

// gather reads all objects from the cache, to be looked at and not to be changed.
func (w *watcher) gather(ctx context.Context) ([]v1alpha1.SellerObject, []v1alpha1.Reseller, error) {
	var all []v1alpha1.SellerObject
	sellers, resellers := &v1alpha1.SellerList{}, &v1alpha1.ResellerList{}
	if err := w.cache.List(ctx, resellers, client.UnsafeDisableDeepCopy); err != nil {
		return nil, nil, err
	}
	if err := w.cache.List(ctx, sellers, client.UnsafeDisableDeepCopy); err != nil {
		return nil, nil, err
	}
	for i := range sellers.Items {
		all = append(all, &sellers.Items[i])
	}
	if !w.clusterWide {
		return all, resellers.Items, nil
	}
	shared := &v1alpha1.ClusterSellerList{}
	if err := w.cache.List(ctx, shared, client.UnsafeDisableDeepCopy); err != nil {
		return nil, nil, err
	}
	for i := range shared.Items {
		all = append(all, &shared.Items[i])
	}
	return all, resellers.Items, nil
}

// rowOf is what metrics show of a Seller; use is nil where it may not see its account.
func rowOf(s *fleet.Seller, use *account.Use) metrics.Row {
	row := metrics.Row{
		Seller: metrics.Seller{Kind: string(s.Kind), Namespace: s.Namespace, Name: s.Name},
		Ready:  s.Ready, Reason: s.Reason, Resellers: s.Resellers, SyncedAt: s.SyncedAt, Halted: s.Halted,
	}
	if b := s.Brokers; b != nil {
		row.Brokers = map[string]int32{"managed": b.Managed, "unmanaged": b.Unmanaged, "foreign": b.Foreign, "drifted": b.Drifted}
	}
	if use == nil {
		return row
	}
	if use.ReadAt.After(row.SyncedAt) {
		row.SyncedAt = use.ReadAt
	}
	row.Account = &metrics.Account{
		ObserveInterval: use.ObserveInterval,
		CallsFail:       use.Trouble != nil && !use.Trouble.Denied, WritesFail: use.Trouble != nil && use.Trouble.Denied,
		PausedUntil: use.Silence.Until, BrakeUsed: use.BrakeUsed, BrakeLimit: use.BrakeLimit, Waiting: map[string]int{},
	}
	for lane, n := range use.Waiting {
		row.Account.Waiting[lane.String()] = n
	}
	return row
}

// counted is a call as metrics count it.
func counted(call cloudmore.Call, r cloudmore.Result) metrics.Call {
	name := strings.SplitN(call.Session, "/", 3) // as users.SessionName has it
	name = append(name, "", "", "")
	return metrics.Call{
		Seller:    metrics.Seller{Kind: name[0], Namespace: name[1], Name: name[2]},
		Operation: string(call.Op), Lane: call.Lane.String(), Login: loginResult(call.Op, r.Failure),
		Status: r.Status, Took: r.Duration, Waited: r.Waited,
	}
}

// loginResult is what a login came to; "" where the call was none.
func loginResult(op cloudmore.Op, f *broker.Failure) metrics.LoginResult {
	switch {
	case op != cloudmore.OpLogin:
		return ""
	case f == nil:
		return metrics.LoginGranted
	case f.Class == broker.Unauthorized:
		return metrics.LoginRefused
	default:
		return metrics.LoginUndecided
	}
}
