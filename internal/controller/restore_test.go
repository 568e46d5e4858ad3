package controller_test

import (
	"context"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
	"github.com/reseller-operator/reseller-operator/internal/controller"
)

// annotating is a manager that writes the annotations soon, and trusts them.
func annotating(_ *ctrl.Options, o *controller.Options) {
	o.AnnotateAfter, o.TrustOrigin = 10*time.Millisecond, true
}

// distrusting is one that does not trust them, as without the admission policy.
func distrusting(_ *ctrl.Options, o *controller.Options) { o.AnnotateAfter = 10 * time.Millisecond }

// backedUp waits until the annotations are there, and returns what a backup has then.
func backedUp(ctx context.Context, r *v1alpha1.Reseller) *v1alpha1.Reseller {
	GinkgoHelper()
	Eventually(func() map[string]string { refresh(ctx, r); return r.Annotations }).WithContext(ctx).
		Should(HaveKeyWithValue(v1alpha1.AnnotationBrokerOrigin, string(r.Status.Origin)+"/"+r.Status.BrokerID))
	Expect(r.Annotations).To(HaveKeyWithValue(v1alpha1.AnnotationBrokerID, r.Status.BrokerID))
	return r.DeepCopy()
}

// lost takes an object away with its cluster: no finalizer holds it up.
func lost(ctx context.Context, r *v1alpha1.Reseller) {
	GinkgoHelper()
	edit(ctx, r, func(r *v1alpha1.Reseller) { r.Finalizers = nil })
	remove(ctx, r)
	awaitGone(ctx, r)
}

// applied makes an object as Git has it: no status, and only what people wrote.
func applied(ctx context.Context, backup *v1alpha1.Reseller) *v1alpha1.Reseller {
	GinkgoHelper()
	r := &v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Namespace: backup.Namespace, Name: backup.Name}, Spec: backup.Spec}
	create(ctx, r)
	return r
}

// restored makes an object as a backup has it, under a new UID, without its status.
func restored(ctx context.Context, backup *v1alpha1.Reseller) *v1alpha1.Reseller {
	GinkgoHelper()
	r := &v1alpha1.Reseller{
		ObjectMeta: metav1.ObjectMeta{Namespace: backup.Namespace, Name: backup.Name, Annotations: backup.Annotations, Finalizers: backup.Finalizers},
		Spec:       backup.Spec,
	}
	create(ctx, r)
	return r
}

// restoredWithStatus does so with its status.
func restoredWithStatus(ctx context.Context, backup *v1alpha1.Reseller) *v1alpha1.Reseller {
	GinkgoHelper()
	r := restored(ctx, backup)
	r.Status = backup.Status
	Expect(server.Status().Update(ctx, r)).To(Succeed())
	return r
}

// rewound has etcd as it was: the same object, with an older spec and status.
func rewound(ctx context.Context, backup *v1alpha1.Reseller) *v1alpha1.Reseller {
	GinkgoHelper()
	r := backup.DeepCopy()
	edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec, r.Annotations = backup.Spec, backup.Annotations })
	r.Status = backup.Status
	Expect(server.Status().Update(ctx, r)).To(Succeed())
	return r
}

