package controller_test

import (
	"context"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
	"github.com/reseller-operator/reseller-operator/internal/controller"
	"github.com/reseller-operator/reseller-operator/internal/controller/seller"
)

// tenants are two teams with an account each, and a ClusterSeller of the first
// one's account that allows namespaces with the label of the first. The manager
// permits the endpoints of both.
type tenants struct {
	theirs, ours *world // ours is where somebody tries what is not allowed
	shared       *v1alpha1.ClusterSeller
	victim       *v1alpha1.Reseller
	manager      *process
	since        cost // what the account was asked for before an attempt
}

// counted holds that the attempt cost the first team what docs/tenants.md says.
func (t *tenants) counted() {
	GinkgoHelper()
	t.theirs.expectCost(t.since)
}

// newTenants has the first team's Reseller in sync, its broker left alone.
func newTenants(ctx context.Context) *tenants {
	GinkgoHelper()
	t := &tenants{theirs: newAccount(ctx, fake.Shapes{}, marking("prod")), ours: newAccount(ctx, fake.Shapes{})}
	main := t.theirs.seller
	t.shared = t.theirs.clusterSeller(ctx, &v1alpha1.AllowedNamespaces{
		Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": t.theirs.namespace}},
	})
	t.theirs.seller = main
	t.manager = startManager(func(_ *ctrl.Options, o *controller.Options) {
		o.Connection = seller.Connection{AllowInsecure: true, AllowedHosts: []string{"127.0.0.1", "10.0.0.1"}}
	})
	t.victim = t.theirs.inSync(ctx, "abc")
	return t
}

// marking has brokers marked as those of a cluster.
func marking(cluster string) func(*v1alpha1.SellerSettings) {
	return func(s *v1alpha1.SellerSettings) {
		s.Ownership = &v1alpha1.Ownership{PropertyID: "owner", ClusterName: cluster}
	}
}

// label puts our namespace into a team.
func (t *tenants) label(ctx context.Context, team string) {
	GinkgoHelper()
	edit(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: t.ours.namespace}}, func(n *corev1.Namespace) { n.Labels["team"] = team })
}

// through is a Reseller of ours that names the ClusterSeller.
func (t *tenants) through(name string, changes ...func(*v1alpha1.ResellerSpec)) *v1alpha1.Reseller {
	r := t.ours.reseller(name, changes...)
	r.Spec.SellerRef = v1alpha1.SellerReference{Kind: v1alpha1.SellerKindClusterSeller, Name: v1alpha1.SellerName(t.shared.Name)}
	return r
}

// with is a Seller of ours for some account, with some credentials.
func (t *tenants) with(ctx context.Context, user, password string, changes ...func(*v1alpha1.SellerSettings)) *v1alpha1.Seller {
	GinkgoHelper()
	s := t.ours.newSeller("other", changes...)
	secret := t.ours.secret()
	secret.Name = "other"
	secret.Annotations[v1alpha1.AnnotationEndpoint] = s.Spec.Endpoint
	secret.StringData[v1alpha1.SecretKeyUsername], secret.StringData[v1alpha1.SecretKeyPassword] = user, password
	s.Spec.CredentialsSecretRef.Name = "other"
	create(ctx, secret, s)
	return s
}

func (t *tenants) theirAccount(s *v1alpha1.SellerSettings) {
	s.SellerID, s.Endpoint = v1alpha1.ID(t.theirs.api.SellerID()), t.theirs.endpoint
}

func (t *tenants) at(endpoint string) func(*v1alpha1.SellerSettings) {
	return func(s *v1alpha1.SellerSettings) { s.Endpoint = endpoint }
}

func (t *tenants) naming(id string) func(*v1alpha1.ResellerSpec) {
	return func(s *v1alpha1.ResellerSpec) { s.BrokerID = v1alpha1.ID(id) }
}

// allowed opens the ClusterSeller to us.
func (t *tenants) allowed(ctx context.Context, adoption v1alpha1.AdoptionPermission) {
	GinkgoHelper()
	t.label(ctx, t.theirs.namespace)
	edit(ctx, t.shared, func(s *v1alpha1.ClusterSeller) { s.Spec.Adoption = adoption })
	t.begin(ctx)
}

// begin has costs count from now on, when nothing is asked for any more.
func (t *tenants) begin(ctx context.Context) {
	GinkgoHelper()
	t.settled(ctx)
	t.since = t.theirs.spent()
}

// rejected is an attempt that the API server refuses.
func rejected(err error, words ...string) {
	GinkgoHelper()
	Expect(err).To(Satisfy(apierrors.IsInvalid))
	for _, word := range words {
		Expect(err).To(MatchError(ContainSubstring(word)))
	}
}

