package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/go-logr/logr"
	"github.com/go-logr/logr/funcr"
	. "github.com/onsi/gomega"

	"github.com/reseller-operator/reseller-operator/internal/traces"
)

// collector keeps what is sent to it.
func collector(t *testing.T) (url string, kept func() string) {
	t.Helper()
	var mu sync.Mutex
	var all bytes.Buffer
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		all.WriteString(r.URL.Path + " ")
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			body, _ = gzip.NewReader(r.Body)
		}
		_, _ = io.Copy(&all, body)
		w.WriteHeader(http.StatusOK)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() string {
		mu.Lock()
		defer mu.Unlock()
		return all.String()
	}
}

func TestTracesAreSentToTheCollector(t *testing.T) {
	g := NewWithT(t)
	endpoint, kept := collector(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "k8s.cluster.name=prod")
	stop, err := startTraces(t.Context(), logr.Discard(), os.Getenv)
	g.Expect(err).NotTo(HaveOccurred())
	ctx, span := traces.Pass(t.Context(), "Reseller", "partners", "abc")
	g.Expect(traces.ID(ctx)).To(HaveLen(32))
	span.End("")
	stop()
	g.Expect(kept()).To(And(HavePrefix("/v1/traces "), ContainSubstring("pass Reseller"), ContainSubstring("reseller-operator"), ContainSubstring("prod")))
	_, span = traces.Pass(t.Context(), "Reseller", "partners", "abc")
	g.Expect(span).To(BeNil(), "of a process that ends")
}

func TestNoTracesAreMadeWithoutACollector(t *testing.T) {
	g := NewWithT(t)
	for _, disabled := range []string{"", "true"} {
		t.Setenv("OTEL_SDK_DISABLED", disabled)
		if disabled != "" {
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
		}
		stop, err := startTraces(t.Context(), logr.Discard(), os.Getenv)
		g.Expect(err).NotTo(HaveOccurred())
		_, span := traces.Pass(t.Context(), "Reseller", "partners", "abc")
		g.Expect(span).To(BeNil())
		stop()
	}
}

func TestAProtocolThatIsNotSpokenStopsTheStart(t *testing.T) {
	g := NewWithT(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")
	_, err := startTraces(t.Context(), logr.Discard(), os.Getenv)
	g.Expect(err).To(MatchError(`OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf or grpc, not "http/json"`))
	t.Setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
	stop, err := startTraces(t.Context(), logr.Discard(), os.Getenv)
	g.Expect(err).NotTo(HaveOccurred())
	stop()
}

func TestACollectorThatRefusesIsLoggedOnce(t *testing.T) {
	g := NewWithT(t)
	var lines []string
	c := &complaints{logger: funcr.New(func(_, args string) { lines = append(lines, args) }, funcr.Options{})}
	for range 3 {
		c.Handle(io.ErrUnexpectedEOF)
	}
	g.Expect(lines).To(ConsistOf(ContainSubstring("traces can't be sent")))
	g.Expect(strings.Join(lines, "")).To(ContainSubstring("unexpected EOF"))
}
