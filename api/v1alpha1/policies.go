package v1alpha1

// SellerKind is the kind of object that a Reseller's sellerRef names.
// +kubebuilder:validation:MaxLength=4096
// +kubebuilder:validation:XValidation:rule="self in ['Seller', 'ClusterSeller']",message="must be Seller or ClusterSeller"
type SellerKind string

const (
	// SellerKindSeller is a Seller in the Reseller's own namespace.
	SellerKindSeller SellerKind = "Seller"
	// SellerKindClusterSeller is a ClusterSeller that allows the Reseller's namespace.
	SellerKindClusterSeller SellerKind = "ClusterSeller"
)

// ManagementPolicy says whether a broker is written at all.
// +kubebuilder:validation:MaxLength=4096
// +kubebuilder:validation:XValidation:rule="self in ['Manage', 'Observe']",message="must be Manage or Observe"
type ManagementPolicy string

const (
	// Manage creates, updates and deletes the broker. It is the default.
	Manage ManagementPolicy = "Manage"
	// Observe never writes to the seller API.
	Observe ManagementPolicy = "Observe"
)

// WritesPolicy says whether what is decided is sent.
// +kubebuilder:validation:MaxLength=4096
// +kubebuilder:validation:XValidation:rule="self in ['Enabled', 'DryRun']",message="must be Enabled or DryRun"
type WritesPolicy string

const (
	// WritesEnabled sends what is decided. It is the default.
	WritesEnabled WritesPolicy = "Enabled"
	// WritesDryRun decides everything, shows what would be done, and sends nothing.
	WritesDryRun WritesPolicy = "DryRun"
)

// AdoptionPolicy says whether an existing broker may be adopted because it matches.
// +kubebuilder:validation:MaxLength=4096
// +kubebuilder:validation:XValidation:rule="self in ['Never', 'MatchExisting']",message="must be Never or MatchExisting"
type AdoptionPolicy string

const (
	// AdoptNever adopts only what spec.brokerID names. It is the default.
	AdoptNever AdoptionPolicy = "Never"
	// AdoptMatchExisting adopts the one broker with the same registration number and domain.
	AdoptMatchExisting AdoptionPolicy = "MatchExisting"
)

// DriftPolicy says what happens when the broker was changed elsewhere.
// +kubebuilder:validation:MaxLength=4096
// +kubebuilder:validation:XValidation:rule="self in ['Correct', 'Report']",message="must be Correct or Report"
type DriftPolicy string

const (
	// DriftCorrect writes the Reseller's values again. It is the default.
	DriftCorrect DriftPolicy = "Correct"
	// DriftReport lists the difference in status.drift and leaves the broker as it is.
	DriftReport DriftPolicy = "Report"
)

// DeletionPolicy says what becomes of the broker when its Reseller is deleted.
type DeletionPolicy string

const (
	// DeletionDelete deletes the broker, too.
	DeletionDelete DeletionPolicy = "Delete"
	// DeletionOrphan leaves the broker as it is.
	DeletionOrphan DeletionPolicy = "Orphan"
)

// Origin says how a Reseller came to its broker.
// +kubebuilder:validation:Enum=Created;Adopted;Observed
type Origin string

const (
	// OriginCreated means that the operator created the broker for this Reseller.
	OriginCreated Origin = "Created"
	// OriginAdopted means that the broker existed before and was adopted.
	OriginAdopted Origin = "Adopted"
	// OriginObserved means that the broker is only watched.
	OriginObserved Origin = "Observed"
)

// UnknownOutcomePolicy says what happens when it stays unknown whether a create succeeded.
// +kubebuilder:validation:MaxLength=4096
// +kubebuilder:validation:XValidation:rule="self in ['Retry', 'Wait']",message="must be Retry or Wait"
type UnknownOutcomePolicy string

const (
	// OnUnknownRetry creates again after the stated waits, when no broker is to be found.
	OnUnknownRetry UnknownOutcomePolicy = "Retry"
	// OnUnknownWait never creates again automatically; a user decides.
	OnUnknownWait UnknownOutcomePolicy = "Wait"
)

// SimilarBrokerPolicy says what happens before a create where a similar broker exists.
// +kubebuilder:validation:MaxLength=4096
// +kubebuilder:validation:XValidation:rule="self in ['Ask', 'Create']",message="must be Ask or Create"
type SimilarBrokerPolicy string

const (
	// OnSimilarAsk creates nothing until a user says whether the broker is the one described.
	OnSimilarAsk SimilarBrokerPolicy = "Ask"
	// OnSimilarCreate creates beside it, and an event names it.
	OnSimilarCreate SimilarBrokerPolicy = "Create"
)

// AdoptionPermission says whether users of a ClusterSeller may adopt existing brokers.
// +kubebuilder:validation:MaxLength=4096
// +kubebuilder:validation:XValidation:rule="self in ['Forbidden', 'Allowed']",message="must be Forbidden or Allowed"
type AdoptionPermission string

const (
	// AdoptionForbidden lets users of the ClusterSeller bind only what they created.
	AdoptionForbidden AdoptionPermission = "Forbidden"
	// AdoptionAllowed lets users of the ClusterSeller adopt existing brokers.
	AdoptionAllowed AdoptionPermission = "Allowed"
)

// SecretProtection says whether the Secret and CA of a Seller are kept while in use.
// +kubebuilder:validation:MaxLength=4096
// +kubebuilder:validation:XValidation:rule="self in ['Finalizer', 'None']",message="must be Finalizer or None"
type SecretProtection string

const (
	// SecretProtectionFinalizer puts a finalizer on them while a Reseller needs them.
	SecretProtectionFinalizer SecretProtection = "Finalizer"
	// SecretProtectionNone leaves them alone.
	SecretProtectionNone SecretProtection = "None"
)

// CABundleKind is the kind of object that holds a CA bundle.
// +kubebuilder:validation:MaxLength=4096
// +kubebuilder:validation:XValidation:rule="self in ['ConfigMap', 'Secret']",message="must be ConfigMap or Secret"
type CABundleKind string

const (
	// CABundleConfigMap is a ConfigMap.
	CABundleConfigMap CABundleKind = "ConfigMap"
	// CABundleSecret is a Secret.
	CABundleSecret CABundleKind = "Secret"
)
