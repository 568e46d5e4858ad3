package v1alpha1

import metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

// Turn says who has to act so that an object goes on.
// +kubebuilder:validation:Enum=Operator;Cloudmore;You;Nobody
type Turn string

const (
	// TurnOperator is that the operator is at work, or waits for what it knows will end.
	TurnOperator Turn = "Operator"
	// TurnCloudmore is that Cloudmore has to answer again; nobody here can mend that.
	TurnCloudmore Turn = "Cloudmore"
	// TurnYou is that a user has to act; the message of Ready ends with what to do.
	TurnYou Turn = "You"
	// TurnNobody is that all is as it is wanted.
	TurnNobody Turn = "Nobody"
)

// Standing is what Ready does not tell on its own: whose turn it is, and since when the
// reason is the present one.
type Standing struct {
	// turn says who has to act: Operator, Cloudmore, You or Nobody. It follows from the
	// reason of Ready.
	// +optional
	Turn Turn `json:"turn,omitempty"`

	// reasonSince is since when Ready has its reason. The condition's own
	// lastTransitionTime is older where only the reason changed.
	// +optional
	ReasonSince *metav1.Time `json:"reasonSince,omitempty"`
}
