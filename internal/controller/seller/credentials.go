package seller

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// Connection is how endpoints may be reached.
type Connection struct {
	// AllowInsecure permits loopback endpoints, also by plain http.
	AllowInsecure bool
	// AllowedHosts are the hosts that endpoints may name: a host, *.domain, or *;
	// none: DefaultAllowedHosts.
	AllowedHosts []string
	// AllowPrivateNetworks permits hosts that resolve to an address that is not public.
	AllowPrivateNetworks bool
	// UserAgent is sent with every request.
	UserAgent string
	// Transport carries the requests; nil: one made for each endpoint.
	Transport http.RoundTripper
}

// problem is why the credentials can't be put to work.
type problem struct{ reason, message string }

// useCredentials puts the credentials to work, if they are other ones than those
// at work. An earlier session stays where the new credentials can't be used:
// its token is good until it expires.
func (r *Reconciler) useCredentials(ctx context.Context, obj v1alpha1.SellerObject) (*problem, error) {
	if endpoint := obj.Settings().Endpoint; !r.Connection.permits(endpoint) {
		return &problem{v1alpha1.ReasonEndpointNotAllowed, fmt.Sprintf("spec.endpoint: this operator may not call %s; who runs it permits the host with --allowed-endpoints", endpoint)}, nil
	}
	secret := &corev1.Secret{}
	key := obj.CredentialsKey()
	if err := r.Live.Get(ctx, key, secret); err != nil {
		if apierrors.IsNotFound(err) {
			return &problem{v1alpha1.ReasonCredentialsMissing, fmt.Sprintf("spec.credentialsSecretRef: there is no Secret %s in namespace %s; create it with the keys username, password and clientSecret", key.Name, key.Namespace)}, nil
		}
		return nil, err
	}
	if missing := missingKeys(secret); len(missing) > 0 {
		return &problem{v1alpha1.ReasonCredentialsMissing, fmt.Sprintf("spec.credentialsSecretRef: Secret %s lacks %s", key.Name, strings.Join(missing, ", "))}, nil
	}
	if !permits(secret, obj.Settings().Endpoint) {
		return &problem{v1alpha1.ReasonCredentialsMissing, fmt.Sprintf("spec.endpoint: Secret %s does not permit that its password is sent to %s; whoever owns the Secret says so with the annotation %s: %s",
			key.Name, obj.Settings().Endpoint, v1alpha1.AnnotationEndpoint, obj.Settings().Endpoint)}, nil
	}
	bundle, trouble, err := r.caBundle(ctx, obj)
	if trouble != nil || err != nil {
		return trouble, err
	}
	return r.enter(obj, secret, bundle), nil
}

// permits reports whether the credentials may be sent to an endpoint: the
// default one, the one that the Secret itself names, or, where it names none, a
// loopback address. Else a person who can edit a Seller but not read its Secret
// could have the password sent to a host of their own.
func permits(secret *corev1.Secret, endpoint string) bool {
	named := secret.Annotations[v1alpha1.AnnotationEndpoint]
	switch {
	case endpoint == v1alpha1.DefaultEndpoint, named == endpoint:
		return true
	case named != "":
		return false
	}
	at, err := url.Parse(endpoint)
	return err == nil && isLoopback(at.Hostname())
}

// missingKeys are the keys that have no value.
func missingKeys(secret *corev1.Secret) []string {
	var missing []string
	for _, key := range []string{v1alpha1.SecretKeyUsername, v1alpha1.SecretKeyPassword, v1alpha1.SecretKeyClientSecret} {
		if len(secret.Data[key]) == 0 {
			missing = append(missing, key)
		}
	}
	return missing
}

