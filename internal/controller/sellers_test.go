package controller_test

import (
	"context"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
	"github.com/reseller-operator/reseller-operator/internal/controller"
	"github.com/reseller-operator/reseller-operator/internal/controller/seller"
)

var _ = Describe("The credentials of a Seller", func() {
	It("are tried once when they are wrong, by the next manager not again, and taken up when they are corrected", func(ctx SpecContext) {
		w := newWorld(ctx, fake.Shapes{})
		secret := w.secret()
		secret.StringData[v1alpha1.SecretKeyPassword] = "wrong"
		create(ctx, secret)
		s := w.addSeller(ctx, "main")
		first := startManager()
		r := w.reseller("abc")
		create(ctx, r)
		awaitReason(ctx, s, v1alpha1.ReasonCredentialsRejected, "not tried again until the Secret changes")
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotReady, v1alpha1.ReasonCredentialsRejected)
		first.stop()
		startManager()
		annotate(ctx, r, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		Eventually(func() string { refresh(ctx, r); return r.Status.LastHandledReconcileAt }).
			Should(Equal(r.Annotations[v1alpha1.AnnotationReconcileRequestedAt]))
		Expect(w.api.Calls(fake.OpToken)).To(Equal(1))

		edit(ctx, secret, func(s *corev1.Secret) { s.StringData = w.secret().StringData })
		awaitReason(ctx, s, v1alpha1.ReasonReady)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.api.Calls(fake.OpToken)).To(Equal(2))
	})

	It("that are missing are named, and taken up when they come", func(ctx SpecContext) {
		w := newWorld(ctx, fake.Shapes{})
		s := w.addSeller(ctx, "main")
		startManager()
		awaitReason(ctx, s, v1alpha1.ReasonCredentialsMissing, "spec.credentialsSecretRef", "no Secret cloudmore-api")
		secret := w.secret()
		delete(secret.StringData, v1alpha1.SecretKeyClientSecret)
		create(ctx, secret)
		awaitReason(ctx, s, v1alpha1.ReasonCredentialsMissing, "lacks clientSecret")
		edit(ctx, secret, func(s *corev1.Secret) { s.StringData = w.secret().StringData })
		awaitReason(ctx, s, v1alpha1.ReasonReady)
	})

	It("are taken without the line ends that tools leave", func(ctx SpecContext) {
		w := newWorld(ctx, fake.Shapes{})
		secret := w.secret()
		for key, value := range secret.StringData {
			secret.StringData[key] = value + "\r\n"
		}
		create(ctx, secret)
		s := w.addSeller(ctx, "main")
		startManager()
		awaitReason(ctx, s, v1alpha1.ReasonReady)
		Expect(w.api.Calls(fake.OpToken)).To(Equal(1))
	})

	It("with white space at the end of the password are named before they cost a login", func(ctx SpecContext) {
		w := newWorld(ctx, fake.Shapes{})
		secret := w.secret()
		secret.StringData[v1alpha1.SecretKeyPassword] += " "
		create(ctx, secret)
		s := w.addSeller(ctx, "main")
		startManager()
		awaitReason(ctx, s, v1alpha1.ReasonCredentialsMissing, "in Secret cloudmore-api password begins or ends with white space, which would cost a login")
		Expect(w.api.Calls(fake.OpToken)).To(BeZero())
		annotate(ctx, s, v1alpha1.AnnotationReconcileRequestedAt, fresh())
		awaitReason(ctx, s, v1alpha1.ReasonCredentialsRejected)
		Expect(w.api.Calls(fake.OpToken)).To(Equal(1), "as a user wanted")
		edit(ctx, secret, func(s *corev1.Secret) { s.StringData = w.secret().StringData })
		awaitReason(ctx, s, v1alpha1.ReasonReady)
	})

	It("can be rotated while they are in use", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		secret := &corev1.Secret{}
		Expect(server.Get(ctx, keyIn(w, "cloudmore-api"), secret)).To(Succeed())
		edit(ctx, secret, func(s *corev1.Secret) { s.Data[v1alpha1.SecretKeyClientID] = []byte("ro.customer.client") })
		Eventually(func() int { return w.api.Calls(fake.OpToken) }).Should(Equal(2), "the new ones log in")
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(w.at(r).SupportEmail).To(Equal("help@abc.example"))
	})

	DescribeTable("can be rotated under load: the old ones stop working while five hundred are made",
		func(ctx SpecContext, restart bool) {
			const many = 500
			w := newAccount(ctx, fake.Shapes{})
			first := startManager()
			w.ready(ctx)
			var all []*v1alpha1.Reseller
			for n := range many {
				all = append(all, w.reseller(numbered(n)))
				create(ctx, all[n])
			}
			Eventually(func() int { return len(w.live()) }).Should(BeNumerically(">", many/10))
			w.api.SetUser(fake.User{Username: fake.DefaultUsername, Password: "next"})
			w.api.RevokeTokens()
			awaitReason(ctx, w.seller, v1alpha1.ReasonCredentialsRejected)
			if restart {
				first.stop()
				startManager()
			}
			secret := &corev1.Secret{}
			Expect(server.Get(ctx, keyIn(w, "cloudmore-api"), secret)).To(Succeed())
			edit(ctx, secret, func(s *corev1.Secret) { s.Data[v1alpha1.SecretKeyPassword] = []byte("next") })
			for _, r := range all {
				awaitReason(ctx, r, v1alpha1.ReasonInSync)
			}
			Expect(w.live()).To(HaveLen(many))
			refused := w.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpToken && x.Status >= http.StatusBadRequest })
			Expect(len(refused)).To(BeNumerically("<=", 2))
			made := w.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpCreate && x.Committed })
			Expect(made).To(HaveLen(many))
		},
		Entry("and the operator runs on", false),
		Entry("and the operator starts again in between", true),
	)

	It("of an account that may only read are said to be that, once, on the Seller", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		w.inject(fake.Fault{Op: fake.OpCreate, Status: http.StatusForbidden})
		startManager()
		create(ctx, w.reseller("abc"), w.reseller("def"))
		awaitReason(ctx, w.seller, v1alpha1.ReasonReadOnlyAccount, "Admin role")
	})
})

