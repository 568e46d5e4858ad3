package gather_test

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/gather"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

const marked = broker.ID("4711")

// TestForeseeKnowsMarks: what a user names is adopted whatever its mark says, but for the
// mark of another Reseller of this cluster.
func TestForeseeKnowsMarks(t *testing.T) {
	for _, row := range []struct {
		name   string
		mark   string
		takes  []plan.Step
		reason string
	}{
		{"adopts what has no mark", "", []plan.Step{plan.Bind{ID: marked, Origin: v1alpha1.OriginAdopted}}, v1alpha1.ReasonInSync},
		{"adopts what another cluster marked", "there/team/other/1", []plan.Step{plan.Bind{ID: marked, Origin: v1alpha1.OriginAdopted}}, v1alpha1.ReasonInSync},
		{"leaves what is another Reseller's", "here/team/other/1", nil, v1alpha1.ReasonAdoptionNotAllowed},
	} {
		t.Run(row.name, func(t *testing.T) {
			g := NewWithT(t)
			b := broker.Broker{ID: marked, Detail: true, Name: ptr.To("Acme"), RegistrationNumber: ptr.To("1"), Domain: ptr.To("acme.example")}
			if row.mark != "" {
				b.CustomProperties = []broker.Property{{ID: "owner", Value: row.mark}}
			}
			seller := &v1alpha1.Seller{}
			seller.Spec.SellerID, seller.Spec.Endpoint = "s", v1alpha1.DefaultEndpoint
			seller.Spec.Ownership = &v1alpha1.Ownership{PropertyID: "owner", ClusterName: "here"}
			named := func(name string) *v1alpha1.Reseller {
				return &v1alpha1.Reseller{
					ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: name, Generation: 1},
					Status:     v1alpha1.ResellerStatus{ObservedGeneration: -1},
				}
			}
			own := named("own")
			own.Spec.BrokerID = v1alpha1.ID(marked)
			account := &gather.Account{Brokers: []broker.Broker{b}, Resellers: []v1alpha1.Reseller{*own, *named("other")}, At: time.Unix(1_000_000, 0)}
			f := gather.Foresee(own, seller, account, plan.Answers{Look: func(broker.ID) plan.Looked { return plan.Looked{Broker: b} }})
			g.Expect(f.Takes).To(Equal(row.takes))
			g.Expect(f.Write).To(BeNil())
			g.Expect(f.Rest.Reason).To(Equal(row.reason))
		})
	}
}

// TestForeseeReadsWhoBrokersAre: where lists do not show identities, a create is not foreseen
// beside the broker that has the one.
func TestForeseeReadsWhoBrokersAre(t *testing.T) {
	g := NewWithT(t)
	b := broker.Broker{ID: marked, Detail: true, Name: ptr.To("Acme"), RegistrationNumber: ptr.To("1"), Domain: ptr.To("acme.example")}
	seller := &v1alpha1.Seller{}
	seller.Spec.SellerID, seller.Spec.Endpoint = "s", v1alpha1.DefaultEndpoint
	own := &v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "own", Generation: 1}, Status: v1alpha1.ResellerStatus{ObservedGeneration: -1}}
	own.Spec.RegistrationNumber, own.Spec.Domain = ptr.To(v1alpha1.Text("1")), ptr.To(v1alpha1.Domain("acme.example"))
	account := &gather.Account{Brokers: []broker.Broker{{ID: marked, Name: b.Name}}, At: time.Unix(1_000_000, 0)}
	f := gather.Foresee(own, seller, account, plan.Answers{Look: func(broker.ID) plan.Looked { return plan.Looked{Broker: b} }})
	g.Expect(f.Write).To(BeNil())
	g.Expect(f.Rest.Reason).To(Equal(v1alpha1.ReasonAdoptionNotAllowed))
}

// TestForeseeKnowsWhatCanNotBeRead: a broker of which lists show only the name, and whose GET
// fails, may be the one that a create is for.
func TestForeseeKnowsWhatCanNotBeRead(t *testing.T) {
	g := NewWithT(t)
	seller := &v1alpha1.Seller{}
	seller.Spec.SellerID, seller.Spec.Endpoint = "s", v1alpha1.DefaultEndpoint
	own := &v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: "own", Generation: 1}, Status: v1alpha1.ResellerStatus{ObservedGeneration: -1}}
	own.Spec.RegistrationNumber, own.Spec.Domain = ptr.To(v1alpha1.Text("12345")), ptr.To(v1alpha1.Domain("acme.example"))
	account := &gather.Account{Brokers: []broker.Broker{{ID: marked, Name: ptr.To("Other")}}, At: time.Unix(1_000_000, 0)}
	fails := func(broker.ID) plan.Looked {
		return plan.Looked{Failure: &broker.Failure{Class: broker.Unavailable, Op: "get broker", Status: 500}}
	}
	f := gather.Foresee(own, seller, account, plan.Answers{Look: fails})
	g.Expect(f.Write).To(BeNil())
	g.Expect(f.Rest.Reason).To(Equal(v1alpha1.ReasonBrokerUnreadable))
}

// TestForeseeCountsWhatResellersHold: brokers that no list shows count among those that share
// a number, as far as a status shows them.
func TestForeseeCountsWhatResellersHold(t *testing.T) {
	for held, reason := range map[string]string{v1alpha1.ReasonInSync: "", v1alpha1.ReasonBrokerNotFound: v1alpha1.ReasonSimilarBrokerExists} {
		g := NewWithT(t)
		seller := &v1alpha1.Seller{}
		seller.Spec.SellerID, seller.Spec.Endpoint = "s", v1alpha1.DefaultEndpoint
		reseller := func(name, number, domain string) *v1alpha1.Reseller {
			r := &v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Namespace: "team", Name: name, Generation: 1}, Status: v1alpha1.ResellerStatus{ObservedGeneration: -1}}
			r.Spec.RegistrationNumber, r.Spec.Domain = ptr.To(v1alpha1.Text(number)), ptr.To(v1alpha1.Domain(domain))
			return r
		}
		own, other := reseller("own", "12345", "acme.example"), reseller("other", "99999", "other.example")
		other.Status.BrokerID, other.Status.Broker = "1", &v1alpha1.ObservedBroker{RegistrationNumber: "12345", Domain: "x.example"}
		other.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionReady, Reason: held}}
		account := &gather.Account{Resellers: []v1alpha1.Reseller{*own, *other}, At: time.Unix(1_000_000, 0)}
		for _, id := range []broker.ID{"2", "3"} {
			account.Brokers = append(account.Brokers, broker.Broker{ID: id, Detail: true, Name: ptr.To("N" + string(id)), RegistrationNumber: ptr.To("0012345"), Domain: ptr.To("y.example")})
		}
		f := gather.Foresee(own, seller, account, plan.Answers{Look: func(id broker.ID) plan.Looked {
			b := account.Brokers[0]
			b.ID = id
			return plan.Looked{Broker: b}
		}})
		g.Expect(f.Rest.Reason).To(Equal(reason), held)
		g.Expect(f.Write != nil).To(Equal(reason == ""), held)
	}
}
