package alerts

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/storage"
)

// dashboard is what is read of a file for Grafana.
type dashboard struct {
	UID, Title string
	Templating struct {
		List []struct{ Name, Type, Definition string }
	}
	Panels []struct {
		ID          int
		Type, Title string
		GridPos     struct{ H, W, X, Y int }
		FieldConfig struct{ Defaults defaults }
		Targets     []target
	}
}

// target is a query of a panel, and how its answers are called.
type target struct{ Expr, LegendFormat string }

// defaults are how a panel shows numbers.
type defaults struct {
	Unit       string
	Thresholds struct {
		Steps []struct {
			Color string
			Value *float64
		}
	}
}

func dashboards(t *testing.T) map[string]dashboard {
	t.Helper()
	files, err := filepath.Glob("../../config/grafana/*.json")
	if err != nil || len(files) != 2 {
		t.Fatalf("there are %d dashboards: %v", len(files), err)
	}
	all := map[string]dashboard{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var d dashboard
		if err := json.Unmarshal(content, &d); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[filepath.Base(file)] = d
	}
	return all
}

// labelsOf are the labels of each metric of the page; nil where it names the metric only.
func labelsOf(t *testing.T) map[string][]string {
	t.Helper()
	page, err := os.ReadFile("../../docs/metrics.md")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\| (\\w+) \\| (.*?) \\|").FindAllStringSubmatch(string(page), -1) {
		names := []string{row[1]}
		if row[2] == "histogram" {
			names = []string{row[1] + "_bucket", row[1] + "_sum", row[1] + "_count"}
		}
		for _, name := range names {
			all[name] = append([]string{"le"}, strings.Split(strings.Trim(row[3], "`–"), "`, `")...)
		}
	}
	_, others, _ := strings.Cut(string(page), "Beside these")
	for _, name := range regexp.MustCompile("[a-z_]+_[a-z_*]+").FindAllString(others, -1) {
		all[name] = nil
	}
	if len(all) < 20 {
		t.Fatalf("the page has %d metrics", len(all))
	}
	return all
}

// labelsNamed tells the labels of a metric, and whether it is served.
func labelsNamed(served map[string][]string, metric string) ([]string, bool) {
	if known, ok := served[metric]; ok {
		return known, true
	}
	for name := range served {
		if prefix, open := strings.CutSuffix(name, "*"); open && strings.HasPrefix(metric, prefix) {
			return nil, true
		}
	}
	return nil, false
}

// answered is a query as Grafana sends it: of the account that the series are about.
func answered(query string) string {
	return strings.NewReplacer("$__rate_interval", "5m", "$kind", "Seller", "$namespace", "team-a", "$seller", "main").Replace(query)
}

// asked is what the queries of a dashboard are checked against.
type asked struct {
	*testing.T
	served  map[string][]string
	storage storage.Queryable
	engine  *promql.Engine
	metrics map[string]bool // that a query names
}

// selects holds that the metric of a selector is served, and has the labels; it returns them.
func (a *asked) selects(where string, node *parser.VectorSelector) []string {
	names, is := labelsNamed(a.served, node.Name)
	if !is {
		a.Errorf("%s: nobody serves %s", where, node.Name)
	}
	a.metrics[node.Name] = true
	for _, matcher := range node.LabelMatchers {
		if names != nil && matcher.Name != model.MetricNameLabel && !slices.Contains(names, matcher.Name) {
			a.Errorf("%s: %s has no label %s", where, node.Name, matcher.Name)
		}
	}
	if names == nil {
		return []string{"*"}
	}
	return names
}

// parses holds that a query parses, and names only metrics and labels that are served.
func (a *asked) parses(where, query string) {
	expr, err := parser.NewParser(parser.Options{}).ParseExpr(answered(query))
	if err != nil {
		a.Errorf("%s: %v", where, err)
		return
	}
	var known, grouped []string
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		switch node := node.(type) {
		case *parser.VectorSelector:
			known = append(known, a.selects(where, node)...)
		case *parser.AggregateExpr:
			grouped = append(grouped, node.Grouping...)
		}
		return nil
	})
	for _, name := range grouped {
		if !slices.Contains(known, name) && !slices.Contains(known, "*") {
			a.Errorf("%s: no metric in it has the label %s", where, name)
		}
	}
}

