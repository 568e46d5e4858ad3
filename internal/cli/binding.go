package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

func newAdopt(a *access) *cobra.Command {
	w := &waiting{}
	cmd := &cobra.Command{
		Use:   "adopt NAME [BROKER-ID]",
		Short: "Bind a Reseller to a broker that exists",
		Long: `Name the broker that a Reseller claims (spec.brokerID), or, without an id, let it adopt the
one broker with its registration number and domain (spec.adoptionPolicy: MatchExisting). What
differs is then changed in the broker unless spec.driftPolicy is Report: see it first with
spec.managementPolicy: Observe.`,
		Example:           "  kubectl reseller adopt abcdef 7d2f6c1a-0000-4000-8000-000000004711 --wait",
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: a.completeNames(resellerList),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.adopt(cmd.Context(), w, args[0], append(args, "")[1])
		},
	}
	w.add(cmd)
	return cmd
}

func (a *access) adopt(ctx context.Context, w *waiting, name, broker string) error {
	t, r, err := a.findReseller(ctx, name)
	if err != nil {
		return err
	}
	if bound := r.Status.BrokerID; bound != "" {
		if broker == "" || broker == bound {
			a.printf("%s is bound to broker %s\n", t, bound)
			return nil
		}
		return fmt.Errorf("%s is bound to broker %s: let go of that with orphan, and make a Reseller for %s", t, bound, broker)
	}
	spec := map[string]any{"adoptionPolicy": v1alpha1.AdoptMatchExisting}
	if broker != "" {
		spec = map[string]any{"brokerID": broker}
	}
	patch, err := json.Marshal(map[string]any{"spec": spec})
	if err != nil {
		return err
	}
	if err := a.edit(ctx, t, string(patch)); err != nil {
		return err
	}
	a.printf("%s may adopt %s\n", t, or(broker, "the broker with its registration number and domain"))
	if !w.wait {
		return nil
	}
	if err := w.await(ctx, t, settled(t.Object)); err != nil {
		return err
	}
	if r, ok := t.Object.(*v1alpha1.Reseller); ok && r.Status.BrokerID != "" {
		a.printf("%s is bound to broker %s\n", t, r.Status.BrokerID)
	}
	return a.tell(t)
}

// settled says that the operator has looked, and is not at work.
func settled(changed client.Object) func(client.Object) bool {
	since := looked(changed)
	return func(obj client.Object) bool {
		if obj == nil {
			return true
		}
		condition, turn := ready(obj)
		return since(obj) && condition != nil && turn != v1alpha1.TurnOperator && turn != v1alpha1.TurnCloudmore
	}
}

// findReseller reads a Reseller.
func (a *access) findReseller(ctx context.Context, name string) (*target, *v1alpha1.Reseller, error) {
	t, err := a.find(ctx, name, "reseller")
	if err != nil {
		return nil, nil, err
	}
	r, ok := t.Object.(*v1alpha1.Reseller)
	if !ok {
		return nil, nil, fmt.Errorf("%s is no Reseller", t)
	}
	return t, r, nil
}

// orphan is the command of that name.
type orphan struct {
	*access
	waiting
	confirmation
}

func newOrphan(a *access) *cobra.Command {
	o := &orphan{access: a}
	cmd := &cobra.Command{
		Use:   "orphan NAME",
		Short: "Delete a Reseller and keep its broker",
		Long: `Set spec.deletionPolicy: Orphan, wait until the operator has seen it, and delete the Reseller. The
broker stays in Cloudmore as it is, and nothing manages it.`,
		Example:           "  kubectl reseller orphan abcdef",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: a.completeNames(resellerList),
		RunE:              func(cmd *cobra.Command, args []string) error { return o.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().DurationVar(&o.timeout, "timeout", defaultTimeout, "How long to wait for the operator.")
	o.confirmation.add(cmd)
	return cmd
}

func (o *orphan) run(ctx context.Context, name string) error {
	t, r, err := o.findReseller(ctx, name)
	if err != nil {
		return err
	}
	if r.Annotations[v1alpha1.AnnotationDeletionProtection] == "true" {
		return fmt.Errorf("%s is protected: take the annotation %s away first", t, v1alpha1.AnnotationDeletionProtection)
	}
	broker := r.Status.BrokerID
	if err := o.confirm(&o.confirmation, fmt.Sprintf("Delete %s and keep broker %s?", t, or(broker, "(none is bound)"))); err != nil {
		return err
	}
	if err := o.edit(ctx, t, `{"spec":{"deletionPolicy":"Orphan"}}`); err != nil {
		return err
	}
	since := looked(t.Object)
	if err := o.await(ctx, t, func(obj client.Object) bool {
		return since(obj) && (obj == nil || obj.(*v1alpha1.Reseller).Status.EffectiveDeletionPolicy != v1alpha1.DeletionDelete)
	}); err != nil {
		return err
	}
	uid := t.GetUID()
	if err := t.client.Delete(ctx, t.Object, client.Preconditions{UID: &uid}); client.IgnoreNotFound(err) != nil {
		return err
	}
	if err := o.await(ctx, t, func(obj client.Object) bool { return obj == nil || obj.GetUID() != uid }); err != nil {
		return err
	}
	o.printf("%s is gone; broker %s stays in Cloudmore, and nothing manages it\n", t, or(broker, "(none was bound)"))
	return nil
}
