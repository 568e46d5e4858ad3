package sellerplan

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
)

// Login is whether to log in once more with credentials that were refused or got no
// verdict. It is done after status says so.
type Login struct {
	// Again: log in once, whatever became of earlier logins.
	Again bool
	// Later is when a repeat is permitted; zero where none is wanted.
	Later time.Time
}

// login decides it, and notes in status what a repeat counts for.
func (s *State) login(status *v1alpha1.SellerStatus) Login {
	if s.Outcome.Heeded != nil {
		return *s.Outcome.Heeded
	}
	if s.Session == nil {
		return Login{}
	}
	l, refused := s.Session.Logins, status.RefusedLogin
	if refused != nil && s.Session.Others {
		refused.RepeatedAt = nil // those of the credentials before
	}
	decided, counts := Login{}, false
	switch later := nextRepeat(refused); {
	case s.requests(status) && (l.Refused || len(l.Undecided) > 0):
		decided.Again = true
	case !l.Refused || !s.Session.Touched:
	case later.After(s.Now):
		decided.Later = later
	default:
		decided.Again, counts = true, true
	}
	if refused != nil && (decided.Again || !s.Session.Touched) {
		refused.SecretRevision = s.Session.Revision
	}
	if refused != nil && counts {
		refused.RepeatedAt = append(refused.RepeatedAt, metav1.NewTime(s.Now))
		refused.RepeatedAt = refused.RepeatedAt[max(0, len(refused.RepeatedAt)-repeatsDay):]
	}
	return decided
}

// requests reports whether a user asked for a sync, and so for a login, that was not
// made yet.
func (s *State) requests(status *v1alpha1.SellerStatus) bool {
	return s.Seller.Reading != "" && s.Seller.Reading != status.LastHandledReconcileAt
}

// nextRepeat is when the next repeat is permitted; zero for at once.
func nextRepeat(refused *v1alpha1.RefusedLogin) time.Time {
	if refused == nil || len(refused.RepeatedAt) == 0 {
		return time.Time{}
	}
	repeats := refused.RepeatedAt
	n := len(repeats)
	at := repeats[n-1].Add(repeatGap)
	if n >= repeatsDay {
		if full := repeats[n-repeatsDay].Add(day); full.After(at) {
			return full
		}
	}
	return at
}

// noteLogins remembers logins that were refused or got no verdict, so that a
// restart does not repeat them.
func (s *State) noteLogins(status *v1alpha1.SellerStatus) {
	if s.Session == nil {
		return
	}
	l := &s.Session.Logins
	status.UndecidedLogin = undecided(status.UndecidedLogin, l)
	at, answer := metav1.NewTime(l.RefusedAt.Truncate(time.Second)), bounded.Line(l.Answer, maxAnswer)
	before := status.RefusedLogin
	switch {
	case !l.Refused && l.Granted:
		status.RefusedLogin = nil
	case l.RefusedAt.IsZero(), before != nil && before.At.Equal(&at) && before.Message == answer:
	default:
		status.RefusedLogin = &v1alpha1.RefusedLogin{SecretRevision: s.Session.Revision, At: at, Message: answer}
		if before != nil {
			status.RefusedLogin.RepeatedAt = before.RepeatedAt
		}
	}
}

// undecided is what status keeps of logins without a verdict.
func undecided(stored *v1alpha1.UndecidedLogin, l *Logins) *v1alpha1.UndecidedLogin {
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

// askForLogin is how a user has a login tried at once.
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
	return "the login got no verdict on the credentials" + said + "; it is retried automatically, at most 5 times an hour; " + askForLogin
}