var _ = Describe("The endpoint of a Seller", func() {
	It("is called only where the cluster administrator allows its host", func(ctx SpecContext) {
		w := newWorld(ctx, fake.Shapes{})
		create(ctx, w.secret())
		startManager()
		s := w.newSeller("main", func(s *v1alpha1.SellerSettings) { s.Endpoint = "https://elsewhere.example" })
		create(ctx, s)
		awaitReason(ctx, s, v1alpha1.ReasonEndpointNotAllowed, "spec.endpoint", "https://elsewhere.example", "--allowed-endpoints")
	})

	It("gets credentials only where their Secret says so", func(ctx SpecContext) {
		w := newWorld(ctx, fake.Shapes{})
		create(ctx, w.secret())
		startManager(func(_ *ctrl.Options, o *controller.Options) { o.Connection.AllowedHosts = []string{"*.example"} })
		s := w.newSeller("main", func(s *v1alpha1.SellerSettings) { s.Endpoint = "https://elsewhere.example" })
		create(ctx, s)
		awaitReason(ctx, s, v1alpha1.ReasonCredentialsMissing, v1alpha1.AnnotationEndpoint+": https://elsewhere.example")
	})

	It("may not lead inside by its name", func(ctx SpecContext) {
		w := newWorld(ctx, fake.Shapes{})
		secret := w.secret()
		secret.Annotations[v1alpha1.AnnotationEndpoint] = "https://localhost:1"
		create(ctx, secret)
		startManager(func(_ *ctrl.Options, o *controller.Options) {
			o.Connection = seller.Connection{AllowedHosts: []string{"localhost"}}
		})
		s := w.newSeller("main", func(s *v1alpha1.SellerSettings) { s.Endpoint = "https://localhost:1" })
		create(ctx, s)
		awaitReason(ctx, s, v1alpha1.ReasonUnreachable, "the endpoint's address is not allowed")
		Expect(w.api.History()).To(BeEmpty())
	})
})

var _ = Describe("A Seller in use", func() {
	It("is kept with its Secret until its last Reseller has gone", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: w.namespace, Name: "cloudmore-api"}}
		remove(ctx, w.seller)
		remove(ctx, secret)
		awaitReason(ctx, w.seller, v1alpha1.ReasonInUse, w.namespace+"/abc")
		refresh(ctx, secret)
		remove(ctx, r)
		awaitGone(ctx, r)
		awaitGone(ctx, w.seller)
		awaitGone(ctx, secret)
		Expect(w.live()).To(BeEmpty())
	})

	It("counts the brokers of its account, in status and in a metric that goes with it", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ListContent: fake.ListDetail})
		startManager()
		r := w.inSync(ctx, "abc")
		w.api.Add(w.broker("def"))
		w.api.AddForeign(w.broker("ghi"))
		w.readings(ctx, 2)
		s := w.seller.(*v1alpha1.Seller)
		Eventually(func() *v1alpha1.BrokerCounts { refresh(ctx, s); return s.Status.Brokers }).
			Should(Equal(&v1alpha1.BrokerCounts{Total: 3, Managed: 1, Unmanaged: 1, Foreign: 1}))
		Eventually(w.brokersMetric).Should(Equal(map[string]float64{"managed": 1, "unmanaged": 1, "foreign": 1, "drifted": 0}))
		remove(ctx, r)
		awaitGone(ctx, r)
		remove(ctx, s)
		awaitGone(ctx, s)
		Eventually(w.brokersMetric).Should(BeEmpty())
	})

	It("leads to no call for a broker of another account", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		other := newWorld(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		By("somebody forcing the Seller out and making one for another account in its place")
		remove(ctx, w.seller)
		edit(ctx, w.seller, func(s client.Object) { s.SetFinalizers(nil) })
		awaitGone(ctx, w.seller)
		w.addSeller(ctx, "main", func(s *v1alpha1.SellerSettings) {
			s.SellerID, s.Endpoint = v1alpha1.ID(other.api.SellerID()), other.endpoint
		})
		secret := &corev1.Secret{}
		Expect(server.Get(ctx, keyIn(w, "cloudmore-api"), secret)).To(Succeed())
		annotate(ctx, secret, v1alpha1.AnnotationEndpoint, other.endpoint)
		awaitReason(ctx, r, v1alpha1.ReasonAccountChanged)
		Eventually(other.lists).Should(BeNumerically(">", 0))
		Expect(other.wrote()).To(BeEmpty())
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonAccountChanged)
		Expect(w.live()).To(HaveLen(1))
		Expect(other.exchanges(func(x fake.Exchange) bool { return x.Broker != "" })).To(BeEmpty())
	})

	It("halts when too many of its brokers would change at once, over a restart, until a user resumes", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, func(s *v1alpha1.SellerSettings) { s.Brake = v1alpha1.Brake{Percent: 50, Minimum: 2} })
		first := startManager()
		var all []*v1alpha1.Reseller
		for n := range 4 {
			all = append(all, w.inSync(ctx, numbered(n)))
		}
		for _, r := range all {
			remove(ctx, r)
		}
		awaitReason(ctx, w.seller, v1alpha1.ReasonWritesHalted, "delete of "+w.namespace+"/r00", v1alpha1.AnnotationResumeWritesAt)
		Expect(len(w.live())).To(BeNumerically(">=", 2))
		deleted := w.api.Calls(fake.OpDelete)
		first.stop()
		startManager()
		w.readings(ctx, 2)
		Expect(w.api.Calls(fake.OpDelete)).To(Equal(deleted))
		annotate(ctx, w.seller, v1alpha1.AnnotationResumeWritesAt, fresh())
		for _, r := range all {
			awaitGone(ctx, r)
		}
		Expect(w.live()).To(BeEmpty())
	})
})

