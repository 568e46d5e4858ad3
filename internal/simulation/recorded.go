package simulation

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// stepText is a step in a recording.
func stepText(step plan.Step) string {
	name := reflect.TypeOf(step).Name()
	switch step := step.(type) {
	case plan.Rest:
		return restText(step)
	case plan.Look:
		return name + " " + string(step.ID)
	case plan.Bind:
		return fmt.Sprintf("%s %s as %s", name, step.ID, step.Origin)
	case plan.RecordBroker:
		return fmt.Sprintf("%s %s as %s", name, step.ID, step.Origin)
	case plan.Update:
		if step.Background() {
			return name + " to prove " + paths(step.Proves)
		}
		return name + " " + paths(step.Changed)
	case plan.RecordIdentity:
		return name + " " + step.Domain
	case plan.ClearIntent:
		return name + ", " + restText(step.Then)
	case plan.MarkRefused:
		return name + ", " + restText(step.Then)
	case plan.ClearDeletion:
		return name + ", " + restText(step.Then)
	case plan.Release:
		switch {
		case step.Gone:
			return name + ", the broker was gone before"
		case step.Orphaned:
			return name + ", the broker stays"
		}
	default: // has nothing else to tell
	}
	return name
}

// restText says what a Rest shows, and what ends it.
func restText(rest plan.Rest) string {
	text := "Rest"
	if rest.Reason != "" {
		text += " " + rest.Reason
	}
	if rest.Quiet {
		text += ", not shown"
	}
	if !rest.AfterReading.IsZero() {
		text += ", until the account is read"
	}
	return text
}

// lasting says how long a Rest is at most.
func lasting(step plan.Step, at time.Time) string {
	rest, ok := step.(plan.Rest)
	if !ok || rest.Until.IsZero() {
		return ""
	}
	return ", for " + rest.Until.Sub(at).Round(time.Second).String()
}

func paths(changed []plan.Deviation) string {
	names := make([]string, 0, len(changed))
	for _, d := range changed {
		names = append(names, d.Field)
	}
	return strings.Join(names, ", ")
}

// change tells of a write that the API server took.
func (r *recording) change(c change) {
	object := c.kind + " " + c.key.Name
	switch {
	case c.after == nil:
		r.tell(c.by, "%s is gone", object)
	case c.before == nil:
		r.tell(c.by, "%s is made%s", object, specText(c.after))
	default:
		if news := newsOf(c.before, c.after); len(news) > 0 {
			r.tell(c.by, "%s: %s", object, strings.Join(news, "; "))
		}
	}
}

// specText is what the spec of a new Reseller says besides what all say.
func specText(obj client.Object) string {
	r, ok := obj.(*v1alpha1.Reseller)
	if !ok {
		return ""
	}
	if r.Spec.Domain == nil {
		return " that shows broker " + string(r.Spec.BrokerID)
	}
	company, _, _ := strings.Cut(string(*r.Spec.Domain), ".")
	news := differences(treeOf(newReseller("", company, nil))["spec"], treeOf(r)["spec"], "spec")
	return " for " + strings.Join(append([]string{company}, news...), "; ")
}

// newsOf are the differences between two versions that matter.
func newsOf(before, after client.Object) []string {
	was, is := treeOf(before), treeOf(after)
	news := differences(was["spec"], is["spec"], "spec")
	news = append(news, differences(metaOf(was)["annotations"], metaOf(is)["annotations"], "annotation")...)
	if before.GetDeletionTimestamp() == nil && after.GetDeletionTimestamp() != nil {
		news = append(news, "is deleted")
	}
	for _, name := range after.GetFinalizers() {
		if !slices.Contains(before.GetFinalizers(), name) {
			news = append(news, "finalizer "+name+" on")
		}
	}
	for _, name := range before.GetFinalizers() {
		if !slices.Contains(after.GetFinalizers(), name) {
			news = append(news, "finalizer "+name+" off")
		}
	}
	switch after := after.(type) {
	case *v1alpha1.Reseller:
		news = append(news, statusNews(&before.(*v1alpha1.Reseller).Status, &after.Status)...)
	case *v1alpha1.Seller:
		news = append(news, conditionNews(before.(*v1alpha1.Seller).Status.Conditions, after.Status.Conditions)...)
	}
	return news
}

// differences are the values that one tree has and another has not.
func differences(before, after any, path string) []string {
	was, _ := before.(map[string]any)
	is, deep := after.(map[string]any)
	if !deep && len(was) == 0 {
		if reflect.DeepEqual(before, after) {
			return nil
		}
		return []string{fmt.Sprintf("%s %v", path, after)}
	}
	var found []string
	for _, key := range slices.Sorted(maps.Keys(is)) {
		found = append(found, differences(was[key], is[key], path+"."+key)...)
	}
	for _, key := range slices.Sorted(maps.Keys(was)) {
		if _, kept := is[key]; !kept {
			found = append(found, path+"."+key+" removed")
		}
	}
	return found
}

// statusNews is what changed in status: facts first, then the conditions.
func statusNews(was, is *v1alpha1.ResellerStatus) (news []string) {
	fact := func(before, after string) {
		if before != after {
			news = append(news, after)
		}
	}
	fact(createText(was), createText(is))
	fact(deletionText(was), deletionText(is))
	fact(brokerText(was), brokerText(is))
	fact(sentText(was), sentText(is))
	fact(driftText(was), driftText(is))
	fact(retryText(was), retryText(is))
	return append(news, conditionNews(was.Conditions, is.Conditions)...)
}

func createText(st *v1alpha1.ResellerStatus) string {
	switch c := st.Creation; {
	case c == nil:
		return "no intent"
	case c.Committed:
		return "intent confirmed"
	case c.Refused:
		return "intent refused"
	default:
		return "intent for " + c.Domain
	}
}

func deletionText(st *v1alpha1.ResellerStatus) string {
	if st.Deletion == nil {
		return "no deletion"
	}
	return "deletion of " + st.Deletion.BrokerID
}

func brokerText(st *v1alpha1.ResellerStatus) string {
	if st.BrokerID == "" {
		return "no broker"
	}
	return fmt.Sprintf("%s %s", st.Origin, st.BrokerID)
}

func sentText(st *v1alpha1.ResellerStatus) string {
	if len(st.SentIdentities) == 0 {
		return "no sent identity"
	}
	var domains []string
	for _, sent := range st.SentIdentities {
		domains = append(domains, sent.Domain)
	}
	return "sends the identity of " + strings.Join(domains, ", ")
}

func driftText(st *v1alpha1.ResellerStatus) string {
	var rows []string
	for _, d := range st.Drift {
		rows = append(rows, fmt.Sprintf("%s %s", d.Field, d.Cause))
	}
	for _, n := range st.Normalized {
		row := n.Field + " Normalized"
		if n.Unproved {
			row += ", unproved"
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return "no drift"
	}
	return strings.Join(rows, ", ")
}

func retryText(st *v1alpha1.ResellerStatus) string {
	if st.Retry == nil {
		return "no retry"
	}
	return fmt.Sprintf("retry of %s after %d failures", st.Retry.Call, st.Retry.Failures)
}

func conditionNews(was, is []metav1.Condition) (news []string) {
	for _, kind := range []string{v1alpha1.ConditionReady, v1alpha1.ConditionStalled} {
		before, after := meta.FindStatusCondition(was, kind), meta.FindStatusCondition(is, kind)
		if after != nil && (before == nil || before.Status != after.Status || before.Reason != after.Reason) {
			news = append(news, fmt.Sprintf("%s %s %s", kind, after.Status, after.Reason))
		}
	}
	return news
}
