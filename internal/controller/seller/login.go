package seller

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
)

// touched reports whether the Secret was written by somebody else since its present
// credentials were tried. A new process knows the revision only; our own finalizer
// may have made a new one, which then counts as a touch, too.
func touched(st *v1alpha1.SellerStatus, known, next *session) bool {
	switch {
	case known == nil:
		return st.RefusedLogin != nil && st.RefusedLogin.SecretRevision != next.revision
	case known.login != next.login:
		return false
	default:
		return known.touched || known.secret != next.secret
	}
}

// remember tells a new client how earlier logins went, and reports whether its
// credentials are others than those of the session before it.
func remember(config *cloudmore.Config, st *v1alpha1.SellerStatus, known, next *session, before cloudmore.Logins) (others bool) {
	if known == nil {
		config.LoginRefused = st.RefusedLogin != nil
		if u := st.UndecidedLogin; u != nil {
			config.LoginsUndecided = times(u.Tries)
		}
		return false
	}
	config.NewCredentials = known.login != next.login
	config.LoginRefused = before.Refused && !config.NewCredentials
	config.LoginsUndecided = before.Undecided
	return config.NewCredentials || known.others
}

// loginsOf are the logins of a session, whose account is in use; none for nil.
func (r *Reconciler) loginsOf(known *session) cloudmore.Logins {
	if known == nil {
		return cloudmore.Logins{}
	}
	a := r.Accounts.Find(known.key)
	if a == nil {
		return cloudmore.Logins{}
	}
	return a.Standing(known.name).Logins
}

// decideLogin decides whether to log in once more, and writes that into status.
func (r *Reconciler) decideLogin(obj v1alpha1.SellerObject) loginDecision {
	known, st := r.session(client.ObjectKeyFromObject(obj)), obj.CurrentStatus()
	if known == nil {
		return loginDecision{}
	}
	logins := r.loginsOf(known)
	reportLogin(st, known, logins) // what was refused meanwhile is counted first
	asked := bounded.Text(obj.GetAnnotations()[v1alpha1.AnnotationReconcileRequestedAt], maxRequest)
	facts := loginFacts{
		now: r.Clock.Now(), refused: logins.Refused, undecided: len(logins.Undecided) > 0,
		requested: asked != "" && asked != st.LastHandledReconcileAt, touched: known.touched,
	}
	facts.repeats = repeats(st, known)
	decision := decideLogin(facts)
	if refused := st.RefusedLogin; refused != nil && (decision.again || !known.touched) {
		refused.SecretRevision = known.revision
		if decision.counts {
			refused.RepeatedAt = append(refused.RepeatedAt, metav1.NewTime(facts.now))
			refused.RepeatedAt = refused.RepeatedAt[max(0, len(refused.RepeatedAt)-repeatsDay):]
		}
	}
	return decision
}

// repeats are the logins that were repeated with the credentials of a session. Others
// are bounded anew, and status forgets those of the credentials before: it keeps whole
// seconds, so that the time of a login does not tell whose it was.
func repeats(st *v1alpha1.SellerStatus, known *session) []time.Time {
	if st.RefusedLogin == nil {
		return nil
	}
	if known.others {
		st.RefusedLogin.RepeatedAt = nil
	}
	return times(st.RefusedLogin.RepeatedAt)
}

// logIn does what was decided, and says when to come back.
func (r *Reconciler) logIn(obj v1alpha1.SellerObject, decision loginDecision) reconcile.Result {
	known := r.session(client.ObjectKeyFromObject(obj))
	switch {
	case known == nil:
	case decision.again:
		tried := *known
		tried.touched, tried.others = false, false
		r.keep(client.ObjectKeyFromObject(obj), &tried)
		if a := r.Accounts.Find(known.key); a != nil {
			a.LoginAgain(known.name)
		}
	case !decision.later.IsZero():
		return reconcile.Result{RequeueAfter: max(decision.later.Sub(r.Clock.Now()), time.Second)}
	}
	return reconcile.Result{}
}

// reportLogin remembers logins that were refused or got no verdict, so that a
// restart does not repeat them.
func reportLogin(st *v1alpha1.SellerStatus, known *session, l cloudmore.Logins) {
	if known == nil {
		return
	}
	st.UndecidedLogin = undecided(st.UndecidedLogin, l)
	at, answer := metav1.NewTime(l.RefusedAt.Truncate(time.Second)), bounded.Line(l.Answer, maxAnswer)
	switch {
	case !l.Refused && l.Granted:
		st.RefusedLogin = nil
	case l.RefusedAt.IsZero(), st.RefusedLogin != nil && st.RefusedLogin.At.Equal(&at) && st.RefusedLogin.Message == answer:
	default:
		refused := &v1alpha1.RefusedLogin{SecretRevision: known.revision, At: at, Message: answer}
		if st.RefusedLogin != nil {
			refused.RepeatedAt = st.RefusedLogin.RepeatedAt
		}
		st.RefusedLogin = refused
	}
}

// undecided is what status keeps of logins without a verdict.
func undecided(stored *v1alpha1.UndecidedLogin, l cloudmore.Logins) *v1alpha1.UndecidedLogin {
	if len(l.Undecided) == 0 {
		return nil
	}
	kept := &v1alpha1.UndecidedLogin{Message: bounded.Line(l.Answer, maxAnswer)}
	if kept.Message == "" && stored != nil {
		kept.Message = stored.Message // of an earlier process
	}
	for _, at := range l.Undecided {
		kept.Tries = append(kept.Tries, metav1.NewTime(at.Truncate(time.Second)))
	}
	return kept
}

// maxAnswer is what status keeps of what a server says, in bytes.
const maxAnswer = 1024

func times(stored []metav1.Time) []time.Time {
	all := make([]time.Time, len(stored))
	for i := range stored {
		all[i] = stored[i].Time
	}
	return all
}

// askForLogin is how a person has a login tried at once.
const askForLogin = "the annotation " + v1alpha1.AnnotationReconcileRequestedAt + " with any new value has it tried at once"

func refusedMessage(l *v1alpha1.RefusedLogin) string {
	said := ""
	if l != nil && l.Message != "" {
		said = " (" + l.Message + ")"
	}
	return "Cloudmore refused the login with the Secret's credentials" + said + "; it is not tried again until the Secret changes; " + askForLogin
}

func undecidedMessage(l *v1alpha1.UndecidedLogin) string {
	said := ""
	if l.Message != "" {
		said = ": " + l.Message
	}
	return "the login got no verdict on the credentials" + said + "; it is tried again by itself, at most 5 times an hour; " + askForLogin
}
