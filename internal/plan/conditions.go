package plan

import (
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
)

// Conditions are those of a Reseller, a Seller or a ClusterSeller, to be changed. All becomes
// another slice then, so that whoever has the one from before sees no change.
type Conditions struct {
	All        []metav1.Condition
	Generation int64
	Now        time.Time
}

// Verdict is what Ready says. At most one of Ready, Reconciling and Stalled is true: kstatus,
// and with it Flux, Argo CD and Helm, reads them so.
type Verdict struct {
	Reason, Message             string
	Ready, Reconciling, Stalled bool
}

// Conclude keeps Ready always, Reconciling and Stalled only while they are true. It reports
// whether one changed.
func (c *Conditions) Conclude(v Verdict) bool {
	ready := c.Set(v1alpha1.ConditionReady, v.Ready, v.Reason, v.Message)
	reconciling := c.Only(v1alpha1.ConditionReconciling, v.Reconciling, v.Reason, v.Message)
	stalled := c.Only(v1alpha1.ConditionStalled, v.Stalled, v.Reason, v.Message)
	return ready || reconciling || stalled
}

// Set has a condition say this. It reports whether that is new.
func (c *Conditions) Set(name string, truth bool, reason, message string) bool {
	state := metav1.ConditionFalse
	if truth {
		state = metav1.ConditionTrue
	}
	message = bounded.Text(message, maxMessage)
	if is := meta.FindStatusCondition(c.All, name); is != nil && is.Status == state && is.Reason == reason && is.Message == message && is.ObservedGeneration == c.Generation {
		return false
	}
	next := slices.Clone(c.All)
	meta.SetStatusCondition(&next, metav1.Condition{
		Type: name, Status: state, Reason: reason, Message: message,
		ObservedGeneration: c.Generation, LastTransitionTime: metav1.NewTime(c.Now),
	})
	c.All = next
	return true
}

// Only keeps a condition while it is true. It reports whether it changed.
func (c *Conditions) Only(name string, truth bool, reason, message string) bool {
	if truth {
		return c.Set(name, true, reason, message)
	}
	if meta.FindStatusCondition(c.All, name) == nil {
		return false // to remove nothing would copy the others
	}
	next := slices.Clone(c.All)
	meta.RemoveStatusCondition(&next, name)
	c.All = next
	return true
}
