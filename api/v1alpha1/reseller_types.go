package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// SellerReference names the Seller or ClusterSeller through which a broker is kept.
type SellerReference struct {
	// kind is Seller (in the Reseller's own namespace) or ClusterSeller.
	// +kubebuilder:default=Seller
	// +optional
	Kind SellerKind `json:"kind,omitempty"`

	// name is the name of the Seller or ClusterSeller.
	// +optional
	Name SellerName `json:"name,omitempty"`
}

// KindOrDefault is the kind that the reference names: Seller where it says nothing.
func (r *SellerReference) KindOrDefault() SellerKind {
	if r.Kind == "" {
		return SellerKindSeller
	}
	return r.Kind
}

// ResellerSpec describes a broker and how it is to be managed.
//
// What POST requires is required here, too, except where nothing is ever
// posted: nobody retypes a broker to watch it or to adopt it. The rules are
// in CEL, because one missing field found by OpenAPI would hide all other faults.
//
// +kubebuilder:validation:XValidation:rule="has(self.sellerRef) && has(self.sellerRef.name)",message="is required: the Seller or ClusterSeller to use",fieldPath=".sellerRef.name",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="(has(self.name) && dyn(self.name) != null) || (has(self.brokerID) && dyn(self.brokerID) != null) || (has(self.managementPolicy) && self.managementPolicy == 'Observe')",message="is required unless managementPolicy is Observe or brokerID is set",fieldPath=".name",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="(has(self.registrationNumber) && dyn(self.registrationNumber) != null) || (has(self.brokerID) && dyn(self.brokerID) != null) || (has(self.managementPolicy) && self.managementPolicy == 'Observe')",message="is required unless managementPolicy is Observe or brokerID is set",fieldPath=".registrationNumber",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="(has(self.domain) && dyn(self.domain) != null) || (has(self.brokerID) && dyn(self.brokerID) != null) || (has(self.managementPolicy) && self.managementPolicy == 'Observe')",message="is required unless managementPolicy is Observe or brokerID is set",fieldPath=".domain",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="(has(self.notificationEmail) && dyn(self.notificationEmail) != null) || (has(self.brokerID) && dyn(self.brokerID) != null) || (has(self.managementPolicy) && self.managementPolicy == 'Observe')",message="is required unless managementPolicy is Observe or brokerID is set",fieldPath=".notificationEmail",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="(has(self.supportEmail) && dyn(self.supportEmail) != null) || (has(self.brokerID) && dyn(self.brokerID) != null) || (has(self.managementPolicy) && self.managementPolicy == 'Observe')",message="is required unless managementPolicy is Observe or brokerID is set",fieldPath=".supportEmail",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="(has(self.contact) && dyn(self.contact) != null) || (has(self.brokerID) && dyn(self.brokerID) != null) || (has(self.managementPolicy) && self.managementPolicy == 'Observe')",message="is required unless managementPolicy is Observe or brokerID is set",fieldPath=".contact",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="!(has(self.contact) && dyn(self.contact) != null) || (has(self.contact.name) && dyn(self.contact.name) != null) || (has(self.brokerID) && dyn(self.brokerID) != null) || (has(self.managementPolicy) && self.managementPolicy == 'Observe')",message="is required unless managementPolicy is Observe or brokerID is set",fieldPath=".contact.name",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="!(has(self.contact) && dyn(self.contact) != null) || (has(self.contact.jobTitle) && dyn(self.contact.jobTitle) != null) || (has(self.brokerID) && dyn(self.brokerID) != null) || (has(self.managementPolicy) && self.managementPolicy == 'Observe')",message="is required unless managementPolicy is Observe or brokerID is set",fieldPath=".contact.jobTitle",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="!(has(self.contact) && dyn(self.contact) != null) || (has(self.contact.email) && dyn(self.contact.email) != null) || (has(self.brokerID) && dyn(self.brokerID) != null) || (has(self.managementPolicy) && self.managementPolicy == 'Observe')",message="is required unless managementPolicy is Observe or brokerID is set",fieldPath=".contact.email",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="!(has(self.contact) && dyn(self.contact) != null) || (has(self.contact.phonePrefix) && dyn(self.contact.phonePrefix) != null) || (has(self.brokerID) && dyn(self.brokerID) != null) || (has(self.managementPolicy) && self.managementPolicy == 'Observe')",message="is required unless managementPolicy is Observe or brokerID is set",fieldPath=".contact.phonePrefix",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="!(has(self.contact) && dyn(self.contact) != null) || (has(self.contact.phone) && dyn(self.contact.phone) != null) || (has(self.brokerID) && dyn(self.brokerID) != null) || (has(self.managementPolicy) && self.managementPolicy == 'Observe')",message="is required unless managementPolicy is Observe or brokerID is set",fieldPath=".contact.phone",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="!(has(self.contact) && dyn(self.contact) != null) || (has(self.contact.cellPhonePrefix) && dyn(self.contact.cellPhonePrefix) != null) || (has(self.brokerID) && dyn(self.brokerID) != null) || (has(self.managementPolicy) && self.managementPolicy == 'Observe')",message="is required unless managementPolicy is Observe or brokerID is set",fieldPath=".contact.cellPhonePrefix",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="!(has(self.contact) && dyn(self.contact) != null) || (has(self.contact.cellPhone) && dyn(self.contact.cellPhone) != null) || (has(self.brokerID) && dyn(self.brokerID) != null) || (has(self.managementPolicy) && self.managementPolicy == 'Observe')",message="is required unless managementPolicy is Observe or brokerID is set",fieldPath=".contact.cellPhone",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="(has(self.address) && dyn(self.address) != null) || (has(self.brokerID) && dyn(self.brokerID) != null) || (has(self.managementPolicy) && self.managementPolicy == 'Observe')",message="is required unless managementPolicy is Observe or brokerID is set",fieldPath=".address",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="!(has(self.address) && dyn(self.address) != null) || (has(self.address.countryCode) && dyn(self.address.countryCode) != null) || (has(self.brokerID) && dyn(self.brokerID) != null) || (has(self.managementPolicy) && self.managementPolicy == 'Observe')",message="is required unless managementPolicy is Observe or brokerID is set",fieldPath=".address.countryCode",reason=FieldValueRequired
// +kubebuilder:validation:XValidation:rule="!has(self.managementPolicy) || self.managementPolicy != 'Observe' || (has(self.brokerID) && dyn(self.brokerID) != null) || ((has(self.registrationNumber) && dyn(self.registrationNumber) != null) && (has(self.domain) && dyn(self.domain) != null))",message="is required with managementPolicy Observe unless registrationNumber and domain are both set: nothing else says which broker to watch",fieldPath=".brokerID",reason=FieldValueRequired
type ResellerSpec struct {
	// sellerRef names the Seller or ClusterSeller through which the broker is
	// kept. It cannot be changed: a broker cannot move to another seller.
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="is immutable: a broker cannot move to another seller; delete the Reseller (deletionPolicy decides about the broker) and make a new one"
	// +optional
	SellerRef SellerReference `json:"sellerRef,omitzero"`

	// name is the name of the broker.
	// +kubebuilder:validation:MinLength=1
	// +nullable
	// +optional
	Name *Text `json:"name,omitempty"`

	// registrationNumber is the number under which the company is registered.
	// Together with domain it tells brokers apart.
	// +kubebuilder:validation:MinLength=1
	// +nullable
	// +optional
	RegistrationNumber *Text `json:"registrationNumber,omitempty"`

	// vat is the VAT number. Removing the line does not clear the broker's value; "" does.
	// +nullable
	// +optional
	VAT *Text `json:"vat,omitempty"`

	// domain is the broker's domain name, without scheme or path, such as example.com.
	// Together with registrationNumber it tells brokers apart.
	// +kubebuilder:validation:MinLength=1
	// +nullable
	// +optional
	Domain *Domain `json:"domain,omitempty"`

	// notificationEmail is where Cloudmore sends notifications.
	// +kubebuilder:validation:MinLength=1
	// +nullable
	// +optional
	NotificationEmail *Email `json:"notificationEmail,omitempty"`

	// supportEmail is the broker's support address.
	// +kubebuilder:validation:MinLength=1
	// +nullable
	// +optional
	SupportEmail *Email `json:"supportEmail,omitempty"`

	// contact is the person to talk to at the broker.
	// +nullable
	// +optional
	Contact *Contact `json:"contact,omitempty"`

	// address is where the broker is.
	// +nullable
	// +optional
	Address *Address `json:"address,omitempty"`

	// invoiceContact is the person whom invoices go to. What is left out is not managed.
	// +nullable
	// +optional
	InvoiceContact *InvoiceContact `json:"invoiceContact,omitempty"`

	// customProperties are values of properties that are defined in the Cloudmore
	// portal. Properties that are not listed stay as they are.
	// +kubebuilder:validation:MaxItems=64
	// +listType=map
	// +listMapKey=id
	// +nullable
	// +optional
	CustomProperties []CustomProperty `json:"customProperties,omitempty"`

	// allowCmpAccess says whether the broker has access to the Cloudmore platform.
	// Left out, it is not managed.
	// +nullable
	// +optional
	AllowCmpAccess *bool `json:"allowCmpAccess,omitempty"`

	// brokerID is the id of an existing broker to adopt, or to watch with
	// managementPolicy Observe. Quote it: ids may be numbers. It can be corrected
	// until a broker is bound (status.brokerID).
	// +nullable
	// +optional
	BrokerID ID `json:"brokerID,omitempty"`

	// managementPolicy is Manage (the default: create, update and delete the
	// broker) or Observe (never write to Cloudmore).
	// +nullable
	// +optional
	ManagementPolicy ManagementPolicy `json:"managementPolicy,omitempty"`

	// adoptionPolicy says whether a broker that already has this registration
	// number and domain is adopted: Never (the default) or MatchExisting.
	// +nullable
	// +optional
	AdoptionPolicy AdoptionPolicy `json:"adoptionPolicy,omitempty"`

	// driftPolicy says what happens when the broker is changed elsewhere: Correct
	// (the default) corrects it, Report only lists it in status.drift. With
	// Report only edits of the spec are sent, and nothing at all when a broker is
	// adopted that differs.
	// +nullable
	// +optional
	DriftPolicy DriftPolicy `json:"driftPolicy,omitempty"`

	// deletionPolicy says what becomes of the broker when this object is deleted:
	// Delete or Orphan. Left out, a broker that was created here is deleted and
	// one that was adopted stays.
	// +kubebuilder:validation:MaxLength=4096
	// +kubebuilder:validation:XValidation:rule="self in ['Delete', 'Orphan']",message="must be Delete or Orphan"
	// +nullable
	// +optional
	DeletionPolicy DeletionPolicy `json:"deletionPolicy,omitempty"`

	// suspend stops every write to the broker. Differences are still shown, and
	// deleting this object waits.
	// +nullable
	// +optional
	Suspend *bool `json:"suspend,omitempty"`
}

