package v1alpha1

// The types in this file carry a rule each, so that a kind of value means the
// same wherever it stands. Formats are said in CEL because the message of an
// OpenAPI pattern is a regular expression. All but ID and the names accept "",
// which clears a value; fields that may not be cleared add a minimum length.

// Text is one line of text.
// +kubebuilder:validation:MaxLength=256
// +kubebuilder:validation:XValidation:rule="self == self.trim() && !self.matches('[[:cntrl:]]')",message="must be one line without spaces at its ends"
type Text string

// Email is an e-mail address.
// +kubebuilder:validation:MaxLength=254
// +kubebuilder:validation:XValidation:rule="size(self) == 0 || self.matches('^[^@[:space:][:cntrl:]]+@[^@[:space:][:cntrl:]]+[.][^@.[:space:][:cntrl:]]+$')",message="must be an e-mail address, such as notify@example.com"
type Email string

// PhonePrefix is a country calling code: digits without +.
// +kubebuilder:validation:MaxLength=16
// +kubebuilder:validation:XValidation:rule="size(self) == 0 || self.matches('^[1-9][0-9]{0,3}$')",message="must be a country calling code in digits without + or leading zeros, such as 372"
type PhonePrefix string

// Phone is a phone number without its country calling code.
// +kubebuilder:validation:MaxLength=32
// +kubebuilder:validation:XValidation:rule="size(self) == 0 || self.matches('^[ ()./-]*[0-9][0-9 ()./-]*$')",message="must be a phone number without country calling code: digits, spaces and ( ) . / - only, such as 53564558"
type Phone string

// Domain is an internet domain name, internationalised ones in punycode.
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:XValidation:rule="size(self) == 0 || self.matches('^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?[.])+[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])$')",message="must be a domain name without scheme or path, such as example.com (internationalised names in punycode)"
type Domain string

// CountryCode is a country code of ISO 3166-1 alpha-2.
// +kubebuilder:validation:MaxLength=64
// +kubebuilder:validation:XValidation:rule="size(self) == 0 || self.matches('^[A-Z]{2}$')",message="must be a country code of two upper-case letters (ISO 3166-1 alpha-2), such as EE"
type CountryCode string

// ID is an id that Cloudmore gave: a GUID or an integer, kept as it is.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=128
// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9._-]*$') && self != '.' && self != '..'",message="must be an id as Cloudmore shows it: letters, digits, '.', '_' and '-' only"
type ID string

// ObjectName is the name of a Kubernetes object.
// +kubebuilder:validation:MaxLength=253
// +kubebuilder:validation:XValidation:rule="!format.dns1123Subdomain().validate(self).hasValue()",message="must be the name of an object: lower-case letters, digits, '-' and '.', with a letter or digit at both ends"
type ObjectName string

// SellerName is the name of a Seller or ClusterSeller, which are at most 63 characters.
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule="!format.dns1123Subdomain().validate(self).hasValue()",message="must be the name of an object: lower-case letters, digits, '-' and '.', with a letter or digit at both ends"
type SellerName string

// NamespaceName is the name of a namespace.
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:XValidation:rule="!format.dns1123Label().validate(self).hasValue()",message="must be the name of a namespace: lower-case letters, digits and '-', with a letter or digit at both ends"
type NamespaceName string

// MaxObservedLength is how many characters of a value read from Cloudmore fit
// into a status field. Longer ones must be cut before status is written, or the
// API server refuses the whole write.
const MaxObservedLength = 1024

// MaxPreviousAttempts is how many entries status.creation.previous holds.
const MaxPreviousAttempts = 16
