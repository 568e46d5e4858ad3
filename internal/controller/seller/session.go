package seller

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/metrics"
	"github.com/reseller-operator/reseller-operator/internal/sellerplan"
)

// session is what this process has put to work for one object.
type session struct {
	sellerplan.Session
	name     string
	settings account.Settings
	// logins are the credentials that this process used for it, the latest first.
	logins []cloudmore.Credentials
}

// used are the credentials of a session, nil for none, before others: what an API repeats
// of them is still a secret.
func (s *session) used(login *cloudmore.Credentials) []cloudmore.Credentials {
	all := []cloudmore.Credentials{*login}
	if s != nil {
		all = append(all, slices.DeleteFunc(slices.Clone(s.logins), func(c cloudmore.Credentials) bool { return c == *login })...)
	}
	return all[:min(len(all), maxLogins)]
}

// printsOf tell the credentials of an object from others.
func printsOf(obj v1alpha1.SellerObject, c *cloudmore.Credentials, secret *corev1.Secret, bundle []byte) sellerplan.Prints {
	login := [][]byte{[]byte(c.Username), []byte(c.Password), []byte(c.ClientSecret), []byte(c.ClientID)}
	client := append([][]byte{[]byte(obj.Settings().Endpoint), []byte(obj.Settings().SellerID), bundle}, login...)
	return sellerplan.Prints{
		Client: digestOf(client...), Login: digestOf(login...), Secret: digestOf(writtenByOthers(secret)), Revision: secret.ResourceVersion,
	}
}

func digestOf(parts ...[]byte) string {
	h := sha256.New()
	for _, part := range parts {
		_, _ = fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// writtenByOthers is a Secret but for our finalizer, and what changes with it.
func writtenByOthers(secret *corev1.Secret) []byte {
	bare := secret.DeepCopy()
	bare.ResourceVersion, bare.ManagedFields = "", nil
	bare.Finalizers = slices.DeleteFunc(bare.Finalizers, func(f string) bool { return f == v1alpha1.FinalizerInUse })
	text, _ := json.Marshal(bare) // of strings and bytes
	return text
}

// session is what is at work for an object, nil for nothing.
func (r *Reconciler) session(name types.NamespacedName) *session {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sessions[name]
}

func (r *Reconciler) keep(name types.NamespacedName, s *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sessions == nil {
		r.sessions = map[types.NamespacedName]*session{}
	}
	r.sessions[name] = s
}

// end takes the session of an object from work.
func (r *Reconciler) end(name types.NamespacedName) {
	r.mu.Lock()
	delete(r.written, name)
	r.mu.Unlock()
	known := r.session(name)
	if known == nil {
		return
	}
	r.Accounts.Leave(known.Account, known.name)
	metrics.ForgetSeller(metrics.Seller{Kind: string(r.New().SellerKind()), Namespace: name.Namespace, Name: name.Name})
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.sessions, name)
}

// keepers are the objects whose sessions are at work in an account: one session,
// or all for "".
func (r *Reconciler) keepers(key broker.Account, session string) []types.NamespacedName {
	r.mu.Lock()
	defer r.mu.Unlock()
	var names []types.NamespacedName
	for name, s := range r.sessions {
		if s.Account == key && (session == "" || session == s.name) {
			names = append(names, name)
		}
	}
	return names
}
