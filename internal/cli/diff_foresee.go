package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/fleet"
	"github.com/reseller-operator/reseller-operator/internal/gather"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// foreseenAccount is an account that was listed for a preview.
type foreseenAccount struct {
	ref    fleet.Ref
	seller v1alpha1.SellerObject
	api    *cloudmore.Client
	known  gather.Account
	// read are brokers that were read by their own GET.
	read map[broker.ID]plan.Looked
	// changes counts the brokers that would be changed or deleted.
	changes int
}

// foresee adds what becomes of one object.
func (d *differ) foresee(ctx context.Context, obj *v1alpha1.Reseller, deleted bool, found *differences) error {
	if deleted {
		now := metav1.NewTime(d.Now())
		obj.DeletionTimestamp = &now
	}
	c := change{Namespace: obj.Namespace, Name: obj.Name}
	a, err := d.accountFor(ctx, fleet.RefOf(obj))
	if apierrors.IsNotFound(err) {
		c.Action, c.Reason, c.Turn = actionWait, v1alpha1.ReasonSellerNotFound, v1alpha1.TurnYou
		c.Says = "there is no " + string(fleet.RefOf(obj).Kind) + " " + account(fleet.RefOf(obj))
		found.add(&c)
		return nil
	}
	if err != nil {
		return err
	}
	seen := a.known
	seen.At = d.Now()
	if id := broker.ID(obj.Status.BrokerID); id != "" && !a.whole(id) {
		if l := a.look(ctx, id); l.Failure == nil { // a list need not show what differs
			seen.Details = []broker.Broker{l.Broker}
		}
	}
	f := gather.Foresee(obj, a.seller, &seen, a.answers(ctx))
	if failed := a.failed(f.State); failed != nil {
		return said(failed)
	}
	c.of(&f)
	if c.Action == actionUpdate || c.Action == actionDelete {
		a.changes++
	}
	found.add(&c)
	return nil
}

// ofAccount are the Resellers of an account, those of the preview in place of themselves.
func (d *differ) ofAccount(ref fleet.Ref, config *cloudmore.Config) []v1alpha1.Reseller {
	var kept []v1alpha1.Reseller
	own := map[client.ObjectKey]bool{}
	for _, all := range [][]v1alpha1.Reseller{d.beside, d.all} {
		for i := range all {
			if key := client.ObjectKeyFromObject(&all[i]); !own[key] {
				own[key] = true
				if sameAccount(&all[i], ref, config) {
					kept = append(kept, all[i])
				}
			}
		}
	}
	return kept
}

// failed is the failure of the last read, where that says nothing of the broker.
func (a *foreseenAccount) failed(s *plan.State) error {
	if l := s.Outcome.Looked; l != nil && l.Failure != nil && l.Failure.Class != broker.NotFound {
		return l.Failure
	}
	return nil
}

// answers are those of the account itself.
func (a *foreseenAccount) answers(ctx context.Context) plan.Answers {
	return plan.Answers{
		Look: func(id broker.ID) plan.Looked { return a.look(ctx, id) },
		Activated: func(id broker.ID) bool {
			is, err := read(ctx, func(ctx context.Context) (bool, error) { return a.api.ActiveReseller(ctx, id) })
			return is || err != nil // what is not known forbids a delete
		},
	}
}

// look reads a broker, once.
func (a *foreseenAccount) look(ctx context.Context, id broker.ID) plan.Looked {
	if known, ok := a.read[id.Key()]; ok {
		return known
	}
	b, err := read(ctx, func(ctx context.Context) (broker.Broker, error) { return a.api.Get(ctx, id) })
	l := plan.Looked{Broker: b, Failure: failureOf(err)}
	a.read[id.Key()] = l
	return l
}

// whole says that the list shows all of a broker.
func (a *foreseenAccount) whole(id broker.ID) bool {
	return slices.ContainsFunc(a.known.Brokers, func(b broker.Broker) bool { return b.ID.Same(id) && b.Detail })
}

func failureOf(err error) *broker.Failure {
	var failed *broker.Failure
	if err == nil || errors.As(err, &failed) {
		return failed
	}
	return &broker.Failure{Class: broker.Unavailable, Op: "get broker", Reason: err.Error(), NotSent: true}
}

// accountFor lists the account of a Seller, once.
func (d *differ) accountFor(ctx context.Context, ref fleet.Ref) (*foreseenAccount, error) {
	key := fmt.Sprint(ref)
	if known := d.accounts[key]; known != nil {
		return known, nil
	}
	obj, found, err := d.enter(ctx, ref)
	if err != nil {
		return nil, err
	}
	found.config.Gate = paced(d.perSecond, found.perSecond)
	api, err := cloudmore.New(found.config)
	if err != nil {
		return nil, err
	}
	listing, err := read(ctx, api.List)
	if err != nil {
		return nil, said(err)
	}
	if err := d.keep(ctx, ref, obj, &granted{&found.config, api, listing}); err != nil {
		return nil, err
	}
	return d.accounts[key], nil
}

// granted is a login to an account, and what its list showed.
type granted struct {
	config  *cloudmore.Config
	api     *cloudmore.Client
	listing cloudmore.Listing
}

// keep notes an account that was listed.
func (d *differ) keep(ctx context.Context, ref fleet.Ref, seller v1alpha1.SellerObject, login *granted) (err error) {
	if d.all == nil && !d.offline {
		if d.all, err = d.everyReseller(ctx, d.client, d.inNamespace); err != nil {
			return err
		}
	}
	a := &foreseenAccount{ref: ref, seller: seller, api: login.api, read: map[broker.ID]plan.Looked{}}
	a.known.Brokers, a.known.Unreadable = login.listing.Brokers, login.listing.Unreadable
	a.known.Resellers, a.known.At = d.ofAccount(ref, login.config), d.Now()
	a.known.Prepare()
	d.accounts[fmt.Sprint(ref)] = a
	return nil
}

// enter is a Seller, and its account with the credentials of its Secret, or, offline, of
// the environment.
func (d *differ) enter(ctx context.Context, ref fleet.Ref) (v1alpha1.SellerObject, *sellerAccount, error) {
	if d.offline {
		seller, err := d.sellerOffline(ref)
		if err != nil {
			return nil, nil, err
		}
		settings := seller.Settings()
		found, err := d.accountOfEnvironment(settings.Endpoint, string(settings.SellerID), strings.ToLower(string(ref.Kind))+"/"+ref.Name)
		return seller, found, err
	}
	obj, err := sellerOf(ctx, d.client, ref)
	if err != nil {
		return nil, nil, err
	}
	found, err := d.accountOf(ctx, &target{client: d.client, namespace: ref.Namespace, Object: obj.(client.Object)})
	return obj, found, err
}

// everyReseller are the Resellers of all namespaces where the user may see them, else of
// this one.
func (a *access) everyReseller(ctx context.Context, c client.Client, namespace string) ([]v1alpha1.Reseller, error) {
	all, err := allResellers(ctx, c, "")
	if err == nil {
		return all, nil
	}
	a.note("only namespace %s is looked into for Resellers: %v", namespace, err)
	return allResellers(ctx, c, namespace)
}
