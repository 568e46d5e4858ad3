package traces

import (
	"context"
	"os"
	"regexp"
	"testing"

	. "github.com/onsi/gomega"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

// recorded has the spans of a test kept.
func recorded(t *testing.T, options ...sdktrace.TracerProviderOption) *tracetest.InMemoryExporter {
	t.Helper()
	kept := tracetest.NewInMemoryExporter()
	Use(sdktrace.NewTracerProvider(append(options, sdktrace.WithSyncer(kept))...))
	t.Cleanup(func() { Use(nil) })
	return kept
}

func TestAPassHasItsStepsAndItsCalls(t *testing.T) {
	g, kept := NewWithT(t), recorded(t)
	ctx, pass := Pass(t.Context(), "Reseller", "partners", "abc")
	Of(ctx).Step("boundCorrected", "Look")
	callCtx, call := Call(ctx, "get_broker", "GET", "/a/{b}", "edits")
	call.Sent()
	call.Answered(503)
	call.End("Unavailable")
	pass.Step("", "Rest")
	pass.End("")

	spans := kept.GetSpans()
	g.Expect(spans).To(HaveLen(2))
	made, passed := spans[0], spans[1]
	g.Expect(made.Parent.SpanID()).To(Equal(passed.SpanContext.SpanID()))
	g.Expect(made.Name).To(Equal("GET /a/{b}"))
	g.Expect(made.SpanKind).To(Equal(trace.SpanKindClient))
	g.Expect(made.Attributes).To(ConsistOf(KeyOperation.String("get_broker"), KeyMethod.String("GET"), KeyTemplate.String("/a/{b}"),
		KeyLane.String("edits"), KeyStatus.Int(503), KeyError.String("Unavailable")))
	g.Expect(made.Status).To(Equal(sdktrace.Status{Code: codes.Error}))
	g.Expect(made.Events).To(ConsistOf(HaveField("Name", EventSent)))
	g.Expect(passed.Name).To(Equal("pass Reseller"))
	g.Expect(passed.Attributes).To(ConsistOf(KeyKind.String("Reseller"), KeyNamespace.String("partners"), KeyName.String("abc")))
	g.Expect(passed.Status).To(Equal(sdktrace.Status{}))
	g.Expect(passed.Events).To(HaveExactElements(
		HaveField("Attributes", []attribute.KeyValue{KeyStep.String("Look"), KeyRule.String("boundCorrected")}),
		HaveField("Attributes", []attribute.KeyValue{KeyStep.String("Rest")}),
	))
	g.Expect(ID(callCtx)).To(Equal(passed.SpanContext.TraceID().String()))
}

func TestATraceThatIsNotSampledHasNoID(t *testing.T) {
	g, kept := NewWithT(t), recorded(t, sdktrace.WithSampler(sdktrace.NeverSample()))
	ctx, pass := Pass(t.Context(), "ClusterSeller", "", "shared")
	g.Expect(ID(ctx)).To(BeEmpty())
	g.Expect(Of(ctx)).To(BeNil())
	pass.End("error")
	g.Expect(kept.GetSpans()).To(BeEmpty())
}

func TestNobodyPaysForTracesThatNobodyWants(t *testing.T) {
	ctx := context.Background()
	allocated := testing.AllocsPerRun(100, func() {
		ctx, pass := Pass(ctx, "Reseller", "partners", "abc")
		ctx, call := Call(ctx, "get_broker", "GET", "/a/{b}", "edits")
		call.Sent()
		call.Answered(200)
		call.End("")
		Of(ctx).Step("rule", "Rest")
		if ID(ctx) != "" || pass != nil {
			t.Error("there is a trace")
		}
		pass.End("")
	})
	if allocated != 0 {
		t.Errorf("it allocates %v times", allocated)
	}
}

// The page lists the attributes and events, and nothing else.
func TestThePageHasAllAttributes(t *testing.T) {
	g := NewWithT(t)
	page, err := os.ReadFile("../../docs/traces.md")
	g.Expect(err).NotTo(HaveOccurred())
	source, err := os.ReadFile("traces.go")
	g.Expect(err).NotTo(HaveOccurred())
	names := func(pattern string, text []byte) (all []string) {
		for _, found := range regexp.MustCompile(pattern).FindAllSubmatch(text, -1) {
			all = append(all, string(found[1]))
		}
		return all
	}
	g.Expect(names("(?m)^\\| `([a-z0-9_.]+)` \\| ", page)).To(ConsistOf(names(`= attribute.Key\("([^"]+)"\)`, source)))
}
