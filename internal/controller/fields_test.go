package controller_test

import (
	"encoding/json"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

var _ = Describe("Fields of a broker", func() {
	It("survive an update where the spec does not name them, also when they changed since the last sync", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{PropertyIDs: fake.PropertyInteger, ExtraFields: true})
		startManager()
		r := w.inSync(ctx, "abc")
		By("changing in the portal what no list shows")
		Expect(w.api.Edit(r.Status.BrokerID, func(b *fake.Broker) {
			b.VAT = "EE987654321"
			b.CustomProperties = []fake.CustomProperty{{ID: "17", Value: "set in the portal"}}
			b.InvoiceContact = &fake.InvoiceContact{Name: "Set in the portal"}
		})).To(Succeed())
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)

		Expect(w.at(r).SupportEmail).To(Equal("help@abc.example"))
		Expect(w.at(r).VAT).To(Equal("EE987654321"))
		Expect(w.at(r).CustomProperties).To(Equal([]fake.CustomProperty{{ID: "17", Value: "set in the portal"}}))
		Expect(w.at(r).InvoiceContact.Name).To(Equal("Set in the portal"))

		By("looking at what was sent")
		put := w.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpUpdate })
		Expect(put).To(HaveLen(1))
		var sent map[string]any
		Expect(json.Unmarshal(put[0].Body, &sent)).To(Succeed())
		Expect(sent["customProperties"]).To(ConsistOf(HaveKeyWithValue("id", float64(17))), "the id keeps its JSON type")
		get := w.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpGet })
		Expect(get[len(get)-1].Seq).To(BeNumerically("<", put[0].Seq))
		record, _ := w.api.Broker(r.Status.BrokerID)
		Expect(record.Broker.Name).To(Equal("abc Company"))
	})

	It("that the API spells in its own way are accepted, and not sent again by the next manager either", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{Normalize: []string{fake.NormalizeVAT}})
		manager := startManager()
		r := w.inSync(ctx, "abc", func(s *v1alpha1.ResellerSpec) { s.VAT = as[v1alpha1.Text]("111") })
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.VAT = as[v1alpha1.Text]("987654321") })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Eventually(func() []v1alpha1.Normalized { refresh(ctx, r); return r.Status.Normalized }).
			Should(ConsistOf(v1alpha1.Normalized{Field: "spec.vat", Desired: "987654321", Observed: "EE987654321"}))
		sent := w.api.Calls(fake.OpUpdate)
		w.readings(ctx, 2)

		manager.stop()
		next := startManager()
		w.readings(ctx, 1)
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		Eventually(func() string { refresh(ctx, r); return r.Status.LastHandledReconcileAt }).
			Should(Equal(r.Annotations[v1alpha1.AnnotationReconcileRequestedAt]))
		Expect(w.api.Calls(fake.OpUpdate)).To(Equal(sent))
		Expect(next.writes("resellers")).To(HaveLen(1), "the answer to the request, and nothing else")
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
	})

	It("that somebody changes back each time are given up after the third try", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ListContent: fake.ListDetail, UpdateStatus: http.StatusNoContent})
		startManager()
		r := w.inSync(ctx, "abc")
		changed := func() {
			Expect(w.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.SupportEmail = "portal@abc.example" })).To(Succeed())
			w.requestReading(ctx)
		}
		for n := range 3 {
			changed()
			// Who changes it back before the update was seen is not to be told from an API that ignores it.
			Eventually(w.updatesSeen).WithContext(ctx).Should(Equal(n + 1))
			Expect(w.at(r).SupportEmail).To(Equal("support@abc.example"))
		}
		changed()
		awaitReason(ctx, r, v1alpha1.ReasonContested, "spec.supportEmail", "find out who changes it")
		w.readings(ctx, 1)
		Expect(w.api.Calls(fake.OpUpdate)).To(Equal(3))
		Expect(r.Status.Drift).To(HaveLen(1))
		Expect(r.Status.Drift[0].Observed).To(Equal("portal@abc.example"))

		By("asking for another try")
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		Eventually(func() string { return w.at(r).SupportEmail }).Should(Equal("support@abc.example"))
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
	})
})

// updatesSeen are the updates after which the broker was read.
func (w *world) updatesSeen() int {
	n, sent := 0, false
	for _, x := range w.exchanges(func(x fake.Exchange) bool { return !x.EndedAt.IsZero() }) {
		switch {
		case x.Op == fake.OpUpdate:
			sent = true
		case x.Op == fake.OpGet && sent:
			n, sent = n+1, false
		}
	}
	return n
}
