package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// The bounds of status.history.
const (
	// MaxHistory is how many effects are kept.
	MaxHistory = 5
	// MaxEffectFields is how many fields of an effect are kept.
	MaxEffectFields = 16
)

// EffectAction says what the operator did, or was refused.
// +kubebuilder:validation:Enum=Created;Adopted;Observed;Updated;Corrected;Deleted;Disappeared;CreateFailed;UpdateFailed;DeleteFailed;WouldCreate;WouldUpdate;WouldDelete
type EffectAction string

const (
	// EffectCreated is that the broker was created for this Reseller.
	EffectCreated EffectAction = "Created"
	// EffectAdopted is that an existing broker was adopted.
	EffectAdopted EffectAction = "Adopted"
	// EffectObserved is that an existing broker is watched from then on.
	EffectObserved EffectAction = "Observed"
	// EffectUpdated is that an edit was sent.
	EffectUpdated EffectAction = "Updated"
	// EffectCorrected is that what was changed elsewhere was corrected.
	EffectCorrected EffectAction = "Corrected"
	// EffectDeleted is that Cloudmore accepted the delete.
	EffectDeleted EffectAction = "Deleted"
	// EffectDisappeared is that the broker was deleted elsewhere.
	EffectDisappeared EffectAction = "Disappeared"
	// EffectCreateFailed is that a create was refused, or its answer got lost.
	EffectCreateFailed EffectAction = "CreateFailed"
	// EffectUpdateFailed is that an update was refused, or its answer got lost.
	EffectUpdateFailed EffectAction = "UpdateFailed"
	// EffectDeleteFailed is that a delete was refused, or its answer got lost.
	EffectDeleteFailed EffectAction = "DeleteFailed"
	// EffectWouldCreate is that a dry run did not create the broker.
	EffectWouldCreate EffectAction = "WouldCreate"
	// EffectWouldUpdate is that a dry run did not send an edit or a correction.
	EffectWouldUpdate EffectAction = "WouldUpdate"
	// EffectWouldDelete is that a dry run did not delete the broker.
	EffectWouldDelete EffectAction = "WouldDelete"
)

// Effect is one thing that the operator did to the broker, or tried to do. It holds no
// values.
type Effect struct {
	// at is when; of several alike, when the last one.
	// +required
	At metav1.Time `json:"at,omitzero"`

	// action says what.
	// +required
	Action EffectAction `json:"action,omitempty"`

	// times is how often that happened in a row; absent for once.
	// +kubebuilder:validation:Minimum=2
	// +optional
	Times int32 `json:"times,omitempty"`

	// brokerID is the broker that it happened to, where there was one.
	// +kubebuilder:validation:MaxLength=128
	// +optional
	BrokerID string `json:"brokerID,omitempty"`

	// attempt is the create or delete that it was, as in the log.
	// +kubebuilder:validation:MaxLength=64
	// +optional
	Attempt string `json:"attempt,omitempty"`

	// fields are the paths of the fields that were sent, or refused; the first 16.
	// +kubebuilder:validation:MaxItems=16
	// +kubebuilder:validation:items:MaxLength=256
	// +listType=atomic
	// +optional
	Fields []string `json:"fields,omitempty"`

	// status is the HTTP status that Cloudmore answered; absent where no call was made,
	// or no answer came.
	// +kubebuilder:validation:Minimum=100
	// +kubebuilder:validation:Maximum=999
	// +optional
	Status int32 `json:"status,omitempty"`
}
