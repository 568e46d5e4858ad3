package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/fleet"
	"github.com/reseller-operator/reseller-operator/internal/secret"
	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
)

// sellerAccount is an account to read, and how fast.
type sellerAccount struct {
	config cloudmore.Config
	ref    v1alpha1.SellerReference
	// mark is the id of the custom property by which the operator knows its brokers.
	mark string
	// perSecond is how many calls the Seller lets begin in a second.
	perSecond float64
}

// The environment that credentials are taken from without a cluster.
const (
	envUsername     = "CLOUDMORE_USERNAME"
	envPassword     = "CLOUDMORE_PASSWORD"
	envClientSecret = "CLOUDMORE_CLIENT_SECRET"
	envClientID     = "CLOUDMORE_CLIENT_ID"
)

// accountOf is the account of a Seller, with the credentials of its Secret.
func (a *access) accountOf(ctx context.Context, t *target) (*sellerAccount, error) {
	seller, ok := t.Object.(v1alpha1.SellerObject)
	if !ok {
		return nil, fmt.Errorf("%s has no account: name a Seller, or clusterseller/NAME", t)
	}
	settings, key := seller.Settings(), seller.CredentialsKey()
	holder := &corev1.Secret{}
	if err := t.client.Get(ctx, key, holder); err != nil {
		return nil, fmt.Errorf("the credentials of %s: %w; without the right to read them set %s, %s and %s, and say --offline", t, err, envUsername, envPassword, envClientSecret)
	}
	// As the operator: who may edit a Seller may not have the password sent elsewhere.
	if !sellerplan.Permits(holder.Annotations[v1alpha1.AnnotationEndpoint], settings.Endpoint) {
		return nil, fmt.Errorf("the Secret %s does not permit %s: its annotation %s must name it", key, settings.Endpoint, v1alpha1.AnnotationEndpoint)
	}
	bundle, err := bundleOf(ctx, t.client, key.Namespace, settings.CABundleRef)
	if err != nil {
		return nil, err
	}
	found := a.account(settings.Endpoint, string(settings.SellerID), holder.Data)
	found.config.CABundle = bundle
	loginsBefore(&found.config, seller.CurrentStatus())
	found.ref = v1alpha1.SellerReference{Kind: seller.SellerKind(), Name: v1alpha1.SellerName(seller.GetName())}
	found.perSecond = float64(settings.RateLimit.RequestsPerSecond)
	if settings.Ownership != nil {
		found.mark = string(settings.Ownership.PropertyID)
	}
	return found, nil
}

// accountOfEnvironment needs no cluster.
func (a *access) accountOfEnvironment(endpoint, sellerID, seller string) (*sellerAccount, error) {
	if sellerID == "" {
		return nil, errors.New("--offline needs --seller-id")
	}
	variables := map[string]string{
		v1alpha1.SecretKeyUsername: envUsername, v1alpha1.SecretKeyPassword: envPassword,
		v1alpha1.SecretKeyClientSecret: envClientSecret, v1alpha1.SecretKeyClientID: envClientID,
	}
	data := map[string][]byte{}
	for key, variable := range variables {
		data[key] = []byte(a.Getenv(variable))
	}
	found := a.account(endpoint, sellerID, data)
	kind, name, said := strings.Cut(seller, "/")
	if !said {
		kind, name = "seller", seller
	}
	found.ref = v1alpha1.SellerReference{Kind: v1alpha1.SellerKindSeller, Name: v1alpha1.SellerName(name)}
	if strings.EqualFold(kind, string(v1alpha1.SellerKindClusterSeller)) {
		found.ref.Kind = v1alpha1.SellerKindClusterSeller
	}
	return found, nil
}

func (a *access) account(endpoint, sellerID string, data map[string][]byte) *sellerAccount {
	return &sellerAccount{config: cloudmore.Config{
		Endpoint: endpoint, SellerID: sellerID, Now: a.Now, UserAgent: "kubectl-reseller/" + a.Version,
		Credentials:   secret.CredentialsIn(data),
		AllowInsecure: true, AllowPrivateNetworks: true, // http to loopback only; the user's own network
	}}
}

func bundleOf(ctx context.Context, c client.Client, namespace string, ref *v1alpha1.CABundleReference) ([]byte, error) {
	if ref == nil {
		return nil, nil
	}
	key := client.ObjectKey{Namespace: namespace, Name: string(ref.Name)}
	if ref.Kind == v1alpha1.CABundleSecret {
		holder := &corev1.Secret{}
		err := c.Get(ctx, key, holder)
		return holder.Data[ref.Key], err
	}
	holder := &corev1.ConfigMap{}
	err := c.Get(ctx, key, holder)
	return []byte(holder.Data[ref.Key]), err
}

// loginsBefore has a client make no login where the operator's was refused or got no verdict.
func loginsBefore(config *cloudmore.Config, st *v1alpha1.SellerStatus) {
	config.LoginRefused = st.RefusedLogin != nil
	if st.UndecidedLogin == nil {
		return
	}
	for _, at := range st.UndecidedLogin.Tries {
		config.LoginsUndecided = append(config.LoginsUndecided, at.Time)
	}
}

// sameAccount says that a Reseller is, or may be, of the account of a Seller.
func sameAccount(r *v1alpha1.Reseller, ref fleet.Ref, config *cloudmore.Config) bool {
	if r.Status.SellerID != "" {
		return broker.AccountOf(r.Status.Endpoint, r.Status.SellerID) == broker.AccountOf(config.Endpoint, config.SellerID)
	}
	return fleet.RefOf(r) == ref
}
