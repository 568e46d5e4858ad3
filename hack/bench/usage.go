package main

import (
	"context"
	"net/http"
	"sync"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// metricsAddress is where the manager serves its metrics, in plain text.
const metricsAddress = "127.0.0.1:18443"

// usage samples what the manager uses.
type usage struct {
	cancel context.CancelFunc
	done   chan struct{}

	mu       sync.Mutex
	peak     float64 // resident memory in bytes
	live     float64 // bytes of heap that the latest garbage collection found in use
	cpu      float64 // seconds since it started
	queued   float64
	requests float64 // requests to the API server since it started
	seen     bool
	at       time.Time // of the sample
}

// To be asked costs the manager time, too: seldom in the background, and often
// only where somebody waits for a value.
const seldom, often = 5 * time.Second, 250 * time.Millisecond

func watchUsage() *usage {
	ctx, cancel := context.WithCancel(context.Background())
	u := &usage{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(u.done)
		tick := time.NewTicker(seldom)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				u.sample(ctx)
			}
		}
	}()
	return u
}

func (u *usage) stop() {
	u.cancel()
	<-u.done
}

func (u *usage) sample(ctx context.Context) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+metricsAddress+"/metrics", http.NoBody)
	if err != nil {
		return
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return // not up yet, or down
	}
	defer func() { _ = answer.Body.Close() }()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(answer.Body)
	if err != nil {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	u.peak = max(u.peak, sum(families["process_resident_memory_bytes"]))
	u.live = sum(families["go_gc_heap_live_bytes"])
	u.cpu = sum(families["process_cpu_seconds_total"])
	u.queued = sum(families["workqueue_depth"])
	u.requests = sum(families["rest_client_requests_total"])
	u.seen, u.at = true, time.Now()
}

// sum adds up all series of a metric.
func sum(f *dto.MetricFamily) (total float64) {
	for _, m := range f.GetMetric() {
		total += m.GetGauge().GetValue() + m.GetCounter().GetValue()
	}
	return total
}

// heap is how many bytes of the heap are in use, as of the latest garbage collection.
func (u *usage) heap() float64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.live
}

// asked is how many requests the manager has made to the API server.
func (u *usage) asked() int {
	u.now()
	u.mu.Lock()
	defer u.mu.Unlock()
	return int(u.requests)
}

// now is the peak of resident memory, the CPU seconds, and what is queued.
func (u *usage) now() (peak, cpu, queued float64, seen bool) {
	u.mu.Lock()
	old := time.Since(u.at) > often
	u.mu.Unlock()
	if old {
		u.sample(context.Background())
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.peak, u.cpu, u.queued, u.seen
}
