package cli

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/fleet"
)

// link is one part of what leads from the credentials to the broker.
type link struct {
	Part string `json:"part"`
	Name string `json:"name,omitempty"`
	// State is good, broken, or unknown where the user may not look.
	State linkState `json:"state"`
	Says  string    `json:"says,omitempty"`
}

type linkState string

const (
	good    linkState = "good"
	broken  linkState = "broken"
	unknown linkState = "unknown"
)

// chain is a Reseller and what it depends on.
type chain struct {
	reseller *v1alpha1.Reseller
	// seller is nil where there is none or it may not be read.
	seller v1alpha1.SellerObject
	links  []link
}

// turn is whose turn it is, here or at the Seller.
func (c *chain) turn() v1alpha1.Turn {
	f := fleet.Of(nil, []v1alpha1.Reseller{*c.reseller})
	if c.seller != nil {
		f = fleet.Of([]v1alpha1.SellerObject{c.seller}, []v1alpha1.Reseller{*c.reseller})
	}
	return f.Turn()
}

// broken is the first link that does not hold; -1 for none.
func (c *chain) broken() int {
	for i := range c.links {
		if c.links[i].State == broken {
			return i
		}
	}
	return -1
}

func (a *access) chainOf(ctx context.Context, c client.Client, key client.ObjectKey) (*chain, error) {
	found := &chain{reseller: &v1alpha1.Reseller{}}
	if err := c.Get(ctx, key, found.reseller); err != nil {
		return nil, explained(err)
	}
	ref := fleet.RefOf(found.reseller)
	seller, err := sellerOf(ctx, c, ref)
	if err == nil {
		found.seller = seller
		found.links = append(found.links, secretLink(ctx, c, seller), standingLink(string(ref.Kind), account(ref), seller), a.syncLink(seller.CurrentStatus()))
	} else {
		found.links = append(found.links, unreadable(link{Part: string(ref.Kind), Name: account(ref)}, err))
	}
	found.links = append(found.links, standingLink("Reseller", key.String(), found.reseller), brokerLink(&found.reseller.Status))
	return found, nil
}

func sellerOf(ctx context.Context, c client.Client, ref fleet.Ref) (v1alpha1.SellerObject, error) {
	var obj v1alpha1.SellerObject = &v1alpha1.Seller{}
	if ref.Kind == v1alpha1.SellerKindClusterSeller {
		obj = &v1alpha1.ClusterSeller{}
	}
	return obj, c.Get(ctx, client.ObjectKey{Namespace: ref.Namespace, Name: ref.Name}, obj.(client.Object))
}

// secretLink looks whether the Secret is there. Its values are not asked for.
func secretLink(ctx context.Context, c client.Client, seller v1alpha1.SellerObject) link {
	key := seller.CredentialsKey()
	secret := &metav1.PartialObjectMetadata{}
	secret.SetGroupVersionKind(schema.GroupVersionKind{Version: "v1", Kind: "Secret"})
	l := link{Part: "Secret", Name: key.String(), State: good, Says: "exists"}
	if err := c.Get(ctx, key, secret); err != nil {
		return unreadable(l, err)
	}
	return l
}

func unreadable(l link, err error) link {
	switch {
	case apierrors.IsNotFound(err):
		l.State, l.Says = broken, "does not exist"
	case apierrors.IsForbidden(err):
		l.State, l.Says = unknown, "you may not read it"
	default:
		l.State, l.Says = unknown, err.Error()
	}
	return l
}

// standingLink is an object of ours, by its condition Ready.
func standingLink(kind, name string, obj client.Object) link {
	condition, _ := ready(obj)
	if condition == nil {
		return link{kind, name, broken, "no operator has looked at it yet"}
	}
	l := link{kind, name, good, condition.Reason}
	if condition.Status != metav1.ConditionTrue {
		l.State, l.Says = broken, condition.Reason+": "+messageOf(condition)
	}
	return l
}

func (a *access) syncLink(st *v1alpha1.SellerStatus) link {
	l := link{Part: "sync", State: good}
	switch {
	case st.LastSyncError != nil:
		l.State, l.Says = broken, st.LastSyncError.Message
	case st.LastSyncAt == nil:
		l.State, l.Says = broken, "the account was never read"
	default:
		l.Says = "the account was read " + a.ago(st.LastSyncAt.Time) + " ago"
	}
	return l
}

func brokerLink(st *v1alpha1.ResellerStatus) link {
	if st.BrokerID == "" {
		return link{"broker", "", broken, "none is bound"}
	}
	l := link{"broker", st.BrokerID, good, fmt.Sprintf("%s by this operator", st.Origin)}
	if st.Origin == "" {
		l.Says = ""
	}
	return l
}
