package simulation

import (
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// deliver gives the manager the next change of a kind.
func (m *manager) deliver(kind string) { m.announce(m.cache.advance(kind)) }

// relist has the watch of a kind break and begin again.
func (m *manager) relist(kind string) {
	for _, next := range m.cache.relist(kind) {
		m.announce(next)
	}
}

// announceAll tells of what the first lists show.
func (m *manager) announceAll() {
	for _, obj := range m.cache.list("Reseller", "", "", "") {
		m.resellers.ResellerEvents().Create(m.ctx, event.TypedCreateEvent[*v1alpha1.Reseller]{Object: obj.(*v1alpha1.Reseller), IsInInitialList: true}, m.work)
	}
	m.wakeKeepers()
}

// announce hands a change to the controllers' own handlers.
func (m *manager) announce(next change) {
	switch next.kind {
	case "Reseller":
		m.announceReseller(next)
		m.wakeSellerOf(next)
	case "Seller":
		m.announceSeller(next)
	default:
		m.wakeKeepers()
	}
}

func (m *manager) announceReseller(next change) {
	events := m.resellers.ResellerEvents()
	before, _ := next.before.(*v1alpha1.Reseller)
	after, _ := next.after.(*v1alpha1.Reseller)
	switch {
	case after == nil:
		events.Delete(m.ctx, event.TypedDeleteEvent[*v1alpha1.Reseller]{Object: before}, m.work)
	case before == nil:
		events.Create(m.ctx, event.TypedCreateEvent[*v1alpha1.Reseller]{Object: after}, m.work)
	default:
		events.Update(m.ctx, event.TypedUpdateEvent[*v1alpha1.Reseller]{ObjectOld: before, ObjectNew: after}, m.work)
	}
}

func (m *manager) announceSeller(next change) {
	events := m.resellers.SellerEvents()
	before, _ := next.before.(*v1alpha1.Seller)
	after, _ := next.after.(*v1alpha1.Seller)
	switch {
	case after == nil:
		events.Delete(m.ctx, event.TypedDeleteEvent[*v1alpha1.Seller]{Object: before}, m.work)
	case before == nil:
		events.Create(m.ctx, event.TypedCreateEvent[*v1alpha1.Seller]{Object: after}, m.work)
	default:
		events.Update(m.ctx, event.TypedUpdateEvent[*v1alpha1.Seller]{ObjectOld: before, ObjectNew: after}, m.work)
		if before.Generation == after.Generation && equality.Semantic.DeepEqual(before.Annotations, after.Annotations) && len(before.Finalizers) == len(after.Finalizers) {
			return // the predicate of the controller of Sellers
		}
	}
	m.keep.Add(requestFor(next.key))
}

// wakeSellerOf queues the Seller of a Reseller that came, went, or got a broker.
func (m *manager) wakeSellerOf(next change) {
	before, _ := next.before.(*v1alpha1.Reseller)
	after, _ := next.after.(*v1alpha1.Reseller)
	user := after
	if user == nil {
		user = before
	}
	if before != nil && after != nil && before.Status.BrokerID == after.Status.BrokerID && (len(before.Status.Drift) > 0) == (len(after.Status.Drift) > 0) {
		return
	}
	m.keep.Add(requestFor(types.NamespacedName{Namespace: user.Namespace, Name: string(user.Spec.SellerRef.Name)}))
}

// wakeKeepers queues every Seller.
func (m *manager) wakeKeepers() {
	for _, obj := range m.cache.list("Seller", "", "", "") {
		m.keep.Add(requestFor(client.ObjectKeyFromObject(obj)))
	}
}

// accountsInUse are the accounts of the Sellers that the cache shows.
func (m *manager) accountsInUse() []*account.Account {
	var found []*account.Account
	for _, obj := range m.cache.list("Seller", "", "", "") {
		if a := m.accounts.Find(m.accountOf(obj.(*v1alpha1.Seller))); a != nil {
			found = append(found, a)
		}
	}
	return found
}

// accountOf is the account of a Seller; each spelling is read once, as this is asked at
// every step.
func (m *manager) accountOf(s *v1alpha1.Seller) broker.Account {
	spelled := [2]string{s.Spec.Endpoint, string(s.Spec.SellerID)}
	key, known := m.spelled[spelled]
	if !known {
		key = broker.AccountOf(spelled[0], spelled[1])
		m.spelled[spelled] = key
	}
	return key
}
