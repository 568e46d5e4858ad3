package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// corrector is the command correct.
type corrector struct {
	*access
	waiting
	confirmation
}

func newCorrect(a *access) *cobra.Command {
	c := &corrector{access: a}
	cmd := &cobra.Command{
		Use:   "correct NAME",
		Short: "Have the broker changed back to what the spec says, once: they were wrong",
		Long: `Where spec.driftPolicy is Report, show what differs, ask, and have the operator correct the broker:
the policy is set to Correct until the operator has acted, and then back to Report. Under Correct this
happens without being asked. For the other direction there is accept.`,
		Example:           "  kubectl reseller correct abcdef",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completeNames(resellerList),
		RunE:              func(cmd *cobra.Command, args []string) error { return c.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().DurationVar(&c.timeout, "timeout", defaultTimeout, "How long to wait for the operator.")
	c.confirmation.add(cmd)
	return cmd
}

func (c *corrector) run(ctx context.Context, name string) error {
	t, r, err := c.findReseller(ctx, name)
	switch {
	case err != nil:
		return err
	case len(r.Status.Drift) == 0:
		c.printf("%s: nothing differs\n", t)
		return nil
	case r.Spec.ManagementPolicy == v1alpha1.Observe:
		return fmt.Errorf("%s only observes its broker: set spec.managementPolicy: Manage to have it written", t)
	case r.Spec.DriftPolicy != v1alpha1.DriftReport:
		c.printf("%s: what differs is corrected without being asked\n", t)
		return c.tell(t)
	}
	var rows [][]string
	for _, d := range r.Status.Drift {
		rows = append(rows, []string{d.Field, quoted(d.Observed), "→ " + quoted(d.Desired)})
	}
	table(c.Out, rows)
	if err := c.confirm(&c.confirmation, fmt.Sprintf("Change broker %s to this?", r.Status.BrokerID)); err != nil {
		return err
	}
	if err := c.edit(ctx, t, `{"spec":{"driftPolicy":"Correct"}}`); err != nil {
		return err
	}
	acted := c.await(ctx, t, settled(t.Object))
	// Whatever came of it, and whoever stops this command.
	if err := c.report(context.WithoutCancel(ctx), t); err != nil {
		return errors.Join(acted, err)
	}
	if acted != nil {
		return acted
	}
	return c.tell(t)
}

// report sets the policy back, unless somebody set it to something else meanwhile.
func (c *corrector) report(ctx context.Context, t *target) error {
	back := *t // what is told is how it was corrected
	back.Object = t.DeepCopyObject().(client.Object)
	err := back.change(ctx, `[{"op":"test","path":"/spec/driftPolicy","value":"Correct"},{"op":"replace","path":"/spec/driftPolicy","value":"Report"}]`)
	if err != nil {
		return fmt.Errorf("%s: spec.driftPolicy could not be set back to Report: %w", t, err)
	}
	return nil
}
