package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// ResellerStatus is what the operator knows about a broker.
type ResellerStatus struct {
	// conditions say how the broker stands: Ready always; Drifted since the broker was
	// first compared; Reconciling, Stalled and Suspended only while they are True.
	// +kubebuilder:validation:MaxItems=8
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	Standing `json:",inline"`

	// observedGeneration is the metadata.generation that this status is about; -1
	// until the operator has looked at the object.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// brokerID is the id of the broker at Cloudmore.
	// +kubebuilder:validation:MaxLength=128
	// +optional
	BrokerID string `json:"brokerID,omitempty"`

	// sellerID is the seller that the broker belongs to. With endpoint it is the
	// account; when the Seller leads to another one, everything stops (AccountChanged).
	// +kubebuilder:validation:MaxLength=128
	// +optional
	SellerID string `json:"sellerID,omitempty"`

	// endpoint is the endpoint of the account that the broker lives in.
	// +kubebuilder:validation:MaxLength=512
	// +optional
	Endpoint string `json:"endpoint,omitempty"`

	// origin says how the broker came here: Created, Adopted or Observed.
	// +optional
	Origin Origin `json:"origin,omitempty"`

	// effectiveDeletionPolicy says what becomes of the broker when this object is
	// deleted now: Delete or Orphan.
	// +kubebuilder:validation:Enum=Delete;Orphan
	// +optional
	EffectiveDeletionPolicy DeletionPolicy `json:"effectiveDeletionPolicy,omitempty"`

	// creation is the create that is under way, or whose outcome is not known yet.
	// +optional
	Creation *Creation `json:"creation,omitempty"`

	// deletion is the delete that may be under way at Cloudmore; one that was refused
	// again stays here until status is written next.
	// +optional
	Deletion *Deletion `json:"deletion,omitempty"`

	// retry is the call that Cloudmore refused and that is made again; a restart of
	// the operator does not start it over.
	// +optional
	Retry *Retry `json:"retry,omitempty"`

	// rejected lists the fields that Cloudmore refused, with its own words.
	// +kubebuilder:validation:MaxItems=64
	// +listType=atomic
	// +optional
	Rejected []Rejection `json:"rejected,omitempty"`

	// sentIdentities are the registration numbers and domains that updates were about to
	// give the broker, the latest last, until a later sync shows what came of that.
	// With those of broker they tell whose it is.
	// +kubebuilder:validation:MaxItems=4
	// +listType=atomic
	// +optional
	SentIdentities []SentIdentity `json:"sentIdentities,omitempty"`

	// broker is what Cloudmore has.
	// +optional
	Broker *ObservedBroker `json:"broker,omitempty"`

	// servicesActivated says whether services are activated for the broker. Absent
	// means not known, which is not the same as false.
	// +optional
	ServicesActivated *bool `json:"servicesActivated,omitempty"`

	// drift lists the fields in which the broker differs from spec.
	// +kubebuilder:validation:MaxItems=128
	// +listType=map
	// +listMapKey=field
	// +optional
	Drift []Drift `json:"drift,omitempty"`

	// driftCount is how many fields drift lists; absent for none.
	// +kubebuilder:validation:Minimum=0
	// +optional
	DriftCount int32 `json:"driftCount,omitempty"`

	// applied is what Cloudmore last took from this object: a version, a salt, and a
	// digest of each managed field. It tells an edit of spec from a change elsewhere.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Applied string `json:"applied,omitempty"`

	// normalized lists the values that Cloudmore shows in its own way. They count
	// as equal.
	// +kubebuilder:validation:MaxItems=128
	// +listType=map
	// +listMapKey=field
	// +optional
	Normalized []Normalized `json:"normalized,omitempty"`

	// unmanagedChanges lists the fields that an update changed although spec does not
	// name them. No further update is sent until spec names each of them, or the
	// annotation cloudmore.com/accept-change does.
	// +kubebuilder:validation:MaxItems=32
	// +listType=map
	// +listMapKey=field
	// +optional
	UnmanagedChanges []UnmanagedChange `json:"unmanagedChanges,omitempty"`

	// history is what was done to the broker, or refused, the latest last. It is
	// written with whatever else there is to write, so the latest may be missing.
	// +kubebuilder:validation:MaxItems=5
	// +listType=atomic
	// +optional
	History []Effect `json:"history,omitempty"`

	// lastComparedAt is when the broker had last been compared in full at the time
	// this status was written. Comparisons that find nothing new are not recorded,
	// so the latest one may be more recent.
	// +optional
	LastComparedAt *metav1.Time `json:"lastComparedAt,omitempty"`

	// lastHandledReconcileAt is the value of the annotation
	// cloudmore.com/reconcile-requested-at that was last acted on.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	LastHandledReconcileAt string `json:"lastHandledReconcileAt,omitempty"`
}

