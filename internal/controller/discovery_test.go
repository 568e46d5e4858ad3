package controller_test

import (
	"slices"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// discovers has a Seller show what nobody manages.
func discovers(s *v1alpha1.SellerSettings) {
	s.Discovery = &v1alpha1.Discovery{Policy: v1alpha1.DiscoveryObserve, Labels: map[string]v1alpha1.LabelValue{"team": "partners"}}
}

// discovered are the brokers of the Resellers that discovery made, by id.
func (w *world) discovered(ctx SpecContext) func() []string {
	return func() []string {
		var ids []string
		for _, r := range w.discoveries(ctx) {
			ids = append(ids, string(r.Spec.BrokerID))
		}
		slices.Sort(ids)
		return ids
	}
}

func (w *world) discoveries(ctx SpecContext) []v1alpha1.Reseller {
	GinkgoHelper()
	list := &v1alpha1.ResellerList{}
	Expect(server.List(ctx, list, client.InNamespace(w.namespace), client.HasLabels{v1alpha1.LabelDiscovered})).To(Succeed())
	return slices.DeleteFunc(list.Items, func(r v1alpha1.Reseller) bool { return !r.DeletionTimestamp.IsZero() })
}

// theDiscovered is the Reseller that shows a broker, once it says so.
func (w *world) theDiscovered(ctx SpecContext, id string) *v1alpha1.Reseller {
	GinkgoHelper()
	var found *v1alpha1.Reseller
	Eventually(func() string {
		for _, r := range w.discoveries(ctx) {
			if string(r.Spec.BrokerID) == id {
				found = &r
				return ready(found).Reason
			}
		}
		return ""
	}).WithContext(ctx).Should(Equal(v1alpha1.ReasonDiscovered))
	return found
}

func (w *world) discovery(ctx SpecContext) func() *v1alpha1.DiscoveryStatus {
	return func() *v1alpha1.DiscoveryStatus {
		refresh(ctx, w.seller)
		return w.seller.(v1alpha1.SellerObject).CurrentStatus().Discovery
	}
}

func sorted(ids ...string) []string {
	slices.Sort(ids)
	return ids
}

var _ = Describe("An unmanaged broker that discovery shows", func() {
	It("is a Reseller that holds nothing, calls nothing, and goes with it", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, discovers)
		startManager()
		mine := w.inSync(ctx, "mine")
		a, b := w.api.Add(w.broker("abc")), w.api.Add(w.broker("def"))
		w.readings(ctx, 1)
		Eventually(w.discovered(ctx)).WithContext(ctx).Should(Equal(sorted(a, b)))
		r := w.theDiscovered(ctx, a)
		Expect(r.Labels).To(HaveKeyWithValue("team", "partners"))
		Expect(r.Spec).To(Equal(v1alpha1.ResellerSpec{
			SellerRef: v1alpha1.SellerReference{Kind: v1alpha1.SellerKindSeller, Name: "main"}, BrokerID: v1alpha1.ID(a), ManagementPolicy: v1alpha1.Observe,
		}))
		Expect(r.Finalizers).To(BeEmpty())
		Expect(r.Status.BrokerID).To(BeEmpty())
		Expect(ready(r).Message).To(And(ContainSubstring("broker "+a), ContainSubstring("no Reseller manages it")))
		Expect(r.Status.Turn).To(Equal(v1alpha1.TurnNobody))
		Eventually(w.discovery(ctx)).WithContext(ctx).Should(HaveValue(Equal(v1alpha1.DiscoveryStatus{Objects: 2})))
		Expect(w.exchanges(func(x fake.Exchange) bool { return x.Broker == a || x.Broker == b })).To(BeEmpty())
		Expect(w.seller.(*v1alpha1.Seller).Status.Brokers).To(HaveValue(And(HaveField("Managed", int32(1)), HaveField("Unmanaged", int32(2)))))

		By("deleting one in the portal")
		Expect(w.api.Remove(a)).To(Succeed())
		w.readings(ctx, 2)
		Eventually(w.discovered(ctx)).WithContext(ctx).Should(Equal([]string{b}))

		By("deleting its Reseller, which comes again, until the broker is ignored")
		remove(ctx, w.theDiscovered(ctx, b))
		w.theDiscovered(ctx, b)
		annotate(ctx, w.seller, v1alpha1.AnnotationIgnored, "x, "+b)
		Eventually(w.discovered(ctx)).WithContext(ctx).Should(BeEmpty())
		w.readings(ctx, 1)
		Expect(w.discovered(ctx)()).To(BeEmpty())
		Expect(w.live()).To(HaveLen(2))
		awaitReason(ctx, mine, v1alpha1.ReasonInSync)
	})

	It("is in nobody's way: who binds it makes it go", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, discovers)
		startManager()
		a, b := w.api.Add(w.broker("abc")), w.api.Add(w.broker("def"))
		w.readings(ctx, 1)
		Eventually(w.discovered(ctx)).WithContext(ctx).Should(Equal(sorted(a, b)))
		w.theDiscovered(ctx, a)
		named := w.reseller("named", func(s *v1alpha1.ResellerSpec) { s.BrokerID = v1alpha1.ID(a) })
		named.Spec.RegistrationNumber, named.Spec.Domain = nil, nil
		matching := w.reseller("def", func(s *v1alpha1.ResellerSpec) { s.AdoptionPolicy = v1alpha1.AdoptMatchExisting })
		create(ctx, named, matching)
		awaitReason(ctx, named, v1alpha1.ReasonInSync)
		awaitReason(ctx, matching, v1alpha1.ReasonInSync)
		Expect(matching.Status.BrokerID).To(Equal(b))
		Eventually(w.discovered(ctx)).WithContext(ctx).Should(BeEmpty())
		Expect(w.api.Calls(fake.OpCreate)).To(BeZero())
	})

	It("is the user's once edited, whatever becomes of discovery", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, discovers)
		manager := startManager()
		a, b := w.api.Add(w.broker("abc")), w.api.Add(w.broker("def"))
		w.readings(ctx, 1)
		r, kept := w.theDiscovered(ctx, a), w.theDiscovered(ctx, b)
		edit(ctx, r, func(r *v1alpha1.Reseller) {
			r.Spec.ManagementPolicy, r.Spec.SupportEmail = v1alpha1.Manage, as[v1alpha1.Email]("help@abc.example")
		})
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.BrokerID).To(Equal(a))
		Expect(w.at(r).SupportEmail).To(Equal("help@abc.example"))

		By("taking the label away from another one, and ending discovery while no manager runs")
		edit(ctx, kept, func(r *v1alpha1.Reseller) { delete(r.Labels, v1alpha1.LabelDiscovered) })
		awaitReason(ctx, kept, v1alpha1.ReasonObserving)
		w.api.Add(w.broker("ghi"))
		w.readings(ctx, 1)
		Eventually(func() int { return len(w.discovered(ctx)()) }).WithContext(ctx).Should(Equal(2))
		manager.stop()
		edit(ctx, w.seller.(*v1alpha1.Seller), func(s *v1alpha1.Seller) { s.Spec.Discovery = nil })
		startManager()
		Eventually(w.discovered(ctx)).WithContext(ctx).Should(Equal([]string{a}))
		Eventually(w.discovery(ctx)).WithContext(ctx).Should(BeNil())
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		awaitReason(ctx, kept, v1alpha1.ReasonObserving)
		Expect(w.live()).To(HaveLen(3))
	})

	It("costs a manager that starts again no write and no call", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, discovers)
		manager := startManager()
		for n := range 30 {
			w.api.Add(w.broker(numbered(n)))
		}
		w.readings(ctx, 1)
		Eventually(w.discovery(ctx)).WithContext(ctx).Should(HaveValue(Equal(v1alpha1.DiscoveryStatus{Objects: 30})))
		for _, r := range w.discoveries(ctx) {
			w.theDiscovered(ctx, string(r.Spec.BrokerID))
		}
		manager.stop()
		lists, all := w.lists(), len(w.exchanges(func(fake.Exchange) bool { return true }))
		manager = startManager()
		var writes atomic.Int32
		manager.afterWrite(func(x write) {
			if x.resource == "resellers" {
				writes.Add(1)
			}
		})
		w.readings(ctx, 2)
		Expect(writes.Load()).To(BeZero())
		Expect(len(w.exchanges(func(x fake.Exchange) bool { return x.Op != fake.OpToken }))-all).To(BeNumerically("<=", 2*(w.lists()-lists)+1), "lists and services alone")
	})

	It("goes with the Seller, which does not wait for it", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, discovers)
		manager := startManager()
		id := w.api.Add(w.broker("abc"))
		w.readings(ctx, 1)
		w.theDiscovered(ctx, id)
		manager.stop()
		remove(ctx, w.seller)
		startManager()
		awaitGone(ctx, w.seller)
		Eventually(w.discovered(ctx)).WithContext(ctx).Should(BeEmpty())
		Expect(w.live()).To(HaveLen(1))
	})

	It("of a ClusterSeller is in the namespace that it names, if that is allowed", func(ctx SpecContext) {
		w := newWorld(ctx, fake.Shapes{})
		create(ctx, w.secret())
		startManager()
		id := w.api.Add(w.broker("abc"))
		s := w.clusterSeller(ctx, nil)
		w.ready(ctx)
		edit(ctx, s, func(s *v1alpha1.ClusterSeller) {
			discovers(&s.Spec.SellerSettings)
			s.Spec.Discovery.Namespace = v1alpha1.NamespaceName(w.namespace)
		})
		Eventually(w.discovery(ctx)).WithContext(ctx).Should(HaveValue(HaveField("Problem", ContainSubstring("spec.allowedNamespaces does not allow the namespace "+w.namespace))))
		edit(ctx, s, func(s *v1alpha1.ClusterSeller) {
			s.Spec.AllowedNamespaces = &v1alpha1.AllowedNamespaces{Names: []v1alpha1.NamespaceName{v1alpha1.NamespaceName(w.namespace)}}
		})
		w.theDiscovered(ctx, id)
		Eventually(w.discovery(ctx)).WithContext(ctx).Should(HaveValue(Equal(v1alpha1.DiscoveryStatus{Objects: 1})))

		By("taking the namespace's leave away")
		edit(ctx, s, func(s *v1alpha1.ClusterSeller) { s.Spec.AllowedNamespaces = nil })
		Eventually(w.discovered(ctx)).WithContext(ctx).Should(BeEmpty())
	}, SpecTimeout(2*time.Minute))

	It("is not deleted in an outage, nor by a list that lacks it", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, discovers)
		manager := startManager()
		var ids []string
		for n := range 6 {
			ids = append(ids, w.api.Add(w.broker(numbered(n))))
		}
		w.inSync(ctx, "mine")
		w.readings(ctx, 1)
		Eventually(w.discovered(ctx)).WithContext(ctx).Should(Equal(sorted(ids...)))
		w.inject(fake.Fault{EmptyAccount: true})
		w.readings(ctx, 2)
		manager.stop()
		startManager()
		w.readings(ctx, 1)
		awaitReason(ctx, w.seller, v1alpha1.ReasonListSuspicious)
		w.readings(ctx, 2)
		Expect(w.discovered(ctx)()).To(Equal(sorted(ids...)))
	})
})
