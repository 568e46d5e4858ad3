package sellerplan

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// problem is why the credentials can't be put to work; nil where they can, or are not
// read yet. An earlier session stays then: its token is good until it expires.
func (s *State) problem() *verdict {
	o, c := &s.Seller, s.Credentials
	stalled := func(reason, format string, args ...any) *verdict {
		return &verdict{reason: reason, message: fmt.Sprintf(format, args...), stalled: true}
	}
	switch {
	case !o.EndpointAllowed:
		return stalled(v1alpha1.ReasonEndpointNotAllowed, "spec.endpoint: this operator may not call %s; the cluster administrator can allow the host with --allowed-endpoints", o.Endpoint)
	case c == nil, !s.worksUntil().IsZero():
		return nil
	case !c.Found:
		return stalled(v1alpha1.ReasonCredentialsMissing, "spec.credentialsSecretRef: there is no Secret %s in namespace %s; create it with the keys username, password and clientSecret", o.SecretName, o.SecretNamespace)
	case len(c.Missing) > 0:
		return stalled(v1alpha1.ReasonCredentialsMissing, "spec.credentialsSecretRef: Secret %s lacks %s", o.SecretName, strings.Join(c.Missing, ", "))
	case c.Odd != "" && !s.vouched():
		return stalled(v1alpha1.ReasonCredentialsMissing, "spec.credentialsSecretRef: in Secret %s %s, which would cost a login; rewrite it without, or, if it is right, %s", o.SecretName, c.Odd, askForLogin)
	case !Permits(c.Endpoint, o.Endpoint):
		return stalled(v1alpha1.ReasonCredentialsMissing, "spec.endpoint: Secret %s does not permit that its password is sent to %s; whoever owns the Secret says so with the annotation %s: %s",
			o.SecretName, o.Endpoint, v1alpha1.AnnotationEndpoint, o.Endpoint)
	case o.CABundle != nil && !c.CAFound:
		ref := o.CABundle
		return stalled(v1alpha1.ReasonCredentialsMissing, "spec.caBundleRef: there is no key %s in %s %s of namespace %s", ref.Key, ref.Kind, ref.Name, o.SecretNamespace)
	case s.Outcome.Entered != nil && s.Outcome.Entered.Trouble != "":
		return stalled(v1alpha1.ReasonCredentialsMissing, "spec.endpoint, spec.caBundleRef or the Secret can't be used: %s", s.Outcome.Entered.Trouble)
	default:
		return nil
	}
}

// vouched reports whether values that look like slips are right: they are at work, they
// got the list in an earlier process, or a user asks for a login with them.
func (s *State) vouched() bool {
	c, v := s.Credentials, s.Status.Verified
	return s.Session != nil && s.Session.Login == c.Login || s.requests(s.Status) ||
		v != nil && v.SecretRevision == c.Revision && s.verified(s.Status)
}

// holdsLogins reports whether the session at work may log in no more: what it was made of
// is not in the Secret, or must not be sent. The token that it has is used to its end.
func (s *State) holdsLogins() bool {
	return s.Session != nil && s.Outcome.Entered == nil && s.problem() != nil
}

// Permits reports whether the credentials may be sent to an endpoint: the
// default one, the one that the Secret itself names, or, where it names none, a
// loopback address. Else a user who can edit a Seller but not read its Secret
// could have the password sent to a host of their own.
func Permits(named, endpoint string) bool {
	switch {
	case endpoint == v1alpha1.DefaultEndpoint, named == endpoint:
		return true
	case named != "":
		return false
	}
	at, err := url.Parse(endpoint)
	return err == nil && broker.Loopback(at.Hostname())
}

// credentialsUnused puts the credentials to work, if they are other ones than those
// at work.
func credentialsUnused(s *State) Step {
	if s.Outcome.Entered != nil || s.Credentials == nil || s.gone() || s.problem() != nil {
		return nil
	}
	known := s.Session
	next := Session{Prints: s.Credentials.Prints, Account: s.Seller.Account}
	next.Touched = s.touched() && (known == nil || known.Logins.Refused)
	if known != nil && known.Client == next.Client && known.Account == next.Account {
		next.Others, next.Logins, next.Heard, next.Lost, next.Inherits = known.Others, known.Logins, known.Heard, s.stillLost(), known.Inherits
		return Stay{Session: next}
	}
	step := Enter{Status: s.Status.DeepCopy()}
	s.noteVerified(step.Status) // as the earlier session still knows
	step.Trust = s.trust(step.Status, next.Revision)
	if known == nil {
		step.LoginRefused, step.LoginsUndecided = s.Status.RefusedLogin != nil, tries(s.Status.UndecidedLogin)
		next.Inherits = s.inheritance(step.Trust)
	} else {
		step.NewCredentials = known.Login != next.Login
		step.LoginRefused = known.Logins.Refused && !step.NewCredentials
		step.LoginsUndecided = known.Logins.Undecided
		next.Others = step.NewCredentials || known.Others
	}
	step.Session = next
	return step
}

// touched reports whether the Secret was written by somebody else since its present
// credentials were tried. A new process knows the revision only; our own finalizer
// may have made a new one, which then counts as a touch, too.
func (s *State) touched() bool {
	known, next, refused := s.Session, &s.Credentials.Prints, s.Status.RefusedLogin
	switch {
	case known == nil:
		return refused != nil && refused.SecretRevision != next.Revision
	case known.Login != next.Login:
		return false
	default:
		return known.Touched || known.Secret != next.Secret
	}
}

// tries are the logins without a verdict that status keeps.
func tries(l *v1alpha1.UndecidedLogin) []time.Time {
	if l == nil {
		return nil
	}
	all := make([]time.Time, len(l.Tries))
	for i := range l.Tries {
		all[i] = l.Tries[i].Time
	}
	return all
}