// Reseller is one broker (reseller) of a Cloudmore seller.
//
// +kubebuilder:object:root=true
// +kubebuilder:resource:path=resellers,scope=Namespaced,shortName=rslr,categories=cloudmore
// +kubebuilder:subresource:status
// +kubebuilder:selectablefield:JSONPath=`.spec.sellerRef.name`
// +kubebuilder:selectablefield:JSONPath=`.spec.domain`
// +kubebuilder:selectablefield:JSONPath=`.spec.registrationNumber`
// +kubebuilder:selectablefield:JSONPath=`.status.brokerID`
// +kubebuilder:printcolumn:name="Ready",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].status`,description="Whether the broker is as described"
// +kubebuilder:printcolumn:name="Reason",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].reason`,description="Why, in a word"
// +kubebuilder:printcolumn:name="Broker",type=string,JSONPath=`.status.brokerID`,description="Id of the broker at Cloudmore"
// +kubebuilder:printcolumn:name="Domain",type=string,JSONPath=`.status.broker.domain`,description="Domain that Cloudmore has"
// +kubebuilder:printcolumn:name="Seller",type=string,JSONPath=`.spec.sellerRef.name`,description="Seller or ClusterSeller"
// +kubebuilder:printcolumn:name="Drift",type=integer,JSONPath=`.status.driftCount`,description="Fields in which the broker differs"
// +kubebuilder:printcolumn:name="Since",type=date,JSONPath=`.status.reasonSince`,description="Since when the reason is the present one"
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=`.metadata.creationTimestamp`
// +kubebuilder:printcolumn:name="Turn",type=string,JSONPath=`.status.turn`,priority=1,description="Who has to act: Operator, Cloudmore, You or Nobody"
// +kubebuilder:printcolumn:name="Origin",type=string,JSONPath=`.status.origin`,priority=1,description="How the broker came here"
// +kubebuilder:printcolumn:name="Deletion",type=string,JSONPath=`.status.effectiveDeletionPolicy`,priority=1,description="What becomes of the broker when this object is deleted"
// +kubebuilder:printcolumn:name="Message",type=string,JSONPath=`.status.conditions[?(@.type=="Ready")].message`,priority=1,description="Why, in a sentence"
// +kubebuilder:validation:XValidation:rule="size(self.metadata.name) <= 63",message="name must not be longer than 63 characters",fieldPath=".metadata"
// +kubebuilder:validation:XValidation:rule="!has(self.spec.brokerID) || dyn(self.spec.brokerID) == null || !has(self.status) || !has(self.status.brokerID) || self.spec.brokerID.lowerAscii() == self.status.brokerID.lowerAscii() || (has(oldSelf.spec.brokerID) && oldSelf.spec.brokerID == self.spec.brokerID)",message="must equal status.brokerID: the Reseller is bound to that broker; to manage another one, make another Reseller",fieldPath=".spec.brokerID"
type Reseller struct {
	metav1.TypeMeta `json:",inline"`

	// metadata is the standard object's metadata.
	// +optional
	metav1.ObjectMeta `json:"metadata,omitzero"`

	// spec describes the broker and how it is to be managed.
	// +required
	Spec ResellerSpec `json:"spec,omitzero"`

	// status is what the operator knows about the broker.
	// +kubebuilder:default={"observedGeneration":-1}
	// +optional
	Status ResellerStatus `json:"status,omitzero"`
}

// ResellerList is a list of Resellers.
//
// +kubebuilder:object:root=true
type ResellerList struct {
	metav1.TypeMeta `json:",inline"`
	// +optional
	metav1.ListMeta `json:"metadata,omitzero"`
	// items are the Resellers.
	Items []Reseller `json:"items"`
}

// GetConditions returns the conditions of the Reseller.
func (r *Reseller) GetConditions() []metav1.Condition { return r.Status.Conditions }

// SetConditions replaces the conditions of the Reseller.
func (r *Reseller) SetConditions(conditions []metav1.Condition) { r.Status.Conditions = conditions }