// answers holds that a query has an answer of the series.
func (a *asked) answers(where, expr string) {
	query, err := a.engine.NewInstantQuery(context.Background(), a.storage, nil, answered(expr), time.Unix(0, 0).Add(4*time.Hour))
	if err != nil {
		a.Errorf("%s: %v", where, err)
		return
	}
	defer query.Close()
	if vector, err := query.Exec(context.Background()).Vector(); err != nil || len(vector) == 0 {
		a.Errorf("%s: %s has %d answers: %v", where, expr, len(vector), err)
	}
}

// lies holds that no panel lies upon another one, or outside.
func lies(t *testing.T, file string, d *dashboard) {
	t.Helper()
	places, ids := map[[2]int]bool{}, map[int]bool{}
	for _, panel := range d.Panels {
		at := panel.GridPos
		for n := range at.W * at.H {
			place := [2]int{at.X + n%at.W, at.Y + n/at.W}
			if places[place] || place[0] >= 24 {
				t.Fatalf("%s: %s lies upon another panel, or outside", file, panel.Title)
			}
			places[place] = true
		}
		if ids[panel.ID] || len(panel.Targets) == 0 {
			t.Errorf("%s: %s has the id of another panel, or asks nothing", file, panel.Title)
		}
		ids[panel.ID] = true
	}
}

// working are the series of an account at work, and of a Seller that is not Ready.
func working() string {
	r := row{lines: []string{
		`reseller_operator_account_halted{` + of + `} 0x240`,
		`reseller_operator_account_paused{` + of + `,what="calls"} 0x240`,
		`reseller_operator_account_paused_until_timestamp_seconds{` + of + `} 0x240`,
		`reseller_operator_brokers{` + of + `,state="unmanaged"} 3x240`,
		`reseller_operator_brake_used{` + of + `} 1x240`,
		`reseller_operator_brake_limit{` + of + `} 10x240`,
		`reseller_operator_waiting_calls{` + of + `,lane="edits"} 0x240`,
		`reseller_operator_api_request_seconds_bucket{` + of + `,operation="get_broker",le="1"} 0+1x240`,
		`reseller_operator_api_request_seconds_bucket{` + of + `,operation="get_broker",le="+Inf"} 0+1x240`,
		`reseller_operator_api_wait_seconds_bucket{` + of + `,lane="edits",le="1"} 0+1x240`,
		`reseller_operator_api_wait_seconds_bucket{` + of + `,lane="edits",le="+Inf"} 0+1x240`,
		`reseller_operator_logins_total{` + of + `,result="granted"} 0+1x240`,
		`reseller_operator_drift_found_total{` + of + `} 0+1x240`,
		`reseller_operator_drift_corrected_total{` + of + `} 0+1x240`,
		`reseller_operator_unmanaged_changes_total{` + of + `,field="spec.vat"} 0+1x240`,
		`reseller_operator_brokers_created_total 0+1x240`,
		`reseller_operator_brokers_deleted_total 0+1x240`,
		`workqueue_depth{name="reseller"} 0x240`,
		`controller_runtime_reconcile_errors_total{controller="reseller"} 0x240`,
		`reseller_operator_seller_ready{kind="Seller",seller_namespace="team-b",seller="other",reason="Unreachable"} 0x240`,
	}}
	return "load 1m\n" + r.series()
}

var labelValues = regexp.MustCompile(`^label_values\((.+), (\w+)\)$`)

// Every panel asks for what is served, and an account at work answers it.
func TestDashboards(t *testing.T) {
	stored := promqltest.LoadedStorage(t, working())
	defer func() { _ = stored.Close() }()
	a := &asked{T: t, served: labelsOf(t), storage: stored, engine: promqltest.NewTestEngine(t, false, 5*time.Minute, 1_000_000), metrics: map[string]bool{}}
	for file, d := range dashboards(t) {
		lies(t, file, &d)
		for _, panel := range d.Panels {
			for _, target := range panel.Targets {
				a.parses(file+": "+panel.Title, target.Expr)
				a.answers(file+": "+panel.Title, target.Expr)
			}
		}
		for _, variable := range d.Templating.List {
			if variable.Type == "datasource" {
				continue
			}
			query := labelValues.ReplaceAllString(variable.Definition, "count by ($2) ($1)")
			a.parses(file+": $"+variable.Name, query)
			a.answers(file+": $"+variable.Name, query)
		}
	}
	for metric := range a.served {
		known := a.metrics[metric] || metric == "reseller_operator_build_info" || strings.HasSuffix(metric, "_sum") || strings.HasSuffix(metric, "_count")
		if strings.HasPrefix(metric, "reseller_operator_") && !known {
			t.Errorf("no panel shows %s", metric)
		}
	}
}
