package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/reseller-operator/reseller-operator/internal/says"
	"github.com/reseller-operator/reseller-operator/internal/traces"
)

// startTraces has spans sent to the collector that the environment names, as OpenTelemetry
// says; without one nothing is started. The returned stop sends what is left.
func startTraces(ctx context.Context, logger logr.Logger, env func(string) string) (stop func(), err error) {
	if env("OTEL_EXPORTER_OTLP_ENDPOINT")+env("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" || env("OTEL_SDK_DISABLED") == "true" {
		return func() {}, nil
	}
	exporter, err := newExporter(ctx, env)
	if err != nil {
		return nil, err
	}
	of, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithAttributes(
		attribute.String("service.name", "reseller-operator"), attribute.String("service.version", version)), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	otel.SetErrorHandler(&complaints{logger: logger.WithName("traces")})
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter), sdktrace.WithResource(of))
	traces.Use(provider)
	logger.Info("traces are sent to a collector")
	return func() {
		traces.Use(nil)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTimeout)
		defer cancel()
		if err := provider.Shutdown(ctx); err != nil {
			logger.Info("the last spans were not sent", "error", err.Error())
		}
	}, nil
}

// newExporter is one of the protocol that the environment names. It connects later.
func newExporter(ctx context.Context, env func(string) string) (*otlptrace.Exporter, error) {
	protocol := env("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")
	if protocol == "" {
		protocol = env("OTEL_EXPORTER_OTLP_PROTOCOL")
	}
	switch protocol {
	case "", "http/protobuf":
		return otlptracehttp.New(ctx)
	case "grpc":
		return otlptracegrpc.New(ctx)
	default:
		return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_PROTOCOL must be http/protobuf or grpc, not %q", protocol)
	}
}

// complaints of OpenTelemetry are logged: the first as an error, later ones with the calls,
// since a collector that is away has one every few seconds.
type complaints struct {
	logger logr.Logger
	first  sync.Once
}

// Handle logs one.
func (c *complaints) Handle(err error) {
	said := false
	c.first.Do(func() {
		said = true
		c.logger.Error(err, "traces can't be sent; later failures are logged with --log-level=debug")
	})
	if !said {
		c.logger.V(says.LevelCall).Info("traces can't be sent", "error", err.Error())
	}
}
