package reseller

import (
	"context"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/controller/users"
	"github.com/reseller-operator/reseller-operator/internal/gather"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// The indexes of the cache by which competing Resellers are found.
const (
	indexIdentity = "identity"
	indexBroker   = "broker"
)

// meanings are the identities and broker ids that a Reseller claims.
func meanings(obj *v1alpha1.Reseller) (identities, ids []string) {
	desired, record := plan.DesiredFrom(obj), plan.RecordFrom(obj)
	identities = []string{desired.Identity.Key(), record.Bound.Key()}
	for _, sent := range record.Sent {
		identities = append(identities, sent.Key())
	}
	ids = []string{string(record.BrokerID.Key()), string(plan.NamedBy(&desired, &record).Key())}
	if c := record.Creation; c != nil {
		identities = append(identities, c.Identity.Key())
	}
	if d := record.Deletion; d != nil {
		ids = append(ids, string(d.BrokerID.Key()))
	}
	return distinct(identities), distinct(ids)
}

// indexed are the words under which others find a Reseller: what it means, and the weak keys
// of what it seeks, or of what it has and is to have.
func indexed(obj *v1alpha1.Reseller) (identities, ids []string) {
	identities, ids = meanings(obj)
	desired, record := plan.DesiredFrom(obj).Identity, plan.RecordFrom(obj)
	if obj.Status.BrokerID != "" {
		return distinct(append(identities, slices.Concat(weakWords(had, desired), weakWords(had, record.Bound))...)), ids
	}
	identities = append(identities, weakWords(sought, desired)...)
	if c := record.Creation; c != nil {
		identities = append(identities, weakWords(sought, c.Identity)...)
	}
	return distinct(identities), ids
}

// concerned are the words under which it finds those who wait because of it, or for what
// it has or is making: the weak keys of its broker, too.
func concerned(obj *v1alpha1.Reseller) (identities, ids []string) {
	identities, ids = indexed(obj)
	record := plan.RecordFrom(obj)
	means := []broker.Identity{plan.DesiredFrom(obj).Identity, record.Bound}
	if c := record.Creation; c != nil {
		means = append(means, c.Identity)
	}
	for _, identity := range means {
		identities = append(identities, slices.Concat(weakWords(sought, identity), weakWords(had, identity))...)
	}
	return distinct(identities), ids
}

// renamedTo are the words under which a Reseller that holds a broker finds those who have, or
// seek, what the broker is to become.
func renamedTo(obj *v1alpha1.Reseller) []string {
	desired, record := plan.DesiredFrom(obj).Identity, plan.RecordFrom(obj)
	if record.BrokerID == "" || desired == record.Bound {
		return nil
	}
	return slices.Concat(weakWords(sought, desired), weakWords(had, desired))
}

// weak starts the words of weak keys, which no other word does. Those of a broker that is
// sought and of one that is had are two, so that who is healthy is found for renames alone.
const (
	weak   = "~"
	sought = weak
	had    = weak + "had "
)

// weakWords are the weak keys of an identity.
func weakWords(of string, identity broker.Identity) []string {
	var words []string
	keys := identity.Weak()
	if keys.Number != "" {
		words = append(words, of+"number "+keys.Number)
	}
	if keys.Domain != "" {
		words = append(words, of+"domain "+keys.Domain)
	}
	return words
}

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

// meant are the meanings of the object of this pass, with those of a broker that
// it is about to take: whoever holds that one, or has a create open that may have
// made it, may claim another identity.
func (p *pass) meant() (identities, ids []string) {
	identities, ids = indexed(p.obj)
	identities = slices.DeleteFunc(identities, func(word string) bool { return strings.HasPrefix(word, had) })
	identities = append(identities, renamedTo(p.obj)...)
	if l := p.outcome.Looked; l != nil && l.Failure == nil && p.obj.Status.BrokerID == "" {
		identity, _ := broker.IdentityOf(&l.Broker)
		identities = append(append(identities, identity.Key()), weakWords(sought, broker.Halves(&l.Broker))...)
		identities, ids = distinct(identities), distinct(append(ids, string(l.ID.Key())))
	}
	return identities, ids
}

// sharing lists the Resellers that claim one of these identities or brokers,
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

// findRivals notes who claims the same identity or broker: as the cache shows it, and as
// lists have that it does not show yet.
func (p *pass) findRivals(ctx context.Context) error {
	p.known = false
	identities, ids := p.meant()
	found, err := p.r.sharing(ctx, identities, ids)
	if err != nil {
		return err
	}
	wanted := map[string]bool{}
	for _, word := range append(identities, ids...) {
		wanted[word] = true
	}
	for uid, other := range p.r.watches.unshown() {
		delete(found, uid)
		identities, ids := indexed(other)
		if slices.ContainsFunc(append(identities, ids...), func(word string) bool { return wanted[word] }) {
			found[uid] = other
		}
	}
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
			p.rivals = append(p.rivals, gather.RivalFrom(other))
		}
	}
	// In one order, so that of several the same one is named each time.
	slices.SortFunc(p.rivals, func(a, b plan.Rival) int { return strings.Compare(a.UID, b.UID) })
	return nil
}