var _ = Describe("A restore", func() {
	// leadsBack holds that the object finds its broker automatically, that nothing is made, and
	// that the broker goes with it as it would have before.
	leadsBack := func(ctx context.Context, w *world, r *v1alpha1.Reseller, id string) {
		GinkgoHelper()
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.BrokerID).To(Equal(id))
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginCreated))
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		Expect(w.live()).To(ConsistOf("bystander Company", r.Name+" Company"))
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(w.live()).To(ConsistOf("bystander Company"))
	}

	DescribeTable("leads back to what was created, and it goes with the object",
		func(ctx SpecContext, restore func(context.Context, *v1alpha1.Reseller) *v1alpha1.Reseller, marks bool, shapes fake.Shapes) {
			var settings []func(*v1alpha1.SellerSettings)
			if marks {
				settings = append(settings, marking("prod"))
			}
			w := newAccount(ctx, shapes, settings...)
			w.bystander()
			before := startManager(annotating)
			r := w.inSync(ctx, "abc")
			backup := backedUp(ctx, r)
			edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
			Eventually(func() string { return w.at(r).SupportEmail }).WithContext(ctx).Should(Equal("help@abc.example"))
			before.stop()
			r = restore(ctx, backup)
			startManager(annotating)
			leadsBack(ctx, w, r, backup.Status.BrokerID)
		},
		Entry("without status, by the annotations", afresh(restored), false, fake.Shapes{}),
		Entry("without status, by the annotations, where lists say little", afresh(restored), false, fake.Shapes{ListContent: fake.ListSummary, ListFields: []string{"name"}}),
		Entry("without status, by the mark", afresh(applied), true, fake.Shapes{ListContent: fake.ListDetail}),
		Entry("without status, by the mark, where lists say little", afresh(applied), true, fake.Shapes{ListContent: fake.ListSummary, ListFields: []string{"name", "registrationNumber", "domain"}}),
		Entry("without status, by the mark, where lists do not say who brokers are", afresh(applied), true, fake.Shapes{ListContent: fake.ListSummary, ListFields: []string{"name"}}),
		Entry("with status under a new UID", afresh(restoredWithStatus), false, fake.Shapes{}),
		Entry("of etcd, to before an edit", rewound, false, fake.Shapes{}),
		Entry("of etcd, to before an edit, where lists say little", rewound, false, fake.Shapes{ListContent: fake.ListSummary, ListFields: []string{"name"}}),
	)

	DescribeTable("by the mark, where lists do not say who brokers are and half of the identity was changed, makes no second broker",
		func(ctx SpecContext, change func(*fake.Broker), reason string) {
			w := newAccount(ctx, fake.Shapes{ListContent: fake.ListSummary, ListFields: []string{"name"}}, marking("prod"))
			w.bystander()
			before := startManager(annotating)
			backup := backedUp(ctx, w.inSync(ctx, "abc"))
			before.stop()
			Expect(w.api.Edit(backup.Status.BrokerID, change)).To(Succeed())
			r := afresh(applied)(ctx, backup)
			startManager(annotating)
			awaitReason(ctx, r, reason)
			Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
			Expect(w.live()).To(HaveLen(2))
		},
		Entry("it is what it was", func(b *fake.Broker) { b.Domain = "renamed.example" }, v1alpha1.ReasonInSync),
		Entry("or all of it: a user is asked", func(b *fake.Broker) { b.Domain, b.RegistrationNumber = "renamed.example", "98765432" }, v1alpha1.ReasonAdoptionNotAllowed),
	)

	DescribeTable("through a ClusterSeller that forbids adoption",
		func(ctx SpecContext, restore func(context.Context, *v1alpha1.Reseller) *v1alpha1.Reseller, asks bool, shapes fake.Shapes) {
			w := newWorld(ctx, shapes)
			create(ctx, w.secret())
			s := w.clusterSeller(ctx, &v1alpha1.AllowedNamespaces{Names: []v1alpha1.NamespaceName{v1alpha1.NamespaceName(w.namespace)}})
			edit(ctx, s, func(s *v1alpha1.ClusterSeller) {
				marking("prod")(&s.Spec.SellerSettings)
				s.Spec.Adoption = v1alpha1.AdoptionForbidden
			})
			w.bystander()
			before := startManager(annotating)
			backup := backedUp(ctx, w.inSync(ctx, "abc", func(spec *v1alpha1.ResellerSpec) {
				spec.SellerRef = v1alpha1.SellerReference{Kind: v1alpha1.SellerKindClusterSeller, Name: v1alpha1.SellerName(s.Name)}
			}))
			before.stop()
			r := restore(ctx, backup)
			startManager(annotating)
			if asks {
				awaitReason(ctx, r, v1alpha1.ReasonAdoptionNotAllowed, "spec.adoption: Allowed")
				Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
				edit(ctx, s, func(s *v1alpha1.ClusterSeller) { s.Spec.Adoption = v1alpha1.AdoptionAllowed })
			}
			leadsBack(ctx, w, r, backup.Status.BrokerID)
		},
		Entry("waits for its owner, without status", afresh(restored), true, fake.Shapes{}),
		Entry("waits for its owner, by the mark", afresh(applied), true, fake.Shapes{ListContent: fake.ListSummary, ListFields: []string{"name"}}),
		Entry("goes on by its status", afresh(restoredWithStatus), false, fake.Shapes{}),
		Entry("goes on with etcd as it was", rewound, false, fake.Shapes{ListContent: fake.ListSummary, ListFields: []string{"name"}}),
	)

	It("from Git into a new cluster, without marks, adopts what a user allows, and says what becomes of it", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		w.bystander()
		before := startManager(annotating)
		backup := backedUp(ctx, w.inSync(ctx, "abc"))
		before.stop()
		r := afresh(applied)(ctx, backup)
		startManager(annotating)
		awaitReason(ctx, r, v1alpha1.ReasonAdoptionNotAllowed, "spec.adoptionPolicy: MatchExisting", "unless spec.deletionPolicy is Delete")
		edit(ctx, r, func(r *v1alpha1.Reseller) {
			r.Spec.AdoptionPolicy, r.Spec.DeletionPolicy = v1alpha1.AdoptMatchExisting, v1alpha1.DeletionDelete
		})
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.BrokerID).To(Equal(backup.Status.BrokerID))
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(w.live()).To(ConsistOf("bystander Company"))
	})

	DescribeTable("from a backup older than a rename makes no second broker",
		func(ctx SpecContext, rename func(*v1alpha1.ResellerSpec), origin v1alpha1.Origin) {
			w := newAccount(ctx, fake.Shapes{})
			w.bystander()
			before := startManager(annotating)
			r := w.inSync(ctx, "abc")
			backup := backedUp(ctx, r)
			edit(ctx, r, func(r *v1alpha1.Reseller) { rename(&r.Spec) })
			Eventually(func() string { return w.at(r).Domain }).WithContext(ctx).Should(Equal("renamed.example"))
			before.stop()
			restoredOne := afresh(restored)(ctx, backup)
			startManager(annotating)
			awaitReason(ctx, restoredOne, v1alpha1.ReasonInSync)
			Expect(restoredOne.Status.BrokerID).To(Equal(backup.Status.BrokerID))
			Expect(restoredOne.Status.Origin).To(Equal(origin))
			Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
			Expect(w.at(restoredOne).Domain).To(Equal("abc.example"))
		},
		Entry("of the domain: it is what it was", func(s *v1alpha1.ResellerSpec) { s.Domain = as[v1alpha1.Domain]("renamed.example") }, v1alpha1.OriginCreated),
		Entry("of all: it is named, and no more", func(s *v1alpha1.ResellerSpec) {
			s.Domain, s.RegistrationNumber = as[v1alpha1.Domain]("renamed.example"), as[v1alpha1.Text]("98765432")
		}, v1alpha1.OriginAdopted),
	)

	It("keeps what was only adopted", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		id := w.api.Add(w.broker("abc"))
		before := startManager(annotating)
		backup := backedUp(ctx, w.inSync(ctx, "abc", func(s *v1alpha1.ResellerSpec) { s.AdoptionPolicy = v1alpha1.AdoptMatchExisting }))
		before.stop()
		r := afresh(restored)(ctx, backup)
		startManager(annotating)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.BrokerID).To(Equal(id))
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginAdopted))
		remove(ctx, r)
		awaitGone(ctx, r)
		Expect(w.live()).To(HaveLen(1))
	})

	It("does not believe an origin that anybody may have written", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		before := startManager(distrusting)
		backup := backedUp(ctx, w.inSync(ctx, "abc"))
		before.stop()
		r := afresh(restored)(ctx, backup)
		startManager(distrusting)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginAdopted))
		Eventually(w.events(ctx, "abc")).WithContext(ctx).Should(ContainElement(ContainSubstring("it stays when this Reseller is deleted")))
	})

	It("that names a broker which is gone asks before another one is made", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		w.bystander()
		before := startManager(annotating)
		backup := backedUp(ctx, w.inSync(ctx, "abc"))
		before.stop()
		r := afresh(restored)(ctx, backup)
		Expect(w.api.Remove(backup.Status.BrokerID)).To(Succeed())
		startManager(annotating)
		awaitReason(ctx, r, v1alpha1.ReasonBrokerNotFound, "remove the annotation")
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(1))
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Annotations = nil })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.api.Calls(fake.OpCreate)).To(Equal(2))
	})

	It("beside a cluster that lives, under another name, touches nothing", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, marking("prod"))
		before := startManager(annotating)
		backup := backedUp(ctx, w.inSync(ctx, "abc"))
		before.stop()
		edit(ctx, w.seller.(*v1alpha1.Seller), func(s *v1alpha1.Seller) { s.Spec.Ownership.ClusterName = "stage" })
		as := w.at(backup)

		By("without status")
		r := afresh(restored)(ctx, backup)
		second := startManager(annotating)
		awaitReason(ctx, r, v1alpha1.ReasonAdoptionNotAllowed, "is marked as owned by another cluster")

		By("with status")
		second.stop()
		backup.Spec.Name = ptr(v1alpha1.Text("Stage"))
		r = afresh(restoredWithStatus)(ctx, backup)
		startManager(annotating)
		awaitReason(ctx, r, v1alpha1.ReasonOwnershipUnproven, "is marked as owned by another cluster")
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonOwnershipUnproven)
		Expect(w.at(backup)).To(Equal(as))
	})
})

