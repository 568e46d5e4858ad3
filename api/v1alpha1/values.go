package v1alpha1

// The types in this file carry a rule each, so that a kind of value means the
// same wherever it stands. Formats are said in CEL because the message of an
// OpenAPI pattern is a regular expression; lengths and the words of a choice
// because the API server stops at a maxLength or an enum that does not hold, and
// would leave the other faults unsaid. The maxLength only bounds what a rule may
// cost. Each rule stands at its own field: an object that was stored with a value
// that a later rule forbids may still be edited elsewhere.
//
// All but ID and the names accept "", which clears a value; fields that may not be
// cleared add a minimum length.

// Text is one line of text.
// +kubebuilder:validation:MaxLength=16384
// +kubebuilder:validation:XValidation:rule=`size(self) <= 256`,message="must be at most 256 characters long"
// +kubebuilder:validation:XValidation:rule=`self == self.trim() && !self.matches(r'\p{Cc}')`,message="must be one line without spaces at its ends"
// +kubebuilder:validation:XValidation:rule=`!self.matches(r'[\x{AD}\x{34F}\x{61C}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180F}\x{200B}\x{200E}\x{200F}\x{2028}-\x{202E}\x{2060}-\x{206F}\x{2800}\x{3164}\x{FEFF}\x{FFA0}\x{FFF9}-\x{FFFB}\x{1D173}-\x{1D17A}\x{E0000}-\x{E0FFF}]|(^|[^\pL\pM]|[\p{Latin}\p{Greek}\p{Cyrillic}])[\x{200C}\x{200D}]')`,message="must not contain invisible characters, such as U+200B; type the value instead of pasting it"
type Text string

// Email is an e-mail address.
// +kubebuilder:validation:MaxLength=16384
// +kubebuilder:validation:XValidation:rule=`size(self) <= 254`,message="must be at most 254 characters long"
// +kubebuilder:validation:XValidation:rule=`size(self) == 0 || self.matches(r'^[^@.[:space:]\p{Cc}\pZ]+([.][^@.[:space:]\p{Cc}\pZ]+)*@([^@.[:space:]\p{Cc}\pZ]+[.])+[^@.0-9[:space:]\p{Cc}\pZ][^@.[:space:]\p{Cc}\pZ]*$')`,message="must be an e-mail address, such as notify@example.com"
// +kubebuilder:validation:XValidation:rule=`!self.matches(r'[\x{AD}\x{34F}\x{61C}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180F}\x{200B}\x{200E}\x{200F}\x{2028}-\x{202E}\x{2060}-\x{206F}\x{2800}\x{3164}\x{FEFF}\x{FFA0}\x{FFF9}-\x{FFFB}\x{1D173}-\x{1D17A}\x{E0000}-\x{E0FFF}]|(^|[^\pL\pM]|[\p{Latin}\p{Greek}\p{Cyrillic}])[\x{200C}\x{200D}]')`,message="must not contain invisible characters, such as U+200B; type the value instead of pasting it"
type Email string

// PhonePrefix is a country calling code of ITU-T E.164: digits without +. North
// America and the Caribbean have one together, 1.
// +kubebuilder:validation:MaxLength=16384
// +kubebuilder:validation:XValidation:rule=`size(self) == 0 || self.matches('^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|21[12368]|2[2346][0-9]|25[0-8]|29[01789]|35[0-9]|37[0-9]|38[0-35-79]|42[013]|50[0-9]|59[0-9]|67[02-9]|68[0-35-9]|69[0-2]|80[08]|85[02356]|87[08]|88[0-36]|96[0-8]|97[0-79]|99[2-68])$')`,message="must be a country calling code of ITU-T E.164, in digits without + or leading zeros, such as 372 (1 for North America and the Caribbean)"
type PhonePrefix string

// Phone is a phone number without its country calling code.
// +kubebuilder:validation:MaxLength=16384
// +kubebuilder:validation:XValidation:rule=`size(self) <= 32`,message="must be at most 32 characters long"
// +kubebuilder:validation:XValidation:rule=`size(self) == 0 || self.matches('^[ ()./-]*[0-9][0-9 ()./-]*$')`,message="must be a phone number without country calling code: digits, spaces and ( ) . / - only, such as 53564558"
type Phone string

