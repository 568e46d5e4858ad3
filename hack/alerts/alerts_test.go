// Package alerts holds the alerts of the operator against series that they are about: each
// fires, and each does not. It has a module of its own, since nothing of Prometheus may
// end up in the operator's.
package alerts

import (
	"context"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/rules"
	"go.yaml.in/yaml/v3"
)

const file = "../../config/components/prometheus/rules.yaml"

// written are the rules as the Prometheus operator hands them on.
func written(t *testing.T) []rulefmt.Rule {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var object struct {
		Spec yaml.Node `yaml:"spec"`
	}
	if err := yaml.Unmarshal(content, &object); err != nil {
		t.Fatal(err)
	}
	spec, err := yaml.Marshal(&object.Spec)
	if err != nil {
		t.Fatal(err)
	}
	groups, errs := rulefmt.Parse(spec, false, model.UTF8Validation, parser.NewParser(parser.Options{}), slog.New(slog.DiscardHandler))
	for _, err := range errs {
		t.Error(err)
	}
	if t.Failed() {
		t.FailNow()
	}
	var all []rulefmt.Rule
	for _, group := range groups.Groups {
		all = append(all, group.Rules...)
	}
	return all
}

// hours is how long the series of a situation are.
const hours = 4

// seen are the series that were seen for hours, one sample a minute.
func seen(t *testing.T, series string) rules.QueryFunc {
	t.Helper()
	storage := promqltest.LoadedStorage(t, "load 1m\n"+series)
	t.Cleanup(func() { _ = storage.Close() })
	return rules.EngineQueryFunc(promqltest.NewTestEngine(t, false, 5*time.Minute, 1_000_000), storage)
}

// firing are the alerts that fire after these hours, each by name and severity, with its
// summary.
func firing(t *testing.T, all []rulefmt.Rule, query rules.QueryFunc) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, r := range all {
		for _, alert := range active(t, &r, query) {
			if alert.State == rules.StateFiring {
				found[r.Alert+" "+r.Labels["severity"]] = alert.Annotations.Get("summary")
			}
			for name, text := range alert.Annotations.Map() {
				if strings.Contains(text, "{{") || strings.Contains(text, "error expanding") || strings.Contains(text, "<no value>") {
					t.Errorf("%s: %s says %q", r.Alert, name, text)
				}
			}
		}
	}
	return found
}

// active are the alerts of a rule, firing or pending, after these hours. What happened
// before it could last for its time can't have it fire.
func active(t *testing.T, r *rulefmt.Rule, query rules.QueryFunc) []*rules.Alert {
	t.Helper()
	rule := rules.NewAlertingRule(r.Alert, parsed(t, r.Expr), time.Duration(r.For), 0, labels.FromMap(r.Labels), labels.FromMap(r.Annotations),
		labels.EmptyLabels(), "", true, slog.New(slog.DiscardHandler))
	end := time.Unix(0, 0).Add(hours * time.Hour)
	for at := end.Add(-min(time.Duration(r.For), hours*time.Hour)); !at.After(end); at = at.Add(time.Minute) {
		if _, err := rule.Eval(context.Background(), 0, at, query, &url.URL{}, 0); err != nil {
			t.Fatalf("%s: %s", r.Alert, err)
		}
	}
	return rule.ActiveAlerts()
}

