// Command fake-cloudmore serves the seller API of Cloudmore from memory, so
// that the operator can be tried, shown and tested without an account.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// version is set when a release is built.
var version = ""

func main() { os.Exit(status()) }

// status is the exit status of a run that ends automatically or by a signal.
func status() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	if err == nil || errors.Is(err, pflag.ErrHelp) {
		return 0
	}
	_, _ = fmt.Fprintln(os.Stderr, "fake-cloudmore:", err)
	return 1
}

// run serves until ctx ends.
func run(ctx context.Context, args []string, out, logs io.Writer) error {
	config, err := parse(args, out)
	if err != nil {
		return err
	}
	if config.version {
		_, err := fmt.Fprintln(out, "fake-cloudmore", versionOf())
		return err
	}
	if !config.quiet {
		config.options.Log = slog.New(slog.NewTextHandler(logs, nil))
	}
	server, err := config.server()
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", config.listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", config.listen, err)
	}
	if err := guide(out, config, listener.Addr()); err != nil {
		return err
	}
	return serve(ctx, config, listener, server)
}

func serve(ctx context.Context, config config, listener net.Listener, server *fake.Server) error {
	serving := &http.Server{
		Handler:           server,
		ReadHeaderTimeout: time.Minute,
		TLSConfig:         &tls.Config{MinVersion: tls.VersionTLS12},
	}
	ended := make(chan error, 1)
	go func() {
		if config.secure() {
			ended <- serving.ServeTLS(listener, config.tlsCert, config.tlsKey)
			return
		}
		ended <- serving.Serve(listener)
	}()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	if err := serving.Shutdown(grace); err != nil {
		_ = serving.Close() // what is still waiting was asked to be slow
	}
	return server.Close()
}

func versionOf() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(unknown)"
}
