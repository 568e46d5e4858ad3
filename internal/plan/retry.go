package plan

import (
	"fmt"
	"math"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// written are the calls that write, and whose refusals status keeps, so that a restart
// does not start them over.
var written = []Call{CallCreate, CallUpdate, CallDelete}

// retry is what status keeps of the refused call that is made again, nil for none: of
// several the latest, and no create of who has got a broker since, update of who is in
// order or goes, or delete of who was restored and stays. While the broker can't be read
// the row of an update stays as it is, so that it does not come and go with each answer.
func (s *State) retry(inOrder bool) *v1alpha1.Retry {
	var kept *v1alpha1.Retry
	latest := time.Time{}
	for _, call := range written {
		t, failing := s.Memory.Tries[call]
		over := (call == CallCreate && s.bound()) || (call == CallUpdate && (inOrder || s.Desired.Deleting)) || (call == CallDelete && !s.Desired.Deleting)
		if !failing || over || !t.Refused || !s.stillAbout(call, t) || t.At.Before(latest) {
			continue
		}
		latest = t.At
		kept = &v1alpha1.Retry{
			Call: v1alpha1.RetryCall(call), Content: t.Content, Failures: int32(min(max(t.Failures, 0), math.MaxInt32)),
			FailedAt: stored(t.At), NextAt: stored(t.due(call, s.Record.UID)),
		}
	}
	return kept
}

// stillAbout reports whether what was refused is what would be sent now, or status says so
// where that can't be told.
func (s *State) stillAbout(call Call, t Try) bool {
	if call == CallUpdate && s.compared() == nil {
		kept := s.Record.Retry
		return kept != nil && kept.Call == v1alpha1.RetryCall(call)
	}
	return t.about(s, s.content(call))
}

// stored is a moment as status keeps it, so that what is written is what is read.
func stored(at time.Time) metav1.Time { return metav1.NewTime(at).Rfc3339Copy() }

// restored are the tries of an earlier process, as status tells them.
func (t Tries) restored(r *Record, generation int64, now time.Time) Tries {
	if kept := r.Retry; kept != nil {
		return Tries{Call(kept.Call): {
			Content: kept.Content, Failures: max(1, int(kept.Failures)), At: kept.FailedAt.Time, Refused: true, Requested: r.LastHandled, Shown: r.refusal(),
		}}
	}
	if c := r.Ready; c != nil && c.Reason == v1alpha1.ReasonServicesActivated && c.ObservedGeneration == generation {
		return Tries{CallServices: {Generation: generation, Observed: listedServices(nil), Failures: longUse, At: now, InUse: true}}
	}
	return refusedByCondition(r, generation, now)
}

// noteOfRefusal is what events say of a refusal that an earlier process was answered.
const noteOfRefusal = "Cloudmore refused the last call; status has the words of the answer"

// refusal is what status says of the call that is made again: its words, unless
// something else stands there by now, and its fields.
func (r *Record) refusal() Rest {
	rest := Rest{
		Reason:  v1alpha1.ReasonRefused,
		Message: fmt.Sprintf("Cloudmore refused the last %s; %s", r.Retry.Call, againAt(r.Retry.NextAt.Time)),
		Note:    noteOfRefusal,
	}
	if c := r.Ready; c != nil && (c.Reason == v1alpha1.ReasonRefused || c.Reason == v1alpha1.ReasonForbidden) {
		rest.Reason, rest.Message = c.Reason, c.Message
	}
	for _, row := range r.Rejected {
		rest.Rejected = append(rest.Rejected, broker.FieldFailure{Path: row.Field, Message: row.Message})
	}
	return rest
}

// againAt says when a refused call is made again, and how to ask for it sooner.
func againAt(due time.Time) string {
	return fmt.Sprintf("it is tried again at %s, or at once when the annotation %s is set to any new value",
		due.UTC().Format("15:04:05 UTC"), v1alpha1.AnnotationReconcileRequestedAt)
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
		Shown: Rest{Reason: c.Reason, Message: c.Message, Note: noteOfRefusal},
	}
	if r.BrokerID == "" {
		return Tries{CallCreate: try}
	}
	return Tries{CallUpdate: try, CallDelete: try}
}

// nextTry says, after a separator, when a refused call is made again, and how to ask
// for it sooner.
func (s *State) nextTry(f *broker.Failure, separator string) string {
	for call, t := range s.Memory.Tries {
		if t.Failure == f && t.Refused {
			return separator + againAt(t.due(call, s.Record.UID))
		}
	}
	return ""
}

// unreadable says that a broker is listed and its own GET finds none.
func unreadable(t *Try) Rest {
	return Rest{
		Reason: v1alpha1.ReasonBrokerUnreadable,
		Message: fmt.Sprintf("broker %s is listed, but reading it by its id says that there is none; it may be deleted or belong to another seller: look in the portal, or ask Cloudmore",
			t.Content),
		Quiet: t.Failures == 1, // the next list may lack it
	}
}

// listedOnly waits for the next sync where a broker is listed that its own GET did not
// find; where status says so already, it goes on to.
func (s *State) listedOnly(id broker.ID) Step {
	if t := s.missedSince(s.Reading.Latest); t != nil && s.toldMissing() {
		return s.again(CallLook, t)
	}
	return waiting(s, fmt.Sprintf("broker %s is listed but can't be read; the next sync decides", id))
}
