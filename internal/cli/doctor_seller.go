package cli

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/fleet"
	"github.com/reseller-operator/reseller-operator/internal/secret"
	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
)

func (e *examination) examineSeller(ctx context.Context, seller v1alpha1.SellerObject) *chapter {
	ref := fleet.Ref{Kind: seller.SellerKind(), Namespace: seller.GetNamespace(), Name: seller.GetName()}
	s := &chapter{About: string(ref.Kind) + " " + account(ref)}
	examineStanding(s, seller)
	holder := e.examineSecret(ctx, s, seller)
	config, err := e.configOf(ctx, seller, holder)
	if err != nil {
		s.broken("CA bundle", "make what spec.caBundleRef names, in the namespace of the Secret", "%v", err)
		return s
	}
	if e.upgrade {
		config.Gate = paced(defaultRate, float64(seller.Settings().RateLimit.RequestsPerSecond))
	}
	reached := e.examineTLS(ctx, s, config)
	var login *granted
	switch {
	case holder == nil:
	case !reached:
		s.unknown("login", "not tried, since the endpoint is not reached")
	default:
		login = e.examineLogin(ctx, s, seller, config)
	}
	e.examineWriting(ctx, s, seller, ref)
	if e.upgrade && login != nil {
		e.examineUpgrade(ctx, s, ref, seller, login)
	}
	return s
}

// examineStanding is what the operator says of the account.
func examineStanding(s *chapter, seller v1alpha1.SellerObject) {
	condition, turn := ready(seller.(client.Object))
	switch {
	case condition == nil:
		s.broken("operator", "see what is wrong with the operator above", "no operator has looked at it")
	case turn == v1alpha1.TurnYou:
		s.broken("operator", "kubectl reseller explain "+condition.Reason, "%s: %s", condition.Reason, messageOf(condition))
	default:
		s.good("operator", "%s", condition.Reason)
	}
}

// examineSecret looks at the keys and the permission; nil where there is nothing to log in
// with.
func (e *examination) examineSecret(ctx context.Context, s *chapter, seller v1alpha1.SellerObject) *corev1.Secret {
	key, endpoint := seller.CredentialsKey(), seller.Settings().Endpoint
	part := "Secret " + key.String()
	holder := &corev1.Secret{}
	err := e.client.Get(ctx, key, holder)
	switch {
	case apierrors.IsForbidden(err):
		s.unknown(part, "you may not read it, so no login is tried")
		return nil
	case err != nil:
		s.broken(part, "make it with the keys username, password and clientSecret: docs/credentials.md", "%v", err)
		return nil
	}
	found := secret.CredentialsIn(holder.Data)
	if missing := secret.Missing(&found); len(missing) > 0 {
		s.broken(part, "add what it lacks: docs/credentials.md", "it lacks %s", strings.Join(missing, ", "))
		return nil
	}
	if odd := secret.Odd(&found); odd != "" {
		s.broken(part, "write it without, or, if it is right, ask for a login: kubectl reseller reconcile "+strings.ToLower(string(seller.SellerKind()))+"/"+seller.GetName(), "%s, which is most likely a slip", odd)
		return nil
	}
	s.good(part, "has username, password and clientSecret")
	if !sellerplan.Permits(holder.Annotations[v1alpha1.AnnotationEndpoint], endpoint) {
		s.broken("permission for the endpoint", "whoever owns the Secret says so with the annotation "+v1alpha1.AnnotationEndpoint+": "+endpoint, "the Secret does not permit that its password is sent to %s", endpoint)
		return nil
	}
	s.good("permission for the endpoint", "%s", endpoint)
	return holder
}

// configOf is what a client of the account is made of; without credentials where there is
// no Secret.
func (e *examination) configOf(ctx context.Context, seller v1alpha1.SellerObject, holder *corev1.Secret) (*cloudmore.Config, error) {
	settings := seller.Settings()
	var data map[string][]byte
	if holder != nil {
		data = holder.Data
	}
	config := &e.account(settings.Endpoint, string(settings.SellerID), data).config
	var err error
	config.CABundle, err = bundleOf(ctx, e.client, seller.CredentialsKey().Namespace, settings.CABundleRef)
	return config, err
}

// examineTLS asks the endpoint for nothing, to see who answers.
func (e *examination) examineTLS(ctx context.Context, s *chapter, config *cloudmore.Config) bool {
	const remedy = "see docs/credentials.md about endpoints, spec.caBundleRef and proxies"
	transport, err := cloudmore.NewTransport(*config)
	if err != nil {
		s.broken("TLS", remedy, "%v", err)
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, greetWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, config.Endpoint, http.NoBody)
	if err != nil {
		s.broken("TLS", remedy, "%v", err)
		return false
	}
	answer, err := transport.RoundTrip(req)
	if err != nil {
		s.broken("TLS", remedy, "%s is not reached from here: %v", config.Endpoint, err)
		return false
	}
	_ = answer.Body.Close()
	if answer.TLS == nil || len(answer.TLS.PeerCertificates) == 0 {
		s.good("TLS", "none: the endpoint is on this machine")
		return true
	}
	end := answer.TLS.PeerCertificates[0].NotAfter
	if left := end.Sub(e.Now()); left < endsSoon {
		s.broken("TLS", "have the certificate of the endpoint renewed", "the certificate ends on %s", end.UTC().Format(time.DateOnly))
		return true
	}
	s.good("TLS", "trusted, the certificate ends on %s", end.UTC().Format(time.DateOnly))
	return true
}

