package sellerplan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
)

// StoredBrake is what status keeps of the brake. v0.1.0 kept a halt in the condition
// Ready only: that text is kept as it is.
func StoredBrake(status *v1alpha1.SellerStatus) Brake {
	b := Brake{Halt: status.Halt}
	if status.WritesResumedAt != nil {
		b.Resumed, b.Confirmed = status.WritesResumedAt.Time, status.WritesResumedFor
	}
	ready := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionReady)
	if status.Halt == nil && ready != nil && ready.Reason == v1alpha1.ReasonWritesHalted {
		b.Halt = &v1alpha1.WriteHalt{
			Kind: v1alpha1.HaltUnknown, Since: metav1.NewMicroTime(ready.LastTransitionTime.Time), Message: bounded.Text(ready.Message, maxTold),
		}
	}
	return b
}

// noteBrake puts the brake into the status of a Seller that has got the account's
// list, or did so before a restart: what it shows is no stranger's business. It goes by
// what is stored, which a step of this pass may have written.
func (s *State) noteBrake(status *v1alpha1.SellerStatus) {
	status.Halt, status.WritesResumedAt = s.Stored.Halt.DeepCopy(), s.Stored.WritesResumedAt.DeepCopy()
	status.WritesResumedFor = s.Stored.WritesResumedFor
	if !s.ownsHalt(status) {
		return
	}
	brake := s.Account.Brake
	if h := brake.Halt; h == nil || status.Halt == nil || !status.Halt.Since.Time.Equal(h.Since.Time) {
		status.Halt = shownIn(h, s.Seller.Namespace)
	}
	status.WritesResumedAt, status.WritesResumedFor = nil, ""
	if !brake.Resumed.IsZero() {
		resumed := metav1.NewMicroTime(brake.Resumed)
		status.WritesResumedAt, status.WritesResumedFor = &resumed, brake.Confirmed
	}
}

// ownsHalt reports whether the halt of the account is this Seller's to show and to end.
func (s *State) ownsHalt(status *v1alpha1.SellerStatus) bool {
	return StoredBrake(status) != Brake{} || s.Account.Entitled
}

// shownIn is a halt as a Seller of a namespace shows it: it names nobody of another
// one; those are counted. A ClusterSeller, which is in none, names all.
func shownIn(h *v1alpha1.WriteHalt, namespace string) *v1alpha1.WriteHalt {
	if h == nil {
		return nil
	}
	shown := h.DeepCopy()
	shown.Whom = nil
	for _, w := range h.Whom {
		if namespace != "" && w.Namespace != namespace {
			shown.More++
			continue
		}
		shown.Whom = append(shown.Whom, w)
	}
	return shown
}

// howToResume ends the message of a halt.
const howToResume = "; nothing is written until somebody has looked at what is about to happen and sets the annotation " + v1alpha1.AnnotationResumeWritesAt + " to any new value"

// haltMessage says to a Seller of a namespace why writing is halted, what waits, which
// command shows all of that, and how to go on.
func haltMessage(h *v1alpha1.WriteHalt, namespace string) string {
	if h.Message != "" {
		return h.Message // with all of that
	}
	if h.Field != "" {
		return WhyHarmed(h.Field) + ": " + whom(h, "%[2]s/%[3]s (broker %[4]s)") + "; name it in the specs that are edited next, or accept what updates make of it by the annotation " +
			v1alpha1.AnnotationAcceptChange + " of the Resellers" + howToResume
	}
	message := WhyHalted(int(h.Most), int(h.Total), h.Window.Duration) + ": " + whom(h, "%s of %s/%s (broker %s)")
	if h.Waiting == "" {
		return message + howToResume
	}
	return message + fmt.Sprintf("; %d wait and %d were let through before; kubectl get resellers %s | grep %s shows those that wait",
		len(h.Whom)+int(h.More), h.Sent, inNamespace(namespace), v1alpha1.ReasonHeldByBrake) + howToResume + whatGoes(h)
}

// WhyStopped says in words that name nobody why writing is halted.
func WhyStopped(h *v1alpha1.WriteHalt) string {
	if h.Field != "" {
		return WhyHarmed(h.Field)
	}
	return WhyHalted(int(h.Most), int(h.Total), h.Window.Duration)
}

// WhyHarmed says in words that name nobody why writing was stopped by what updates did.
func WhyHarmed(field string) string {
	return "updates changed " + field + " of several brokers whose Resellers do not name it, so the next ones would, too"
}

// whom lists whom a halt is about, sorted, each in a form of action, namespace, name and broker.
func whom(h *v1alpha1.WriteHalt, form string) string {
	var all []string
	for _, w := range h.Whom {
		all = append(all, fmt.Sprintf(form, strings.ToLower(string(w.Action)), w.Namespace, w.Name, w.BrokerID))
	}
	slices.Sort(all) // they came side by side, in no order that says anything
	if h.More > 0 {
		all = append(all, fmt.Sprintf("%d more", h.More))
	}
	return strings.Join(all, ", ")
}

// inNamespace is the option of kubectl for the Resellers that a Seller of a namespace may
// have; a ClusterSeller is in none.
func inNamespace(namespace string) string {
	if namespace == "" {
		return "-A"
	}
	return "-n " + namespace
}

// whatGoes says what a resume permits.
func whatGoes(h *v1alpha1.WriteHalt) string {
	const digest = 4 // as account.Halt has it
	return fmt.Sprintf(", which lets %d go; what comes on top is counted afresh", len(h.Waiting)/digest)
}

// WhyHalted says in words that name nobody why the brake stopped all writing: at most so
// many brokers of so many may be changed or deleted within a window. Zero is not known.
func WhyHalted(most, total int, window time.Duration) string {
	if most == 0 {
		return "more brokers were about to be changed or deleted at once than its brake permits"
	}
	return fmt.Sprintf("more than %d brokers (the account has %d) were about to be changed or deleted within %s", most, total, window)
}