// caBundle reads the private CA, nil where none is named.
func (r *Reconciler) caBundle(ctx context.Context, obj v1alpha1.SellerObject) ([]byte, *problem, error) {
	ref := obj.Settings().CABundleRef
	if ref == nil {
		return nil, nil, nil
	}
	at := types.NamespacedName{Namespace: obj.CredentialsKey().Namespace, Name: string(ref.Name)}
	var bundle []byte
	var err error
	if ref.Kind == v1alpha1.CABundleSecret {
		holder := &corev1.Secret{}
		err = r.Live.Get(ctx, at, holder)
		bundle = holder.Data[ref.Key]
	} else {
		holder := &corev1.ConfigMap{}
		err = r.Live.Get(ctx, at, holder)
		bundle = []byte(holder.Data[ref.Key])
	}
	if client.IgnoreNotFound(err) != nil {
		return nil, nil, err
	}
	if len(bundle) == 0 {
		return nil, &problem{v1alpha1.ReasonCredentialsMissing, fmt.Sprintf("spec.caBundleRef: there is no key %s in %s %s of namespace %s", ref.Key, ref.Kind, at.Name, at.Namespace)}, nil
	}
	return bundle, nil, nil
}

// enter makes a client of the credentials and puts it to work.
func (r *Reconciler) enter(obj v1alpha1.SellerObject, secret *corev1.Secret, bundle []byte) *problem {
	name := client.ObjectKeyFromObject(obj)
	known, next := r.session(name), newSession(obj, secret, bundle)
	before := r.loginsOf(known)
	next.touched = touched(obj.CurrentStatus(), known, next) && (known == nil || before.Refused)
	if known != nil && known.digest == next.digest && known.key == next.key {
		if known.settings != next.settings {
			r.Accounts.Adjust(next.key, next.name, next.settings)
		}
		next.others = known.others
		r.keep(name, next)
		return nil
	}
	door := &account.Door{}
	config := cloudmore.Config{
		Endpoint: obj.Settings().Endpoint, SellerID: string(obj.Settings().SellerID),
		Credentials: cloudmore.Credentials{
			Username:     string(secret.Data[v1alpha1.SecretKeyUsername]),
			Password:     string(secret.Data[v1alpha1.SecretKeyPassword]),
			ClientSecret: string(secret.Data[v1alpha1.SecretKeyClientSecret]),
			ClientID:     string(secret.Data[v1alpha1.SecretKeyClientID]),
		},
		Gate: door, Now: r.Clock.Now, UserAgent: r.Connection.UserAgent, Transport: r.Connection.Transport,
		CABundle: bundle, AllowInsecure: r.Connection.AllowInsecure, AllowPrivateNetworks: r.Connection.reachesInside(obj.Settings().Endpoint),
	}
	next.others = remember(&config, obj.CurrentStatus(), known, next, before)
	c, err := cloudmore.New(config)
	if err != nil {
		return &problem{v1alpha1.ReasonUnreachable, "spec.endpoint, spec.caBundleRef or the Secret can't be used: " + err.Error()}
	}
	if known != nil && known.key != next.key {
		r.Accounts.Leave(known.key, known.name)
	}
	r.Accounts.Enter(next.key, next.name, account.Entry{
		ID: next.digest, Client: c, Door: door, Trust: trust(obj, next.revision), Settings: next.settings,
	})
	r.keep(name, next)
	return nil
}

// settingsOf is what a Seller asks of the account.
func settingsOf(s *v1alpha1.SellerSettings) account.Settings {
	limits := account.DefaultLimits
	if n := s.RateLimit.RequestsPerSecond; n > 0 {
		limits.RequestsPerSecond = float64(n)
	}
	if n := s.RateLimit.Burst; n > 0 {
		limits.Burst = int(n)
	}
	if n := s.RateLimit.MaxInFlight; n > 0 {
		limits.MaxInFlight = int(n)
	}
	return account.Settings{
		Limits:          limits,
		ObserveInterval: orDefault(s.ObserveInterval.Duration, account.DefaultObserveInterval),
		DetailInterval:  orDefault(s.DetailInterval.Duration, account.DefaultDetailInterval),
		Brake:           brakeOf(s.Brake),
	}
}

// brakeOf is the brake that a Seller asks for; the CRD's defaults fill what it
// leaves out.
func brakeOf(b v1alpha1.Brake) account.Brake {
	if b.Enabled != nil && !*b.Enabled {
		return account.Brake{}
	}
	return account.Brake{Percent: int(b.Percent), Minimum: int(b.Minimum), Window: b.Window.Duration}
}

func orDefault(d, otherwise time.Duration) time.Duration {
	if d <= 0 {
		return otherwise
	}
	return d
}
