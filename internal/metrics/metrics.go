// Package metrics holds the operator's own metrics. They carry no name of a
// Reseller and no value of a field, so that their number stays small and nothing
// personal leaves the cluster.
//
// Counters are counted as things happen. What is so at a moment is computed when it is
// asked for ([Show]), so that nothing shown can be older than that.
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
	BrokersCreated = counter(brokersCreated)
	// BrokersDeleted counts the brokers whose deletion was confirmed.
	BrokersDeleted = counter(brokersDeleted)
	// DuplicatesSuspected counts how often another broker with the identity of a
	// Reseller was found. Anything but 0 deserves a look.
	DuplicatesSuspected = counter(duplicates)
	// StepsExhausted counts passes that took too many steps: a mistake in the rules.
	StepsExhausted = counter(stepsExhausted)

	unmanaged = counters(unmanagedChanges)
	found     = counters(driftFound)
	corrected = counters(driftCorrected)
	logins    = counters(loginsTotal)
	requests  = counters(apiRequests)
	seconds   = histogram(apiSeconds, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60)
	waits     = histogram(apiWait, .01, .1, 1, 10, 60, 600)
)

func init() {
	ctrlmetrics.Registry.MustRegister(BrokersCreated, BrokersDeleted, DuplicatesSuspected, StepsExhausted,
		unmanaged, found, corrected, logins, requests, seconds, waits, shown)
}

func counter(m Metric) prometheus.Counter {
	return prometheus.NewCounter(prometheus.CounterOpts{Name: m.Name, Help: m.Help})
}

func counters(m Metric) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: m.Name, Help: m.Help}, m.Labels)
}

func histogram(m Metric, buckets ...float64) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: m.Name, Help: m.Help, Buckets: buckets}, m.Labels)
}

// Seller names a Seller or ClusterSeller, which is in no namespace.
type Seller struct{ Kind, Namespace, Name string }

// with are the values of the labels of a Seller, and further ones.
func (s Seller) with(values ...string) []string {
	return append([]string{s.Kind, s.Namespace, s.Name}, values...)
}

// UnmanagedChange counts a field that an update changed although the spec does not name
// it. Properties are counted together, since there may be many.
func UnmanagedChange(s Seller, field string) {
	field, _, _ = strings.Cut(field, "[")
	unmanaged.WithLabelValues(s.with(field)...).Inc()
}

// DriftFound counts fields that were found to be changed elsewhere, DriftCorrected those
// that were corrected.
func DriftFound(s Seller, fields int) { found.WithLabelValues(s.with()...).Add(float64(fields)) }

// DriftCorrected counts fields that were corrected.
func DriftCorrected(s Seller, fields int) {
	corrected.WithLabelValues(s.with()...).Add(float64(fields))
}

// ForgetSeller is for one that has gone.
func ForgetSeller(s Seller) {
	of := prometheus.Labels{"kind": s.Kind, "seller_namespace": s.Namespace, "seller": s.Name}
	for _, v := range []interface {
		DeletePartialMatch(prometheus.Labels) int
	}{unmanaged, found, corrected, logins, requests, seconds, waits} {
		v.DeletePartialMatch(of)
	}
}

// Call is one call to the seller API.
type Call struct {
	Seller
	// Operation is what was called, Lane the kind of work.
	Operation, Lane string
	// Login is what a login came to; "" where the call was none.
	Login LoginResult
	// Status is that of HTTP; 0: no answer.
	Status int
	// Took is from its turn to the end, Waited how long that turn did not come.
	Took, Waited time.Duration
}

// APICall counts one call to the seller API.
func APICall(c Call) {
	requests.WithLabelValues(c.with(c.Operation, strconv.Itoa(c.Status))...).Inc()
	seconds.WithLabelValues(c.with(c.Operation)...).Observe(c.Took.Seconds())
	waits.WithLabelValues(c.with(c.Lane)...).Observe(c.Waited.Seconds())
	if c.Login != "" {
		logins.WithLabelValues(c.with(string(c.Login))...).Inc()
	}
}

// LoginResult is what a login came to.
type LoginResult string

// A login gives a token, or a verdict on the credentials, or neither: an outage and a page
// of a gateway give none, whatever their status is.
const (
	LoginGranted   LoginResult = "granted"
	LoginRefused   LoginResult = "refused"
	LoginUndecided LoginResult = "undecided"
)
