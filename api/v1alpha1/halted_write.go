package v1alpha1

// WriteAction is what was about to happen to a broker.
// +kubebuilder:validation:Enum=Change;Delete
type WriteAction string

const (
	// WriteChange is an update.
	WriteChange WriteAction = "Change"
	// WriteDelete is a deletion.
	WriteDelete WriteAction = "Delete"
)

// HaltedWrite is a change or deletion that was about to happen.
type HaltedWrite struct {
	// action says which of both.
	// +required
	Action WriteAction `json:"action,omitempty"`

	// namespace is the namespace of the Reseller.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +required
	Namespace string `json:"namespace,omitempty"`

	// name is the name of the Reseller.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +required
	Name string `json:"name,omitempty"`

	// brokerID is the id of its broker.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +optional
	BrokerID string `json:"brokerID,omitempty"`
}
