package plan

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// Record is what is stored about the object: finalizers and status.
type Record struct {
	Namespace string
	UID       string
	Created   time.Time
	// Finalizer says that ours is set; Foreign are those of others that a
	// deletion waits for.
	Finalizer bool
	Foreign   []string
	// BrokerID is the bound broker, Account where it lives, Bound its identity.
	BrokerID broker.ID
	Account  broker.Account
	Origin   v1alpha1.Origin
	Bound    broker.Identity
	// Sent are the identities that updates may have given the broker since Bound was shown,
	// the latest last.
	Sent []broker.Identity
	// Annotated is the broker that the id annotation names, AnnotatedAs its origin where
	// the operator wrote both, "" where somebody else did.
	Annotated   broker.ID
	AnnotatedAs v1alpha1.Origin
	// Creation is the open intent, Deletion the open deletion.
	Creation *Intent
	Deletion *Deletion
	// Applied is what Cloudmore last took from this object.
	Applied broker.Applied
	// Accepted are the spellings that count as equal.
	Accepted []broker.Spelling
	// Unproved are those of them that an earlier version left, and that no value was sent
	// for since.
	Unproved []broker.Spelling
	// Drift are the differences shown last.
	Drift []v1alpha1.Drift
	// Harmed are the fields that updates changed although the spec does not name them.
	Harmed []v1alpha1.UnmanagedChange
	// Compared is whether the broker was ever compared in full.
	Compared bool
	// Ready and Stalled are the conditions as stored; nil for none.
	Ready, Stalled *metav1.Condition
	// ObservedGeneration is -1 until the first report.
	ObservedGeneration int64
	LastHandled        string
	// Retry is the refused call that is made again, nil for none; Rejected are the
	// fields that the API refused.
	Retry    *v1alpha1.Retry
	Rejected []v1alpha1.Rejection
}

// Intent is a create that was decided on.
type Intent struct {
	Attempt  string
	Deadline time.Time
	// Allowed is how long the call may take, as its writer decided.
	Allowed  time.Duration
	Identity broker.Identity
	// Number and Domain are those that were posted, as they were written.
	Number, Domain string
	Account        broker.Account
	BodyHash       string
	// PassedOver are the similar brokers that were there before.
	PassedOver []broker.ID
	// Committed says that the API confirmed the POST, Refused that it refused it.
	Committed, Refused bool
}

// Deletion is a delete that was decided on.
type Deletion struct {
	Attempt  string
	Deadline time.Time
	// Allowed is how long the call may take, as its writer decided.
	Allowed  time.Duration
	BrokerID broker.ID
}

// began is when it was written down, by the clock of its writer.
func (d *Deletion) began() time.Time { return d.Deadline.Add(-d.Allowed) }

// holds is the broker that is bound, or that an open deletion names; "" for none.
func (r *Record) holds() broker.ID {
	if r.Deletion != nil {
		return r.Deletion.BrokerID
	}
	return r.BrokerID
}

// RecordFrom reads what is stored about the object.
func RecordFrom(r *v1alpha1.Reseller) Record {
	st := &r.Status
	rec := Record{
		Namespace:          r.Namespace,
		UID:                string(r.UID),
		Created:            r.CreationTimestamp.Time,
		Finalizer:          slices.Contains(r.Finalizers, v1alpha1.FinalizerReseller),
		BrokerID:           broker.ID(st.BrokerID),
		Account:            broker.AccountOf(st.Endpoint, st.SellerID),
		Origin:             st.Origin,
		Applied:            broker.Applied(st.Applied),
		Drift:              st.Drift,
		Harmed:             st.UnmanagedChanges,
		Compared:           st.LastComparedAt != nil,
		Ready:              meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady),
		Stalled:            meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionStalled),
		ObservedGeneration: st.ObservedGeneration,
		LastHandled:        st.LastHandledReconcileAt,
		Retry:              st.Retry,
		Rejected:           st.Rejected,
	}
	rec.Annotated, rec.AnnotatedAs = annotationsOf(r)
	for _, name := range r.Finalizers {
		if name != v1alpha1.FinalizerReseller && name != metav1.FinalizerDeleteDependents {
			rec.Foreign = append(rec.Foreign, name)
		}
	}
	if st.Broker != nil && (st.BrokerID != "" || st.Deletion != nil) {
		rec.Bound, _ = broker.IdentityFrom(st.Broker.RegistrationNumber, st.Broker.Domain)
	}
	for _, sent := range st.SentIdentities {
		identity, _ := broker.IdentityFrom(sent.RegistrationNumber, sent.Domain)
		rec.Sent = append(rec.Sent, identity)
	}
	for _, n := range st.Normalized {
		form := broker.Spelling{Field: n.Field, Desired: n.Desired, Observed: n.Observed}
		rec.Accepted = append(rec.Accepted, form)
		if n.Unproved || !rec.Applied.Known() {
			rec.Unproved = append(rec.Unproved, form)
		}
	}
	if c := st.Creation; c != nil {
		id, _ := broker.IdentityFrom(c.RegistrationNumber, c.Domain)
		rec.Creation = &Intent{
			Attempt: c.Attempt, Deadline: c.Deadline.Time, Allowed: c.Deadline.Sub(c.StartedAt.Time), Identity: id, BodyHash: c.BodyHash, Committed: c.Committed, Refused: c.Refused,
			Account: broker.AccountOf(c.Endpoint, c.SellerID), Number: c.RegistrationNumber, Domain: c.Domain, PassedOver: idsOf(c.PassedOver),
		}
	}
	if d := st.Deletion; d != nil {
		rec.Deletion = &Deletion{Attempt: d.Attempt, Deadline: d.Deadline.Time, Allowed: d.Deadline.Sub(d.StartedAt.Time), BrokerID: broker.ID(d.BrokerID)}
	}
	return rec
}
