package controller_test

import (
	"context"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// harmMetric is how often the metric counted each field that updates changed, of the
// Sellers of the namespace.
func (w *world) harmMetric() map[string]float64 {
	GinkgoHelper()
	families, err := ctrlmetrics.Registry.Gather()
	Expect(err).NotTo(HaveOccurred())
	found := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			labels := map[string]string{}
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			if family.GetName() == "reseller_operator_unmanaged_changes_total" && labels["seller_namespace"] == w.namespace {
				found[labels["field"]] = m.GetCounter().GetValue()
			}
		}
	}
	return found
}

// harmEvents are the events about an object that tell of harm by an update.
func (w *world) harmEvents(ctx context.Context, name string) []string {
	var found []string
	for _, line := range w.events(ctx, name)() {
		if strings.HasPrefix(line, "Warning UnmanagedFieldChanged") {
			found = append(found, line)
		}
	}
	return found
}

// adopted has a Reseller adopt a broker that shows more than its spec names.
func (w *world) adopted(ctx context.Context, name string, shows func(*fake.Broker), names func(*v1alpha1.ResellerSpec)) *v1alpha1.Reseller {
	GinkgoHelper()
	b := w.broker(name)
	shows(&b)
	id := w.api.Add(b)
	return w.inSync(ctx, name, names, func(s *v1alpha1.ResellerSpec) { s.BrokerID = v1alpha1.ID(id) })
}

