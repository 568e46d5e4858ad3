package controller_test

import (
	"fmt"
	"net/http"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// seenBefore are inputs that once went wrong, each with the specs that try it now: rows
// of the table, or lives of their own below.
var seenBefore = []struct {
	input string
	specs []string
}{
	{"lists are empty, GET and POST 404 for 100 s", []string{"an outage like an empty account for 100 s"}},
	{"POST answered 409, 422, 400 as text", []string{"409 with a message × POST", "422 with errors × POST", "400 as text × POST"}},
	{"DELETE answered 409", []string{"409 with a message × DELETE"}},
	{"12 edits whose PUT answers 500", []string{"twelve edits that fail with 500"}},
	{"an account whose server hangs, 48 edits waiting", []string{"an account that hangs beside a healthy one"}},
	{"a watch lags while somebody writes the Reseller", []string{"a watch that lags while somebody writes the object"}},
	{"503 on all calls", []string{"503 on all calls"}},
	{"an old value that today's validation refuses", []string{"an old value that is not valid any more × PUT"}},
	{"Refused because a property is not defined; then it is", []string{"a property that is defined after it was refused"}},
	{"the manager is killed while DELETEs are under way", []string{"a manager that dies in its DELETEs"}},
	{"create, Orphan, deleted in the portal, the same again", []string{"one that is made again after its broker was left and deleted"}},
	{"a delete waits for services that end unlisted", []string{"services that end before a list showed them"}},
	{"a resume after the brake, many deletions", []string{"many deletions after a resume"}},
	{"{\"data\": …} around the details", []string{"an envelope {data} × GET", "an envelope {data} × PUT"}},
}

// nudge wakes an object without asking for anything: somebody puts a finalizer on it and
// takes it off.
func nudge(ctx SpecContext, r *v1alpha1.Reseller) {
	GinkgoHelper()
	kept := slices.Clone(r.Finalizers)
	edit(ctx, r, func(r *v1alpha1.Reseller) {
		kept = r.Finalizers
		r.Finalizers = append(slices.Clone(kept), "example.com/nudge")
	})
	edit(ctx, r, func(r *v1alpha1.Reseller) { r.Finalizers = kept })
}

// unchanged are those whose broker is still the one that they had.
func (x *rig) unchanged(ctx SpecContext, all map[string]string) {
	GinkgoHelper()
	for name, id := range all {
		r := x.reseller(name)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.BrokerID).To(Equal(id))
	}
	Expect(x.live()).To(HaveLen(len(all)))
}

// lives are inputs that take more than one call.
var lives = []struct {
	name string
	core bool // part of make test
	live func(SpecContext)
}{
	{"an outage like an empty account for 100 s", true, outageLikeAnEmptyAccount},
	{"twelve edits that fail with 500", false, twelveEdits},
	{"an account that hangs beside a healthy one", false, hangingAccount},
	{"503 on all calls", false, unavailableEverywhere},
	{"a property that is defined after it was refused", false, propertyDefinedLater},
	{"a manager that dies in its DELETEs", false, killedInDeletes},
	{"one that is made again after its broker was left and deleted", false, madeAgain},
	{"services that end before a list showed them", false, servicesThatEnd},
	{"many deletions after a resume", false, resumedDeletions},
	{"a watch that lags while somebody writes the object", false, laggingWatch},
}

var _ = Describe("What went wrong before", Label("quirk"), func() {
	for _, l := range lives {
		labels := Label()
		if l.core {
			labels = Label("core")
		}
		It(l.name, labels, func(ctx SpecContext) { l.live(ctx) })
	}
})

// plainReady is what the Reseller's Ready says.
func (x *rig) plainReady(ctx SpecContext, r *v1alpha1.Reseller) string {
	refresh(ctx, r)
	if c := meta.FindStatusCondition(r.Status.Conditions, v1alpha1.ConditionReady); c != nil && c.ObservedGeneration == r.Generation {
		return fmt.Sprintf("%s: %s", c.Reason, c.Message)
	}
	return ""
}

// refused are the writes to a resource that the API server refused because of a conflict.
func (x *wire) refused(resource string) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	n := 0
	for _, w := range x.sent {
		if w.resource == resource && w.status == http.StatusConflict {
			n++
		}
	}
	return n
}