// accountOfReseller is where a Reseller's broker lives or would be made; zero for
// a stranger.
func (r *Reconciler) accountOfReseller(ctx context.Context, obj *v1alpha1.Reseller) (broker.Account, error) {
	if account := users.HoldsIn(obj); account != (broker.Account{}) {
		return account, nil
	}
	if len(r.Namespaces) > 0 && obj.Spec.SellerRef.KindOrDefault() == v1alpha1.SellerKindClusterSeller {
		return broker.Account{}, nil
	}
	seller, err := users.SellerOf(ctx, r.Client, obj.Spec.SellerRef, obj.Namespace)
	if err != nil {
		return broker.Account{}, client.IgnoreNotFound(err) // without a Seller it can't do anything
	}
	counted, err := users.Count(ctx, r.Client, seller, obj)
	if err != nil || !counted {
		return broker.Account{}, err
	}
	return gather.AccountOf(seller.Settings()), nil
}

// mindRivals has every watched namespace known up to the version of the object before
// anything is taken or sent: several watches leave open whether the cache shows every
// earlier intent and binding. It reports whether the step is to be decided again; a
// result ends the pass until the watches have shown it, or lists may be taken.
func (p *pass) mindRivals(ctx context.Context, step plan.Step) (*reconcile.Result, bool, error) {
	if len(p.r.Namespaces) < 2 || !p.firstWrite(step) {
		return nil, false, nil
	}
	if _, updates := step.(plan.Update); p.known && updates {
		p.m.undisputed = broker.ID(p.obj.Status.BrokerID)
	}
	if p.known {
		return nil, false, nil
	}
	now := p.r.Clock.Now()
	for p.behind() {
		due, again := p.r.watches.begin(p.r.Namespaces, now, p.m.isBehind(now))
		if len(due) == 0 {
			return p.awaitLists(now.Add(again)), false, nil
		}
		for _, namespace := range due {
			if err := p.r.watches.list(ctx, p.r.Live, namespace); err != nil {
				return nil, false, err
			}
		}
		p.r.watches.leave(client.ObjectKeyFromObject(p.obj))
		p.r.wakeReleased()
	}
	p.m.behindSince = time.Time{}
	err := p.findRivals(ctx)
	p.known = err == nil
	return nil, true, err
}

// behind reports whether a watched namespace is not known up to the version of the object,
// and has it wait for that, or no longer.
func (p *pass) behind() bool {
	name, version := client.ObjectKeyFromObject(p.obj), p.obj.ResourceVersion
	if !p.r.watches.behind(p.r.Namespaces, version) {
		p.r.watches.leave(name)
		return false
	}
	p.r.watches.wait(name, version)
	return true
}

// awaitLists ends the pass until a moment, with its turn if it has one.
func (p *pass) awaitLists(until time.Time) *reconcile.Result {
	if p.turn != nil {
		p.keepTurn(until.Add(listPause))
	}
	result := p.rest(until)
	return &result
}

// firstWrite reports whether the step takes or sends something that only an undisputed
// owner may, for the first time, or reads a broker for that: a pass that ends between the
// two would read it again. What is announced is asked for when it is sent.
func (p *pass) firstWrite(step plan.Step) bool {
	switch step := step.(type) {
	case plan.Look:
		if p.obj.Status.BrokerID == "" {
			return true // it is read to be taken
		}
		_, updates := plan.Ahead(p.state(), step).(plan.Update)
		return updates && p.firstUpdate()
	case plan.Bind:
		return true
	case plan.RecordBroker:
		return p.outcome.Created == nil // found by search, not by the answer
	case plan.Update:
		return p.firstUpdate()
	default:
		return step.Writes() && step.Calls()
	}
}

// firstUpdate reports whether it is not known yet that nobody else held the broker before.
func (p *pass) firstUpdate() bool {
	return !p.m.undisputed.Same(broker.ID(p.obj.Status.BrokerID))
}
