// The bench program measures what the operator costs: the real manager binary on
// a real etcd and kube-apiserver, against the fake seller API.
//
//	KUBEBUILDER_ASSETS=$(hack/envtest-assets.sh) bin/bench --resellers 100,1000 --lists detail,summary
//
// It prints a table, and with --json writes the same as JSON. Times depend on the
// machine; the counts of calls and writes do not, and it fails where one exceeds what
// bounds.go allows.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/go-logr/logr"
	"sigs.k8s.io/controller-runtime/pkg/log"
)

type options struct {
	resellers []int
	lists     []string
	// namespaces is how many are watched, each by a watch of its own; 0: all, by one.
	namespaces []int
	phases     []string // none: all
	rate       int32
	latency    time.Duration
	// unmanaged is how many brokers the account has besides, which no Reseller names.
	unmanaged int
	manager   string
	json      string
}

func main() {
	o := options{rate: 50}
	flag.Func("resellers", "How many `Resellers`, comma-separated (default 100,1000,10000).", setNumbers(&o.resellers, 1))
	flag.Func("namespaces", "How many `namespaces` have them, comma-separated, each watched for itself; 0: one, and all are watched (default 0). "+
		"What more than one costs is checked against what one does, with as many Sellers: 1,10.", setNumbers(&o.namespaces, 0))
	flag.Func("rate", "Requests per `second` that the Seller permits (default 50).", o.setRate)
	lists := flag.String("lists", "detail,summary", "What `lists` show, comma-separated: detail, summary, or names, which is a summary without registration number and domain.")
	flag.IntVar(&o.unmanaged, "unmanaged", 0, "How many `brokers` the account has that no Reseller names.")
	phases := flag.String("phases", "", "Only these `phases`, comma-separated; all others need create before them.")
	flag.DurationVar(&o.latency, "latency", 50*time.Millisecond, "How long the seller API `takes` to answer.")
	flag.StringVar(&o.manager, "manager", "bin/manager", "The manager's `binary`.")
	flag.StringVar(&o.json, "json", "", "A `file` for the results as JSON.")
	flag.Parse()
	if o.resellers == nil {
		o.resellers = []int{100, 1000, 10_000}
	}
	if o.namespaces == nil {
		o.namespaces = []int{0}
	}
	o.lists = strings.Split(*lists, ",")
	if *phases != "" {
		o.phases = strings.Split(*phases, ",")
	}
	log.SetLogger(logr.Discard()) // what the informer has to say is not the result
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func setNumbers(into *[]int, least int) func(string) error {
	return func(text string) error {
		for word := range strings.SplitSeq(text, ",") {
			n, err := strconv.Atoi(word)
			if err != nil || n < least {
				return fmt.Errorf("%q is no number from %d", word, least)
			}
			*into = append(*into, n)
		}
		return nil
	}
}

func (o *options) setRate(text string) error {
	n, err := strconv.ParseInt(text, 10, 32)
	o.rate = int32(n)
	return err
}

func run(ctx context.Context, o options) error {
	var all []*result
	for _, lists := range o.lists {
		for _, n := range o.resellers {
			for _, namespaces := range o.namespaces {
				results, err := runOne(ctx, o, n, namespaces, lists)
				all = append(all, results...)
				if err != nil {
					return fmt.Errorf("%d Resellers, lists show %s: %w", n, lists, err)
				}
			}
		}
	}
	if err := errors.Join(exceeded(all), dearer(all)); err != nil || o.json == "" {
		return err
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(o.json, append(text, '\n'), 0o600)
}

func runOne(ctx context.Context, o options, n, namespaces int, lists string) ([]*result, error) {
	w, err := newWorld(ctx, o, n, namespaces, lists)
	if err != nil {
		return nil, err
	}
	defer w.close()
	return w.measure(ctx)
}
