package cloudmore

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
	"github.com/reseller-operator/reseller-operator/internal/traces"
)

// Every operation has a span of its own, by its route, and nothing more: no id, no value.
func TestCallsAreTracedByTheirRoutes(t *testing.T) {
	g := NewWithT(t)
	kept := tracetest.NewInMemoryExporter()
	traces.Use(sdktrace.NewTracerProvider(sdktrace.WithSyncer(kept)))
	t.Cleanup(func() { traces.Use(nil) })
	client, server := onFake(t, fake.Options{})
	ctx := t.Context()
	made, err := client.Create(ctx, acme())
	g.Expect(err).NotTo(HaveOccurred())
	_, err = client.List(ctx)
	g.Expect(err).NotTo(HaveOccurred())
	_, err = client.ActiveResellers(ctx)
	g.Expect(err).NotTo(HaveOccurred())
	_, err = client.ActiveReseller(ctx, made.ID)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(server.Inject(fake.Fault{Op: fake.OpUpdate, Status: http.StatusBadRequest, Says: "john@acme.example is none"})).To(Succeed())
	_, err = client.Update(ctx, made.ID, acme())
	g.Expect(err).To(HaveOccurred())
	_, err = client.Get(WithLane(ctx, LaneEdits), made.ID)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(client.Delete(ctx, made.ID)).To(Succeed())
	_, err = client.Get(ctx, made.ID)
	g.Expect(err).To(HaveOccurred())

	var spans []string
	for _, span := range kept.GetSpans() {
		told := []string{span.Name}
		for _, a := range span.Attributes {
			if a.Key == traces.KeyLane || a.Key == traces.KeyStatus || a.Key == traces.KeyError {
				told = append(told, a.Value.String())
			}
		}
		spans = append(spans, strings.Join(told, " "))
		all := fmt.Sprint(span.Name, span.Attributes, span.Events, span.Status, span.Links)
		for _, never := range []string{string(made.ID), seller, "acme", "john", "127.0.0.1", "localhost", testCredentials.Password} {
			g.Expect(strings.ToLower(all)).NotTo(ContainSubstring(strings.ToLower(never)))
		}
	}
	g.Expect(spans).To(HaveExactElements(
		"POST /connect/token background 200",
		"POST /api/sellers/{sellerId}/brokers creates 201",
		"GET /api/sellers/{sellerId}/brokers background 200",
		"GET /api/sellers/{sellerId}/resellers background 200",
		"GET /api/sellers/{sellerId}/resellers/{resellerId} background 404 not found",
		"PUT /api/sellers/{sellerId}/brokers/{brokerId} edits 400 invalid",
		"GET /api/sellers/{sellerId}/brokers/{brokerId} edits 200",
		"DELETE /api/sellers/{sellerId}/brokers/{brokerId} edits 204",
		"GET /api/sellers/{sellerId}/brokers/{brokerId} background 404 not found",
	))
}
