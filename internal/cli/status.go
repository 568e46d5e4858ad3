package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/internal/fleet"
)

// status is the command of that name.
type status struct {
	*access
	all, watch bool
	output     string
}

func newStatus(a *access) *cobra.Command {
	s := &status{access: a}
	cmd := &cobra.Command{
		Use:   "status [NAME…]",
		Short: "Show how the fleet stands, or one Reseller from the Secret to the broker",
		Long: `Without names: a line for each account, then the Resellers that are not in sync, by
reason, with whose turn it is and since when the first of them waits. With names: the
chain from the Secret to the broker of each, with the first broken link marked, what
differs, and the last events.`,
		Example: `  kubectl reseller status -A
  kubectl reseller status abcdef
  kubectl reseller status -A -o name | xargs -n 1 kubectl describe`,
		ValidArgsFunction: a.completeNames(resellerList),
		RunE:              func(cmd *cobra.Command, names []string) error { return s.run(cmd.Context(), names) },
	}
	cmd.Flags().BoolVarP(&s.all, "all-namespaces", "A", false, "All namespaces.")
	cmd.Flags().BoolVarP(&s.watch, "watch", "w", false, "Show it again whenever it changes, until you stop it.")
	cmd.Flags().StringVarP(&s.output, "output", "o", "table", "The `format`: table, wide, json, yaml or name.")
	return cmd
}

func (s *status) run(ctx context.Context, names []string) error {
	if !slices.Contains([]string{"table", "wide", "json", "yaml", "name"}, s.output) {
		return fmt.Errorf("--output must be table, wide, json, yaml or name, not %q", s.output)
	}
	if len(names) > 0 && s.all {
		return fmt.Errorf("names are of one namespace: leave out --all-namespaces")
	}
	show := s.showFleet
	if len(names) > 0 {
		show = func(ctx context.Context, c client.Client, namespace string) error {
			return s.showEach(ctx, c, namespace, names)
		}
	}
	c, namespace, err := s.client()
	if err != nil {
		return err
	}
	if s.all {
		namespace = ""
	}
	if s.watch {
		return s.again(ctx, c, namespace, show)
	}
	return show(ctx, c, namespace)
}

// again shows it now and whenever a Reseller or Seller has changed.
func (s *status) again(ctx context.Context, c client.WithWatch, namespace string, show func(context.Context, client.Client, string) error) error {
	changes := make(chan watch.Event)
	for _, list := range []client.ObjectList{resellerList(), sellerList()} {
		w, err := c.Watch(ctx, list, client.InNamespace(namespace))
		if err != nil {
			return explained(err)
		}
		defer w.Stop()
		go func() {
			for event := range w.ResultChan() {
				select {
				case changes <- event:
				case <-ctx.Done():
					return
				}
			}
		}()
	}
	var before string
	for {
		before = s.showChanged(ctx, c, namespace, show, before)
		select {
		case <-ctx.Done():
			return nil
		case <-changes:
		}
	}
}

// showChanged shows it where it differs from what was shown before, and returns it.
func (s *status) showChanged(ctx context.Context, c client.Client, namespace string, show func(context.Context, client.Client, string) error, before string) string {
	var text strings.Builder
	out := s.Out
	s.Out = &text
	err := show(ctx, c, namespace)
	s.Out = out
	if codeOf(err) == Failed {
		s.note("error: %v", err)
		return before
	}
	if text.String() != before {
		s.printf("%s\n", text.String())
	}
	return text.String()
}

// showFleet shows the accounts, and what is not in sync.
func (s *status) showFleet(ctx context.Context, c client.Client, namespace string) error {
	f, err := readFleet(ctx, c, namespace)
	if err != nil {
		return err
	}
	switch s.output {
	case "json", "yaml":
		err = structured(s.Out, s.output, viewOf(&f))
	case "name":
		for _, group := range f.Trouble() {
			for _, r := range group.Resellers {
				s.printf("reseller.cloudmore.com/%s\n", r.Name)
			}
		}
	default:
		s.printFleet(&f)
	}
	if err != nil {
		return err
	}
	return outcomeOf(f.Turn())
}

func (s *status) printFleet(f *fleet.Fleet) {
	if len(f.Sellers) == 0 {
		s.note("no Seller and no Reseller in this namespace; -A shows all")
		return
	}
	rows := [][]string{{"ACCOUNT", "READY", "REASON", "SYNCED", "BROKERS", "MANAGED", "UNMANAGED", "DRIFTED", "WRITES"}}
	for i := range f.Sellers {
		rows = append(rows, s.accountRow(&f.Sellers[i]))
	}
	table(s.Out, rows)
	trouble := f.Trouble()
	if len(trouble) == 0 {
		s.printf("\nAll Resellers are in sync (%d).\n", len(f.Resellers))
		return
	}
	count := 0
	for i := range trouble {
		count += len(trouble[i].Resellers)
	}
	s.printf("\nNot in sync: %d of %d Resellers\n\n", count, len(f.Resellers))
	if s.output == "wide" {
		table(s.Out, s.each(trouble))
		return
	}
	rows = [][]string{{"REASON", "TURN", "RESELLERS", "OLDEST", "WHICH"}}
	for i := range trouble {
		group := &trouble[i]
		rows = append(rows, []string{or(group.Reason, "<none>"), s.turn(group.Turn), fmt.Sprint(len(group.Resellers)), s.ago(group.Oldest), which(group.Resellers)})
	}
	table(s.Out, rows)
}
