package plan

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// kind says how a reason shows in the conditions.
type kind int

const (
	reconciling kind = iota // comes back by itself
	ready
	stalled // a person must act
	paused  // a person said so
)

// kinds are the reasons that are not reconciling.
var kinds = map[string]kind{
	v1alpha1.ReasonInSync: ready, v1alpha1.ReasonDriftReported: ready, v1alpha1.ReasonObserving: ready,
	v1alpha1.ReasonRefused: stalled, v1alpha1.ReasonForbidden: stalled, v1alpha1.ReasonSellerNotFound: stalled,
	v1alpha1.ReasonSellerNotAllowed: stalled, v1alpha1.ReasonAccountChanged: stalled, v1alpha1.ReasonBrokerNotFound: stalled,
	v1alpha1.ReasonIdentityTaken: stalled, v1alpha1.ReasonAdoptionNotAllowed: stalled, v1alpha1.ReasonAmbiguousMatch: stalled,
	v1alpha1.ReasonServicesActivated: stalled, v1alpha1.ReasonContested: stalled, v1alpha1.ReasonCreateOutcomeUnknown: stalled,
	v1alpha1.ReasonCreatedButNotListed: stalled, v1alpha1.ReasonDuplicateSuspected: stalled,
	v1alpha1.ReasonOwnershipUnproven: stalled, v1alpha1.ReasonBrokerUnreadable: stalled, v1alpha1.ReasonDeletionUnconfirmed: stalled,
	v1alpha1.ReasonSuspended: paused,
}

// NeedsPerson reports whether a reason of Ready means that a person must act.
func NeedsPerson(reason string) bool { return kinds[reason] == stalled }

// Report puts what a pass came to into status: conditions, drift, what the
// broker looks like. It touches none of the facts that steps save, and reports
// whether anything changed. In the usual case it changes nothing.
func Report(s *State, rest Rest, status *v1alpha1.ResellerStatus) bool {
	if rest.Quiet {
		return false
	}
	before := status.DeepCopy()
	reportConditions(s, rest, status)
	status.ObservedGeneration = s.Desired.Generation
	status.EffectiveDeletionPolicy = s.policy()
	if s.Desired.Requested != "" && !s.owes() {
		status.LastHandledReconcileAt = s.Desired.Requested
	}
	if shown := s.withoutEdits(rest.Drift); rest.Compared || len(shown) > 0 || !s.bound() {
		status.Drift = drift(s, shown)
	}
	status.Retry, status.Rejected = s.retry(kinds[rest.Reason] == ready), rejected(s, rest.Rejected, before.Rejected)
	ShowBroker(s, status)
	if equality.Semantic.DeepEqual(before, status) {
		return false
	}
	if rest.Compared {
		now := metav1.NewTime(s.Now)
		status.LastComparedAt = &now
	}
	return true
}

// ShowReason puts a reason into the conditions, and says nothing of what the pass will
// come to.
func ShowReason(s *State, rest Rest, status *v1alpha1.ResellerStatus) {
	reportConditions(s, rest, status)
}

// owes reports whether a user asked for another try of a create, and the refused one
// has not been settled yet.
func (s *State) owes() bool {
	c, t := s.Record.Creation, s.Memory.Tries[CallCreate]
	return c != nil && c.Refused && s.requested() && t.Requested != s.Desired.Requested
}

