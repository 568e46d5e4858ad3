package controller_test

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// cost is what an act cost an account: logins, and calls with a token.
type cost struct{ logins, calls int }

// atMost stands before a cost that may be less.
const atMost = "at most "

// spent is what the account was asked for until now.
func (w *world) spent() cost {
	logins := w.api.Calls(fake.OpToken)
	return cost{logins, len(w.exchanges(func(fake.Exchange) bool { return true })) - logins}
}

// settled waits until the Sellers of the account have what they ask for, so that what comes
// is not theirs.
func (t *tenants) settled(ctx context.Context) {
	GinkgoHelper()
	awaitReason(ctx, t.theirs.seller, v1alpha1.ReasonReady)
	awaitReason(ctx, t.shared, v1alpha1.ReasonReady)
}

// expectCost holds that an act has cost since then what docs/tenants.md says beside the
// spec that runs.
func (w *world) expectCost(since cost) {
	GinkgoHelper()
	text := told(CurrentSpecReport().LeafNodeText)
	want, counted := costOf(text)
	Expect(counted).To(BeTrue(), "docs/tenants.md tells a cost in numbers beside this spec")
	now := w.spent()
	logins, calls := now.logins-since.logins, now.calls-since.calls
	if strings.HasPrefix(text, atMost) {
		Expect([]int{logins, calls}).To(HaveExactElements(BeNumerically("<=", want.logins), BeNumerically("<=", want.calls)), "logins and calls")
		return
	}
	Expect(cost{logins, calls}).To(Equal(want), "logins and calls")
}

var (
	quotedTest = regexp.MustCompile("`([^`]+)`")
	costCell   = regexp.MustCompile("; costs ([^;]+); ((?:`[^`]+`(?:, )?)+)")
	costWords  = map[string]cost{
		"nothing": {}, "that wait, no call": {}, "the owner that wait, no call": {}, "one login": {logins: 1}, "one call": {calls: 1}, "two calls": {calls: 2}, "three calls": {calls: 3}, "four calls": {calls: 4},
		"one login and one call": {1, 1}, "one login and two calls": {1, 2},
	}
	// uncounted begin what is no number of calls; the tests beside it measure it.
	uncounted = regexp.MustCompile(`^(a halt\b|a call (of theirs )?before one of the owner's$)`)
)

// costOf is what the page calls a cost in numbers, before a comma and what it is for;
// counted is false where it is of another kind.
func costOf(text string) (c cost, counted bool) {
	text = strings.TrimPrefix(text, atMost)
	if c, counted = costWords[text]; !counted {
		before, _, _ := strings.Cut(text, ",")
		c, counted = costWords[before]
	}
	return c, counted
}

// told is what docs/tenants.md says that a test's act costs; "" where no cell names it.
func told(test string) string {
	for _, found := range costCells() {
		if strings.Contains(found[2], "`"+test+"`") {
			return found[1]
		}
	}
	return ""
}

// costCells are the costs of the page, each with the tests that measure it.
func costCells() [][]string {
	content, err := os.ReadFile(filepath.Join("..", "..", "docs", "tenants.md"))
	if err != nil {
		panic(err)
	}
	return costCell.FindAllStringSubmatch(string(content), -1)
}

// TestCostsToTenantsAreCounted holds that each cost of docs/tenants.md is one that can be
// counted, and that one test is not said to show two.
func TestCostsToTenantsAreCounted(t *testing.T) {
	const acts, roles = 9, 5
	cells, by, counts := costCells(), map[string]cost{}, counting(t)
	if len(cells) != acts*roles {
		t.Errorf("%d cells tell a cost, not %d", len(cells), acts*roles)
	}
	for _, cell := range cells {
		c, counted := costOf(cell[1])
		if !counted && !uncounted.MatchString(cell[1]) {
			t.Errorf("%q is no cost that is counted", cell[1])
		}
		for _, found := range quotedTest.FindAllStringSubmatch(cell[2], -1) {
			test := found[1]
			if was, again := by[test]; counted && again && was != c {
				t.Errorf("%s shows %v and %v", test, was, c)
			}
			if counted {
				by[test] = c
			}
			if counted && !counts[test] && apart[test] == "" && !strings.HasPrefix(test, "Test") {
				t.Errorf("the page says that %q shows a cost, and it counts none", test)
			}
		}
	}
}

// apart are the tests of costs that count no calls, each with the reason.
var apart = map[string]string{
	"lets only the operator write status, and the operator nothing of a Secret but finalizers": "the API server refuses, and tells nobody",
	"gives people what their role in the cluster says":                                         "likewise",
	"is told why without names of others":                                                      "it is about what is said",
}

// counting are the specs of this folder that count calls, by their texts.
func counting(t *testing.T) map[string]bool {
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	specs := map[string]bool{}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, is := n.(*ast.CallExpr)
			if !is || len(call.Args) == 0 {
				return true
			}
			text, is := call.Args[0].(*ast.BasicLit)
			if name, plain := call.Fun.(*ast.Ident); is && plain && (name.Name == "It" || name.Name == "Entry") && text.Kind == token.STRING {
				specs[strings.Trim(text.Value, "\"`")] = counted(call)
			}
			return true
		})
	}
	return specs
}

// counted reports whether a spec holds what something cost.
func counted(spec ast.Node) (found bool) {
	ast.Inspect(spec, func(n ast.Node) bool {
		if call, is := n.(*ast.SelectorExpr); is && (call.Sel.Name == "counted" || call.Sel.Name == "expectCost") {
			found = true
		}
		return true
	})
	return found
}