var _ = Describe("A ClusterSeller", func() {
	It("serves the namespaces that it allows, as they are labelled at each write", func(ctx SpecContext) {
		w := newWorld(ctx, fake.Shapes{})
		create(ctx, w.secret())
		s := w.clusterSeller(ctx, &v1alpha1.AllowedNamespaces{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"partners": w.namespace}}})
		startManager()
		r := w.reseller("abc")
		r.Spec.SellerRef = v1alpha1.SellerReference{Kind: v1alpha1.SellerKindClusterSeller, Name: v1alpha1.SellerName(s.Name)}
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotAllowed, "spec.allowedNamespaces")
		Expect(w.api.Calls(fake.OpCreate)).To(BeZero())

		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: w.namespace}}
		edit(ctx, namespace, func(n *corev1.Namespace) { n.Labels["partners"] = w.namespace })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)

		edit(ctx, namespace, func(n *corev1.Namespace) { delete(n.Labels, "partners") })
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotAllowed)
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@abc.example") })
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotAllowed)
		Expect(w.api.Calls(fake.OpUpdate)).To(BeZero())
	})

	It("forbids adopting unless it says otherwise", func(ctx SpecContext) {
		w := newWorld(ctx, fake.Shapes{})
		create(ctx, w.secret())
		id := w.api.Add(w.broker("abc"))
		s := w.clusterSeller(ctx, &v1alpha1.AllowedNamespaces{Names: []v1alpha1.NamespaceName{v1alpha1.NamespaceName(w.namespace)}})
		startManager()
		r := w.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.BrokerID = v1alpha1.ID(id) })
		r.Spec.SellerRef = v1alpha1.SellerReference{Kind: v1alpha1.SellerKindClusterSeller, Name: v1alpha1.SellerName(s.Name)}
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonAdoptionNotAllowed, "spec.adoption: Allowed")
		edit(ctx, s, func(s *v1alpha1.ClusterSeller) { s.Spec.Adoption = v1alpha1.AdoptionAllowed })
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		Expect(r.Status.Origin).To(Equal(v1alpha1.OriginAdopted))
	})
})

// brokersMetric is what the metric shows for the Sellers of the namespace, by state.
func (w *world) brokersMetric() map[string]float64 {
	families, err := ctrlmetrics.Registry.Gather()
	Expect(err).NotTo(HaveOccurred())
	found := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			labels := map[string]string{}
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			if f.GetName() == "reseller_operator_brokers" && labels["seller_namespace"] == w.namespace {
				found[labels["state"]] = m.GetGauge().GetValue()
			}
		}
	}
	return found
}

// clusterSeller makes a ClusterSeller of the account.
func (w *world) clusterSeller(ctx context.Context, allowed *v1alpha1.AllowedNamespaces) *v1alpha1.ClusterSeller {
	GinkgoHelper()
	s := &v1alpha1.ClusterSeller{
		ObjectMeta: metav1.ObjectMeta{Name: w.namespace},
		Spec: v1alpha1.ClusterSellerSpec{
			SellerSettings: w.settings(), AllowedNamespaces: allowed,
			CredentialsSecretRef: v1alpha1.NamespacedSecretReference{Namespace: v1alpha1.NamespaceName(w.namespace), Name: "cloudmore-api"},
		},
	}
	create(ctx, s)
	w.seller = s
	return s
}