// reportConditions keeps Ready always, the others only while they are True, and
// never Reconciling and Stalled together.
func reportConditions(s *State, rest Rest, status *v1alpha1.ResellerStatus) {
	set := func(name string, truth bool) {
		state := metav1.ConditionFalse
		if truth {
			state = metav1.ConditionTrue
		}
		meta.SetStatusCondition(&status.Conditions, metav1.Condition{
			Type: name, Status: state, Reason: rest.Reason, Message: rest.Message,
			ObservedGeneration: s.Desired.Generation, LastTransitionTime: metav1.NewTime(s.Now),
		})
	}
	only := func(name string, truth bool) {
		if truth {
			set(name, true)
			return
		}
		meta.RemoveStatusCondition(&status.Conditions, name)
	}
	k := kinds[rest.Reason]
	set(v1alpha1.ConditionReady, k == ready)
	only(v1alpha1.ConditionReconciling, k == reconciling)
	only(v1alpha1.ConditionStalled, k == stalled)
	if !s.Desired.Suspended {
		meta.RemoveStatusCondition(&status.Conditions, v1alpha1.ConditionSuspended)
		return
	}
	meta.SetStatusCondition(&status.Conditions, metav1.Condition{
		Type: v1alpha1.ConditionSuspended, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonSuspended,
		Message:            "spec.suspend is true: nothing is written to the broker",
		ObservedGeneration: s.Desired.Generation, LastTransitionTime: metav1.NewTime(s.Now),
	})
}

// drift shows the differences; one that was shown before keeps its time.
func drift(s *State, found []broker.Difference) []v1alpha1.Drift {
	var shown []v1alpha1.Drift
	for _, d := range found {
		row := v1alpha1.Drift{Field: d.Field, Desired: bounded.Characters(d.Desired, v1alpha1.MaxObservedLength), Observed: bounded.Characters(d.Observed, v1alpha1.MaxObservedLength)}
		at := slices.IndexFunc(s.Record.Drift, func(r v1alpha1.Drift) bool {
			return r.Field == row.Field && r.Desired == row.Desired && r.Observed == row.Observed
		})
		if at >= 0 {
			row.Since = s.Record.Drift[at].Since
		} else {
			row.Since = metav1.NewTime(s.Now)
		}
		shown = append(shown, row)
	}
	return shown
}

// rejected shows the fields that the API refused; one that was shown before with the
// same words keeps its time.
func rejected(s *State, found []broker.FieldFailure, before []v1alpha1.Rejection) []v1alpha1.Rejection {
	var shown []v1alpha1.Rejection
	for _, f := range found {
		row := v1alpha1.Rejection{Field: bounded.Characters(cmp.Or(f.Path, "spec"), v1alpha1.MaxFieldLength), Message: bounded.Characters(f.Message, v1alpha1.MaxRejectionLength), Since: metav1.NewTime(s.Now)}
		again := slices.IndexFunc(before, func(r v1alpha1.Rejection) bool { return r.Field == row.Field && r.Message == row.Message })
		if again >= 0 {
			row.Since = before[again].Since
		}
		known := func(r v1alpha1.Rejection) bool { return r.Field == row.Field && r.Message == row.Message }
		if !slices.ContainsFunc(shown, known) && len(shown) < v1alpha1.MaxRejections {
			shown = append(shown, row)
		}
	}
	return shown
}

// ShowBroker shows what Cloudmore has. A broker that is not proven to be this
// Reseller's is not shown: what is shown counts as its identity later.
func ShowBroker(s *State, status *v1alpha1.ResellerStatus) {
	known := s.Reading.Known
	switch {
	case !s.bound():
		status.Broker, status.ServicesActivated = nil, nil
		return
	case s.Reading.ServicesActivated != nil:
		status.ServicesActivated = s.Reading.ServicesActivated
	}
	if known == nil || !s.proven(known) {
		return
	}
	if status.Broker == nil {
		status.Broker = &v1alpha1.ObservedBroker{}
	}
	for _, field := range []struct {
		shown *string
		read  *string
	}{
		{&status.Broker.Name, known.Name},
		{&status.Broker.RegistrationNumber, known.RegistrationNumber},
		{&status.Broker.Domain, known.Domain},
	} {
		if field.read != nil {
			*field.shown = bounded.Characters(*field.read, v1alpha1.MaxObservedLength)
		}
	}
}

// maxRequest is what status keeps of a request's value.
const maxRequest = 256