var _ = Describe("An update that changes what the spec does not name", func() {
	named := func(name string) func(*v1alpha1.Reseller) {
		return func(r *v1alpha1.Reseller) { r.Spec.Name = as[v1alpha1.Text](name) }
	}
	mailTo := func(address string) func(*v1alpha1.Reseller) {
		return func(r *v1alpha1.Reseller) { r.Spec.NotificationEmail = as[v1alpha1.Email](address) }
	}
	street := func(b *fake.Broker) { b.Address.Address = "Main & Sons Street 1" }
	accept := func(field string) func(*v1alpha1.Reseller) {
		return func(r *v1alpha1.Reseller) { r.Annotations = map[string]string{v1alpha1.AnnotationAcceptChange: field} }
	}
	withoutPhone := func(s *v1alpha1.ResellerSpec) { s.Contact.Phone = nil }
	withoutMail := func(s *v1alpha1.ResellerSpec) { s.SupportEmail = nil }

	DescribeTable("is the last one, until a user answers for the field", func(
		ctx SpecContext, shapes fake.Shapes, field string, shows func(*fake.Broker), names func(*v1alpha1.ResellerSpec), mend func(*v1alpha1.Reseller),
	) {
		w := newAccount(ctx, shapes)
		manager := startManager()
		r := w.adopted(ctx, "abc", shows, names)
		edit(ctx, r, named("Edited"))
		awaitReason(ctx, r, v1alpha1.ReasonUnmanagedFieldChanged, field, v1alpha1.AnnotationAcceptChange)
		Expect(r.Status.UnmanagedChanges).To(ConsistOf(HaveField("Field", field)))
		Expect(meta.IsStatusConditionTrue(r.Status.Conditions, v1alpha1.ConditionStalled)).To(BeTrue())
		Expect(w.updates(r)).To(HaveLen(1))
		Eventually(func() []string { return w.harmEvents(ctx, "abc") }).WithContext(ctx).Should(ConsistOf(ContainSubstring(field)))

		By("editing another field, with the next manager, too")
		edit(ctx, r, mailTo("new@abc.example"))
		awaitReason(ctx, r, v1alpha1.ReasonUnmanagedFieldChanged, "this waits for that: spec.notificationEmail")
		Expect(r.Status.Drift).To(ConsistOf(HaveField("Field", "spec.notificationEmail")))
		manager.stop()
		startManager()
		edit(ctx, r, mailTo("newer@abc.example"))
		Eventually(func() int64 { refresh(ctx, r); return r.Status.ObservedGeneration }).WithContext(ctx).Should(Equal(r.Generation))
		w.readings(ctx, 1)
		Expect(w.updates(r)).To(HaveLen(1))
		short, _, _ := strings.Cut(field, "[")
		Expect(w.harmMetric()).To(Equal(map[string]float64{short: 1}))
		Expect(w.harmEvents(ctx, "abc")).To(HaveLen(1))
		for _, line := range w.events(ctx, "abc")() {
			Expect(line).NotTo(Or(ContainSubstring("53564558"), ContainSubstring("Main &"), ContainSubstring("support@abc")), "values are personal")
		}

		By("answering for it")
		edit(ctx, r, mend)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.UnmanagedChanges).To(BeEmpty())
		Expect(w.at(r).NotificationEmail).To(Equal("newer@abc.example"))
		Expect(w.updates(r)).To(HaveLen(2))
	},
		Entry("by a prefix that is glued to a phone, which is named then", fake.Shapes{Spell: []string{"update contact.phone glue=00372"}}, "spec.contact.phone",
			func(*fake.Broker) {}, withoutPhone, func(r *v1alpha1.Reseller) { r.Spec.Contact.Phone = as[v1alpha1.Phone]("53500001") }),
		Entry("by an address that is escaped again, which is accepted then", fake.Shapes{Spell: []string{"update address.address escape"}}, "spec.address.address",
			street, unchanged, accept("spec.address.address")),
		Entry("by a mask that is stored, where the answer shows nothing", fake.Shapes{Spell: []string{"update supportEmail mask"}, UpdateStatus: 204}, "spec.supportEmail",
			func(*fake.Broker) {}, withoutMail, func(r *v1alpha1.Reseller) {
				r.Spec.SupportEmail = as[v1alpha1.Email]("s***@abc.example")
			}),
		Entry("in a custom property", fake.Shapes{Spell: []string{"update customProperties[segment] escape"}}, "spec.customProperties[segment]",
			func(b *fake.Broker) { b.CustomProperties = []fake.CustomProperty{{ID: "segment", Value: "A & B"}} }, unchanged, accept("spec.customProperties[segment]")),
	)

	It("is not sent where it would store a mask that Cloudmore shows", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{Spell: []string{"show supportEmail mask"}})
		startManager()
		r := w.adopted(ctx, "abc", func(*fake.Broker) {}, withoutMail)
		edit(ctx, r, named("Edited"))
		awaitReason(ctx, r, v1alpha1.ReasonUnmanagedFieldChanged, "Cloudmore shows spec.supportEmail with characters hidden", "this waits for that: spec.name")
		w.readings(ctx, 1)
		Expect(w.updates(r)).To(BeEmpty())
		Expect(w.at(r).SupportEmail).To(Equal("support@abc.example"))
		Expect(w.harmEvents(ctx, "abc")).To(HaveLen(1))

		By("accepting it")
		edit(ctx, r, accept("supportEmail"))
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.at(r).Name).To(Equal("Edited"))
	})

	It("halts writing to the account at the third broker with the same field", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{Spell: []string{"update address.address escape"}})
		manager := startManager()
		var all []*v1alpha1.Reseller
		for n := range 4 {
			all = append(all, w.adopted(ctx, numbered(n), street, unchanged))
		}
		for _, r := range all[:3] {
			awaitReason(ctx, w.seller, v1alpha1.ReasonReady)
			edit(ctx, r, named("Edited"))
			awaitReason(ctx, r, v1alpha1.ReasonUnmanagedFieldChanged)
		}
		awaitReason(ctx, w.seller, v1alpha1.ReasonWritesHalted, "updates changed spec.address.address of several brokers", w.namespace+"/"+numbered(2), v1alpha1.AnnotationResumeWritesAt)
		Expect(w.seller.(*v1alpha1.Seller).Status.Halt).To(And(HaveField("Kind", v1alpha1.HaltHarm), HaveField("Field", "spec.address.address"), HaveField("Whom", HaveLen(3))))

		By("editing the fourth, with the next manager")
		manager.stop()
		startManager()
		edit(ctx, all[3], named("Edited"))
		awaitReason(ctx, all[3], v1alpha1.ReasonSellerNotReady, "updates changed spec.address.address")
		w.readings(ctx, 1)
		Expect(w.api.Calls(fake.OpUpdate)).To(Equal(3))

		By("resuming")
		annotate(ctx, w.seller, v1alpha1.AnnotationResumeWritesAt, fresh())
		awaitReason(ctx, all[3], v1alpha1.ReasonUnmanagedFieldChanged)
		awaitReason(ctx, w.seller, v1alpha1.ReasonReady)
		for _, r := range all[:3] {
			annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh()) // none of them counts again
			Eventually(func() string { refresh(ctx, r); return r.Status.LastHandledReconcileAt }).WithContext(ctx).ShouldNot(BeEmpty())
		}
		w.readings(ctx, 1)
		refresh(ctx, w.seller)
		Expect(ready(w.seller).Reason).To(Equal(v1alpha1.ReasonReady))
		Expect(w.api.Calls(fake.OpUpdate)).To(Equal(4))
	})

	It("counts for the account, whichever Seller leads to it, and over a restart", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{Spell: []string{"update address.address escape"}})
		own := w.seller
		shared := w.clusterSeller(ctx, &v1alpha1.AllowedNamespaces{Names: []v1alpha1.NamespaceName{v1alpha1.NamespaceName(w.namespace)}})
		edit(ctx, shared, func(s *v1alpha1.ClusterSeller) { s.Spec.Adoption = v1alpha1.AdoptionAllowed })
		manager := startManager()
		awaitReason(ctx, own, v1alpha1.ReasonReady)
		awaitReason(ctx, shared, v1alpha1.ReasonReady)
		through := func(s *v1alpha1.ResellerSpec) {
			s.SellerRef = v1alpha1.SellerReference{Kind: v1alpha1.SellerKindClusterSeller, Name: v1alpha1.SellerName(shared.Name)}
		}
		var all []*v1alpha1.Reseller
		for n, names := range []func(*v1alpha1.ResellerSpec){unchanged, through, through, through} {
			all = append(all, w.adopted(ctx, numbered(n), street, names))
		}
		for _, r := range all[:2] {
			edit(ctx, r, named("Edited"))
			awaitReason(ctx, r, v1alpha1.ReasonUnmanagedFieldChanged)
		}

		By("the third, with the next manager")
		manager.stop()
		startManager()
		edit(ctx, all[2], named("Edited"))
		awaitReason(ctx, all[2], v1alpha1.ReasonUnmanagedFieldChanged)
		for _, s := range []client.Object{own, shared} {
			awaitReason(ctx, s, v1alpha1.ReasonWritesHalted, "updates changed spec.address.address of several brokers")
		}
		edit(ctx, all[3], named("Edited"))
		awaitReason(ctx, all[3], v1alpha1.ReasonSellerNotReady, "of several brokers")
		Expect(ready(all[3]).Message).NotTo(ContainSubstring(numbered(0)), "who uses a ClusterSeller is not told of others")
		w.readings(ctx, 1)
		Expect(w.api.Calls(fake.OpUpdate)).To(Equal(3))
	})
})
