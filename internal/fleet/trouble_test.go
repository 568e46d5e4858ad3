package fleet

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

func TestTroubleIsSortedByTurnAndAge(t *testing.T) {
	g := NewWithT(t)
	row := func(name, reason string, turn v1alpha1.Turn, ready bool, since time.Duration) Reseller {
		return Reseller{Name: name, Standing: Standing{Ready: ready, Reason: reason, Turn: turn, Since: at.Add(since)}}
	}
	drifts := row("d", v1alpha1.ReasonDriftReported, v1alpha1.TurnNobody, true, 0)
	drifts.Drift = 1
	f := Fleet{Resellers: []Reseller{
		row("a", v1alpha1.ReasonInSync, v1alpha1.TurnNobody, true, 0),
		row("b", v1alpha1.ReasonThrottled, v1alpha1.TurnCloudmore, false, 0),
		row("c", v1alpha1.ReasonRefused, v1alpha1.TurnYou, false, time.Hour),
		drifts,
		row("e", v1alpha1.ReasonRefused, v1alpha1.TurnYou, false, time.Minute),
		row("f", "", "", false, 0),
		row("g", v1alpha1.ReasonContested, v1alpha1.TurnYou, false, 0),
	}}
	var seen []string
	for _, group := range f.Trouble() {
		seen = append(seen, group.Reason)
	}
	g.Expect(seen).To(Equal([]string{v1alpha1.ReasonContested, v1alpha1.ReasonRefused, "", v1alpha1.ReasonThrottled, v1alpha1.ReasonDriftReported}))
	refused := f.Trouble()[1]
	g.Expect(refused.Oldest).To(Equal(at.Add(time.Minute)))
	g.Expect(refused.Resellers).To(HaveLen(2))
	g.Expect(f.Turn()).To(Equal(v1alpha1.TurnYou))
}

func TestTurnOfTheFleet(t *testing.T) {
	g := NewWithT(t)
	g.Expect((&Fleet{}).Turn()).To(Equal(v1alpha1.TurnNobody))
	waits := Fleet{Sellers: []Seller{{Standing: Standing{Turn: v1alpha1.TurnCloudmore}}, {Missing: true}}}
	g.Expect(waits.Turn()).To(Equal(v1alpha1.TurnCloudmore), "who names the missing one says so")
	earlier := Fleet{Resellers: []Reseller{rowOf(&v1alpha1.Reseller{Status: v1alpha1.ResellerStatus{Conditions: ready(metav1.ConditionTrue, v1alpha1.ReasonInSync)}})}}
	g.Expect(earlier.Turn()).To(Equal(v1alpha1.TurnNobody), "v0.1.0 told no turn")
}
