package night_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// inOrder is how a night begins, and ends.
var inOrder = []string{"seller/main Ready", "reseller/acme InSync"}

var nights = []night{
	{
		name: "refused-credentials", says: "The password of the API user was changed in Cloudmore only; a wrong one is in the Secret.",
		breaks: func(s *scene) { s.api.SetUser(fake.User{Username: fake.DefaultUsername, Password: "new-password"}) },
		strikes: func(s *scene) {
			s.patch(&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "cloudmore-api"}}, `{"stringData":{"password":"mistyped"}}`)
		},
		shows: []string{"seller/main CredentialsRejected", "reseller/acme InSync"},
		pages: []string{"ResellerSellerNotReady"}, ends: "patch secret", env: []string{"PASSWORD=new-password"},
		after: inOrder,
	},
	{
		name: "revoked-token", says: "Cloudmore revokes the token that the operator uses.",
		breaks: func(s *scene) { s.inject(fake.Fault{Op: fake.OpList, RevokeTokens: true, Times: 1}) },
		waits:  func(s *scene) { s.counts(`logins_total{kind="Seller",result="granted"`, 2) },
		shows:  inOrder, after: inOrder,
	},
	{
		name: "outage", says: "Each call is answered 503, and a Reseller is edited.",
		breaks: func(s *scene) {
			s.inject(fake.Fault{Status: http.StatusServiceUnavailable, Form: fake.FormMessage, Says: "Down until noon"})
		},
		strikes: func(s *scene) { s.edits("acme", `{"supportEmail":"help@acme.example"}`) },
		shows:   []string{"seller/main Unreachable", "reseller/acme Unavailable"},
		pages:   []string{"ResellerSellerNotReady", "ResellerSellerApiFailing", "ResellerSyncStale"},
		mends:   func(s *scene) { s.api.ClearFaults() }, after: inOrder,
	},
	{
		name: "maintenance", says: "A gateway answers each call with 200 and the page of its maintenance.",
		breaks: func(s *scene) {
			s.inject(fake.Fault{Status: http.StatusOK, Form: fake.FormHTML, Says: "Planned maintenance"})
		},
		shows: []string{"seller/main Unreachable", "reseller/acme InSync"},
		pages: []string{"ResellerSellerNotReady", "ResellerSyncStale"},
		mends: func(s *scene) { s.api.ClearFaults() }, after: inOrder,
	},
	{
		name: "throttling", says: "Another program uses up what Cloudmore permits: each call is answered 429.",
		breaks: func(s *scene) { s.inject(fake.Fault{Status: http.StatusTooManyRequests, RetryAfter: 5 * time.Second}) },
		shows:  []string{"seller/main Unreachable", "reseller/acme InSync"},
		pages:  []string{"ResellerThrottled", "ResellerSellerNotReady", "ResellerSyncStale"},
		mends:  func(s *scene) { s.api.ClearFaults() }, ends: "rateLimit", after: inOrder,
	},
	{
		name: "drift", says: "A broker is changed in the portal, and driftPolicy is Report.",
		before:  func(s *scene) { s.edits("acme", `{"driftPolicy":"Report"}`); s.shows(inOrder) },
		strikes: func(s *scene) { s.portal("acme", func(b *fake.Broker) { b.SupportEmail = "changed@acme.example" }) },
		shows:   []string{"seller/main Ready", "reseller/acme DriftReported"},
		pages:   []string{"ResellerBrokersDrifted"}, ends: "patch reseller", after: inOrder,
	},
	{
		name: "deleted-in-portal", says: "Two brokers are deleted in the portal: one that was created here, and one that was adopted.",
		before: func(s *scene) {
			s.api.Add(fake.Broker{Name: "Company bystander", RegistrationNumber: "bystander", Domain: "bystander.example"})
			taken := s.reseller("taken")
			s.api.Add(brokerOf(taken))
			taken.Spec.AdoptionPolicy = v1alpha1.AdoptMatchExisting
			s.create(taken)
			s.shows([]string{"reseller/taken InSync"})
		},
		strikes: func(s *scene) {
			for _, name := range []string{"acme", "taken"} {
				s.g.Expect(s.api.Remove(s.broker(name))).To(Succeed())
			}
		},
		shows: []string{"seller/main Ready", "reseller/acme InSync", "reseller/taken BrokerNotFound"},
		waits: func(s *scene) { s.counts(`api_requests_total{kind="Seller",operation="create_broker"`, 2) },
		pages: []string{"ResellerStalled"}, ends: "delete reseller", env: []string{"RESELLER=taken"},
		after: []string{"seller/main Ready", "reseller/acme InSync", "reseller/taken gone"},
	},
	{
		name: "brake", says: "A mistaken merge changes six Resellers at once; the brake permits two.",
		small: true, before: func(s *scene) { s.more(5) },
		strikes: func(s *scene) {
			for i, name := range s.names() {
				s.edits(name, `{"contact":{"phone":"7770000"}}`)
				if i < 2 { // whom the brake permits, however fast the edits come
					s.shows([]string{"reseller/" + name + " InSync"})
				}
			}
		},
		shows: []string{"seller/main WritesHalted"},
		pages: []string{"ResellerSellerNotReady"}, ends: "resume-writes-at", after: inOrder,
	},
	{
		name: "suspicious-list", says: "Cloudmore's list is empty from one moment to the next.",
		before: func(s *scene) { s.more(2) },
		breaks: func(s *scene) { s.inject(fake.Fault{Op: fake.OpList, List: fake.ListEmpty}) },
		shows:  []string{"seller/main ListSuspicious", "reseller/acme InSync"},
		pages:  []string{"ResellerSellerNotReady", "ResellerSyncStale"},
		mends:  func(s *scene) { s.api.ClearFaults() }, after: inOrder,
	},
	{
		name: "refused-values", says: "Cloudmore refuses what a Reseller asks for.",
		strikes: func(s *scene) { s.edits("acme", `{"customProperties":[{"id":"region","value":"north"}]}`) },
		shows:   []string{"seller/main Ready", "reseller/acme Refused"},
		pages:   []string{"ResellerStalled"}, ends: "edit reseller", env: []string{"KUBE_EDITOR=sed -i s/region/segment/"}, after: inOrder,
	},
}

