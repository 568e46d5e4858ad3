package main

import (
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/go-logr/logr"
	"go.uber.org/zap/zapcore"
	"sigs.k8s.io/controller-runtime/pkg/client/config"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/reseller-operator/reseller-operator/internal/controller/seller"
	"github.com/reseller-operator/reseller-operator/internal/says"
)

// options are the manager's flags.
type options struct {
	metricsAddress, metricsCertDir, probeAddress string
	metricsSecure, leaderElect, allowInsecure    bool
	dryRun, trustOrigin                          bool
	allowPrivate                                 bool
	leaderNamespace, watchNamespaces             string
	allowedEndpoints                             string
	logFormat, logLevel                          string
	leaseDuration, renewDeadline, retryPeriod    time.Duration
	workers, kubeQPS                             int
	version                                      bool
	level                                        zapcore.Level
}

// parseOptions reads the flags. The error names the flag.
func parseOptions(args []string) (*options, error) {
	o := &options{}
	flags := o.flags()
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	return o, o.check(flags.Args())
}

// flags are all flags, which docs/flags.md lists.
func (o *options) flags() *flag.FlagSet {
	flags := flag.NewFlagSet("manager", flag.ContinueOnError)
	flags.Usage = func() {
		_, _ = fmt.Fprint(flags.Output(), "The manager keeps the brokers (resellers) of Cloudmore sellers as Kubernetes objects.\n\nFlags:\n")
		flags.PrintDefaults()
	}
	config.RegisterFlags(flags)
	flags.StringVar(&o.watchNamespaces, "watch-namespaces", "", "Comma-separated `namespaces` to watch; empty for all. With it, ClusterSellers are not read, and no rights outside these namespaces are needed.")
	flags.IntVar(&o.workers, "workers", 32, "`Number` of Resellers that are looked at side by side.")
	flags.BoolVar(&o.allowInsecure, "allow-insecure-endpoints", false, "Permit Sellers whose endpoint is plain http on a loopback address. For trying the operator against a fake; never for a real account.")
	flags.StringVar(&o.allowedEndpoints, "allowed-endpoints", strings.Join(seller.DefaultAllowedHosts, ","), "Comma-separated `hosts` that Sellers may name in spec.endpoint: a host, *.domain for all of a domain, or * for all.")
	flags.BoolVar(&o.allowPrivate, "allow-private-networks", false, "Permit endpoints whose host resolves to a private, link-local or loopback address, such as a gateway in your own network.")
	flags.BoolVar(&o.dryRun, "dry-run", false, "Decide everything, show in status, events and log what would be created, changed or deleted, and write nothing to any account.")
	flags.BoolVar(&o.trustOrigin, "trust-origin-annotation", false, "Take the annotation cloudmore.com/broker-origin of a Reseller without status as proof that its broker was created for it. Only where the admission policy keeps it the operator's; the manifests and the chart set both.")
	flags.BoolVar(&o.leaderElect, "leader-elect", false, "Elect a leader, so that several replicas can run and one works at a time.")
	flags.StringVar(&o.leaderNamespace, "leader-election-namespace", "", "`Namespace` of the lease; empty for the manager's own. Needed outside a cluster.")
	flags.DurationVar(&o.leaseDuration, "leader-elect-lease-duration", 15*time.Second, "`Time` that others wait before they acquire a lease that is not renewed.")
	flags.DurationVar(&o.renewDeadline, "leader-elect-renew-deadline", 10*time.Second, "`Time` that the leader tries to renew its lease before it gives up; less than the lease duration.")
	flags.DurationVar(&o.retryPeriod, "leader-elect-retry-period", 2*time.Second, "`Time` between two tries to get or renew the lease.")
	flags.StringVar(&o.metricsAddress, "metrics-bind-address", "0", "`Address` of the metrics, such as :8443; 0 switches them off.")
	flags.BoolVar(&o.metricsSecure, "metrics-secure", true, "Serve metrics over TLS, to callers that the API server authenticates and authorizes.")
	flags.StringVar(&o.metricsCertDir, "metrics-cert-dir", "", "`Directory` with tls.crt and tls.key for the metrics; empty for a self-signed certificate.")
	flags.StringVar(&o.probeAddress, "health-probe-bind-address", ":8081", "`Address` of /healthz and /readyz; 0 switches them off. The seller API is no part of either.")
	flags.IntVar(&o.kubeQPS, "kube-api-qps", 100, "Requests per second to the Kubernetes API server; bursts may be twice as large.")
	flags.StringVar(&o.logFormat, "log-format", "json", "`Format` of the log: json or console.")
	flags.StringVar(&o.logLevel, "log-level", "info", "`Level` of the log: trace (each decision, too), debug (each call, too), info or error.")
	flags.BoolVar(&o.version, "version", false, "Print the version and end.")
	return flags
}

// check refuses what the flags can't mean.
func (o *options) check(rest []string) error {
	if len(rest) > 0 {
		return fmt.Errorf("%q is no flag; see --help", rest[0])
	}
	if o.workers < 1 || o.kubeQPS < 1 {
		return fmt.Errorf("--workers and --kube-api-qps must be at least 1")
	}
	if o.retryPeriod <= 0 || o.renewDeadline <= o.retryPeriod || o.leaseDuration <= o.renewDeadline {
		return fmt.Errorf("--leader-elect-lease-duration must be longer than --leader-elect-renew-deadline, and that longer than --leader-elect-retry-period")
	}
	if err := seller.CheckHosts(listOf(o.allowedEndpoints)); err != nil {
		return fmt.Errorf("--allowed-endpoints: %w", err)
	}
	if o.logFormat != "json" && o.logFormat != "console" {
		return fmt.Errorf("--log-format must be json or console, not %q", o.logFormat)
	}
	return o.setLevel()
}

// setLevel reads the log's level.
func (o *options) setLevel() error {
	if o.logLevel == "trace" {
		o.level = -says.LevelDecision
		return nil
	}
	if err := o.level.UnmarshalText([]byte(o.logLevel)); err != nil {
		return fmt.Errorf("--log-level must be trace, debug, info or error, not %q", o.logLevel)
	}
	return nil
}

// listOf splits a comma-separated list; none for an empty one.
func listOf(text string) []string {
	var words []string
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); word != "" {
			words = append(words, word)
		}
	}
	return words
}

func (o *options) logger() logr.Logger {
	return zap.New(zap.UseDevMode(false), zap.Level(o.level), func(z *zap.Options) {
		if o.logFormat == "console" {
			zap.ConsoleEncoder()(z)
		}
	})
}
