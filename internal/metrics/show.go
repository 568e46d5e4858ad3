package metrics

import (
	"runtime"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Row is what is so of one Seller at a moment.
type Row struct {
	Seller
	Ready  bool
	Reason string // "" while nobody has looked yet
	// Resellers are those that name it, by the reason of Ready.
	Resellers map[string]int
	// Brokers are those of its account, by state; nil before they were counted.
	Brokers map[string]int32
	// SyncedAt is when its account was last read; zero for never.
	SyncedAt time.Time
	Halted   bool
	// Account is how its account is used; nil while nothing is at work there.
	Account *Account
}

// Account is how an account is used at a moment.
type Account struct {
	ObserveInterval       time.Duration
	CallsFail, WritesFail bool
	PausedUntil           time.Time // zero or past: it is not paused
	Waiting               map[string]int
	BrakeUsed, BrakeLimit int
}

// Source says what is so. It is asked at each scrape, and must not wait for long.
type Source interface {
	// Rows are those of all Sellers.
	Rows() []Row
	// OldestPass is how long the longest pass under way has been at work; 0 for none.
	OldestPass() time.Duration
}

// shown is the collector of what is so at a moment.
var shown = &collector{version: "unknown"}

// Show has metrics show what a source says, from now until the returned end: the process
// that works has one, and who stands by has none.
func Show(s Source) (end func()) {
	shown.mu.Lock()
	defer shown.mu.Unlock()
	shown.source = s
	return func() {
		shown.mu.Lock()
		defer shown.mu.Unlock()
		if shown.source == s {
			shown.source = nil
		}
	}
}

// SetVersion says which version this is.
func SetVersion(version string) {
	shown.mu.Lock()
	defer shown.mu.Unlock()
	shown.version = version
}

// collector implements [prometheus.Collector].
type collector struct {
	mu      sync.Mutex
	source  Source
	version string
}

// Describe implements [prometheus.Collector].
func (c *collector) Describe(to chan<- *prometheus.Desc) {
	for _, m := range []Metric{sellerReady, resellers, lastSync, observeInterval, brokers, halted, paused, pausedUntil, waiting, brakeUsed, brakeLimit, buildInfo, leader, oldestPass} {
		to <- m.desc()
	}
}

func (m *Metric) desc() *prometheus.Desc { return prometheus.NewDesc(m.Name, m.Help, m.Labels, nil) }

// Collect implements [prometheus.Collector].
func (c *collector) Collect(to chan<- prometheus.Metric) {
	c.mu.Lock()
	source, version := c.source, c.version
	c.mu.Unlock()
	gauge := func(m Metric, value float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(m.desc(), prometheus.GaugeValue, value, labels...)
	}
	gauge(buildInfo, 1, version, runtime.Version())
	gauge(leader, number(source != nil))
	if source == nil {
		return
	}
	gauge(oldestPass, source.OldestPass().Seconds())
	for _, row := range source.Rows() {
		row.show(gauge)
	}
}

// show shows a row.
func (r *Row) show(gauge func(Metric, float64, ...string)) {
	if r.Reason != "" {
		gauge(sellerReady, number(r.Ready), r.with(r.Reason)...)
	}
	gauge(halted, number(r.Halted), r.with()...)
	for reason, n := range r.Resellers {
		gauge(resellers, float64(n), r.with(reason)...)
	}
	for state, n := range r.Brokers {
		gauge(brokers, float64(n), r.with(state)...)
	}
	if !r.SyncedAt.IsZero() {
		gauge(lastSync, float64(r.SyncedAt.Unix()), r.with()...)
	}
	a := r.Account
	if a == nil {
		return
	}
	gauge(observeInterval, a.ObserveInterval.Seconds(), r.with()...)
	gauge(paused, number(a.CallsFail), r.with("calls")...)
	gauge(paused, number(a.WritesFail), r.with("writes")...)
	gauge(pausedUntil, unix(a.PausedUntil), r.with()...)
	gauge(brakeUsed, float64(a.BrakeUsed), r.with()...)
	gauge(brakeLimit, float64(a.BrakeLimit), r.with()...)
	for lane, n := range a.Waiting {
		gauge(waiting, float64(n), r.with(lane)...)
	}
}

// unix is a moment in Unix time; 0 for none.
func unix(at time.Time) float64 {
	if at.IsZero() {
		return 0
	}
	return float64(at.Unix())
}

func number(truth bool) float64 {
	if truth {
		return 1
	}
	return 0
}
