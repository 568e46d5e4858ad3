package reseller

import (
	"context"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// The indexes of the cache by which rivals, and the users of a Seller, are found.
const (
	indexIdentity = "identity"
	indexBroker   = "broker"
	// IndexSeller holds "<kind>/<name>" of spec.sellerRef.
	IndexSeller = "seller"
)

// meanings are the identities and broker ids that a Reseller stands for.
func meanings(obj *v1alpha1.Reseller) (identities, ids []string) {
	desired, record := plan.DesiredFrom(obj), plan.RecordFrom(obj)
	identities = []string{desired.Identity.Key(), record.Bound.Key()}
	ids = []string{string(record.BrokerID.Key()), string(plan.NamedBy(&desired, &record).Key())}
	if c := record.Creation; c != nil {
		identities = append(identities, c.Identity.Key())
	}
	if d := record.Deletion; d != nil {
		ids = append(ids, string(d.BrokerID.Key()))
	}
	return distinct(identities), distinct(ids)
}

// indexed are the words under which others find a Reseller: what it means, and, while it
// holds no broker, the weak keys of what it seeks.
func indexed(obj *v1alpha1.Reseller) (identities, ids []string) {
	identities, ids = meanings(obj)
	if obj.Status.BrokerID != "" {
		return identities, ids
	}
	record := plan.RecordFrom(obj)
	identities = append(identities, weakWords(plan.DesiredFrom(obj).Identity)...)
	if c := record.Creation; c != nil {
		identities = append(identities, weakWords(c.Identity)...)
	}
	return distinct(identities), ids
}

// concerned are the words under which it finds those who wait because of it, or for what
// it has: the weak keys of its broker, too.
func concerned(obj *v1alpha1.Reseller) (identities, ids []string) {
	identities, ids = indexed(obj)
	identities = append(identities, weakWords(plan.DesiredFrom(obj).Identity)...)
	return distinct(append(identities, weakWords(plan.RecordFrom(obj).Bound)...)), ids
}

// weak starts the words of weak keys, which no other word does.
const weak = "~"

// weakWords are the weak keys of an identity.
func weakWords(identity broker.Identity) []string {
	var words []string
	keys := identity.Weak()
	if keys.Number != "" {
		words = append(words, weak+"number "+keys.Number)
	}
	if keys.Domain != "" {
		words = append(words, weak+"domain "+keys.Domain)
	}
	return words
}

// crowd is how many Resellers at most may seek brokers of one weak key for it to mean
// something: each would wake all others.
const crowd = 16

// distinct drops "" and repetitions.
func distinct(words []string) []string {
	var kept []string
	seen := map[string]bool{"": true}
	for _, w := range words {
		if !seen[w] {
			seen[w] = true
			kept = append(kept, w)
		}
	}
	return kept
}

// IndexValueOfSeller is what IndexSeller holds for a reference.
func IndexValueOfSeller(kind v1alpha1.SellerKind, name string) string {
	return string(kind) + "/" + name
}

// meant are the meanings of the object of this pass, with those of a broker that
// it is about to take: whoever holds that one, or has a create open that may have
// made it, may stand for another identity.
func (p *pass) meant() (identities, ids []string) {
	identities, ids = indexed(p.obj)
	if l := p.outcome.Looked; l != nil && l.Failure == nil && p.obj.Status.BrokerID == "" {
		identity, _ := broker.IdentityOf(&l.Broker)
		identities = append(append(identities, identity.Key()), weakWords(broker.Halves(&l.Broker))...)
		identities, ids = distinct(identities), distinct(append(ids, string(l.ID.Key())))
	}
	return identities, ids
}

// sharing lists the Resellers that stand for one of these identities or brokers,
// from the cache.
func (r *Reconciler) sharing(ctx context.Context, identities, ids []string) (map[types.UID]*v1alpha1.Reseller, error) {
	found := map[types.UID]*v1alpha1.Reseller{}
	for index, values := range map[string][]string{indexIdentity: identities, indexBroker: ids} {
		for _, value := range values {
			list := &v1alpha1.ResellerList{}
			if err := r.Client.List(ctx, list, client.MatchingFields{index: value}, client.UnsafeDisableDeepCopy); err != nil {
				return nil, err
			}
			if strings.HasPrefix(value, weak) && len(list.Items) > crowd {
				continue
			}
			for i := range list.Items {
				found[list.Items[i].UID] = &list.Items[i]
			}
		}
	}
	return found, nil
}

// findRivals notes who stands for the same identity or broker, from the cache.
func (p *pass) findRivals(ctx context.Context) error {
	identities, ids := p.meant()
	found, err := p.r.sharing(ctx, identities, ids)
	if err != nil {
		return err
	}
	p.live = false
	return p.keepRivals(ctx, found)
}

// findRivalsLive does the same by live lists of every watched namespace.
func (p *pass) findRivalsLive(ctx context.Context) error {
	wanted := map[string]bool{}
	identities, ids := p.meant()
	for _, word := range append(identities, ids...) {
		wanted[word] = true
	}
	found := map[types.UID]*v1alpha1.Reseller{}
	for _, namespace := range p.r.Namespaces {
		list := &v1alpha1.ResellerList{}
		if err := p.r.Live.List(ctx, list, client.InNamespace(namespace)); err != nil {
			return err
		}
		for i := range list.Items {
			identities, ids := indexed(&list.Items[i])
			if slices.ContainsFunc(append(identities, ids...), func(word string) bool { return wanted[word] }) {
				found[list.Items[i].UID] = &list.Items[i]
			}
		}
	}
	p.live = true
	return p.keepRivals(ctx, found)
}

// keepRivals notes the other Resellers of the same account among those.
func (p *pass) keepRivals(ctx context.Context, found map[types.UID]*v1alpha1.Reseller) error {
	p.rivals = nil
	for _, other := range found {
		if other.UID == p.obj.UID {
			continue
		}
		in, err := p.r.accountOfReseller(ctx, other)
		if err != nil {
			return err
		}
		if in == p.access.Account {
			p.rivals = append(p.rivals, rivalFrom(other))
		}
	}
	// In one order, so that of several the same one is named each time.
	slices.SortFunc(p.rivals, func(a, b plan.Rival) int { return strings.Compare(a.UID, b.UID) })
	return nil
}

// accountOfReseller is where a Reseller's broker lives or would be made; zero for
// a stranger.
func (r *Reconciler) accountOfReseller(ctx context.Context, obj *v1alpha1.Reseller) (broker.Account, error) {
	if account := holdsIn(obj); account != (broker.Account{}) {
		return account, nil
	}
	if len(r.Namespaces) > 0 && kindOf(obj.Spec.SellerRef) == v1alpha1.SellerKindClusterSeller {
		return broker.Account{}, nil
	}
	seller, err := sellerOf(ctx, r.Client, obj.Spec.SellerRef, obj.Namespace)
	if err != nil {
		return broker.Account{}, client.IgnoreNotFound(err) // without a Seller it can't do anything
	}
	counted, err := counts(ctx, r.Client, seller, obj)
	if err != nil || !counted {
		return broker.Account{}, err
	}
	return accountOf(seller.Settings()), nil
}

// rivalFrom is what matters of another Reseller.
func rivalFrom(obj *v1alpha1.Reseller) plan.Rival {
	desired, record := plan.DesiredFrom(obj), plan.RecordFrom(obj)
	rival := plan.Rival{
		Namespace: obj.Namespace, Name: obj.Name, UID: record.UID, Created: record.Created,
		BrokerID: record.BrokerID, SpecID: plan.NamedBy(&desired, &record),
		Identity: desired.Identity, Bound: record.Bound, Deleting: desired.Deleting,
	}
	if record.Creation != nil {
		rival.Intent = record.Creation.Identity
	}
	if record.Deletion != nil {
		rival.DeletionID = record.Deletion.BrokerID
	}
	return rival
}

// mindRivals takes a live list before anything is taken or sent, where several watches
// leave open whether the cache shows every earlier intent and binding. It
// reports whether it did, so that the step is decided anew.
func (p *pass) mindRivals(ctx context.Context, step plan.Step) (bool, error) {
	if len(p.r.Namespaces) < 2 || p.live || !p.firstWrite(step) {
		return false, nil
	}
	return true, p.findRivalsLive(ctx)
}

// firstWrite reports whether the step takes, announces or sends something that only an
// undisputed owner may, for the first time. What would be withdrawn before it is sent is
// not announced: each withdrawal would bring the next announcement.
func (p *pass) firstWrite(step plan.Step) bool {
	switch step.(type) {
	case plan.Bind:
		return true
	case plan.RecordBroker:
		return p.outcome.Created == nil // found by search, not by the answer
	case plan.Update:
		return !p.m.Proven.Same(broker.ID(p.obj.Status.BrokerID))
	default:
		return step.Writes()
	}
}
