package traces

import (
	"context"
	"sync/atomic"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// scope is who makes the spans.
const scope = "github.com/reseller-operator/reseller-operator"

// The attributes of spans and of their events. Where OpenTelemetry has a name for
// something, it is that.
const (
	// KeyKind is the kind of the object: Reseller, Seller or ClusterSeller.
	KeyKind = attribute.Key("cloudmore.kind")
	// KeyNamespace is the namespace of the object; lacking for a ClusterSeller.
	KeyNamespace = attribute.Key("k8s.namespace.name")
	// KeyName is the name of the object.
	KeyName = attribute.Key("cloudmore.name")
	// KeyStep is what a pass did, of an event.
	KeyStep = attribute.Key("cloudmore.step")
	// KeyRule is the rule that decided on the step, of an event.
	KeyRule = attribute.Key("cloudmore.rule")
	// KeyOperation is the call, as in the metrics.
	KeyOperation = attribute.Key("cloudmore.operation")
	// KeyLane is the kind of work that the call belongs to: edits, creates or background.
	KeyLane = attribute.Key("cloudmore.lane")
	// KeyMethod is the HTTP method of the call.
	KeyMethod = attribute.Key("http.request.method")
	// KeyTemplate is the route of the call, without ids.
	KeyTemplate = attribute.Key("url.template")
	// KeyStatus is the HTTP status of the answer; lacking without one.
	KeyStatus = attribute.Key("http.response.status_code")
	// KeyError is why a pass or call failed: the class of the failure, or conflict or error.
	KeyError = attribute.Key("error.type")
)

// The names of events.
const (
	// EventStep is a step of a pass.
	EventStep = "step"
	// EventSent is when a call had waited for its turn, and went out.
	EventSent = "sent"
)

// tracer makes the spans; nil: none are wanted.
var tracer atomic.Pointer[trace.Tracer]

// Use has spans made by a provider; nil ends that. They are for the whole process.
func Use(provider trace.TracerProvider) {
	if provider == nil {
		tracer.Store(nil)
		return
	}
	made := provider.Tracer(scope)
	tracer.Store(&made)
}

// Span is one that is under way; nil where none are wanted.
type Span struct{ span trace.Span }

// Pass begins the span of a pass over an object.
func Pass(ctx context.Context, kind, namespace, name string) (context.Context, *Span) {
	made := tracer.Load()
	if made == nil {
		return ctx, nil
	}
	of := []attribute.KeyValue{KeyKind.String(kind), KeyName.String(name)}
	if namespace != "" {
		of = append(of, KeyNamespace.String(namespace))
	}
	return begun((*made).Start(ctx, "pass "+kind, trace.WithAttributes(of...)))
}

// Call begins the span of a call, from its wait for a turn on.
func Call(ctx context.Context, operation, method, template, lane string) (context.Context, *Span) {
	made := tracer.Load()
	if made == nil {
		return ctx, nil
	}
	return begun((*made).Start(ctx, method+" "+template, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		KeyOperation.String(operation), KeyMethod.String(method), KeyTemplate.String(template), KeyLane.String(lane))))
}

func begun(ctx context.Context, span trace.Span) (context.Context, *Span) {
	return ctx, &Span{span}
}

// Of is the span that a context belongs to; nil where none are wanted or it is not
// recorded.
func Of(ctx context.Context) *Span {
	if tracer.Load() == nil {
		return nil
	}
	if span := trace.SpanFromContext(ctx); span.IsRecording() {
		return &Span{span}
	}
	return nil
}

// ID is the id of a context's trace, "" where it belongs to none that is recorded: nobody
// would find it.
func ID(ctx context.Context) string {
	if tracer.Load() == nil {
		return ""
	}
	if of := trace.SpanContextFromContext(ctx); of.IsSampled() {
		return of.TraceID().String()
	}
	return ""
}

// Step notes a step of a pass; rule is empty where the step has none.
func (s *Span) Step(rule, step string) {
	if s == nil {
		return
	}
	of := []attribute.KeyValue{KeyStep.String(step)}
	if rule != "" {
		of = append(of, KeyRule.String(rule))
	}
	s.span.AddEvent(EventStep, trace.WithAttributes(of...))
}

// Sent notes that a call has its turn.
func (s *Span) Sent() {
	if s != nil {
		s.span.AddEvent(EventSent)
	}
}

// Answered notes the HTTP status of a call's answer; 0: there was none.
func (s *Span) Answered(status int) {
	if s != nil && status != 0 {
		s.span.SetAttributes(KeyStatus.Int(status))
	}
}

// End ends the span. The failure is one word of a closed set, "" for none.
func (s *Span) End(failure string) {
	if s == nil {
		return
	}
	if failure != "" {
		s.span.SetAttributes(KeyError.String(failure))
		s.span.SetStatus(codes.Error, "")
	}
	s.span.End()
}
