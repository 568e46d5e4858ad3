package seller

import (
	"context"
	"fmt"
	"math"
	"strings"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/account"
	"github.com/reseller-operator/reseller-operator/internal/bounded"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/controller/reseller"
)

// maxTold is what status keeps of the text of v0.1.0's halt, in bytes.
const maxTold = 4096

// storedBrakes are what all Sellers and ClusterSellers keep of their brakes, from a
// live list: the latest halt may be younger than the cache.
func (r *Reconciler) storedBrakes(ctx context.Context) ([]account.Stored, error) {
	namespaces := r.Namespaces
	if len(namespaces) == 0 {
		namespaces = []string{metav1.NamespaceAll}
	}
	var all []account.Stored
	keep := func(obj v1alpha1.SellerObject) {
		all = append(all, account.Stored{Key: keyOf(obj), Memory: brakeIn(obj.CurrentStatus())})
	}
	for _, namespace := range namespaces {
		list := &v1alpha1.SellerList{}
		if err := r.Live.List(ctx, list, client.InNamespace(namespace)); err != nil {
			return nil, err
		}
		for i := range list.Items {
			keep(&list.Items[i])
		}
	}
	if !r.ClusterWide {
		return all, nil
	}
	list := &v1alpha1.ClusterSellerList{}
	if err := r.Live.List(ctx, list); err != nil {
		return nil, err
	}
	for i := range list.Items {
		keep(&list.Items[i])
	}
	return all, nil
}

// keepHalt stores a halt of the account before anything else is done, so that no
// other trouble of the pass and no restart lose it.
func (r *Reconciler) keepHalt(ctx context.Context, obj v1alpha1.SellerObject) error {
	before := obj.DeepCopyObject().(v1alpha1.SellerObject)
	r.Accounts.Recall(keyOf(obj), brakeIn(obj.CurrentStatus()))
	r.reportBrake(obj)
	if obj.CurrentStatus().Halt == nil || equality.Semantic.DeepEqual(before.CurrentStatus(), obj.CurrentStatus()) {
		return nil
	}
	return r.patchStatus(ctx, obj, before)
}

// reportBrake puts the brake into the status of a Seller that has got the account's
// list, or did so before a restart: what it shows is no stranger's business.
func (r *Reconciler) reportBrake(obj v1alpha1.SellerObject) {
	if !r.ownsHalt(obj) {
		return
	}
	st, memory := obj.CurrentStatus(), r.Accounts.Brake(keyOf(obj))
	if h := memory.Halt; h == nil || st.Halt == nil || !st.Halt.Since.Time.Equal(h.Since) {
		st.Halt = haltFrom(h, obj.GetNamespace())
	}
	st.WritesResumedAt = nil
	if !memory.Resumed.IsZero() {
		resumed := metav1.NewMicroTime(memory.Resumed)
		st.WritesResumedAt = &resumed
	}
}

// ownsHalt reports whether the halt of the account is this Seller's to show and to end.
func (r *Reconciler) ownsHalt(obj v1alpha1.SellerObject) bool {
	if brakeIn(obj.CurrentStatus()) != (account.Memory{}) {
		return true
	}
	a := r.Accounts.Find(keyOf(obj))
	return a != nil && a.Standing(reseller.SessionName(obj)).Entitled
}

// brakeIn is what status keeps of the brake. v0.1.0 kept a halt in the condition
// Ready only: that text is taken over as it is.
func brakeIn(st *v1alpha1.SellerStatus) account.Memory {
	memory := account.Memory{Halt: haltIn(st.Halt)}
	if st.WritesResumedAt != nil {
		memory.Resumed = st.WritesResumedAt.Time
	}
	ready := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady)
	if st.Halt == nil && ready != nil && ready.Reason == v1alpha1.ReasonWritesHalted {
		memory.Halt = &account.Halt{Since: ready.LastTransitionTime.Time, Told: bounded.Text(ready.Message, maxTold)}
	}
	return memory
}

// haltIn reads the facts of a halt from status.
func haltIn(stored *v1alpha1.WriteHalt) *account.Halt {
	if stored == nil {
		return nil
	}
	h := &account.Halt{
		Since: stored.Since.Time, Most: int(stored.Most), Total: int(stored.Total), Window: stored.Window.Duration,
		More: int(stored.More), Told: stored.Message,
	}
	for _, w := range stored.Whom {
		h.Whom = append(h.Whom, account.Write{
			Deletes: w.Action == v1alpha1.WriteDelete, Owner: account.Owner{Namespace: w.Namespace, Name: w.Name}, Broker: broker.ID(w.BrokerID),
		})
	}
	return h
}

// haltFrom is how status keeps the facts of a halt. A Seller names nobody of
// another namespace: those are counted.
func haltFrom(h *account.Halt, namespace string) *v1alpha1.WriteHalt {
	if h == nil {
		return nil
	}
	stored := &v1alpha1.WriteHalt{
		Kind: v1alpha1.HaltBrake, Since: metav1.NewMicroTime(h.Since), Most: small(h.Most), Total: small(h.Total),
		Window: metav1.Duration{Duration: h.Window}, More: small(h.More), Message: h.Told,
	}
	if h.Told != "" {
		stored.Kind = v1alpha1.HaltUnknown
	}
	for _, w := range h.Whom {
		if namespace != "" && w.Owner.Namespace != namespace {
			stored.More++
			continue
		}
		action := v1alpha1.WriteChange
		if w.Deletes {
			action = v1alpha1.WriteDelete
		}
		stored.Whom = append(stored.Whom, v1alpha1.HaltedWrite{Action: action, Namespace: w.Owner.Namespace, Name: w.Owner.Name, BrokerID: string(w.Broker)})
	}
	return stored
}

func small(n int) int32 { return int32(min(max(n, 0), math.MaxInt32)) }

// howToResume ends the message of a halt.
const howToResume = "; nothing is written until somebody has looked at what is about to happen and sets the annotation " + v1alpha1.AnnotationResumeWritesAt + " to any new value"

// haltMessage says why writing is halted, what was about to happen to whom, and
// how to go on.
func haltMessage(h *v1alpha1.WriteHalt) string {
	if h.Message != "" {
		return h.Message // with all of that
	}
	var whom []string
	for _, w := range h.Whom {
		whom = append(whom, fmt.Sprintf("%s of %s/%s (broker %s)", strings.ToLower(string(w.Action)), w.Namespace, w.Name, w.BrokerID))
	}
	if h.More > 0 {
		whom = append(whom, fmt.Sprintf("%d more", h.More))
	}
	return haltIn(h).Why() + ": " + strings.Join(whom, ", ") + howToResume
}
