package reseller

import (
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr/funcr"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// written has a pass whose lines are kept.
func written() (*pass, *[]string) {
	var lines []string
	p := &pass{obj: &v1alpha1.Reseller{}, stored: &v1alpha1.Reseller{}}
	p.log = funcr.New(func(_, args string) { lines = append(lines, args) }, funcr.Options{})
	return p, &lines
}

func TestTold(t *testing.T) {
	g := NewWithT(t)
	p, lines := written()
	p.told(v1alpha1.Effect{
		Action: v1alpha1.EffectUpdateFailed, BrokerID: "4711", Attempt: "a1", Status: 400,
		Fields: []string{"spec.contact.phone", "john@abcdef.example is not valid"},
	}, 1500*time.Millisecond)
	g.Expect(*lines).To(HaveLen(1))
	g.Expect((*lines)[0]).To(And(
		ContainSubstring(`"effect"="UpdateFailed"`), ContainSubstring(`"broker"="4711"`), ContainSubstring(`"attempt"="a1"`),
		ContainSubstring(`"spec.contact.phone"`), ContainSubstring(`"apiStatus"=400`), ContainSubstring(`"milliseconds"=1500`),
	))
	g.Expect((*lines)[0]).NotTo(ContainSubstring("john@"), "the API names fields as it likes")
}

func TestTurned(t *testing.T) {
	g := NewWithT(t)
	p, lines := written()
	says := func(r *v1alpha1.Reseller, reason string) {
		r.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionReady, Reason: reason, Message: "secret words"}}
	}
	says(p.stored, v1alpha1.ReasonInSync)
	says(p.obj, v1alpha1.ReasonInSync)
	p.turned()()
	g.Expect(*lines).To(BeEmpty(), "a pass that changes nothing says nothing")
	says(p.obj, v1alpha1.ReasonRefused)
	p.turned()()
	g.Expect(strings.Join(*lines, "\n")).To(And(
		ContainSubstring(`"reason"="Refused"`), ContainSubstring(`"was"="InSync"`), ContainSubstring(`"turn"="You"`), Not(ContainSubstring("secret words")),
	))
}