func parsed(t *testing.T, expr string) parser.Expr {
	t.Helper()
	e, err := parser.NewParser(parser.Options{}).ParseExpr(expr)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// usual is a series of a Seller at work; a line of a row replaces the one with its beginning.
const of = `kind="Seller",seller_namespace="team-a",seller="main"`

var usual = []string{
	`reseller_operator_leader 1x240`,
	`reseller_operator_oldest_pass_seconds 0x240`,
	`reseller_operator_seller_ready{` + of + `,reason="Ready"} 1x240`,
	`reseller_operator_last_sync_timestamp_seconds{` + of + `} 0+60x240`,
	`reseller_operator_observe_interval_seconds{` + of + `} 300x240`,
	`reseller_operator_resellers{` + of + `,reason="InSync"} 800x240`,
	`reseller_operator_brokers{` + of + `,state="drifted"} 0x240`,
	`reseller_operator_brokers{` + of + `,state="managed"} 800x240`,
	`reseller_operator_api_requests_total{` + of + `,operation="list_brokers",status="200"} 0+60x240`,
	`reseller_operator_steps_exhausted_total 0x240`,
	`reseller_operator_duplicates_suspected_total 0x240`,
}

// row is a situation, and the alerts that fire in it.
type row struct {
	name string
	// lines stand beside what is usual, of which those with without are left out.
	lines   []string
	without string
	want    []string
}

// series are those of a situation.
func (r *row) series() string {
	var all []string
	for _, line := range usual {
		if r.without == "" || !strings.Contains(line, r.without) {
			all = append(all, line)
		}
	}
	return "  " + strings.Join(append(all, r.lines...), "\n  ") + "\n"
}

func resellers(reason string) string {
	return `reseller_operator_resellers{` + of + `,reason="` + reason + `"} 1x240`
}

func notReady(reason string) string {
	return `reseller_operator_seller_ready{` + of + `,reason="` + reason + `"} 0x240`
}

var rows = []row{
	{"nothing fires while all is well", nil, "", nil},
	{"refused credentials", []string{notReady("CredentialsRejected")}, "seller_ready", []string{"ResellerSellerNotReady critical"}},
	{"a halted account", []string{notReady("WritesHalted")}, "seller_ready", []string{"ResellerSellerNotReady critical"}},
	{"a suspicious list", []string{notReady("ListSuspicious")}, "seller_ready", []string{"ResellerSellerNotReady critical"}},
	{"another account", []string{notReady("AccountChanged")}, "seller_ready", []string{"ResellerSellerNotReady critical"}},
	{"credentials that were refused a moment ago", []string{`reseller_operator_seller_ready{` + of + `,reason="CredentialsRejected"} _x238 0x2`}, "seller_ready", nil},
	{"an outage", []string{notReady("Unreachable")}, "seller_ready", []string{"ResellerSellerNotReady warning"}},
	{"an outage of a few minutes", []string{`reseller_operator_seller_ready{` + of + `,reason="Unreachable"} _x234 0x6`}, "seller_ready", nil},
	{"a first sync is no trouble", []string{notReady("WaitingForReading")}, "seller_ready", nil},
	{"an outage that is over", []string{
		`reseller_operator_seller_ready{` + of + `,reason="Unreachable"} 0x225 _x15`,
		`reseller_operator_seller_ready{` + of + `,reason="Ready"} _x226 1x14`,
	}, "seller_ready", nil},
	{"an account that nothing reads", []string{`reseller_operator_last_sync_timestamp_seconds{` + of + `} 0+60x180 10800x60`}, "last_sync", []string{"ResellerSyncStale warning"}},
	{"an account that was read half an hour ago", []string{`reseller_operator_last_sync_timestamp_seconds{` + of + `} 0+60x215 12900x25`}, "last_sync", nil},
	{"an account that was read a little more than half an hour ago", []string{`reseller_operator_last_sync_timestamp_seconds{` + of + `} 0+60x209 12540x31`}, "last_sync", nil},
	{"Resellers that wait for a user", []string{resellers("Refused")}, "", []string{"ResellerStalled warning"}},
	{"Resellers that do so for half an hour", []string{`reseller_operator_resellers{` + of + `,reason="Refused"} _x210 1x30`}, "", nil},
	{"Resellers that wait for the operator", []string{resellers("HeldByBrake"), resellers("Creating")}, "", nil},
	{"Resellers that paused on purpose", []string{resellers("Suspended"), resellers("DryRun"), resellers("DriftReported")}, "", nil},
	{"a create of unknown outcome", []string{resellers("CreateOutcomeUnknown")}, "", []string{"ResellerCreateOutcomeUnknown critical"}},
	{"a create whose outcome is unknown for a moment", []string{`reseller_operator_resellers{` + of + `,reason="CreateOutcomeUnknown"} _x238 1x2`}, "", nil},
	{"a create that no list shows", []string{resellers("CreatedButNotListed")}, "", []string{"ResellerCreateOutcomeUnknown critical"}},
	{"a second broker", []string{resellers("DuplicateSuspected")}, "", []string{"ResellerDuplicateSuspected critical"}},
	{"brokers that differ", []string{`reseller_operator_brokers{` + of + `,state="drifted"} 3x240`}, `"drifted"`, []string{"ResellerBrokersDrifted warning"}},
	{"brokers that differ for half an hour", []string{`reseller_operator_brokers{` + of + `,state="drifted"} 0x210 3x30`}, `"drifted"`, nil},
	{"a field that updates change", []string{`reseller_operator_unmanaged_changes_total{` + of + `,field="vat"} _x220 1x20`}, "", []string{"ResellerUnmanagedFieldChanged warning"}},
	{"a field that they change again", []string{`reseller_operator_unmanaged_changes_total{` + of + `,field="vat"} 1x220 2x20`}, "", []string{"ResellerUnmanagedFieldChanged warning"}},
	{"a field that they changed hours ago", []string{`reseller_operator_unmanaged_changes_total{` + of + `,field="vat"} 1x240`}, "", nil},
	{"an API that fails", []string{`reseller_operator_api_requests_total{` + of + `,operation="list_brokers",status="503"} 0+120x240`}, "", []string{"ResellerSellerApiFailing warning"}},
	{"an API that fails for a few minutes", []string{`reseller_operator_api_requests_total{` + of + `,operation="list_brokers",status="503"} _x230 0+120x10`}, "", nil},
	{"an API of whose calls one in seven fails", []string{`reseller_operator_api_requests_total{` + of + `,operation="list_brokers",status="503"} 0+10x240`}, "", nil},
	{"an API that refuses values", []string{`reseller_operator_api_requests_total{` + of + `,operation="update_broker",status="400"} 0+120x240`}, "", nil},
	{"an API that throttles", []string{`reseller_operator_api_requests_total{` + of + `,operation="list_brokers",status="429"} 0+12x240`}, "", []string{"ResellerThrottled warning"}},
	{"an API that throttles for a few minutes", []string{`reseller_operator_api_requests_total{` + of + `,operation="list_brokers",status="429"} _x220 0+12x20`}, "", nil},
	{"one 429 in a hundred", []string{`reseller_operator_api_requests_total{` + of + `,operation="list_brokers",status="429"} 0+0.5x240`}, "", nil},
	{"no operator", nil, "_leader", []string{"ResellerOperatorAbsent critical"}},
	{"operators that only stand by", []string{`reseller_operator_leader 0x240`}, "_leader", []string{"ResellerOperatorAbsent critical"}},
	{"a standby beside the leader", []string{`reseller_operator_leader{pod="other"} 0x240`}, "", nil},
	{"a rollout of five minutes", []string{`reseller_operator_leader 1x234 0x5`}, "_leader", nil},
	{"an operator that hangs", []string{`reseller_operator_oldest_pass_seconds 0x230 320+60x10`}, "oldest_pass", []string{"ResellerOperatorStuck critical"}},
	{"an operator that did a moment ago", []string{`reseller_operator_oldest_pass_seconds 0x239 320`}, "oldest_pass", nil},
	{"a call that takes two minutes", []string{`reseller_operator_oldest_pass_seconds 0x230 150x10`}, "oldest_pass", nil},
	{"a mistake in the rules", []string{`reseller_operator_steps_exhausted_total 0x220 1x20`}, "steps_exhausted", []string{"ResellerOperatorMistake warning"}},
}

func TestAlerts(t *testing.T) {
	fired := map[string]bool{}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := slices.Sorted(maps.Keys(firing(t, written(t), seen(t, row.series())))); !slices.Equal(got, row.want) {
				t.Errorf("%v fire, not %v", got, row.want)
			}
			for _, name := range row.want {
				fired[name] = true
			}
		})
	}
	for _, r := range written(t) {
		if name := r.Alert + " " + r.Labels["severity"]; !fired[name] {
			t.Errorf("no row has %s fire", name)
		}
	}
}

var command = regexp.MustCompile(`(?m)^kubectl \S+.*$`)

func TestEachAlertHasARunbook(t *testing.T) {
	for _, r := range written(t) {
		name, is := strings.CutPrefix(r.Annotations["runbook_url"], "https://github.com/reseller-operator/reseller-operator/blob/main/docs/runbooks/")
		if !is || name != r.Alert+".md" {
			t.Errorf("%s: runbook_url is %q", r.Alert, r.Annotations["runbook_url"])
			continue
		}
		page, err := os.ReadFile(filepath.Join("../../docs/runbooks", filepath.Base(name)))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, part := range []string{"# " + r.Alert + "\n", "## What it means\n", "## Who acts\n", "## Commands\n", "## How it ends\n"} {
			if !strings.Contains(string(page), part) {
				t.Errorf("%s has no %q", name, part)
			}
		}
		_, look, _ := strings.Cut(string(page), "## Commands\n")
		look, _, _ = strings.Cut(look, "\n## ")
		if n := len(command.FindAllString(look, -1)); n != 3 {
			t.Errorf("%s has %d commands to look", name, n)
		}
	}
}
