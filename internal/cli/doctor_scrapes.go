package cli

import (
	"context"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// scrape is the part of a ServiceMonitor or PodMonitor that chooses what is scraped.
type scrape struct {
	Spec struct {
		Selector          metav1.LabelSelector `json:"selector"`
		NamespaceSelector struct {
			Any        bool     `json:"any"`
			MatchNames []string `json:"matchNames"`
		} `json:"namespaceSelector"`
	} `json:"spec"`
}

// examineScrapes looks whether anything is told to scrape the operator.
func (e *examination) examineScrapes(ctx context.Context, s *chapter) {
	const part = "metrics"
	if address := e.operator.flag("metrics-bind-address"); address == "" || address == "0" {
		s.broken(part, "set --metrics-bind-address, or metrics.enabled of the chart: without metrics no alert rings", "the operator serves none")
		return
	}
	targets := map[string][]labels.Set{"PodMonitor": {e.operator.deployment.Spec.Template.Labels}}
	services, err := e.services(ctx)
	if err != nil {
		s.unknown(part, "%v", err)
		return
	}
	for i := range services {
		targets["ServiceMonitor"] = append(targets["ServiceMonitor"], services[i].Labels)
	}
	kinds := 0
	for _, kind := range []string{"ServiceMonitor", "PodMonitor"} {
		all := &unstructured.UnstructuredList{}
		all.SetGroupVersionKind(schema.GroupVersionKind{Group: "monitoring.coreos.com", Version: "v1", Kind: kind})
		err := e.client.List(ctx, all)
		if noKind(err) {
			continue
		}
		if err != nil {
			s.unknown(part, "%v", err)
			return
		}
		kinds++
		if name := e.scrapedBy(all.Items, targets[kind]); name != "" {
			s.good(part, "%s %s has them scraped", kind, name)
			return
		}
	}
	if kinds == 0 {
		s.unknown(part, "there is no Prometheus operator; whether something else scrapes them is not known")
		return
	}
	s.broken(part, "add the component prometheus, or prometheus.monitor of the chart (docs/metrics.md): without metrics no alert rings", "no ServiceMonitor and no PodMonitor chooses them")
}

// scrapedBy is the first monitor that chooses one of the targets, all of the operator's
// namespace; "" for none.
func (e *examination) scrapedBy(monitors []unstructured.Unstructured, targets []labels.Set) string {
	for i := range monitors {
		var m scrape
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(monitors[i].Object, &m); err != nil {
			continue
		}
		where := &m.Spec.NamespaceSelector
		if !where.Any && !slices.Contains(where.MatchNames, e.operator.namespace) && (len(where.MatchNames) > 0 || monitors[i].GetNamespace() != e.operator.namespace) {
			continue
		}
		selector, err := metav1.LabelSelectorAsSelector(&m.Spec.Selector)
		if err == nil && slices.ContainsFunc(targets, func(l labels.Set) bool { return selector.Matches(l) }) {
			return monitors[i].GetNamespace() + "/" + monitors[i].GetName()
		}
	}
	return ""
}
