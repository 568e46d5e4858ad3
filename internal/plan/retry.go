package plan

import (
	"fmt"
	"math"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// written are the calls that write, and whose refusals status keeps, so that a restart does not
// start them over.
var written = []Call{CallCreate, CallUpdate, CallDelete}

// retry is what status keeps of a refused call, nil for none.
func (s *State) retry() *v1alpha1.Retry {
	for _, call := range written {
		t, failing := s.Memory.Tries[call]
		if !failing || !t.Refused || !t.like(s, call, s.content(call)) {
			continue
		}
		return &v1alpha1.Retry{
			Call: v1alpha1.RetryCall(call), Content: t.Content, Failures: int32(min(max(t.Failures, 0), math.MaxInt32)),
			FailedAt: metav1.NewTime(t.At), NextAt: metav1.NewTime(t.due(call, s.Record.UID)),
		}
	}
	return nil
}

// restored are the tries of an earlier process, as status tells them.
func (t Tries) restored(r *Record, generation int64, now time.Time) Tries {
	if kept := r.Retry; kept != nil {
		shown := Rest{}
		if c := r.Ready; c != nil {
			shown = Rest{Reason: c.Reason, Message: c.Message}
		}
		return Tries{Call(kept.Call): {
			Content: kept.Content, Failures: int(kept.Failures), At: kept.FailedAt.Time, Refused: true, Requested: r.LastHandled, Shown: shown,
		}}
	}
	return refusedByCondition(r, generation, now)
}

// refusedByCondition is a refusal that a version without status.retry left in the
// conditions: it is taken for a fresh one, so that the upgrade sends nothing.
func refusedByCondition(r *Record, generation int64, now time.Time) Tries {
	c := r.Stalled
	if c == nil || c.Status != metav1.ConditionTrue || c.ObservedGeneration != generation || r.Creation != nil ||
		(c.Reason != v1alpha1.ReasonRefused && c.Reason != v1alpha1.ReasonForbidden) {
		return nil
	}
	try := Try{
		Generation: generation, Failures: refusedTries, At: now, Refused: true, Requested: r.LastHandled,
		Shown: Rest{Reason: c.Reason, Message: c.Message},
	}
	if r.BrokerID == "" {
		return Tries{CallCreate: try}
	}
	return Tries{CallUpdate: try, CallDelete: try}
}

// tryOf is the try that ended with this failure, nil for none.
func (s *State) tryOf(f *broker.Failure) *Try {
	for _, t := range s.Memory.Tries {
		if t.Failure == f {
			return &t
		}
	}
	return nil
}

// nextTry says, after a separator, when a refused call is made again, and how to ask
// for it sooner.
func (s *State) nextTry(f *broker.Failure, separator string) string {
	for call, t := range s.Memory.Tries {
		if t.Failure == f && t.Refused {
			return separator + fmt.Sprintf("it is tried again at %s, or at once when the annotation %s is set to any new value",
				t.due(call, s.Record.UID).UTC().Format("15:04:05 UTC"), v1alpha1.AnnotationReconcileRequestedAt)
		}
	}
	return ""
}

// unreadable says that a broker is listed and its own GET finds none.
func unreadable(t *Try) Rest {
	return Rest{
		Reason: v1alpha1.ReasonBrokerUnreadable,
		Message: fmt.Sprintf("broker %s is listed, but reading it by its id says that there is none (%d times by now); it may be deleted or belong to another seller: look in the portal, or ask Cloudmore",
			t.Content, t.Failures),
		Quiet: t.Failures == 1, // the next list may lack it
	}
}
