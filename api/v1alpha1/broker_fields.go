package v1alpha1

// Contact is the person to talk to at the broker.
type Contact struct {
	// name is the name of the contact person.
	// +kubebuilder:validation:MinLength=1
	// +optional
	Name *Text `json:"name,omitempty"`

	// jobTitle is what the contact person does at the broker.
	// +kubebuilder:validation:MinLength=1
	// +optional
	JobTitle *Text `json:"jobTitle,omitempty"`

	// email is the contact person's e-mail address.
	// +kubebuilder:validation:MinLength=1
	// +optional
	Email *Email `json:"email,omitempty"`

	// phonePrefix is the country calling code of phone, in digits without +.
	// +kubebuilder:validation:MinLength=1
	// +optional
	PhonePrefix *PhonePrefix `json:"phonePrefix,omitempty"`

	// phone is the contact person's phone number without its country calling code.
	// +kubebuilder:validation:MinLength=1
	// +optional
	Phone *Phone `json:"phone,omitempty"`

	// cellPhonePrefix is the country calling code of cellPhone, in digits without +.
	// +kubebuilder:validation:MinLength=1
	// +optional
	CellPhonePrefix *PhonePrefix `json:"cellPhonePrefix,omitempty"`

	// cellPhone is the contact person's mobile number without its country calling code.
	// +kubebuilder:validation:MinLength=1
	// +optional
	CellPhone *Phone `json:"cellPhone,omitempty"`
}

// Address is where the broker is.
type Address struct {
	// address is street and number. Removing the line does not clear the broker's value; "" does.
	// +optional
	Address *Text `json:"address,omitempty"`

	// postalCode is the postal code. Removing the line does not clear the broker's value; "" does.
	// +optional
	PostalCode *Text `json:"postalCode,omitempty"`

	// city is the town. Removing the line does not clear the broker's value; "" does.
	// +optional
	City *Text `json:"city,omitempty"`

	// countryCode is the country as two upper-case letters (ISO 3166-1 alpha-2), such as EE.
	// +kubebuilder:validation:MinLength=1
	// +optional
	CountryCode *CountryCode `json:"countryCode,omitempty"`
}

// InvoiceContact is the person whom invoices go to.
type InvoiceContact struct {
	// name is the name of the invoice contact. Removing the line does not clear the broker's value; "" does.
	// +optional
	Name *Text `json:"name,omitempty"`

	// email is where invoices are sent. Removing the line does not clear the broker's value; "" does.
	// +optional
	Email *Email `json:"email,omitempty"`

	// phonePrefix is the country calling code of phone, in digits without +.
	// Removing the line does not clear the broker's value; "" does.
	// +optional
	PhonePrefix *PhonePrefix `json:"phonePrefix,omitempty"`

	// phone is the invoice contact's phone number without its country calling code.
	// Removing the line does not clear the broker's value; "" does.
	// +optional
	Phone *Phone `json:"phone,omitempty"`
}

// CustomProperty is one value of a property that is defined in the Cloudmore portal.
// +kubebuilder:validation:XValidation:rule="has(self.value)",message="is required; \"\" clears the property",fieldPath=".value",reason=FieldValueRequired
type CustomProperty struct {
	// id is the id of the property, as defined in the Cloudmore portal.
	// +required
	ID ID `json:"id,omitempty"`

	// value is the value of the property; "" clears it.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Value *string `json:"value,omitempty"`
}
