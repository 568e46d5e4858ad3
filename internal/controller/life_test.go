package controller_test

import (
	"context"
	"encoding/json"
	"slices"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

var _ = Describe("The life of a Reseller", func() {
	It("makes the broker, keeps it as described and deletes it, and tells each change once", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		events := w.events(ctx, "abc")

		By("making the broker")
		r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) {
			s.VAT = as[v1alpha1.Text]("987654321")
			s.InvoiceContact = &v1alpha1.InvoiceContact{Name: as[v1alpha1.Text]("John Doe"), Email: as[v1alpha1.Email]("invoice@abc.example")}
			s.CustomProperties = []v1alpha1.CustomProperty{{ID: "segment", Value: ptr("gold")}}
			s.AllowCmpAccess = ptr(true)
		})
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		want := w.broker("abc")
		want.VAT, want.AllowCMPAccess = "987654321", ptr(true)
		want.InvoiceContact = &fake.InvoiceContact{Name: "John Doe", Email: "invoice@abc.example"}
		want.CustomProperties = []fake.CustomProperty{{ID: "segment", Value: "gold"}}
		Expect(w.at(r)).To(Equal(want))
		Expect(r.Finalizers).To(ConsistOf(v1alpha1.FinalizerReseller))
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginCreated))
		Expect(r.Status.SellerID).To(Equal(w.api.SellerID()))
		Expect(r.Status.Endpoint).To(Equal(w.endpoint))
		Expect(r.Status.Creation).To(BeNil())
		Expect(r.Status.EffectiveDeletionPolicy).To(Equal(v1alpha1.DeletionDelete))
		Expect(r.Status.Broker).To(Equal(&v1alpha1.ObservedBroker{Name: "abc Company", RegistrationNumber: "abc-1234567", Domain: "abc.example"}))
		Expect(r.Status.Conditions).To(ConsistOf(HaveField("Type", v1alpha1.ConditionReady), And(HaveField("Type", v1alpha1.ConditionDrifted), HaveField("Status", metav1.ConditionFalse))), "nothing else while all is well")
		Eventually(events).Should(Equal([]string{"Normal Created (Create): created broker " + r.Status.BrokerID}))

		By("sending an edit")
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.Contact.Phone = as[v1alpha1.Phone]("5550001") })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.at(r).Contact.Phone).To(Equal("5550001"))
		Eventually(events).Should(ContainElement("Normal Updated (Update): updated broker " + r.Status.BrokerID + ": spec.contact.phone"))

		By("correcting what was changed elsewhere")
		Expect(w.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.Name = "Somebody else" })).To(Succeed())
		w.requestReading(ctx)
		Eventually(func() string { return w.at(r).Name }).Should(Equal("abc Company"))
		Eventually(events).Should(ContainElement("Normal DriftCorrected (Update): broker " + r.Status.BrokerID + " was changed elsewhere and is corrected: spec.name"))

		By("deleting it")
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(w.live()).To(BeEmpty())
		Eventually(events).Should(HaveLen(4), "one event for each change")
		Expect(events()[3]).To(Equal("Normal Deleted (Delete): deleted broker " + r.Status.BrokerID))
		Expect(w.api.CommittedCreates("abc-1234567", "abc.example")).To(Equal(1))
	})

	It("has its finalizer on before the POST, and takes it off after the broker is gone", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		manager := startManager()
		w.ready(ctx)
		r := w.reseller("abc")
		var finalizers []string
		manager.afterWrite(func(x write) {
			if x.sets("creation") {
				seen := &v1alpha1.Reseller{}
				seen.Namespace, seen.Name = w.namespace, "abc"
				refresh(ctx, seen)
				finalizers = seen.Finalizers
			}
		})
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(finalizers).To(ConsistOf(v1alpha1.FinalizerReseller), "the finalizer is on when the create is decided on")

		var atRelease []string
		manager.beforeWrite(func(x write) error {
			if x.resource == "resellers" && x.subresource == "" {
				atRelease = append(atRelease, w.live()...)
			}
			return nil
		})
		id := r.Status.BrokerID
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(atRelease).To(BeEmpty(), "the broker is gone when the finalizer comes off")
		record, _ := w.api.Broker(id)
		Expect(record.State).To(Equal(fake.StateGone))
	})

	It("shows in its columns how the broker stands", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		names, cells := columns(ctx, "/apis/cloudmore.com/v1alpha1/namespaces/"+w.namespace+"/resellers")
		Expect(names).To(Equal([]string{"Name", "Ready", "Reason", "Broker", "Domain", "Seller", "Drift", "Since", "Age", "Turn", "Origin", "Deletion", "Message"}))
		Expect(cells).To(HaveLen(1))
		Expect(slices.Delete(cells[0], 7, 9)).To(HaveExactElements( // but for two ages
			"abc", "True", "InSync", r.Status.BrokerID, "abc.example", "main", BeNil(), "Nobody", "Created", "Delete", "the broker is as described",
		))
		Eventually(func() []any {
			_, cells := columns(ctx, "/apis/cloudmore.com/v1alpha1/namespaces/"+w.namespace+"/sellers")
			return slices.Delete(cells[0], 7, 9)
		}).Should(HaveExactElements("main", "True", "Ready", float64(1), float64(1), Or(BeNil(), Equal(float64(0))), Or(BeNil(), Equal(float64(0))), "Nobody", w.endpoint, w.api.SellerID(), "the account can be read and written"))
	})

	It("clears a value with \"\" and leaves alone what the spec stops naming", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc", func(s *v1alpha1.ResellerSpec) { s.VAT = as[v1alpha1.Text]("987654321") })
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.VAT, r.Spec.Address.City = as[v1alpha1.Text](""), nil })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.at(r).VAT).To(BeEmpty())
		Expect(w.at(r).Address.City).To(Equal("Tallinn"))
	})
})

// columns are what kubectl get prints: names and cells.
func columns(ctx context.Context, path string) (names []string, cells [][]any) {
	GinkgoHelper()
	clients, err := kubernetes.NewForConfig(cfg)
	Expect(err).NotTo(HaveOccurred())
	raw, err := clients.RESTClient().Get().AbsPath(path).SetHeader("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io").Do(ctx).Raw()
	Expect(err).NotTo(HaveOccurred())
	var table metav1.Table
	Expect(json.Unmarshal(raw, &table)).To(Succeed())
	for _, c := range table.ColumnDefinitions {
		names = append(names, c.Name)
	}
	for _, row := range table.Rows {
		cells = append(cells, row.Cells)
	}
	return names, cells
}
