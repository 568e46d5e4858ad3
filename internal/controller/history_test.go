package controller_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// effectsOf tell what status.history says, one line each.
func effectsOf(r *v1alpha1.Reseller) []string {
	var lines []string
	for _, e := range r.Status.History {
		lines = append(lines, fmt.Sprintf("%s %d %s", e.Action, e.Status, strings.Join(e.Fields, ",")))
	}
	return lines
}

var _ = Describe("The history of a Reseller", func() {
	It("tells what was done and what was refused, without a write of its own", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		first := startManager()
		w.ready(ctx)
		r := w.inSync(ctx, "abc")
		Expect(effectsOf(r)).To(Equal([]string{"Created 201 "}))
		Expect(r.Status.History[0].Attempt).To(HaveLen(32))
		Expect(r.Status.History[0].BrokerID).To(Equal(r.Status.BrokerID))

		first.forget()
		renamed(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(effectsOf(r)).To(Equal([]string{"Created 201 ", "Updated 200 spec.supportEmail"}))
		Expect(first.writes("resellers")).To(HaveLen(1))

		By("an edit that is refused, and a restart")
		w.inject(fake.Fault{Op: fake.OpUpdate, Status: http.StatusForbidden, Times: 1})
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.Name = as[v1alpha1.Text]("Another Company") })
		awaitReason(ctx, r, v1alpha1.ReasonForbidden)
		first.stop()
		startManager()
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(effectsOf(r)).To(Equal([]string{
			"Created 201 ", "Updated 200 spec.supportEmail", "UpdateFailed 403 spec.name", "Updated 200 spec.name",
		}))
		Expect(fmt.Sprint(r.Status.History)).NotTo(ContainSubstring("Another"))
	})

	It("tells of a broker that was adopted", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		id := w.api.Add(w.broker("abc"))
		startManager()
		r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.BrokerID = v1alpha1.ID(id) })
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(effectsOf(r)).To(Equal([]string{"Adopted 0 "}))
	})
})

// widest is a text of so many characters of four bytes.
func widest(characters int) string { return strings.Repeat("\U0001F300", characters) }

