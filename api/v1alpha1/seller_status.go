package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// SellerStatus is what the operator knows about an account.
type SellerStatus struct {
	// conditions say how the account stands: Ready always; Reconciling, Stalled and
	// Suspended only while they are True.
	// +kubebuilder:validation:MaxItems=8
	// +listType=map
	// +listMapKey=type
	// +optional
	Conditions []metav1.Condition `json:"conditions,omitempty"`

	// observedGeneration is the metadata.generation that this status is about; -1
	// until the operator has looked at the object.
	// +optional
	ObservedGeneration int64 `json:"observedGeneration,omitempty"`

	// resellers is how many Resellers name this object. Its deletion waits for
	// those that hold a broker or may be about to: who may use it and could.
	// +optional
	Resellers *int32 `json:"resellers,omitempty"`

	// brokers counts the brokers in the account. Absent until the account was read.
	// +optional
	Brokers *BrokerCounts `json:"brokers,omitempty"`

	// verified is the account whose list the credentials got at some time. Until
	// then Resellers that name this object, and hold nothing, stand in nobody's way.
	// +optional
	Verified *VerifiedAccount `json:"verified,omitempty"`

	// refusedLogin is the last login that Cloudmore refused. It is not repeated
	// until the Secret changes, since repeated wrong passwords may lock the account.
	// +optional
	RefusedLogin *RefusedLogin `json:"refusedLogin,omitempty"`

	// lastHandledReconcileAt is the value of the annotation
	// cloudmore.com/reconcile-requested-at that was last acted on.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	LastHandledReconcileAt string `json:"lastHandledReconcileAt,omitempty"`

	// lastHandledResumeWritesAt is the value of the annotation
	// cloudmore.com/resume-writes-at that was last acted on.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	LastHandledResumeWritesAt string `json:"lastHandledResumeWritesAt,omitempty"`

	// lastHandledAcceptListAt is the value of the annotation
	// cloudmore.com/accept-list-at that was last acted on.
	// +kubebuilder:validation:MaxLength=256
	// +optional
	LastHandledAcceptListAt string `json:"lastHandledAcceptListAt,omitempty"`
}

// BrokerCounts counts the brokers of an account, as of its last reading.
type BrokerCounts struct {
	// total is all brokers in the account's list.
	// +required
	Total int32 `json:"total"`

	// managed is the brokers that a Reseller of this cluster stands for.
	// +required
	Managed int32 `json:"managed"`

	// unmanaged is the brokers of the seller that no Reseller stands for.
	// +required
	Unmanaged int32 `json:"unmanaged"`

	// foreign is the brokers of others that have merely added a service of the seller.
	// +required
	Foreign int32 `json:"foreign"`

	// drifted is the managed brokers that differ from their Reseller.
	// +required
	Drifted int32 `json:"drifted"`
}

// VerifiedAccount is an account whose list a Seller's own credentials got.
type VerifiedAccount struct {
	// sellerID is the id of the account's seller.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +required
	SellerID string `json:"sellerID,omitempty"`

	// endpoint is where the account is.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=512
	// +required
	Endpoint string `json:"endpoint,omitempty"`

	// secretRevision tells with which revision of the Secret.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +required
	SecretRevision string `json:"secretRevision,omitempty"`

	// at is since when that is known.
	// +required
	At metav1.Time `json:"at,omitzero"`
}

// RefusedLogin is a login that Cloudmore refused.
type RefusedLogin struct {
	// secretRevision tells which revision of the Secret was refused.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=128
	// +required
	SecretRevision string `json:"secretRevision,omitempty"`

	// at is when the login was refused.
	// +required
	At metav1.Time `json:"at,omitzero"`
}
