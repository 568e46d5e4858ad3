package seller

import (
	"context"
	"net/http"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/account/limiter"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/controller/users"
	"github.com/reseller-operator/reseller-operator/internal/moment"
	"github.com/reseller-operator/reseller-operator/internal/plan"
	"github.com/reseller-operator/reseller-operator/internal/says"
	"github.com/reseller-operator/reseller-operator/internal/secret"
	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
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

// readCredentials reads the Secret and the CA bundle.
func (p *pass) readCredentials(ctx context.Context) error {
	found := &sellerplan.Credentials{}
	p.state.Credentials = found
	p.secret = &corev1.Secret{}
	if err := p.r.Live.Get(ctx, p.obj.CredentialsKey(), p.secret); err != nil {
		return client.IgnoreNotFound(err)
	}
	p.login = secret.CredentialsIn(p.secret.Data)
	found.Found, found.Missing, found.Odd = true, secret.Missing(&p.login), secret.Odd(&p.login)
	found.Endpoint = p.secret.Annotations[v1alpha1.AnnotationEndpoint]
	bundle, err := p.r.caBundle(ctx, p.obj)
	if err != nil {
		return err
	}
	p.bundle, found.CAFound = bundle, len(bundle) > 0
	found.Prints = printsOf(p.obj, &p.login, p.secret, bundle)
	return nil
}

// caBundle reads the private CA; empty where none is named, or none is there.
func (r *Reconciler) caBundle(ctx context.Context, obj v1alpha1.SellerObject) ([]byte, error) {
	ref := obj.Settings().CABundleRef
	if ref == nil {
		return nil, nil
	}
	at := types.NamespacedName{Namespace: obj.CredentialsKey().Namespace, Name: string(ref.Name)}
	if ref.Kind == v1alpha1.CABundleSecret {
		holder := &corev1.Secret{}
		err := r.Live.Get(ctx, at, holder)
		return holder.Data[ref.Key], client.IgnoreNotFound(err)
	}
	holder := &corev1.ConfigMap{}
	err := r.Live.Get(ctx, at, holder)
	return []byte(holder.Data[ref.Key]), client.IgnoreNotFound(err)
}

// trusts are what an account calls them.
var trusts = map[sellerplan.Trust]account.Trust{
	sellerplan.Untried: account.Untried, sellerplan.Renewed: account.Renewed, sellerplan.Proven: account.Proven,
}

// enter makes a client of the credentials and puts it to work.
func (p *pass) enter(step *sellerplan.Enter) {
	r, door := p.r, &account.Door{Session: users.SessionName(p.obj)}
	p.state.Status = step.Status
	known := r.session(p.name)
	logins := known.used(&p.login)
	config := p.config(step, door)
	config.Former = logins[1:]
	c, err := cloudmore.New(config)
	if err != nil {
		p.state.Outcome.Entered = &sellerplan.Entered{Trouble: err.Error()}
		return
	}
	p.state.Outcome.Entered = &sellerplan.Entered{}
	next := &session{Session: step.Session, name: users.SessionName(p.obj), settings: settingsOf(p.obj.Settings()), logins: logins}
	if known != nil && known.Account != next.Account {
		r.Accounts.Leave(known.Account, known.name)
	}
	r.Accounts.Enter(next.Account, next.name, account.Entry{
		ID: next.Client, Client: c, Door: door, Trust: trusts[step.Trust], Settings: next.settings,
	})
	r.keep(p.name, next)
	if step.NewCredentials {
		p.say(says.CredentialsChanged)
	}
}

// config is what a client is made from, and what it knows of earlier logins.
func (p *pass) config(step *sellerplan.Enter, door *account.Door) cloudmore.Config {
	r, settings := p.r, p.obj.Settings()
	return cloudmore.Config{
		Endpoint: settings.Endpoint, SellerID: string(settings.SellerID),
		Credentials: p.login,
		Members:     r.Accounts.Members(p.state.Seller.Account), Announcements: r.Accounts.Announcements(p.state.Seller.Account),
		Gate: door, Now: r.Clock.Now, UserAgent: r.Connection.UserAgent, Transport: r.Connection.Transport,
		CABundle: p.bundle, AllowInsecure: r.Connection.AllowInsecure, AllowPrivateNetworks: r.Connection.reachesInside(settings.Endpoint),
		NewCredentials: step.NewCredentials, LoginRefused: step.LoginRefused, LoginsUndecided: step.LoginsUndecided,
	}
}

// stay leaves the client at work, with the settings of now.
func (p *pass) stay(step *sellerplan.Stay) {
	p.state.Outcome.Entered = &sellerplan.Entered{}
	known := p.r.session(p.name)
	next := &session{Session: step.Session, name: known.name, settings: settingsOf(p.obj.Settings()), logins: known.logins}
	if known.settings != next.settings {
		p.r.Accounts.Adjust(next.Account, next.name, next.settings)
	}
	p.r.keep(p.name, next)
}

// settingsOf is what a Seller asks of the account.
func settingsOf(s *v1alpha1.SellerSettings) account.Settings {
	limits := limiter.DefaultLimits
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
		ObserveInterval: moment.OrDefault(s.ObserveInterval.Duration, account.DefaultObserveInterval),
		DetailInterval:  moment.OrDefault(s.DetailInterval.Duration, account.DefaultDetailInterval),
		ListLag:         moment.OrDefault(s.Creation.ListLag.Duration, plan.DefaultListLag),
		Brake:           brakeOf(s.Brake),
		DryRun:          s.Writes == v1alpha1.WritesDryRun,
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