var _ = DescribeTable("A team can't reach another one's account:",
	func(ctx SpecContext, attempt func(context.Context, *tenants)) {
		t := newTenants(ctx)
		t.begin(ctx)
		before, writes := t.theirs.at(t.victim), t.theirs.wrote()
		attempt(ctx, t)
		t.theirs.readings(ctx, 2)
		Expect(t.theirs.wrote()).To(Equal(writes), "nothing was written to the other account")
		Expect(t.theirs.at(t.victim)).To(Equal(before))
		refresh(ctx, t.victim)
		Expect(t.victim.Status.BrokerID).NotTo(BeEmpty())
	},
	Entry("by a Seller of its namespace", func(ctx context.Context, t *tenants) {
		s := t.theirs.newSeller("theirs")
		create(ctx, s)
		r := t.ours.reseller("abc", func(s *v1alpha1.ResellerSpec) { s.SellerRef.Name = "theirs" })
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotFound, "spec.sellerRef: there is no Seller theirs in namespace "+t.ours.namespace)
	}),
	Entry("by a ClusterSeller without its label", func(ctx context.Context, t *tenants) {
		r := t.through("def")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotAllowed, "does not allow namespace "+t.ours.namespace, "spec.allowedNamespaces")
		t.counted()
	}),
	Entry("by a ClusterSeller with another label", func(ctx context.Context, t *tenants) {
		t.label(ctx, "another")
		r := t.through("def")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotAllowed, "spec.allowedNamespaces")
		t.counted()
	}),
	Entry("by its seller id with made-up credentials", func(ctx context.Context, t *tenants) {
		s := t.with(ctx, "intruder", "guess", t.theirAccount)
		awaitReason(ctx, s, v1alpha1.ReasonCredentialsRejected, "not tried again until the Secret changes")
		r := t.ours.reseller("def", func(s *v1alpha1.ResellerSpec) { s.SellerRef.Name = "other" })
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotReady, v1alpha1.ReasonCredentialsRejected)
		t.counted()
	}),
	Entry("by its seller id with credentials of its own", func(ctx context.Context, t *tenants) {
		t.theirs.api.SetUser(fake.User{Username: "someone", Password: "real", Access: fake.AccessNone})
		s := t.with(ctx, "someone", "real", t.theirAccount)
		awaitReason(ctx, s, v1alpha1.ReasonForbidden, "spec.sellerID")
		r := t.ours.reseller("def", func(s *v1alpha1.ResellerSpec) { s.SellerRef.Name = "other" })
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotReady)
	}),
	Entry("by its seller id at an endpoint of its own", func(ctx context.Context, t *tenants) {
		s := t.with(ctx, fake.DefaultUsername, fake.DefaultPassword, func(s *v1alpha1.SellerSettings) { s.SellerID = v1alpha1.ID(t.theirs.api.SellerID()) })
		awaitReason(ctx, s, v1alpha1.ReasonForbidden, "spec.sellerID")
		t.counted()
	}),
	Entry("with its Secret", func(ctx context.Context, t *tenants) {
		s := t.ours.newSeller("other", t.theirAccount)
		create(ctx, s, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: t.theirs.namespace, Name: "theirs"}})
		s2 := t.ours.newSeller("borrowing", t.theirAccount)
		s2.Spec.CredentialsSecretRef.Name = "theirs"
		create(ctx, s2)
		awaitReason(ctx, s2, v1alpha1.ReasonCredentialsMissing, "spec.credentialsSecretRef", "no Secret theirs")
		awaitReason(ctx, s, v1alpha1.ReasonCredentialsMissing, v1alpha1.AnnotationEndpoint+": "+t.theirs.endpoint) // ours is for another endpoint
		t.counted()
	}),
	Entry("by having its Secret sent elsewhere", func(ctx context.Context, t *tenants) {
		s := t.theirs.newSeller("elsewhere", t.at(t.ours.endpoint)) // by who may edit Sellers there, and read no Secret
		logins := t.ours.api.Calls(fake.OpToken)
		create(ctx, s)
		awaitReason(ctx, s, v1alpha1.ReasonCredentialsMissing, v1alpha1.AnnotationEndpoint+": "+t.ours.endpoint)
		Expect(t.ours.api.Calls(fake.OpToken)).To(Equal(logins))
		t.counted()
	}),
	Entry("by leading its Seller elsewhere", func(ctx context.Context, t *tenants) {
		s := t.theirs.seller.DeepCopyObject().(*v1alpha1.Seller)
		refresh(ctx, s)
		s.Spec.Endpoint = t.ours.endpoint
		rejected(server.Update(ctx, s), "spec.endpoint", "immutable")
	}),
	Entry("over plain http", func(ctx context.Context, t *tenants) {
		rejected(server.Create(ctx, t.ours.newSeller("other", t.at("http://api.cloudmore.com"))), "spec.endpoint", "https")
	}),
	Entry("at an address inside", func(ctx context.Context, t *tenants) {
		s := t.with(ctx, "a", "b", t.at("https://10.0.0.1"))
		awaitReason(ctx, s, v1alpha1.ReasonUnreachable, "the endpoint's address is not allowed")
	}),
	Entry("at a host that nobody permitted", func(ctx context.Context, t *tenants) {
		s := t.with(ctx, "a", "b", t.at("https://metadata.internal"))
		awaitReason(ctx, s, v1alpha1.ReasonEndpointNotAllowed, "--allowed-endpoints")
	}),
	Entry("by naming its broker in the spec", func(ctx context.Context, t *tenants) {
		t.allowed(ctx, v1alpha1.AdoptionAllowed)
		r := t.through("def", t.naming(t.victim.Status.BrokerID))
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonIdentityTaken, "already claims")
		Expect(ready(r).Message).NotTo(ContainSubstring(t.theirs.namespace))
		t.counted()
	}),
	Entry("by naming its broker in the annotation", func(ctx context.Context, t *tenants) {
		t.allowed(ctx, v1alpha1.AdoptionAllowed)
		r := t.through("abc")
		r.Annotations = map[string]string{v1alpha1.AnnotationBrokerID: t.victim.Status.BrokerID}
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonIdentityTaken, "already claims")
		t.counted()
	}),
	Entry("by writing its broker into status", func(ctx context.Context, t *tenants) {
		r := t.ours.inSync(ctx, "def") // ours, and then made to look like one of theirs
		t.allowed(ctx, v1alpha1.AdoptionAllowed)
		stolen := t.through("ghi", func(s *v1alpha1.ResellerSpec) { s.Suspend = ptr(true) })
		create(ctx, stolen)
		awaitReason(ctx, stolen, v1alpha1.ReasonSuspended)
		before := stolen.DeepCopy()
		stolen.Status.BrokerID, stolen.Status.Origin = t.victim.Status.BrokerID, v1alpha1.OriginCreated
		stolen.Status.SellerID, stolen.Status.Endpoint = t.theirs.api.SellerID(), t.theirs.endpoint
		Expect(server.Status().Patch(ctx, stolen, client.MergeFrom(before))).To(Succeed())
		edit(ctx, stolen, func(r *v1alpha1.Reseller) { r.Spec.Suspend = nil })
		awaitReason(ctx, stolen, v1alpha1.ReasonIdentityTaken, "neither writes or deletes it")
		remove(ctx, stolen)
		awaitGone(ctx, stolen)
		t.counted()
		Expect(t.ours.at(r).Domain).To(Equal("def.example"))
	}),
	Entry("by adopting a broker that nobody holds", func(ctx context.Context, t *tenants) {
		t.allowed(ctx, v1alpha1.AdoptionForbidden)
		r := t.through("def", t.naming(t.theirs.api.Add(t.theirs.broker("def"))))
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonAdoptionNotAllowed, "spec.adoption: Allowed")
		t.counted()
	}),
	Entry("by adopting a broker of another cluster", func(ctx context.Context, t *tenants) {
		t.allowed(ctx, v1alpha1.AdoptionAllowed)
		edit(ctx, t.shared, func(s *v1alpha1.ClusterSeller) { marking("stage")(&s.Spec.SellerSettings) })
		t.begin(ctx)
		r := t.through("def", func(s *v1alpha1.ResellerSpec) { s.AdoptionPolicy = v1alpha1.AdoptMatchExisting })
		marked := t.theirs.broker("def")
		marked.CustomProperties = []fake.CustomProperty{{ID: "owner", Value: "prod/team/def/123"}}
		t.theirs.api.Add(marked)
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonAdoptionNotAllowed, "is marked as owned by another cluster or Reseller (custom property owner)")
		t.counted()
	}),
)

var _ = Describe("A team that was allowed and is no more", func() {
	It("gets no further edit or deletion through the ClusterSeller", func(ctx SpecContext) {
		t := newTenants(ctx)
		t.allowed(ctx, v1alpha1.AdoptionForbidden)
		r := t.through("def")
		create(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonInSync)
		writes := t.theirs.wrote()
		t.label(ctx, "another")
		edit(ctx, r, func(r *v1alpha1.Reseller) { r.Spec.SupportEmail = as[v1alpha1.Email]("help@def.example") })
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotAllowed, "spec.allowedNamespaces")
		remove(ctx, r)
		awaitReason(ctx, r, v1alpha1.ReasonSellerNotAllowed, "spec.deletionPolicy: Orphan")
		Expect(t.theirs.wrote()).To(Equal(writes))
	})
})
