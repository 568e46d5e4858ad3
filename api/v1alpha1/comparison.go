package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Drift is one field in which the broker differs from spec.
type Drift struct {
	// field is the path of the field, such as spec.contact.phone.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +required
	Field string `json:"field,omitempty"`

	// desired is what spec says.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Desired string `json:"desired,omitempty"`

	// observed is what Cloudmore has.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Observed string `json:"observed,omitempty"`

	// cause says why the field differs: Edited (spec was edited, and Cloudmore has not
	// taken the value yet), Changed (the broker was changed elsewhere), NotAccepted
	// (Cloudmore answered with success and shows the old value), Contested (somebody
	// changes it back each time), Refused (Cloudmore refused the value) or Unreadable
	// (Cloudmore shows what holds the field in a form that is not understood).
	// +optional
	Cause DriftCause `json:"cause,omitempty"`

	// since is when the difference was first seen.
	// +optional
	Since metav1.Time `json:"since,omitzero"`

	// triedAt is when Cloudmore last refused the value.
	// +optional
	TriedAt *metav1.Time `json:"triedAt,omitempty"`
}

// DriftCause says why a field differs.
// +kubebuilder:validation:Enum=Edited;Changed;NotAccepted;Contested;Refused;Unreadable
type DriftCause string

// The causes of a difference. The last four hold the field back until spec, the broker
// or a user's request changes that; all other fields go on being sent.
const (
	DriftEdited      DriftCause = "Edited"
	DriftChanged     DriftCause = "Changed"
	DriftNotAccepted DriftCause = "NotAccepted"
	DriftContested   DriftCause = "Contested"
	DriftRefused     DriftCause = "Refused"
	DriftUnreadable  DriftCause = "Unreadable"
)

// Normalized is one value that Cloudmore shows in its own way.
type Normalized struct {
	// field is the path of the field, such as spec.vat.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +required
	Field string `json:"field,omitempty"`

	// desired is what spec says.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Desired string `json:"desired,omitempty"`

	// observed is how Cloudmore shows it.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Observed string `json:"observed,omitempty"`

	// unproved says that an earlier version of the operator took both for equal, and
	// that the value was not sent again since.
	// +optional
	Unproved bool `json:"unproved,omitempty"`
}

// MaxUnmanagedChanges bounds how many are kept.
const MaxUnmanagedChanges = 32

// UnmanagedChange is a field that an update changed although spec does not name it.
type UnmanagedChange struct {
	// field is the path of the field, such as spec.contact.phone.
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=256
	// +required
	Field string `json:"field,omitempty"`

	// before is what was read right before the update, and sent back with it.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	Before string `json:"before,omitempty"`

	// after is what Cloudmore showed after it.
	// +kubebuilder:validation:MaxLength=1024
	// +optional
	After string `json:"after,omitempty"`

	// since is when that was seen.
	// +optional
	Since metav1.MicroTime `json:"since,omitzero"`
}
