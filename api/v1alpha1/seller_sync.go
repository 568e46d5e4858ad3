package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// UnmanagedBroker is a broker that no Reseller claims.
type UnmanagedBroker struct {
	// id is the id of the broker at Cloudmore, for spec.brokerID of a Reseller.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +required
	ID string `json:"id,omitempty"`

	// name is its name. A ClusterSeller, which others may read, shows none.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	Name string `json:"name,omitempty"`
}

// SyncError is what Cloudmore answered to the call that failed.
type SyncError struct {
	// message says what was tried, and what Cloudmore answered, with its own words.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=1024
	// +required
	Message string `json:"message,omitempty"`

	// status is the HTTP status of the answer; absent where there was none.
	// +kubebuilder:validation:Minimum=100
	// +kubebuilder:validation:Maximum=999
	// +optional
	Status int32 `json:"status,omitempty"`

	// since is when it was first seen.
	// +required
	Since metav1.Time `json:"since,omitzero"`

	// nextTryAt is when the account is read again, where that was eight minutes away or more.
	// +optional
	NextTryAt *metav1.Time `json:"nextTryAt,omitempty"`
}

// PauseReason says why calls wait.
// +kubebuilder:validation:Enum=Asked;Failing;WritesDenied
type PauseReason string

const (
	// PauseAsked is that Cloudmore asked for a pause.
	PauseAsked PauseReason = "Asked"
	// PauseFailing is that calls got no answer or an error; one is tried when the pause ends.
	PauseFailing PauseReason = "Failing"
	// PauseWritesDenied is that writes were answered 401; one is tried when the pause ends.
	PauseWritesDenied PauseReason = "WritesDenied"
)

// Pause is a time in which nothing is called.
type Pause struct {
	// reason says why.
	// +required
	Reason PauseReason `json:"reason,omitempty"`

	// until is when it ends, and the next call is tried.
	// +required
	Until metav1.Time `json:"until,omitzero"`
}
