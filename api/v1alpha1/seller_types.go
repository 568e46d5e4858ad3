package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
)

// SellerObject is what Seller and ClusterSeller have in common, so that one
// controller serves both. It is a client.Object of controller-runtime.
// +kubebuilder:object:generate=false
type SellerObject interface {
	metav1.Object
	runtime.Object

	// SellerKind is the kind by which a sellerRef names the object.
	SellerKind() SellerKind
	// Settings points to the part of spec that both kinds share.
	Settings() *SellerSettings
	// CredentialsKey is where the credentials Secret is. The CA bundle lies in the
	// same namespace.
	CredentialsKey() types.NamespacedName
	// CurrentStatus points to status.
	CurrentStatus() *SellerStatus
}

var (
	_ SellerObject = (*Seller)(nil)
	_ SellerObject = (*ClusterSeller)(nil)
)

// SellerSpec describes the account through which the Resellers of a namespace are kept.
//
// +kubebuilder:validation:XValidation:rule="has(self.credentialsSecretRef)",message="is required: the Secret with username, password and clientSecret",fieldPath=".credentialsSecretRef",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="!has(self.discovery) || dyn(self.discovery) == null || !has(self.discovery.__namespace__) || dyn(self.discovery.__namespace__) == null",message="is for a ClusterSeller: what a Seller discovers is beside it; leave it out",fieldPath=".discovery.namespace",reason=FieldValueForbidden
type SellerSpec struct {
	SellerSettings `json:",inline"`

	// credentialsSecretRef names the Secret in the Seller's namespace with the keys
	// username, password and clientSecret, and optionally clientID.
	// +optional
	CredentialsSecretRef SecretReference `json:"credentialsSecretRef,omitzero"`
}

// SecretReference names a Secret in the same namespace.
// +kubebuilder:validation:XValidation:rule="has(self.name)",message="is required",fieldPath=".name",reason=FieldValueRequired
type SecretReference struct {
	// name is the name of the Secret.
	// +optional
	Name ObjectName `json:"name,omitempty"`
}

// ClusterSellerSpec describes an account that several namespaces share.
//
// +kubebuilder:validation:XValidation:rule="has(self.credentialsSecretRef)",message="is required: the Secret with username, password and clientSecret",fieldPath=".credentialsSecretRef",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="!has(self.discovery) || dyn(self.discovery) == null || !has(self.discovery.policy) || self.discovery.policy != 'Observe' || (has(self.discovery.__namespace__) && dyn(self.discovery.__namespace__) != null)",message="is required with the policy Observe: the namespace in which the Resellers are made",fieldPath=".discovery.namespace",reason=FieldValueRequired
type ClusterSellerSpec struct {
	SellerSettings `json:",inline"`

	// credentialsSecretRef names the Secret with the keys username, password and
	// clientSecret, and optionally clientID.
	// +optional
	CredentialsSecretRef NamespacedSecretReference `json:"credentialsSecretRef,omitzero"`

	// allowedNamespaces says whose Resellers may name this ClusterSeller. Left out,
	// nobody's may.
	// +nullable
	// +optional
	AllowedNamespaces *AllowedNamespaces `json:"allowedNamespaces,omitempty"`

	// adoption says whether Resellers that name this ClusterSeller may adopt
	// existing brokers: Forbidden or Allowed.
	// +kubebuilder:default=Forbidden
	// +optional
	Adoption AdoptionPermission `json:"adoption,omitempty"`
}

// NamespacedSecretReference names a Secret in a stated namespace.
// +kubebuilder:validation:XValidation:rule="has(self.__namespace__)",message="is required",fieldPath=".namespace",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="has(self.name)",message="is required",fieldPath=".name",reason=FieldValueRequired
type NamespacedSecretReference struct {
	// namespace is the namespace of the Secret, and of the CA bundle if there is one.
	// +optional
	Namespace NamespaceName `json:"namespace,omitempty"`

	// name is the name of the Secret.
	// +optional
	Name ObjectName `json:"name,omitempty"`
}

// AllowedNamespaces selects namespaces: those that are named and those whose
// labels match.
type AllowedNamespaces struct {
	// names are namespaces that may use the ClusterSeller.
	// +kubebuilder:validation:MaxItems=128
	// +listType=set
	// +nullable
	// +optional
	Names []NamespaceName `json:"names,omitempty"`

	// selector matches the labels of namespaces that may use the ClusterSeller, too.
	// {} matches all, left out it matches none.
	// +nullable
	// +optional
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
}

