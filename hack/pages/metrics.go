package main

import (
	"fmt"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/metrics"
)

const aboutMetrics = `# Metrics

Generated from internal/metrics by ` + "`make docs`" + `. Served on ` + "`--metrics-bind-address`" + ` (` + "`:8443`" + ` in the shipped manifests) over TLS to callers that the API server authorizes: bind the ClusterRole ` + "`metrics-reader`" + ` to the account that scrapes, which the chart's ` + "`metrics.readers`" + ` does. Gauges are computed when they are asked for, and only by the process that works: one that stands by has none of a Seller. ` + "`seller_namespace`" + ` is empty for a ClusterSeller. No series carries the name of a Reseller or a value of a field: a Seller has at most 200, however many Resellers name it.

[Alerts](runbooks/README.md) are in ` + "`config/components/prometheus/rules.yaml`" + `, [dashboards](dashboards.md) in ` + "`config/grafana`" + `.

| metric | type | labels | meaning | look when |
|---|---|---|---|---|
`

const besideMetrics = `
Beside these are the [metrics of controller-runtime](https://book.kubebuilder.io/reference/metrics-reference): ` + "`controller_runtime_reconcile_*`, `workqueue_*`, `rest_client_requests_total`, `leader_election_master_status`" + `.
`

// measures has a table of the metrics.
func measures() (string, error) {
	var page strings.Builder
	page.WriteString(aboutMetrics)
	for _, m := range metrics.All() {
		labels := "–"
		if len(m.Labels) > 0 {
			labels = "`" + strings.Join(m.Labels, "`, `") + "`"
		}
		watch := m.Watch
		if watch == "" {
			watch = "–"
		}
		fmt.Fprintf(&page, "| `%s` | %s | %s | %s | %s |\n", m.Name, m.Type, labels, strings.TrimSuffix(m.Help, "."), watch)
	}
	page.WriteString(besideMetrics)
	return page.String(), nil
}
