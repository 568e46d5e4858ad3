package v1alpha1

// Contact is the person to talk to at the broker.
type Contact struct {
	// name is the name of the contact person.
	// +kubebuilder:validation:MinLength=1
	// +nullable
	// +optional
	Name *Text `json:"name,omitempty"`

	// jobTitle is what the contact person does at the broker.
	// +kubebuilder:validation:MinLength=1
	// +nullable
	// +optional
	JobTitle *Text `json:"jobTitle,omitempty"`

	// email is the contact person's e-mail address.
	// +kubebuilder:validation:MinLength=1
	// +nullable
	// +optional
	Email *Email `json:"email,omitempty"`

	// phonePrefix is the country calling code of phone, in digits without +.
	// +kubebuilder:validation:MinLength=1
	// +nullable
	// +optional
	PhonePrefix *PhonePrefix `json:"phonePrefix,omitempty"`

	// phone is the contact person's phone number without its country calling code.
	// +kubebuilder:validation:MinLength=1
	// +nullable
	// +optional
	Phone *Phone `json:"phone,omitempty"`

	// cellPhonePrefix is the country calling code of cellPhone, in digits without +.
	// +kubebuilder:validation:MinLength=1
	// +nullable
	// +optional
	CellPhonePrefix *PhonePrefix `json:"cellPhonePrefix,omitempty"`

	// cellPhone is the contact person's mobile number without its country calling code.
	// +kubebuilder:validation:MinLength=1
	// +nullable
	// +optional
	CellPhone *Phone `json:"cellPhone,omitempty"`
}

// Address is where the broker is.
type Address struct {
	// address is street and number. Removing the line does not clear the broker's value; "" does.
	// +nullable
	// +optional
	Address *Text `json:"address,omitempty"`

	// postalCode is the postal code. Removing the line does not clear the broker's value; "" does.
	// +nullable
	// +optional
	PostalCode *Text `json:"postalCode,omitempty"`

	// city is the town. Removing the line does not clear the broker's value; "" does.
	// +nullable
	// +optional
	City *Text `json:"city,omitempty"`

	// countryCode is the country as two upper-case letters (ISO 3166-1 alpha-2), such as EE.
	// +kubebuilder:validation:MinLength=1
	// +nullable
	// +optional
	CountryCode *CountryCode `json:"countryCode,omitempty"`
}

// InvoiceContact is the person whom invoices go to.
type InvoiceContact struct {
	// name is the name of the invoice contact. Removing the line does not clear the broker's value; "" does.
	// +nullable
	// +optional
	Name *Text `json:"name,omitempty"`

	// email is where invoices are sent. Removing the line does not clear the broker's value; "" does.
	// +nullable
	// +optional
	Email *Email `json:"email,omitempty"`

	// phonePrefix is the country calling code of phone, in digits without +.
	// Removing the line does not clear the broker's value; "" does.
	// +nullable
	// +optional
	PhonePrefix *PhonePrefix `json:"phonePrefix,omitempty"`

	// phone is the invoice contact's phone number without its country calling code.
	// Removing the line does not clear the broker's value; "" does.
	// +nullable
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
	// +kubebuilder:validation:MaxLength=4096
	// +kubebuilder:validation:XValidation:rule="size(self) <= 1024",message="must be at most 1024 characters long"
	// +kubebuilder:validation:XValidation:rule=`!self.matches(r'[\x{AD}\x{34F}\x{61C}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180F}\x{200B}\x{200E}\x{200F}\x{2028}-\x{202E}\x{2060}-\x{206F}\x{2800}\x{3164}\x{FEFF}\x{FFA0}\x{FFF9}-\x{FFFB}\x{1D173}-\x{1D17A}\x{E0000}-\x{E0FFF}]|(^|[^\pL\pM]|[\p{Latin}\p{Greek}\p{Cyrillic}])[\x{200C}\x{200D}]')`,message="must not contain invisible characters, such as U+200B; type the value instead of pasting it"
	// +optional
	Value *string `json:"value,omitempty"`
}