// examineLogin makes one login and one list, unless a login was refused before; nil where
// either fails.
func (e *examination) examineLogin(ctx context.Context, s *chapter, seller v1alpha1.SellerObject, config *cloudmore.Config) *granted {
	const remedy = "correct the Secret; the operator logs in with it at once: docs/credentials.md"
	st := seller.CurrentStatus()
	key := loginKey(config)
	switch {
	case st.RefusedLogin != nil:
		s.broken("login", remedy, "the operator's was refused, so none is tried: %s", or(st.RefusedLogin.Message, "without words"))
		return nil
	case st.UndecidedLogin != nil:
		s.broken("login", "see what answers in place of Cloudmore, such as a firewall or a proxy", "the operator's got no verdict, so none is tried: %s", or(st.UndecidedLogin.Message, "without words"))
		return nil
	case e.refused[key]:
		s.broken("login", remedy, "these credentials were refused for another Seller, so none is tried")
		return nil
	}
	api, err := cloudmore.New(*config)
	if err != nil {
		s.broken("login", remedy, "%v", err)
		return nil
	}
	listing, err := api.List(ctx)
	logins := api.Logins()
	if !logins.Granted {
		e.refused[key] = logins.Refused
		s.broken("login", remedy, "%v", said(err))
		return nil
	}
	if left := logins.Ends.Sub(e.Now()); !logins.Ends.IsZero() && left < endsSoon {
		s.broken("login", "have the password renewed in Cloudmore, and write it into the Secret", "granted, but the credentials end on %s", logins.Ends.UTC().Format(time.DateOnly))
	} else {
		s.good("login", "granted")
	}
	switch {
	case err != nil:
		s.broken("list", "see whether spec.sellerID is right, and what the API user may do: docs/credentials.md", "%v", said(err))
	case len(listing.Unreadable) > 0:
		s.broken("list", "see status.list of the Seller, and the portal", "%d brokers, and %d entries that can't be told apart", len(listing.Brokers), len(listing.Unreadable))
	default:
		s.good("list", "%d brokers", len(listing.Brokers))
	}
	if err != nil {
		return nil
	}
	return &granted{config, api, listing}
}

// loginKey tells the credentials of one login from others; it is shown nowhere.
func loginKey(config *cloudmore.Config) string {
	c := &config.Credentials
	return strings.Join([]string{config.Endpoint, c.Username, c.Password, c.ClientSecret, c.ClientID}, "\x00")
}

// examineWriting is what is known of the right to write: nothing is written to find out.
func (e *examination) examineWriting(ctx context.Context, s *chapter, seller v1alpha1.SellerObject, ref fleet.Ref) {
	const remedy = "give the API user the right to write in Cloudmore: docs/credentials.md"
	st, settings := seller.CurrentStatus(), seller.Settings()
	condition, _ := ready(seller.(client.Object))
	resellers, err := allResellers(ctx, e.client, or(seller.GetNamespace(), e.namespace))
	if err != nil {
		s.unknown("right to write", "%v", err)
		return
	}
	resellers = slices.DeleteFunc(resellers, func(r v1alpha1.Reseller) bool { return fleet.RefOf(&r) != ref })
	forbidden := slices.IndexFunc(resellers, func(r v1alpha1.Reseller) bool {
		c, _ := ready(&r)
		return c != nil && c.Reason == v1alpha1.ReasonForbidden
	})
	switch last := lastWrite(resellers); {
	case condition != nil && condition.Reason == v1alpha1.ReasonReadOnlyAccount, st.Pause != nil && st.Pause.Reason == v1alpha1.PauseWritesDenied:
		s.broken("right to write", remedy, "Cloudmore refuses writes, and answers reads")
	case forbidden >= 0:
		s.broken("right to write", remedy, "Cloudmore refused a write for Reseller %s/%s", resellers[forbidden].Namespace, resellers[forbidden].Name)
	case !last.IsZero():
		s.good("right to write", "Cloudmore took a write %s ago", e.ago(last))
	case settings.Writes == v1alpha1.WritesDryRun:
		s.unknown("right to write", "nothing was written yet: the Seller is in dry run")
	default:
		s.unknown("right to write", "nothing was written yet")
	}
}

// lastWrite is when Cloudmore last took a write for any of them, as far as status tells.
func lastWrite(resellers []v1alpha1.Reseller) time.Time {
	var last time.Time
	for i := range resellers {
		for _, effect := range resellers[i].Status.History {
			switch effect.Action {
			case v1alpha1.EffectCreated, v1alpha1.EffectUpdated, v1alpha1.EffectCorrected, v1alpha1.EffectDeleted:
				if effect.At.After(last) {
					last = effect.At.Time
				}
			default:
			}
		}
	}
	return last
}