var ofTheOperator = []night{
	{
		name: "dead-leader", lease: true, says: "The process that works is killed; a Reseller is edited before the other one is leader.",
		strikes: func(s *scene) {
			s.kill(s.leader())
			s.edits("acme", `{"supportEmail":"help@acme.example"}`)
		},
		waits: func(s *scene) { s.g.Eventually(s.leads).WithTimeout(within).Should(BeTrue()) },
		shows: inOrder,
		does:  func(s *scene) { s.scale(2) }, // as the kubelet does
		after: inOrder,
	},
	{
		name: "dead-operator", says: "No process of the operator is left, and a Reseller is edited.",
		strikes: func(s *scene) {
			s.scaled(0)
			for _, m := range s.alive() {
				s.kill(m)
			}
			s.edits("acme", `{"supportEmail":"help@acme.example"}`)
		},
		pages: []string{"ResellerOperatorAbsent"}, ends: "kubectl scale",
		does: func(s *scene) { s.scale(s.replicas()) }, after: inOrder,
	},
}

// counts waits until a counter of the scene is at least so large.
func (s *scene) counts(name string, least float64) {
	s.t.Helper()
	s.g.Eventually(func() float64 {
		sum := 0.0
		for series, value := range s.counted() {
			if strings.HasPrefix(series, "reseller_operator_"+name) {
				sum += value
			}
		}
		return sum
	}).WithTimeout(within).Should(BeNumerically(">=", least))
}

// portal changes the broker of a Reseller in the portal.
func (s *scene) portal(name string, change func(*fake.Broker)) {
	s.t.Helper()
	s.g.Expect(s.api.Edit(s.broker(name), change)).To(Succeed())
}

// more makes further Resellers.
func (s *scene) more(n int) {
	s.t.Helper()
	for i := range n {
		s.create(s.reseller(fmt.Sprintf("other%d", i+1)))
	}
	for _, name := range s.names() {
		s.shows([]string{"reseller/" + name + " InSync"})
	}
}

// names are those of all Resellers of the scene.
func (s *scene) names() []string {
	list := &v1alpha1.ResellerList{}
	s.g.Expect(s.List(s.t.Context(), list, client.InNamespace(s.name))).To(Succeed())
	var all []string
	for i := range list.Items {
		all = append(all, list.Items[i].Name)
	}
	return all
}

// brokerOf is what a Reseller describes, as the account keeps it.
func brokerOf(r *v1alpha1.Reseller) fake.Broker {
	return fake.Broker{
		Name: string(*r.Spec.Name), RegistrationNumber: string(*r.Spec.RegistrationNumber), Domain: string(*r.Spec.Domain),
		NotificationEmail: string(*r.Spec.NotificationEmail), SupportEmail: string(*r.Spec.SupportEmail),
		Contact: fake.Contact{
			Name: "John", JobTitle: "Admin", Email: string(*r.Spec.Contact.Email),
			PhonePrefix: "372", Phone: "53564558", CellPhonePrefix: "372", CellPhone: "53564558",
		},
		Address: fake.Address{CountryCode: "EE"},
	}
}

// deployment is that of the operator.
func (s *scene) deployment() *appsv1.Deployment {
	d := &appsv1.Deployment{}
	s.g.Expect(s.Get(s.t.Context(), client.ObjectKey{Namespace: operatorNamespace, Name: deploymentName}, d)).To(Succeed())
	return d
}

// scaled has somebody scale it.
func (s *scene) scaled(replicas int32) {
	d := s.deployment()
	d.Spec.Replicas = &replicas
	s.g.Expect(s.Update(s.t.Context(), d)).To(Succeed())
}

func (s *scene) replicas() int { return int(*s.deployment().Spec.Replicas) }
