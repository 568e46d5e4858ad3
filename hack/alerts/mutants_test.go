package alerts

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/rules"
)

// opposite are comparisons that say the contrary.
var opposite = map[parser.ItemType]parser.ItemType{parser.GTR: parser.LTE, parser.EQLC: parser.NEQ}

// broken are ways to break one node of an expression; each reports whether it could.
var broken = []struct {
	how   string
	apply func(parser.Node) bool
}{
	{"says the contrary", func(n parser.Node) bool {
		if e, is := n.(*parser.BinaryExpr); is && opposite[e.Op] != 0 {
			e.Op = opposite[e.Op]
			return true
		}
		return false
	}},
	{"has a bound that is a thousand times as large", func(n parser.Node) bool {
		e, is := n.(*parser.NumberLiteral)
		if !is || e.Val == 0 {
			return false
		}
		e.Val *= 1000
		return true
	}},
	{"has a bound that is nearly nothing", func(n parser.Node) bool {
		e, is := n.(*parser.NumberLiteral)
		if !is || e.Val == 0 {
			return false
		}
		e.Val /= 1000
		return true
	}},
	{"has a bound of one more", func(n parser.Node) bool {
		e, is := n.(*parser.NumberLiteral)
		if !is || e.Val != 0 {
			return false
		}
		e.Val = 1e6
		return true
	}},
	{"asks for what nobody serves", func(n parser.Node) bool {
		e, is := n.(*parser.VectorSelector)
		if !is {
			return false
		}
		e.LabelMatchers = append(e.LabelMatchers, labels.MustNewMatcher(labels.MatchEqual, "nobody", "serves this"))
		return true
	}},
	{"forgets a condition on a label", func(n parser.Node) bool {
		e, is := n.(*parser.VectorSelector)
		if !is || len(e.LabelMatchers) < 2 {
			return false
		}
		e.LabelMatchers = slices.DeleteFunc(e.LabelMatchers, func(m *labels.Matcher) bool { return m.Name != model.MetricNameLabel })
		return true
	}},
}

// mutants are a rule broken in each way, by what is broken.
func mutants(t *testing.T, r *rulefmt.Rule) map[string]rulefmt.Rule {
	t.Helper()
	all := map[string]rulefmt.Rule{}
	for _, way := range broken {
		for i := range nodes(parsed(t, r.Expr)) {
			expr := parsed(t, r.Expr) // each is broken in one place
			if way.apply(nodes(expr)[i]) {
				mutant := *r
				mutant.Expr = expr.String()
				all[fmt.Sprintf("%s, at %d", way.how, i)] = mutant
			}
		}
	}
	for how, d := range map[string]model.Duration{"fires at once": 0, "waits for days": model.Duration(100 * time.Hour)} {
		if mutant := *r; mutant.For != d && (mutant.For != 0 || d != 0) {
			mutant.For = d
			all[how] = mutant
		}
	}
	return all
}

// nodes are all parts of an expression, in an order that does not change.
func nodes(expr parser.Expr) []parser.Node {
	var all []parser.Node
	parser.Inspect(expr, func(n parser.Node, _ []parser.Node) error {
		if n != nil {
			all = append(all, n)
		}
		return nil
	})
	return all
}

// A rule that is broken in any of these ways has some situation judged otherwise: else no
// row would notice that it never fires, or always does.
func TestEachBrokenRuleIsNoticed(t *testing.T) {
	queries := make([]rules.QueryFunc, len(rows))
	for i := range rows {
		queries[i] = seen(t, rows[i].series())
	}
	for _, r := range written(t) {
		name := r.Alert + " " + r.Labels["severity"]
		var order []int // first those in which it fires: they notice most
		for i := range rows {
			if slices.Contains(rows[i].want, name) {
				order = slices.Insert(order, 0, i)
			} else {
				order = append(order, i)
			}
		}
		for how, mutant := range mutants(t, &r) {
			if !slices.ContainsFunc(order, func(i int) bool {
				_, fires := firing(t, []rulefmt.Rule{mutant}, queries[i])[name]
				return fires != slices.Contains(rows[i].want, name)
			}) {
				t.Errorf("%s that %s: no row notices %s, for %s", name, how, strings.Join(strings.Fields(mutant.Expr), " "), mutant.For)
			}
		}
	}
}