// Creation is a create that was decided on: what is posted and where, written
// down before it is sent, so that a broker is found again whatever happens.
type Creation struct {
	CreationAttempt `json:",inline"`

	// sellerID is the seller that the broker is created for.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +required
	SellerID string `json:"sellerID,omitempty"`

	// endpoint is where the create is sent.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +required
	Endpoint string `json:"endpoint,omitempty"`

	// applied is a digest of each posted value, as status.applied keeps it when the
	// broker is there.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Applied string `json:"applied,omitempty"`

	// passedOver are the ids of the similar brokers that were there before: the create
	// made none of them.
	// +kubebuilder:validation:MaxItems=32
	// +kubebuilder:validation:items:MaxLength=128
	// +listType=set
	// +optional
	PassedOver []string `json:"passedOver,omitempty"`

	// committed says that Cloudmore confirmed the create without naming the broker.
	// +optional
	Committed bool `json:"committed,omitempty"`

	// refused says that Cloudmore refused the create. The create stays open until
	// lists show that it made nothing.
	// +optional
	Refused bool `json:"refused,omitempty"`

	// previous are earlier creates for this object whose broker was never found,
	// oldest first.
	// +kubebuilder:validation:MaxItems=16
	// +listType=map
	// +listMapKey=attempt
	// +optional
	Previous []CreationAttempt `json:"previous,omitempty"`
}

// CreationAttempt is one create, sent at most once.
type CreationAttempt struct {
	// attempt tells this create from every other one.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +required
	Attempt string `json:"attempt,omitempty"`

	// startedAt is when the create was decided on, by the operator's clock.
	// +required
	StartedAt metav1.MicroTime `json:"startedAt,omitzero"`

	// deadline is until when the call may take, by the operator's clock.
	// +required
	Deadline metav1.MicroTime `json:"deadline,omitzero"`

	// registrationNumber is the one that is posted.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +required
	RegistrationNumber string `json:"registrationNumber,omitempty"`

	// domain is the one that is posted.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Domain string `json:"domain,omitempty"`

	// bodyHash is a digest of everything that is posted.
	// +kubebuilder:validation:MaxLength=128
	// +optional
	BodyHash string `json:"bodyHash,omitempty"`
}

// Deletion is a delete that was decided on, written down before it is sent.
type Deletion struct {
	// attempt tells this delete from every other one.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=64
	// +required
	Attempt string `json:"attempt,omitempty"`

	// startedAt is when the delete was decided on, by the operator's clock.
	// +required
	StartedAt metav1.MicroTime `json:"startedAt,omitzero"`

	// deadline is until when the call may take, by the operator's clock.
	// +required
	Deadline metav1.MicroTime `json:"deadline,omitzero"`

	// brokerID is the broker that is deleted.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +required
	BrokerID string `json:"brokerID,omitempty"`
}

// RetryCall is a call that is made again after a refusal.
// +kubebuilder:validation:Enum=create;update;delete
type RetryCall string

// The calls whose refusals are kept.
const (
	// RetryCreate is the create of the broker.
	RetryCreate RetryCall = "create"
	// RetryUpdate is the update of the broker.
	RetryUpdate RetryCall = "update"
	// RetryDelete is the delete of the broker.
	RetryDelete RetryCall = "delete"
)

// Retry is a call that Cloudmore refused, and when it is made again. A change of
// what is sent, or of the annotation cloudmore.com/reconcile-requested-at, does not
// wait for that.
type Retry struct {
	// call is the call: create, update or delete.
	// +required
	Call RetryCall `json:"call,omitempty"`

	// content is a digest of what was sent.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Content string `json:"content,omitempty"`

	// failures is how often the call failed in a row with this content.
	// +kubebuilder:validation:Minimum=1
	// +required
	Failures int32 `json:"failures,omitempty"`

	// failedAt is when it failed last.
	// +required
	FailedAt metav1.Time `json:"failedAt,omitzero"`

	// nextAt is when it is made again.
	// +required
	NextAt metav1.Time `json:"nextAt,omitzero"`
}

// The bounds of Rejection and of their number.
const (
	// MaxFieldLength bounds the path of a field, in characters.
	MaxFieldLength = 256
	// MaxRejectionLength bounds the words about a field, in characters.
	MaxRejectionLength = 512
	// MaxRejections bounds how many are kept.
	MaxRejections = 64
)

// Rejection is one field that Cloudmore refused.
type Rejection struct {
	// field is the path of the field, such as spec.contact.phone; Cloudmore's own
	// name of it where the Reseller has none.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +required
	Field string `json:"field,omitempty"`

	// message is what Cloudmore said about it.
	// +kubebuilder:validation:MaxLength=512
	// +optional
	Message string `json:"message,omitempty"`

	// since is when it was first refused with this message.
	// +optional
	Since metav1.Time `json:"since,omitzero"`
}

// MaxSentIdentities bounds how many identities are kept that updates may have given.
const MaxSentIdentities = 4

// SentIdentity is the registration number and the domain that an update was about to give
// the broker. It is written down before that is sent.
type SentIdentity struct {
	// registrationNumber is the one that was sent; "" for none.
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=1024
	// +required
	RegistrationNumber string `json:"registrationNumber"`

	// domain is the one that was sent; "" for none.
	// +kubebuilder:validation:MinLength=0
	// +kubebuilder:validation:MaxLength=1024
	// +required
	Domain string `json:"domain"`
}

// ObservedBroker is what Cloudmore has, without personal data.
type ObservedBroker struct {
	// name is the name of the broker.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Name string `json:"name,omitempty"`

	// registrationNumber is the broker's registration number.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	RegistrationNumber string `json:"registrationNumber,omitempty"`

	// domain is the broker's domain.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Domain string `json:"domain,omitempty"`
}
