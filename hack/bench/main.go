// The bench program measures what the operator costs: the real manager binary on
// a real etcd and kube-apiserver, against the fake seller API.
//
//	KUBEBUILDER_ASSETS=$(hack/envtest-assets.sh) bin/bench --resellers 100,1000 --lists detail,summary
//
// It prints a table, and with --json writes the same as JSON. Times depend on the
// machine; the counts of calls and writes do not.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

type options struct {
	resellers []int
	lists     []string
	rate      int
	latency   time.Duration
	manager   string
	json      string
}

func main() {
	o, err := parse(os.Args[1:])
	if err == nil {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		err = run(ctx, o)
		stop()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func parse(args []string) (options, error) {
	o := options{}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	sizes := flags.String("resellers", "100,1000,10000", "How many `Resellers`, comma-separated.")
	lists := flags.String("lists", "detail,summary", "What `lists` show: detail, summary, or both.")
	flags.IntVar(&o.rate, "rate", 50, "Requests per `second` that the Seller permits.")
	flags.DurationVar(&o.latency, "latency", 50*time.Millisecond, "How long the seller API `takes` to answer.")
	flags.StringVar(&o.manager, "manager", "bin/manager", "The manager's `binary`.")
	flags.StringVar(&o.json, "json", "", "A `file` for the results as JSON.")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	for word := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 {
			return o, fmt.Errorf("--resellers: %q is no number of Resellers", word)
		}
		o.resellers = append(o.resellers, n)
	}
	for word := range strings.SplitSeq(*lists, ",") {
		o.lists = append(o.lists, string(word))
	}
	return o, nil
}

func run(ctx context.Context, o options) error {
	var all []*result
	for _, lists := range o.lists {
		for _, n := range o.resellers {
			w, err := newWorld(ctx, o, n, lists)
			if err != nil {
				return err
			}
			results, err := w.measure(ctx)
			w.close()
			all = append(all, results...)
			if err != nil {
				return fmt.Errorf("%d Resellers, lists show %s: %w", n, lists, err)
			}
		}
	}
	if o.json == "" {
		return nil
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(o.json, append(text, '\n'), 0o600)
}
