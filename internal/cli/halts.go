package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// request is a command that sets an annotation on a Seller once a user has agreed.
type request struct {
	*access
	waiting
	confirmation
	annotation string
	// show says what the person agrees to; false where there is nothing to agree to.
	show func(*target, *v1alpha1.SellerStatus) bool
	// handled is the value that was last acted on.
	handled func(*v1alpha1.SellerStatus) string
	ask     string
}

func (r *request) complete(cmd *cobra.Command) *cobra.Command {
	cmd.Args = cobra.ExactArgs(1)
	cmd.ValidArgsFunction = r.completeNames(sellerList)
	cmd.RunE = func(cmd *cobra.Command, words []string) error { return r.run(cmd.Context(), words[0]) }
	r.waiting.add(cmd)
	r.confirmation.add(cmd)
	return cmd
}

func (r *request) run(ctx context.Context, word string) error {
	t, err := r.find(ctx, word, "seller")
	if err != nil {
		return err
	}
	seller, ok := t.Object.(v1alpha1.SellerObject)
	if !ok {
		return fmt.Errorf("%s has no account: name a Seller, or clusterseller/NAME", t)
	}
	if !r.show(t, seller.CurrentStatus()) {
		return nil
	}
	if err := r.confirm(&r.confirmation, r.ask); err != nil {
		return err
	}
	value := r.stamp()
	if err := t.annotate(ctx, r.annotation, value); err != nil {
		return err
	}
	if !r.wait {
		r.printf("%s: told the operator\n", t)
		return nil
	}
	if err := r.await(ctx, t, func(obj client.Object) bool {
		return obj == nil || r.handled(obj.(v1alpha1.SellerObject).CurrentStatus()) == value
	}); err != nil {
		return err
	}
	return r.tell(t)
}

func newResumeWrites(a *access) *cobra.Command {
	r := &request{
		access: a, annotation: v1alpha1.AnnotationResumeWritesAt, show: a.showHalt, ask: "Let them go on?",
		handled: func(st *v1alpha1.SellerStatus) string { return st.LastHandledResumeWritesAt },
	}
	return r.complete(&cobra.Command{
		Use:   "resume-writes [KIND/]SELLER",
		Short: "Show what a halt holds back, and let it go on",
		Long: `Show what waits since the brake, or harm to fields that nobody manages, halted the writes of an
account, ask, and let it go on. To undo it instead, revert the change and ask nothing here.`,
		Example: "  kubectl reseller resume-writes main --wait",
	})
}

// showHalt says what a halt holds back.
func (a *access) showHalt(t *target, st *v1alpha1.SellerStatus) bool {
	halt := st.Halt
	if halt == nil {
		a.printf("%s: writes are not halted\n", t)
		return false
	}
	a.printf("%s: writes are halted for %s: %s\n", t, a.ago(halt.Since.Time), why(halt))
	for _, w := range halt.Whom {
		a.printf("  %s %s/%s, broker %s\n", strings.ToLower(string(w.Action)), w.Namespace, w.Name, or(w.BrokerID, "unknown"))
	}
	if halt.More > 0 {
		a.printf("  and %d more\n", halt.More)
	}
	return true
}

func why(halt *v1alpha1.WriteHalt) string {
	switch halt.Kind {
	case v1alpha1.HaltBrake:
		return fmt.Sprintf("more than %d of %d brokers were about to be changed or deleted within %s", halt.Most, halt.Total, halt.Window.Duration)
	case v1alpha1.HaltHarm:
		return "updates changed " + halt.Field + " although no spec names it"
	case v1alpha1.HaltUnknown:
	}
	return halt.Message
}

func newAcceptList(a *access) *cobra.Command {
	r := &request{
		access: a, annotation: v1alpha1.AnnotationAcceptListAt, ask: "Is the list of brokers right?",
		handled: func(st *v1alpha1.SellerStatus) string { return st.LastHandledAcceptListAt },
		show: func(t *target, _ *v1alpha1.SellerStatus) bool {
			condition, _ := ready(t.Object)
			if condition == nil || condition.Reason != v1alpha1.ReasonListSuspicious {
				a.printf("%s: its list of brokers is not in doubt\n", t)
				return false
			}
			a.printf("%s is %s: %s\n", t, condition.Reason, messageOf(condition))
			return true
		},
	}
	return r.complete(&cobra.Command{
		Use:   "accept-list [KIND/]SELLER",
		Short: "Say that a list of brokers that looks wrong is right",
		Long: `Show why the operator doubts the list of brokers of an account, ask, and have it believed. What it
lacks counts as deleted from then on, so look into the portal first.`,
		Example: "  kubectl reseller accept-list main --wait",
	})
}