// Seller is the account through which the Resellers of its namespace are kept.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:path=sellers,scope=Namespaced,categories=cloudmore
// +kubebuilder:subresource:status
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether the account can be used"
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word"
// +kubebuilder:printcolumn:name="Resellers",type=integer,JSONPath=`.status.resellers`,description="Resellers that name this Seller"
// +kubebuilder:printcolumn:name="Brokers",type=integer,JSONPath=`.status.brokers.total`,description="Brokers in the account"
// +kubebuilder:printcolumn:name="Unmanaged",type=integer,JSONPath=`.status.brokers.unmanaged`,description="Brokers of the seller that no Reseller claims"
// +kubebuilder:printcolumn:name="Drifted",type=integer,JSONPath=`.status.brokers.drifted`,description="Managed brokers that were changed elsewhere and are not corrected"
// +kubebuilder:printcolumn:name="Last-Sync",type=date,JSONPath=`.status.lastSyncAt`,description="When the account was last read, as far as status tells"
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Turn",type=string,JSONPath=`.status.turn`,priority=1,description="Who has to act: Operator, Cloudmore, You or Nobody"
// +kubebuilder:printcolumn:name="Endpoint",type=string,JSONPath=`.spec.endpoint`,priority=1
// +kubebuilder:printcolumn:name="Seller ID",type=string,JSONPath=`.spec.sellerID`,priority=1
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1,description="Why, in a sentence"
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 63",message="name must not be longer than 63 characters",fieldPath=".metadata"
type Seller struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// spec describes the account and how it is used.
	// +required
	Spec SellerSpec `json:"spec,omitzero"`

	// status is what the operator knows about the account.
	// +kubebuilder:default={"observedGeneration":-1}
	// +optional
	Status SellerStatus `json:"status,omitzero"`
}

// SellerList is a list of Sellers.
//
// +kubebuilder:object:root=true
type SellerList struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ListMeta `json:"metadata,omitzero"`
	// items are the Sellers.
	Items []Seller `json:"items"`
}

// SellerKind implements [SellerObject].
func (s *Seller) SellerKind() SellerKind { return SellerKindSeller }

// Settings implements [SellerObject].
func (s *Seller) Settings() *SellerSettings { return &s.Spec.SellerSettings }

// CredentialsKey implements [SellerObject].
func (s *Seller) CredentialsKey() types.NamespacedName {
	return types.NamespacedName{Namespace: s.Namespace, Name: string(s.Spec.CredentialsSecretRef.Name)}
}

// CurrentStatus implements [SellerObject].
func (s *Seller) CurrentStatus() *SellerStatus { return &s.Status }

// ClusterSeller is an account that several namespaces share.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:path=clustersellers,scope=Cluster,categories=cloudmore
// +kubebuilder:subresource:status
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether the account can be used"
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word"
// +kubebuilder:printcolumn:name="Resellers",type=integer,JSONPath=`.status.resellers`,description="Resellers that name this ClusterSeller"
// +kubebuilder:printcolumn:name="Brokers",type=integer,JSONPath=`.status.brokers.total`,description="Brokers in the account"
// +kubebuilder:printcolumn:name="Unmanaged",type=integer,JSONPath=`.status.brokers.unmanaged`,description="Brokers of the seller that no Reseller claims"
// +kubebuilder:printcolumn:name="Drifted",type=integer,JSONPath=`.status.brokers.drifted`,description="Managed brokers that were changed elsewhere and are not corrected"
// +kubebuilder:printcolumn:name="Last-Sync",type=date,JSONPath=`.status.lastSyncAt`,description="When the account was last read, as far as status tells"
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Turn",type=string,JSONPath=`.status.turn`,priority=1,description="Who has to act: Operator, Cloudmore, You or Nobody"
// +kubebuilder:printcolumn:name="Endpoint",type=string,JSONPath=`.spec.endpoint`,priority=1
// +kubebuilder:printcolumn:name="Seller ID",type=string,JSONPath=`.spec.sellerID`,priority=1
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1,description="Why, in a sentence"
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 63",message="name must not be longer than 63 characters",fieldPath=".metadata"
type ClusterSeller struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// spec describes the account, how it is used and by whom.
	// +required
	Spec ClusterSellerSpec `json:"spec,omitzero"`

	// status is what the operator knows about the account.
	// +kubebuilder:default={"observedGeneration":-1}
	// +optional
	Status SellerStatus `json:"status,omitzero"`
}

// ClusterSellerList is a list of ClusterSellers.
//
// +kubebuilder:object:root=true
type ClusterSellerList struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ListMeta `json:"metadata,omitzero"`
	// items are the ClusterSellers.
	Items []ClusterSeller `json:"items"`
}

// SellerKind implements [SellerObject].
func (s *ClusterSeller) SellerKind() SellerKind { return SellerKindClusterSeller }

// Settings implements [SellerObject].
func (s *ClusterSeller) Settings() *SellerSettings { return &s.Spec.SellerSettings }

// CredentialsKey implements [SellerObject].
func (s *ClusterSeller) CredentialsKey() types.NamespacedName {
	ref := s.Spec.CredentialsSecretRef
	return types.NamespacedName{Namespace: string(ref.Namespace), Name: string(ref.Name)}
}

// CurrentStatus implements [SellerObject].
func (s *ClusterSeller) CurrentStatus() *SellerStatus { return &s.Status }