// afresh is a restore after the object was lost.
func afresh(restore func(context.Context, *v1alpha1.Reseller) *v1alpha1.Reseller) func(context.Context, *v1alpha1.Reseller) *v1alpha1.Reseller {
	return func(ctx context.Context, backup *v1alpha1.Reseller) *v1alpha1.Reseller {
		GinkgoHelper()
		lost(ctx, backup.DeepCopy())
		return restore(ctx, backup)
	}
}

var _ = Describe("The annotations that lead back to a broker", func() {
	It("are written once, and by nobody twice", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager(annotating)
		r := w.inSync(ctx, "abc")
		version := backedUp(ctx, r).ResourceVersion
		w.readings(ctx, 2)
		refresh(ctx, r)
		Expect(r.ResourceVersion).To(Equal(version))

		By("taking them off")
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Annotations = nil })
		w.readings(ctx, 2)
		refresh(ctx, r)
		Expect(r.Annotations).To(BeEmpty())
	})

	It("are left as a user wrote them", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.AdoptionPolicy = v1alpha1.AdoptMatchExisting })
		id := w.api.Add(w.broker("abc"))
		r.Annotations = map[string]string{v1alpha1.AnnotationBrokerID: id}
		create(ctx, r)
		startManager(annotating)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		w.readings(ctx, 2)
		refresh(ctx, r)
		Expect(r.Annotations).To(Equal(map[string]string{v1alpha1.AnnotationBrokerID: id}))
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginAdopted))
	})

	It("follow the Reseller to the broker that is made in place of one that is gone", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		w.bystander()
		startManager(annotating)
		r := w.inSync(ctx, "abc")
		gone := backedUp(ctx, r).Status.BrokerID
		w.readings(ctx, 1) // lists show it
		Expect(w.api.Remove(gone)).To(Succeed())
		w.requestReading(ctx)
		Eventually(func() string { refresh(ctx, r); return r.Status.BrokerID }).WithContext(ctx).ShouldNot(BeElementOf("", gone))
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		backedUp(ctx, r)
	})

	It("of a copy are told, and lead to nothing", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager(annotating)
		backup := backedUp(ctx, w.inSync(ctx, "abc"))
		r := w.reseller("def")
		r.Annotations = backup.Annotations
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonIdentityTaken, "the annotation "+v1alpha1.AnnotationBrokerID)
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Annotations = nil })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.BrokerID).NotTo(Equal(backup.Status.BrokerID))
	})
})