// largestStatus is as large as the operator makes it.
func largestStatus() v1alpha1.ResellerStatus {
	id := broker.ID(strings.Repeat("a", 128))
	want, have := broker.Broker{}, broker.Broker{ID: id, Detail: true}
	for i := range broker.Fields {
		broker.Fields[i].Set(&want, "1"+widest(255)) // canon leaves the digits of a phone
		if broker.Fields[i].Set(&have, "2"+widest(4000)); broker.Fields[i].Boolean() {
			broker.Fields[i].Set(&have, "true") // and not desired
		}
	}
	for i := range 64 {
		property := fmt.Sprintf("%s%03d", strings.Repeat("p", 125), i)
		want.CustomProperties = append(want.CustomProperties, broker.Property{ID: property, Value: widest(1024)})
		have.CustomProperties = append(have.CustomProperties, broker.Property{ID: property, Value: widest(4000)})
	}
	rest := plan.Rest{Reason: v1alpha1.ReasonRefused, Message: widest(40_000), Compared: true}
	failed := v1alpha1.Effect{Action: v1alpha1.EffectUpdateFailed, At: metav1.Now(), BrokerID: string(id), Attempt: strings.Repeat("f", 64), Status: 422}
	for i := range 100 {
		rest.Rejected = append(rest.Rejected, broker.FieldFailure{Path: fmt.Sprint(i, widest(300)), Message: widest(600)})
		failed.Fields = append(failed.Fields, broker.PropertyPath(fmt.Sprintf("%s%03d", strings.Repeat("p", 125), i)))
	}
	status := v1alpha1.ResellerStatus{
		BrokerID: string(id), SellerID: strings.Repeat("s", 128), Endpoint: "https://" + strings.Repeat("e", 504), Origin: v1alpha1.OriginCreated,
		LastHandledReconcileAt: widest(256), Creation: &v1alpha1.Creation{
			CreationAttempt: posted(0), SellerID: strings.Repeat("s", 128), Endpoint: strings.Repeat("e", 512), Committed: true, Refused: true, Applied: strings.Repeat("a", 1024),
		},
		Deletion: &v1alpha1.Deletion{Attempt: strings.Repeat("d", 64), StartedAt: metav1.NowMicro(), Deadline: metav1.NowMicro(), BrokerID: string(id)},
		Retry:    &v1alpha1.Retry{Call: v1alpha1.RetryUpdate, Content: strings.Repeat("c", 64), Failures: 5, FailedAt: metav1.Now(), NextAt: metav1.Now()},
	}
	for i := range v1alpha1.MaxPreviousAttempts {
		status.Creation.Previous = append(status.Creation.Previous, posted(i+1))
	}
	for i := range broker.Fields {
		status.Normalized = append(status.Normalized, v1alpha1.Normalized{Field: broker.Fields[i].Spec(), Desired: widest(256), Observed: widest(1024)})
	}
	status.Normalized = plan.FitNormalized(status.Normalized)
	other := failed
	other.Action = v1alpha1.EffectUpdated
	status.History = plan.History(nil, []v1alpha1.Effect{failed, other, failed, other, failed, other})
	s := &plan.State{
		Now: time.Now(), Desired: plan.Desired{Broker: want, Suspended: true}, Memory: plan.Memory{Proven: id},
		Record: plan.Record{BrokerID: id}, Reading: plan.Reading{Known: &have},
	}
	lost := broker.Broker{}
	for i := range 64 {
		lost.CustomProperties = append(lost.CustomProperties, broker.Property{ID: fmt.Sprintf("%s%03d", strings.Repeat("q", 125), i), Value: widest(4000)})
	}
	updated := &plan.State{Now: s.Now, Desired: s.Desired, Record: s.Record, Outcome: plan.Outcome{Looked: &plan.Looked{ID: id, Broker: have, At: s.Now}}}
	s.Memory.SentBack = plan.SentBack{Before: lost, At: s.Now}
	s.Memory.Did(plan.Look{ID: id}, updated)
	before := status.DeepCopy()
	status = plan.Report(s, rest, &status).Status
	status.Retry, status.LastHandledReconcileAt = before.Retry, before.LastHandledReconcileAt
	return status
}

// posted is a create of the longest identity.
func posted(n int) v1alpha1.CreationAttempt {
	return v1alpha1.CreationAttempt{
		Attempt: fmt.Sprintf("%064d", n), StartedAt: metav1.NowMicro(), Deadline: metav1.NowMicro(),
		RegistrationNumber: widest(256), Domain: strings.Repeat("d", 253), BodyHash: strings.Repeat("b", 128),
	}
}

var _ = Describe("The largest status of a Reseller", func() {
	It("is taken by the API server, with every list in it, below 256 KiB", func(ctx SpecContext) {
		w := newWorld(ctx, fake.Shapes{})
		r := w.reseller("abc")
		create(ctx, r)
		r.Status = largestStatus()
		Expect(server.Status().Update(ctx, r)).To(Succeed())
		refresh(ctx, r)
		text, err := json.Marshal(r.Status)
		Expect(err).NotTo(HaveOccurred())
		Expect(len(text)).To(And(BeNumerically("<", 256<<10), BeNumerically(">", 150<<10)))
		Expect(r.Status.Drift).To(HaveLen(len(broker.Fields) + 64))
		Expect(r.Status.History).To(HaveLen(v1alpha1.MaxHistory))
		Expect(r.Status.Rejected).NotTo(BeEmpty())
		Expect(r.Status.UnmanagedChanges).To(HaveLen(v1alpha1.MaxUnmanagedChanges))
		Expect(slices.IndexFunc(r.Status.Drift, func(d v1alpha1.Drift) bool { return d.Observed == "" })).To(Equal(-1))
	})
})
