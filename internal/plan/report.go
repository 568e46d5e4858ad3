package plan

import (
	"cmp"
	"slices"

	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// kind says how a reason shows in the conditions.
type kind int

const (
	reconciling kind = iota // comes back automatically
	ready
	stalled // a user must act
	paused  // a user said so
)

// kinds are the reasons that are not reconciling.
var kinds = map[string]kind{
	v1alpha1.ReasonInSync: ready, v1alpha1.ReasonDriftReported: ready, v1alpha1.ReasonObserving: ready, v1alpha1.ReasonDiscovered: ready,
	v1alpha1.ReasonRefused: stalled, v1alpha1.ReasonForbidden: stalled, v1alpha1.ReasonSellerNotFound: stalled,
	v1alpha1.ReasonSellerNotAllowed: stalled, v1alpha1.ReasonAccountChanged: stalled, v1alpha1.ReasonBrokerNotFound: stalled,
	v1alpha1.ReasonIdentityTaken: stalled, v1alpha1.ReasonAdoptionNotAllowed: stalled, v1alpha1.ReasonAmbiguousMatch: stalled,
	v1alpha1.ReasonSimilarBrokerExists: stalled, v1alpha1.ReasonBrokerInactive: stalled,
	v1alpha1.ReasonServicesActivated: stalled, v1alpha1.ReasonDeletionProtected: stalled, v1alpha1.ReasonStatusRefused: stalled, v1alpha1.ReasonContested: stalled, v1alpha1.ReasonNotAccepted: stalled, v1alpha1.ReasonUnmanagedFieldChanged: stalled,
	v1alpha1.ReasonCreateOutcomeUnknown: stalled,
	v1alpha1.ReasonCreatedButNotListed:  stalled, v1alpha1.ReasonDuplicateSuspected: stalled,
	v1alpha1.ReasonOwnershipUnproven: stalled, v1alpha1.ReasonBrokerUnreadable: stalled, v1alpha1.ReasonDeletionUnconfirmed: stalled,
	v1alpha1.ReasonSuspended: paused, v1alpha1.ReasonDryRun: paused,
}

// NeedsPerson reports whether a reason of Ready means that a user must act.
func NeedsPerson(reason string) bool { return kinds[reason] == stalled }

// Reported is what status is to be, and whether that is another than it was.
type Reported struct {
	Status v1alpha1.ResellerStatus
	News   bool
}

// Report is status as a pass that came to rest leaves it: conditions, drift, what the broker
// looks like. It keeps the facts that steps save, and shown stays as it is. In the usual case
// there is no news.
func Report(s *State, rest Rest, shown *v1alpha1.ResellerStatus) Reported {
	r := Reported{Status: *shown}
	if rest.Quiet {
		return r
	}
	status := &r.Status
	// Each compares with what is there before it writes, so that a report at rest copies nothing.
	r.News = slices.Contains([]bool{
		reportConditions(s, rest, status),
		assign(&status.ObservedGeneration, s.Desired.Generation),
		assign(&status.EffectiveDeletionPolicy, s.policy()),
		acknowledge(s, rest, status),
		reportComparison(s, &rest, status),
		reportRefusal(s, rest, status),
		reportHarm(s, status),
		reportIdentities(s, &rest, status),
		showBroker(s, status),
	}, true)
	if r.News && rest.Compared {
		now := metav1.NewTime(s.Now)
		status.LastComparedAt = &now
	}
	return r
}

// assign gives a field a value, and reports whether it had another one.
func assign[T comparable](field *T, value T) bool {
	was := *field
	*field = value
	return was != value
}

// settledByUser reports whether a reason of an open create asks a user for what no other try can
// settle.
func settledByUser(reason string) bool {
	return NeedsPerson(reason) && reason != v1alpha1.ReasonRefused && reason != v1alpha1.ReasonForbidden
}

// acknowledge says that a user's request was heard.
func acknowledge(s *State, rest Rest, status *v1alpha1.ResellerStatus) bool {
	if s.Desired.Requested == "" || (s.owes() && !settledByUser(rest.Reason)) {
		return false
	}
	return assign(&status.LastHandledReconcileAt, s.Desired.Requested)
}

// reportRefusal shows the refused call that is made again, and the refused fields.
func reportRefusal(s *State, rest Rest, status *v1alpha1.ResellerStatus) bool {
	retry, rows := status.Retry, status.Rejected
	status.Retry, status.Rejected = s.retry(kinds[rest.Reason] == ready), rejected(s, rest.Rejected, rows)
	return !slices.Equal(rows, status.Rejected) || !sameRetry(retry, status.Retry)
}

func sameRetry(a, b *v1alpha1.Retry) bool {
	if a == nil || b == nil {
		return a == b
	}
	return equality.Semantic.DeepEqual(a, b)
}

// ReportReason is status with a reason in its conditions; it says nothing of what the pass
// will come to.
func ReportReason(s *State, rest Rest, shown *v1alpha1.ResellerStatus) Reported {
	r := Reported{Status: *shown}
	r.News = reportConditions(s, rest, &r.Status)
	return r
}

// ReportUnstorable is status that says in the conditions alone that the API server refused
// the rest of it.
func ReportUnstorable(s *State, refusal string, shown *v1alpha1.ResellerStatus) Reported {
	r := ReportReason(s, Rest{
		Reason:  v1alpha1.ReasonStatusRefused,
		Message: "the API server does not take the status of this Reseller, so nothing is done about its broker; apply the CRDs of this version, and mend the field that it names: " + bounded.Line(refusal, maxRefusal),
	}, shown)
	r.News = assign(&r.Status.ObservedGeneration, s.Desired.Generation) || r.News
	return r
}

// owes reports whether a user asked for another try of a create, and the refused one
// has not been settled yet.
func (s *State) owes() bool {
	c, t := s.Record.Creation, s.Memory.Tries[CallCreate]
	return c != nil && c.Refused && s.requested() && t.Requested != s.Desired.Requested
}

// reportConditions says in the conditions what a pass came to, and whose turn it is. It
// reports whether one changed.
func reportConditions(s *State, rest Rest, status *v1alpha1.ResellerStatus) bool {
	k, before, shown := kinds[rest.Reason], ReasonOf(status.Conditions), s.conditions(status)
	changed := slices.Contains([]bool{
		shown.Conclude(Verdict{Reason: rest.Reason, Message: rest.Message, Ready: k == ready, Reconciling: k == reconciling, Stalled: k == stalled}),
		shown.Only(v1alpha1.ConditionSuspended, s.Desired.Suspended, v1alpha1.ReasonSuspended, "spec.suspend is true: nothing is written to the broker"),
	}, true)
	status.Conditions = shown.All
	if changed {
		Stands(&status.Standing, status.Conditions, before, metav1.NewTime(s.Now))
	}
	return changed
}

func (s *State) conditions(status *v1alpha1.ResellerStatus) Conditions {
	return Conditions{All: status.Conditions, Generation: s.Desired.Generation, Now: s.Now}
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
	return fitRejected(shown)
}

// ReportBroker is status that shows what Cloudmore has, and nothing else that is new.
func ReportBroker(s *State, shown *v1alpha1.ResellerStatus) Reported {
	r := Reported{Status: *shown}
	r.News = showBroker(s, &r.Status)
	return r
}

// showBroker shows what Cloudmore has, and reports whether that is new. A broker that is
// not proven to be this Reseller's is not shown: what is shown counts as its identity later.
func showBroker(s *State, status *v1alpha1.ResellerStatus) bool {
	if s.Desired.Discovered {
		// As lists show it: others may read its details now and then, which may be written otherwise.
		return s.Reading.Known != nil && (s.Reading.Listed || status.Broker == nil) && showFields(s.Reading.Known, status)
	}
	if !s.bound() {
		had := status.Broker != nil || status.ServicesActivated != nil
		status.Broker, status.ServicesActivated = nil, nil
		return had
	}
	services := showServices(s.Reading.ServicesActivated, status)
	known := s.Reading.Known
	if known == nil || !s.proven(known) || (status.Broker != nil && !known.Detail) {
		return services // a list may spell in a way of its own; what it shows otherwise is read
	}
	return showFields(known, status) || services
}

// showFields shows the fields that were read; the others stay.
func showFields(known *broker.Broker, status *v1alpha1.ResellerStatus) bool {
	next := v1alpha1.ObservedBroker{}
	if status.Broker != nil {
		next = *status.Broker
	}
	showText(known.Name, &next.Name)
	showText(known.RegistrationNumber, &next.RegistrationNumber)
	showText(known.Domain, &next.Domain)
	if status.Broker != nil && *status.Broker == next {
		return false
	}
	status.Broker = next.DeepCopy() // and not what was shown before, which stays as it is
	return true
}

func showServices(read *bool, status *v1alpha1.ResellerStatus) bool {
	if read == nil || (status.ServicesActivated != nil && *status.ServicesActivated == *read) {
		return false
	}
	status.ServicesActivated = read
	return true
}

func showText(read, shown *string) {
	if read != nil {
		*shown = bounded.Characters(*read, v1alpha1.MaxObservedLength)
	}
}
