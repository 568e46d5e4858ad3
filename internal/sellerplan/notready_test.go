package sellerplan

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

func TestAResellerHearsTheSellersReason(t *testing.T) {
	g := NewWithT(t)
	conditions := []metav1.Condition{{Type: v1alpha1.ConditionReady, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonUnreachable, Message: "list brokers: down"}}
	own := &v1alpha1.Seller{ObjectMeta: metav1.ObjectMeta{Namespace: "n", Name: "main"}}
	own.Status.Conditions = conditions
	says, passing := NotReady(own)
	g.Expect(says).To(Equal("Seller main is not ready (Unreachable): list brokers: down"))
	g.Expect(passing).To(BeFalse())
	shared := &v1alpha1.ClusterSeller{ObjectMeta: metav1.ObjectMeta{Name: "main"}}
	shared.Status.Conditions = conditions
	says, _ = NotReady(shared)
	g.Expect(says).To(And(HavePrefix("ClusterSeller main is not ready (Unreachable): "), Not(ContainSubstring("down"))), "its own words are not for all")
}

// Every reason that Ready of a Seller may have is said in words that name nobody.
func TestEveryReasonHasAnEvent(t *testing.T) {
	g := NewWithT(t)
	file, err := parser.ParseFile(token.NewFileSet(), "../../api/v1alpha1/conditions.go", nil, parser.ParseComments)
	g.Expect(err).NotTo(HaveOccurred())
	seen := 0
	for _, decl := range file.Decls {
		block, ok := decl.(*ast.GenDecl)
		if !ok || block.Tok != token.CONST || !strings.HasPrefix(block.Doc.Text(), "Reasons of a Seller") {
			continue
		}
		for _, spec := range block.Specs {
			reason, err := strconv.Unquote(spec.(*ast.ValueSpec).Values[0].(*ast.BasicLit).Value)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(Says(reason)).NotTo(BeEmpty(), reason)
			seen++
		}
	}
	g.Expect(seen).To(BeNumerically(">", 8))
	for _, reason := range Reasons() {
		g.Expect(Says(reason)).NotTo(ContainSubstring("such as this one"), "that is said to a Reseller")
	}
}