// Domain is an internet domain name, internationalised ones in punycode.
//
// CEL can't decode punycode (RFC 3492), but can see what all of it has in common.
// After the last '-' comes a number of at least three digits, because smaller ones
// represent control characters, and at most seven, because Unicode ends; and a
// number never ends with 0 to 9, which are the digits that another one follows.
// +kubebuilder:validation:MaxLength=16384
// +kubebuilder:validation:XValidation:rule=`size(self) <= 253`,message="must be at most 253 characters long"
// +kubebuilder:validation:XValidation:rule=`self.matches(r'[\x{AD}\x{34F}\x{61C}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180F}\x{200B}\x{200E}\x{200F}\x{2028}-\x{202E}\x{2060}-\x{206F}\x{2800}\x{3164}\x{FEFF}\x{FFA0}\x{FFF9}-\x{FFFB}\x{1D173}-\x{1D17A}\x{E0000}-\x{E0FFF}]|(^|[^\pL\pM]|[\p{Latin}\p{Greek}\p{Cyrillic}])[\x{200C}\x{200D}]') || !self.matches(r'[^\x00-\x7F]')`,message="must be written in punycode, such as xn--bcher-kva.example for bücher.example"
// +kubebuilder:validation:XValidation:rule=`size(self) == 0 || self.matches(r'[^\x00-\x7F]') || self.matches('^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?[.])+[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])$')`,message="must be a domain name without scheme or path, such as example.com (internationalised names in punycode)"
// +kubebuilder:validation:XValidation:rule=`self.matches('^(?i:([^x.][^.]*|x([^n.][^.]*)?|xn([^-.][^.]*)?|xn-([^-.][^.]*)?|xn--([a-z0-9-]+-)?[b-z0-9]{2}[0-9]{0,4}[a-z]([a-z0-9]*[a-z])?)?([.]|$))*$')`,message="must not have a part that begins with xn-- and is no punycode (RFC 3492)"
// +kubebuilder:validation:XValidation:rule=`!self.matches(r'[\x{AD}\x{34F}\x{61C}\x{115F}\x{1160}\x{17B4}\x{17B5}\x{180B}-\x{180F}\x{200B}\x{200E}\x{200F}\x{2028}-\x{202E}\x{2060}-\x{206F}\x{2800}\x{3164}\x{FEFF}\x{FFA0}\x{FFF9}-\x{FFFB}\x{1D173}-\x{1D17A}\x{E0000}-\x{E0FFF}]|(^|[^\pL\pM]|[\p{Latin}\p{Greek}\p{Cyrillic}])[\x{200C}\x{200D}]')`,message="must not contain invisible characters, such as U+200B; type the value instead of pasting it"
type Domain string

// CountryCode is a country code of ISO 3166-1 alpha-2, or XK, one of those that ISO
// leaves to users, who agree on it for Kosovo.
// +kubebuilder:validation:MaxLength=16384
// +kubebuilder:validation:XValidation:rule=`size(self) == 0 || self.matches('^(A[DEFGILMOQRSTUWXZ]|B[ABDEFGHIJLMNOQRSTVWYZ]|C[ACDFGHIKLMNORUVWXYZ]|D[EJKMOZ]|E[CEGHRST]|F[IJKMOR]|G[ABDEFGHILMNPQRSTUWY]|H[KMNRTU]|I[DELMNOQRST]|J[EMOP]|K[EGHIMNPRWYZ]|L[ABCIKRSTUVY]|M[ACDEFGHKLMNOPQRSTUVWXYZ]|N[ACEFGILOPRUZ]|OM|P[AEFGHKLMNRSTWY]|QA|R[EOSUW]|S[ABCDEGHIJKLMNORSTVXYZ]|T[CDFGHJKLMNORTVWZ]|U[AGMSYZ]|V[ACEGINU]|W[FS]|XK|Y[ET]|Z[AMW])$')`,message="must be a country code of ISO 3166-1 alpha-2 in upper-case letters, such as EE, or GB for the United Kingdom"
type CountryCode string

// ID is an id that Cloudmore gave: a GUID or an integer, kept as it is.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=4096
// +kubebuilder:validation:XValidation:rule=`size(self) <= 128`,message="must be at most 128 characters long"
// +kubebuilder:validation:XValidation:rule="self.matches('^[A-Za-z0-9._-]*$') && self != '.' && self != '..'",message="must be an id as Cloudmore shows it: letters, digits, '.', '_' and '-' only"
type ID string

// ObjectName is the name of a Kubernetes object.
// +kubebuilder:validation:MaxLength=4096
// +kubebuilder:validation:XValidation:rule="!format.dns1123Subdomain().validate(self).hasValue()",message="must be the name of an object: at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends"
type ObjectName string

// SellerName is the name of a Seller or ClusterSeller, which are at most 63 characters.
// +kubebuilder:validation:MaxLength=4096
// +kubebuilder:validation:XValidation:rule="size(self) <= 63 && !format.dns1123Subdomain().validate(self).hasValue()",message="must be the name of an object: at most 63 lower-case letters, digits, '-' and '.', with a letter or digit at both ends"
type SellerName string

// NamespaceName is the name of a namespace.
// +kubebuilder:validation:MaxLength=4096
// +kubebuilder:validation:XValidation:rule="!format.dns1123Label().validate(self).hasValue()",message="must be the name of a namespace: at most 63 lower-case letters, digits and '-', with a letter or digit at both ends"
type NamespaceName string

// MaxObservedLength is how many characters of a value read from Cloudmore fit
// into a status field. Longer ones must be cut before status is written, or the
// API server refuses the whole write.
const MaxObservedLength = 1024

// MaxPreviousAttempts is how many entries status.creation.previous holds.
const MaxPreviousAttempts = 16
