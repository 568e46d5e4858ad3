package controller_test

import (
	"net/http"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

var _ = Describe("An event", func() {
	It("tells each change of a Seller's reason once, and an outage in what Cloudmore answers", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		r := w.inSync(ctx, "abc")
		s := w.seller.(*v1alpha1.Seller)
		w.inject(fake.Fault{Status: http.StatusServiceUnavailable, Form: fake.FormMessage, Says: "Down until noon"})
		w.requestReading(ctx)
		awaitReason(ctx, s, v1alpha1.ReasonUnreachable, "HTTP 503 Service Unavailable (Cloudmore says: Down until noon)")
		Expect(s.Status.Turn).To(Equal(v1alpha1.TurnCloudmore))
		Expect(s.Status.LastSyncError).To(And(HaveField("Status", BeEquivalentTo(503)), HaveField("Message", ContainSubstring("Down until noon"))))
		Expect(s.Status.LastSyncError.Message).NotTo(ContainSubstring("pauses"))
		read := s.Status.LastSyncAt

		w.api.ClearFaults()
		w.requestReading(ctx)
		awaitReason(ctx, s, v1alpha1.ReasonReady)
		Expect(s.Status.LastSyncError).To(BeNil())
		Expect(s.Status.LastSyncAt.Time).To(BeTemporally(">=", read.Time))
		Expect(s.Status.Turn).To(Equal(v1alpha1.TurnNobody))
		Eventually(w.events(ctx, "main")).WithContext(ctx).Should(ConsistOf(
			"Normal WaitingForReading (Reconcile): its account is being read, and nothing is done before",
			"Normal Ready (Reconcile): its account can be read and written",
			"Normal Unreachable (Reconcile): its account can't be reached or answers with errors; it is retried automatically",
			"Normal Ready (Reconcile): its account can be read and written",
		))
		refresh(ctx, r)
		Expect(r.Status.Turn).To(Equal(v1alpha1.TurnNobody))
	})

	It("tells of a halt and its end", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{}, braked)
		startManager()
		all := w.tripped(ctx)
		Eventually(w.events(ctx, "main")).WithContext(ctx).Should(ContainElements(
			And(HavePrefix("Warning Halted (Write): more than 2 brokers"), HaveSuffix("sets the annotation "+v1alpha1.AnnotationResumeWritesAt)),
			HavePrefix("Warning WritesHalted (Reconcile): "),
		))
		annotate(ctx, w.seller, v1alpha1.AnnotationResumeWritesAt, fresh())
		for _, r := range all {
			awaitGone(ctx, r)
		}
		Eventually(w.events(ctx, "main")).WithContext(ctx).Should(ContainElement("Normal Resumed (Write): somebody let writing go on"))
	})

	It("tells of other credentials in a Secret", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{})
		startManager()
		w.inSync(ctx, "abc")
		secret := w.secretNamed("cloudmore-api")
		edit(ctx, secret, func(s *corev1.Secret) { s.Data[v1alpha1.SecretKeyPassword] = []byte("another") })
		Eventually(w.events(ctx, "main")).WithContext(ctx).Should(ContainElements(
			"Normal CredentialsChanged (ReadCredentials): the Secret has other credentials, which are at work now",
			"Warning CredentialsRejected (Reconcile): Cloudmore refused the login with its credentials; only its owner can mend that",
		))
		awaitReason(ctx, w.seller, v1alpha1.ReasonCredentialsRejected)
		Expect(w.seller.(*v1alpha1.Seller).Status.Turn).To(Equal(v1alpha1.TurnYou))
	})

	It("tells by its path alone what a policy leaves as it was changed elsewhere", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ListContent: fake.ListDetail})
		startManager()
		r := w.inSync(ctx, "abc", func(s *v1alpha1.ResellerSpec) { s.DriftPolicy = v1alpha1.DriftReport })
		Expect(w.api.Edit(r.Status.BrokerID, func(b *fake.Broker) { b.SupportEmail = "personal@abc.example" })).To(Succeed())
		w.requestReading(ctx)
		awaitReason(ctx, r, v1alpha1.ReasonDriftReported)
		Expect(r.Status.DriftCount).To(BeEquivalentTo(1))
		Expect(r.Status.ReasonSince).NotTo(BeNil())
		Eventually(w.events(ctx, "abc")).WithContext(ctx).Should(ContainElement(
			"Normal DriftFound (Compare): broker " + r.Status.BrokerID + " was changed elsewhere and is left so: spec.supportEmail"))
		w.readings(ctx, 2)
		all := strings.Join(w.events(ctx, "abc")(), "\n")
		Expect(strings.Count(all, "DriftFound")).To(Equal(1), "a sync that finds nothing new says nothing")
		Expect(all).NotTo(ContainSubstring("personal@"))
	})

	It("is made for no free broker, which the Seller lists", func(ctx SpecContext) {
		w := newAccount(ctx, fake.Shapes{ListFields: []string{"name"}})
		manager := startManager()
		free := w.api.Add(w.broker("free"))
		w.inSync(ctx, "abc")
		w.readings(ctx, 1)
		listsIt := func(g Gomega) {
			refresh(ctx, w.seller)
			g.Expect(w.seller.(*v1alpha1.Seller).Status.Unmanaged).To(ConsistOf(And(HaveField("ID", free), HaveField("Name", w.broker("free").Name))))
		}
		Eventually(listsIt).WithContext(ctx).Should(Succeed())

		By("starting another manager, which reads again who that one is, and no broker that a Reseller holds")
		manager.stop()
		w.api.ResetHistory()
		startManager()
		w.readings(ctx, 2)
		Eventually(listsIt).WithContext(ctx).Should(Succeed())
		Expect(w.exchanges(func(x fake.Exchange) bool { return x.Op == fake.OpGet })).To(HaveEach(HaveField("Broker", free)))
		Expect(w.api.Calls(fake.OpGet)).To(Equal(1))
	})
})
