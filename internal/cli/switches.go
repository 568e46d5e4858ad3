package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// annotate sets an annotation on an object.
func (t *target) annotate(ctx context.Context, name, value string) error {
	body, err := json.Marshal(map[string]any{"metadata": map[string]any{"annotations": map[string]string{name: value}}})
	if err != nil {
		return err
	}
	return t.patch(ctx, string(body))
}

// stamp is the value of an annotation that asks for something once.
func (a *access) stamp() string { return a.Now().UTC().Format(time.RFC3339Nano) }

// eachOf runs do for every object that is named, and fails with the last that failed, or by
// the turn of the last that has one.
func (a *access) eachOf(ctx context.Context, words []string, fallback string, do func(*target) error) error {
	var result error
	for _, word := range words {
		t, err := a.find(ctx, word, fallback)
		if err == nil {
			err = do(t)
		}
		if codeOf(err) == Failed {
			return err
		}
		if codeOf(err) != Done && codeOf(result) != YourTurn {
			result = err
		}
	}
	return result
}

func newReconcile(a *access) *cobra.Command {
	w := &waiting{}
	cmd := &cobra.Command{
		Use:   "reconcile [KIND/]NAME…",
		Short: "Have objects looked at now, and refused calls tried once more",
		Long: `Have the operator look at Resellers, Sellers or ClusterSellers now. A call that was refused is
tried once more; on a Seller, also a login that was refused: repeated wrong passwords may
lock the account, so change the Secret first.`,
		Example:           "  kubectl reseller reconcile abcdef --wait\n  kubectl reseller reconcile seller/main --wait",
		Args:              cobra.MinimumNArgs(1),
		ValidArgsFunction: a.completeNames(resellerList),
		RunE: func(cmd *cobra.Command, words []string) error {
			return a.eachOf(cmd.Context(), words, "reseller", func(t *target) error { return a.reconcile(cmd.Context(), t, w) })
		},
	}
	w.add(cmd)
	return cmd
}

func (a *access) reconcile(ctx context.Context, t *target, w *waiting) error {
	value := a.stamp()
	if err := t.annotate(ctx, v1alpha1.AnnotationReconcileRequestedAt, value); err != nil {
		return err
	}
	if !w.wait {
		a.printf("%s: asked the operator to look at it\n", t)
		return nil
	}
	if err := w.await(ctx, t, func(obj client.Object) bool { return obj == nil || handled(obj) == value }); err != nil {
		return err
	}
	return a.tell(t)
}

// handled is the last request to reconcile that was acted on.
func handled(obj client.Object) string {
	switch obj := obj.(type) {
	case v1alpha1.SellerObject:
		return obj.CurrentStatus().LastHandledReconcileAt
	case *v1alpha1.Reseller:
		return obj.Status.LastHandledReconcileAt
	}
	return ""
}

func newSuspend(a *access) *cobra.Command {
	return newSwitch(a, `{"spec":{"suspend":true}}`, "suspended", &cobra.Command{
		Use:   "suspend [KIND/]NAME…",
		Short: "Stop every write for Resellers, or for a whole account",
		Long: `Set spec.suspend: nothing is written for a Reseller, or to the account of a Seller or ClusterSeller,
until resume. Differences are still shown.`,
		Example: "  kubectl reseller suspend abcdef\n  kubectl reseller suspend seller/main --wait",
	})
}

func newResume(a *access) *cobra.Command {
	return newSwitch(a, `{"spec":{"suspend":null}}`, "resumed", &cobra.Command{
		Use:     "resume [KIND/]NAME…",
		Short:   "Let writes go on that suspend stopped",
		Long:    `Take spec.suspend away. Writes that the brake halted go on with resume-writes.`,
		Example: "  kubectl reseller resume abcdef --wait",
	})
}

// newSwitch completes a command that patches the spec of what is named.
func newSwitch(a *access, patch, done string, cmd *cobra.Command) *cobra.Command {
	w := &waiting{}
	cmd.Args = cobra.MinimumNArgs(1)
	cmd.ValidArgsFunction = a.completeNames(resellerList)
	cmd.RunE = func(cmd *cobra.Command, words []string) error {
		return a.eachOf(cmd.Context(), words, "reseller", func(t *target) error {
			if err := a.edit(cmd.Context(), t, patch); err != nil {
				return err
			}
			a.printf("%s %s\n", t, done)
			if !w.wait {
				return nil
			}
			if err := w.await(cmd.Context(), t, looked(t.Object)); err != nil {
				return err
			}
			return a.tell(t)
		})
	}
	w.add(cmd)
	return cmd
}

// edit patches the spec, and says where that does not last.
func (a *access) edit(ctx context.Context, t *target, patch string) error {
	if err := t.patch(ctx, patch); err != nil {
		return fmt.Errorf("%s: %w", t, err)
	}
	if who := delivered(t.Object); who != "" {
		a.note("%s: %s applies this object and may undo the change: make it there, too", t, who)
	}
	return nil
}
