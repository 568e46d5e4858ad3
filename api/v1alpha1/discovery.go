package v1alpha1

// Discovery says whether the brokers of an account that no Reseller manages are shown as
// Resellers of their own.
type Discovery struct {
	// policy is None (the default), or Observe, which makes a Reseller with
	// managementPolicy Observe for each of them: it calls nothing, writes nothing to
	// Cloudmore, and goes when its broker goes or is managed otherwise. It is yours as soon
	// as you edit its spec or take the label cloudmore.com/discovered away.
	// +nullable
	// +optional
	Policy DiscoveryPolicy `json:"policy,omitempty"`

	// namespace is where a ClusterSeller has them made. Those of a Seller are beside it.
	// +nullable
	// +optional
	Namespace NamespaceName `json:"namespace,omitempty"`

	// labels are what they get besides cloudmore.com/discovered when they are made.
	// +kubebuilder:validation:MaxProperties=16
	// +kubebuilder:validation:XValidation:rule="self.all(key, !format.qualifiedName().validate(key).hasValue() && !key.startsWith('cloudmore.com/'))",message="must have keys of labels, such as team or example.com/team, and none that begins with cloudmore.com/"
	// +nullable
	// +optional
	Labels map[string]LabelValue `json:"labels,omitempty"`
}

// LabelValue is the value of a label.
// +kubebuilder:validation:MaxLength=4096
// +kubebuilder:validation:XValidation:rule="!format.labelValue().validate(self).hasValue()",message="must be the value of a label: at most 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends"
type LabelValue string

// DiscoveryPolicy says whether unmanaged brokers are shown as Resellers.
// +kubebuilder:validation:MaxLength=4096
// +kubebuilder:validation:XValidation:rule="self in ['None', 'Observe']",message="must be None or Observe"
type DiscoveryPolicy string

const (
	// DiscoveryNone shows none. It is the default.
	DiscoveryNone DiscoveryPolicy = "None"
	// DiscoveryObserve shows each as a Reseller with managementPolicy Observe.
	DiscoveryObserve DiscoveryPolicy = "Observe"
)

// DiscoveryStatus is what became of it.
type DiscoveryStatus struct {
	// objects is how many Resellers show an unmanaged broker.
	// +required
	Objects int32 `json:"objects"`

	// problem is why there are not as many as unmanaged brokers, such as a right that the
	// operator lacks. Absent while there are.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Problem string `json:"problem,omitempty"`
}
