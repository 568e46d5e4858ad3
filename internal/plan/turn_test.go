package plan

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// reasonsOfReady are all reasons in api/v1alpha1, but for those of Drifted.
func reasonsOfReady(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../api/v1alpha1/conditions.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	var reasons []string
	for _, decl := range file.Decls {
		block, ok := decl.(*ast.GenDecl)
		if !ok || block.Tok != token.CONST || !strings.HasPrefix(block.Doc.Text(), "Reasons of a ") {
			continue
		}
		for _, spec := range block.Specs {
			reason, err := strconv.Unquote(spec.(*ast.ValueSpec).Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			reasons = append(reasons, reason)
		}
	}
	return reasons
}

func TestEveryReasonSaysWhoseTurnItIs(t *testing.T) {
	g := NewWithT(t)
	reasons := reasonsOfReady(t)
	g.Expect(len(reasons)).To(BeNumerically(">", 40))
	for _, reason := range reasons {
		g.Expect(Turn(reason)).To(BeElementOf(v1alpha1.TurnOperator, v1alpha1.TurnCloudmore, v1alpha1.TurnYou, v1alpha1.TurnNobody), reason)
	}
	for reason := range turns {
		g.Expect(reasons).To(ContainElement(reason))
		g.Expect(kinds[reason]).NotTo(Equal(stalled), reason+" stands in two tables")
	}
	g.Expect(Turn(v1alpha1.ReasonDrifted)).To(BeEmpty(), "no reason of Ready")
}

func TestReadyIsNobodysTurn(t *testing.T) {
	g := NewWithT(t)
	for reason, k := range kinds {
		if k == ready || k == paused {
			g.Expect(Turn(reason)).To(Equal(v1alpha1.TurnNobody), reason)
		}
	}
}

func TestStands(t *testing.T) {
	at := func(minute int) metav1.Time { return metav1.NewTime(time.Date(2026, 1, 2, 3, minute, 0, 0, time.UTC)) }
	conditions := func(reason string) []metav1.Condition {
		return []metav1.Condition{{Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: reason, LastTransitionTime: at(1)}}
	}
	t.Run("tells a new reason from a new status of Ready", func(t *testing.T) {
		g := NewWithT(t)
		s := v1alpha1.Standing{}
		Stands(&s, conditions(v1alpha1.ReasonUnavailable), v1alpha1.ReasonCreating, at(5))
		g.Expect(s.Turn).To(Equal(v1alpha1.TurnCloudmore))
		g.Expect(s.ReasonSince.Time).To(Equal(at(5).Time))
	})
	t.Run("keeps the time of a reason that stays", func(t *testing.T) {
		g := NewWithT(t)
		since := at(3)
		s := v1alpha1.Standing{ReasonSince: &since}
		Stands(&s, conditions(v1alpha1.ReasonRefused), v1alpha1.ReasonRefused, at(5))
		g.Expect(s.Turn).To(Equal(v1alpha1.TurnYou))
		g.Expect(s.ReasonSince.Time).To(Equal(at(3).Time))
	})
	t.Run("dates what an earlier version wrote by Ready itself", func(t *testing.T) {
		g := NewWithT(t)
		s := v1alpha1.Standing{}
		Stands(&s, conditions(v1alpha1.ReasonRefused), v1alpha1.ReasonRefused, at(5))
		g.Expect(s.ReasonSince.Time).To(Equal(at(1).Time))
	})
	t.Run("says nothing before Ready does", func(t *testing.T) {
		g := NewWithT(t)
		s := v1alpha1.Standing{}
		Stands(&s, nil, "", at(5))
		g.Expect(s).To(Equal(v1alpha1.Standing{}))
	})
}

// An alert tells of every reason that waits for a user.
func TestEveryTurnOfYoursHasAnAlert(t *testing.T) {
	g := NewWithT(t)
	rules, err := os.ReadFile("../../config/components/prometheus/rules.yaml")
	g.Expect(err).NotTo(HaveOccurred())
	named := regexp.MustCompile(`[A-Z]\w+`).FindAllString(string(rules), -1)
	others := []string{ // a Seller that is not ready for any other reason is a warning
		v1alpha1.ReasonEndpointNotAllowed, v1alpha1.ReasonReadOnlyAccount,
		v1alpha1.ReasonUnmanagedFieldChanged, // has a metric of its own
	}
	for _, reason := range reasonsOfReady(t) {
		if Turn(reason) == v1alpha1.TurnYou && !slices.Contains(others, reason) {
			g.Expect(named).To(ContainElement(reason))
		}
	}
}
