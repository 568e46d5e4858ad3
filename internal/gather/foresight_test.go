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
