package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/go-logr/logr"
	"k8s.io/client-go/rest"

	"github.com/reseller-operator/reseller-operator/internal/controller"
)

// awaitCRDs waits for the CRDs. Until they are there the manager is alive and not ready:
// a kubelet that got no answer would restart it again and again.
func awaitCRDs(ctx context.Context, config *rest.Config, o *options, logger logr.Logger) error {
	probes := &http.Server{Handler: unready(), ReadHeaderTimeout: probeTimeout}
	defer func() { _ = probes.Close() }()
	return controller.AwaitKinds(ctx, config, logger, o.watchNamespaces == "", func() error {
		if o.probeAddress == "0" {
			return nil
		}
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.probeAddress)
		if err != nil {
			return fmt.Errorf("the probes can't be served: %w", err)
		}
		go func() {
			if err := probes.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				logger.Error(err, "the probes are not served any more")
			}
		}()
		return nil
	})
}

// unready answers the probes of a manager that waits.
func unready() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("/readyz", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "the CRDs are not installed", http.StatusServiceUnavailable)
	})
	return mux
}
