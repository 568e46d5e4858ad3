package fleet

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

var at = metav1.NewTime(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))

func ready(truth metav1.ConditionStatus, reason string) []metav1.Condition {
	return []metav1.Condition{{Type: v1alpha1.ConditionReady, Status: truth, Reason: reason, LastTransitionTime: at}}
}

func resellerOf(namespace, name string, kind v1alpha1.SellerKind, seller, reason string) v1alpha1.Reseller {
	r := v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	r.Spec.SellerRef = v1alpha1.SellerReference{Kind: kind, Name: v1alpha1.SellerName(seller)}
	if reason != "" {
		r.Status.Conditions = ready(metav1.ConditionFalse, reason)
	}
	return r
}

func TestOf(t *testing.T) {
	g := NewWithT(t)
	main := &v1alpha1.Seller{ObjectMeta: metav1.ObjectMeta{Namespace: "b", Name: "main"}}
	main.Status.Conditions, main.Status.LastSyncAt = ready(metav1.ConditionTrue, v1alpha1.ReasonReady), &at
	main.Status.Turn = v1alpha1.TurnNobody
	shared := &v1alpha1.ClusterSeller{ObjectMeta: metav1.ObjectMeta{Name: "main"}}
	drifts := resellerOf("b", "z", "", "main", v1alpha1.ReasonDriftReported)
	later := metav1.NewTime(at.Add(time.Hour))
	drifts.Status.Drift, drifts.Status.ReasonSince = []v1alpha1.Drift{{Field: "spec.vat"}}, &later

	f := Of([]v1alpha1.SellerObject{main, shared}, []v1alpha1.Reseller{
		drifts,
		resellerOf("b", "a", v1alpha1.SellerKindSeller, "main", v1alpha1.ReasonRefused),
		resellerOf("a", "a", v1alpha1.SellerKindSeller, "main", v1alpha1.ReasonSellerNotFound),
		resellerOf("a", "b", v1alpha1.SellerKindClusterSeller, "main", v1alpha1.ReasonRefused),
		resellerOf("c", "a", v1alpha1.SellerKindClusterSeller, "main", v1alpha1.ReasonRefused),
		resellerOf("c", "b", v1alpha1.SellerKindClusterSeller, "main", ""),
	})
	g.Expect(f.Sellers).To(HaveLen(3))
	g.Expect(f.Sellers[0].Ref).To(Equal(Ref{v1alpha1.SellerKindClusterSeller, "", "main"}))
	g.Expect(f.Sellers[0].Standing).To(Equal(Standing{}), "nobody has looked yet")
	g.Expect(f.Sellers[0].Resellers).To(Equal(map[string]int{v1alpha1.ReasonRefused: 2, "": 1}))
	g.Expect(f.Sellers[1]).To(Equal(Seller{Ref: Ref{v1alpha1.SellerKindSeller, "a", "main"}, Missing: true, Resellers: map[string]int{v1alpha1.ReasonSellerNotFound: 1}}))
	g.Expect(f.Sellers[2].Standing).To(Equal(Standing{Ready: true, Reason: v1alpha1.ReasonReady, Turn: v1alpha1.TurnNobody, Since: at.Time}))
	g.Expect(f.Sellers[2].SyncedAt).To(Equal(at.Time))
	g.Expect(f.Sellers[2].Resellers).To(Equal(map[string]int{v1alpha1.ReasonRefused: 1, v1alpha1.ReasonDriftReported: 1}), "the one of namespace a names another Seller")
	g.Expect(f.Resellers).To(HaveLen(6))
	g.Expect(f.Resellers[0].Namespace + "/" + f.Resellers[0].Name).To(Equal("a/a"))
	last := f.Resellers[3]
	g.Expect(last.Name).To(Equal("z"))
	g.Expect(last.Drift).To(Equal(1))
	g.Expect(last.Since).To(Equal(later.Time), "Ready itself did not change then")
}
