package controller_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

var _ = Describe("An edit of one field", func() {
	named := func(name string) func(*v1alpha1.Reseller) {
		return func(r *v1alpha1.Reseller) { r.Spec.Name = as[v1alpha1.Text](name) }
	}
	mailTo := func(address string) func(*v1alpha1.Reseller) {
		return func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email](address) }
	}
	suspend := func(yes bool) func(*v1alpha1.Reseller) {
		return func(r *v1alpha1.Reseller) { r.Spec.Suspend = &yes }
	}
	reports := func(s *v1alpha1.ResellerSpec) { s.DriftPolicy = v1alpha1.DriftReport }
	caused := func(field string, cause v1alpha1.DriftCause) types.GomegaMatcher {
		return ConsistOf(And(HaveField("Field", field), HaveField("Cause", cause)))
	}

	It("that Cloudmore ignores is said to be not accepted, and blocks no other field", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{IgnoredFields: []string{"name"}})
		manager := startManager()
		r := w.inSync(ctx, "abc")
		edit(ctx, r, named("abc"))
		awaitReason(ctx, r, v1alpha1.ReasonNotAccepted)
		Expect(ready(r).Message).To(ContainSubstring(`Cloudmore answered the update of spec.name with success and still shows "abc Company"`))
		Expect(r.Status.Drift).To(caused("spec.name", v1alpha1.DriftNotAccepted))
		Expect(meta.IsStatusConditionFalse(r.Status.Conditions, v1alpha1.ConditionDrifted)).To(BeTrue(), "nobody changed it elsewhere")

		By("editing another field, with the next manager")
		manager.stop()
		startManager()
		edit(ctx, r, mailTo("help@abc.example"))
		Eventually(func() string { return w.at(r).SupportEmail }).WithContext(ctx).Should(Equal("help@abc.example"))
		awaitReason(ctx, r, v1alpha1.ReasonNotAccepted)
		Expect(w.at(r).Name).To(Equal("abc Company"))
		Expect(w.api.Calls(fake.OpUpdate)).To(Equal(2))

		By("correcting it in the portal")
		Expect(w.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.Name = "abc" })).To(Succeed())
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.Drift).To(BeEmpty())
		Expect(w.api.Calls(fake.OpUpdate)).To(Equal(2))
	})

	DescribeTable("that Cloudmore shows in its own way is learned", func(ctx SpecContext, shapes fake.Shapes, change func(*v1alpha1.ResellerSpec)) {
		w := newAccount(ctx, shapes)
		manager := startManager()
		r := w.inSync(ctx, "abc", change)
		edit(ctx, r, named("Main Street & Sons"))
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(ready(r).Message).To(ContainSubstring(`Cloudmore shows spec.name as "Main St & Sons"`))
		Expect(r.Status.Drift).To(BeEmpty())
		Eventually(w.events(ctx, "abc")).WithContext(ctx).Should(ContainElement(ContainSubstring("Normal ShownOtherwise (Compare): Cloudmore shows spec.name in its own way")))
		sent := w.api.Calls(fake.OpUpdate)

		By("going on with the next manager")
		manager.stop()
		startManager()
		w.readings(ctx, 2)
		edit(ctx, r, mailTo("help@abc.example"))
		Eventually(func() string { return w.at(r).SupportEmail }).WithContext(ctx).Should(Equal("help@abc.example"))
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.api.Calls(fake.OpUpdate)).To(Equal(sent+1), "nothing is fought over")
	},
		Entry("from the answer to the update", fake.Shapes{Spell: []string{"store name short"}}, unchanged),
		Entry("where it is only shown so", fake.Shapes{Spell: []string{"show name short"}}, unchanged),
		Entry("where the answer shows nothing", fake.Shapes{Spell: []string{"store name short"}, UpdateStatus: 204}, unchanged),
		Entry("where the answer says what was sent, under Report", fake.Shapes{Spell: []string{"store name short"}, UpdateAnswer: fake.UpdateEcho}, reports),
	)

	It("that Cloudmore refuses by name blocks no other field", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{DefinedProperties: []string{"x"}})
		startManager()
		r := w.inSync(ctx, "abc")
		edit(ctx, r, func(r *v1alpha1.Reseller) {
			r.Spec.Contact.Phone, r.Spec.SupportEmail = as[v1alpha1.Phone]("55501"), as[v1alpha1.Email]("help@abc.example")
			w.inject(fake.Fault{Op: fake.OpUpdate, Times: 1, Form: fake.FormModelState, Field: "Contact.Phone", Says: "Phone number is not in valid format."})
		})
		Eventually(func() string { return w.at(r).SupportEmail }).WithContext(ctx).Should(Equal("help@abc.example"))
		awaitReason(ctx, r, v1alpha1.ReasonRefused)
		Expect(ready(r).Message).To(ContainSubstring("spec.contact.phone: Cloudmore refused it: Phone number is not in valid format."))
		Eventually(func() []v1alpha1.Drift { refresh(ctx, r); return r.Status.Drift }).WithContext(ctx).Should(caused("spec.contact.phone", v1alpha1.DriftRefused))
		Expect(w.at(r).Contact.Phone).NotTo(Equal("55501"))
		Expect(w.api.Calls(fake.OpUpdate)).To(Equal(2))

		By("asking for it once more")
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.at(r).Contact.Phone).To(Equal("55501"))
		Expect(r.Status.Rejected).To(BeEmpty())
	})

	It("under Report: an edit that waited is sent, and nothing else", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ListContent: fake.ListDetail})
		manager := startManager()
		r := w.inSync(ctx, "abc", reports)
		edit(ctx, r, suspend(true))
		edit(ctx, r, named("Edited"))
		awaitReason(ctx, r, v1alpha1.ReasonSuspended)
		Expect(w.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.SupportEmail = "portal@abc.example" })).To(Succeed())
		w.readings(ctx, 1)

		By("resuming with the next manager")
		manager.stop()
		startManager()
		edit(ctx, r, suspend(false))
		awaitReason(ctx, r, v1alpha1.ReasonDriftReported)
		Expect(w.at(r).Name).To(Equal("Edited"))
		Expect(w.at(r).SupportEmail).To(Equal("portal@abc.example"))
		Expect(r.Status.Drift).To(caused("spec.supportEmail", v1alpha1.DriftChanged))
		Expect(w.api.Calls(fake.OpUpdate)).To(Equal(1))
	})
})

// unchanged leaves a spec as it is.
func unchanged(*v1alpha1.ResellerSpec) {}
