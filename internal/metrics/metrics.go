// Package metrics holds the operator's own metrics. They carry no name of a
// Reseller and no value of a field, so that their number stays small and nothing
// personal leaves the cluster.
package metrics

import (
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	ctrlmetrics "sigs.k8s.io/controller-runtime/pkg/metrics"
)

var (
	// BrokersCreated counts the brokers that were created.
	BrokersCreated = counter("brokers_created_total", "Brokers that were created.")
	// BrokersDeleted counts the brokers whose deletion was confirmed.
	BrokersDeleted = counter("brokers_deleted_total", "Brokers whose deletion was confirmed.")
	// DuplicatesSuspected counts how often another broker with the identity of a
	// Reseller was found. Anything but 0 deserves a look.
	DuplicatesSuspected = counter("duplicates_suspected_total", "Times that another broker with the identity or mark of a Reseller was found.")
	// StepsExhausted counts passes that took too many steps: a mistake in the rules.
	StepsExhausted = counter("steps_exhausted_total", "Passes that took too many steps; a mistake in the operator.")

	brokers = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Namespace: namespace, Name: "brokers",
		Help: "Brokers of the account of a Seller: managed by a Reseller, unmanaged, foreign (of another seller), or drifted (managed, and changed elsewhere).",
	}, []string{"kind", "seller_namespace", "seller", "state"})
	paused = prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Namespace: namespace, Name: "account_paused",
		Help: "1 while calls to the account of a Seller, or only its writes, fail, so that one at a time is tried; else 0.",
	}, []string{"kind", "seller_namespace", "seller", "what"})
	unmanagedChanges = prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: namespace, Name: "unmanaged_changes_total",
		Help: "Fields of brokers that an update changed although no spec names them, by Seller and field.",
	}, []string{"kind", "seller_namespace", "seller", "field"})
	requests = prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: namespace, Name: "api_requests_total",
		Help: "Calls to the seller API, by operation and HTTP status (0: no answer).",
	}, []string{"operation", "status"})
	seconds = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Namespace: namespace, Name: "api_request_seconds",
		Help:    "Time that calls to the seller API took, by operation.",
		Buckets: []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60},
	}, []string{"operation"})
)

const namespace = "reseller_operator"

func init() {
	ctrlmetrics.Registry.MustRegister(BrokersCreated, BrokersDeleted, DuplicatesSuspected, StepsExhausted, brokers, paused, unmanagedChanges, requests, seconds)
}

func counter(name, help string) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Namespace: namespace, Name: name, Help: help})
}

// Brokers shows how many brokers the account of a Seller has, by state.
func Brokers(kind, namespace, seller string, byState map[string]int32) {
	for state, n := range byState {
		brokers.WithLabelValues(kind, namespace, seller, state).Set(float64(n))
	}
}

// AccountPaused shows whether calls to the account of a Seller, or only its writes, fail.
func AccountPaused(kind, namespace, seller string, calls, writes bool) {
	for what, is := range map[string]bool{"calls": calls, "writes": writes} {
		value := 0.0
		if is {
			value = 1
		}
		paused.WithLabelValues(kind, namespace, seller, what).Set(value)
	}
}

// UnmanagedChange counts a field that an update changed although the spec does not name
// it. Properties are counted together, since there may be many.
func UnmanagedChange(kind, namespace, seller, field string) {
	field, _, _ = strings.Cut(field, "[")
	unmanagedChanges.WithLabelValues(kind, namespace, seller, field).Inc()
}

// ForgetSeller is for one that has gone.
func ForgetSeller(kind, namespace, seller string) {
	of := prometheus.Labels{"kind": kind, "seller_namespace": namespace, "seller": seller}
	brokers.DeletePartialMatch(of)
	paused.DeletePartialMatch(of)
	unmanagedChanges.DeletePartialMatch(of)
}

// APICall counts one call to the seller API.
func APICall(operation string, status int, took time.Duration) {
	requests.WithLabelValues(operation, strconv.Itoa(status)).Inc()
	seconds.WithLabelValues(operation).Observe(took.Seconds())
}
