package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/go-logr/logr"
	"github.com/spf13/cobra"
	"k8s.io/cli-runtime/pkg/genericclioptions"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	ctrllog "sigs.k8s.io/controller-runtime/pkg/log"
)

// Env is what a command is given from outside.
type Env struct {
	genericiooptions.IOStreams
	// Version is this program's.
	Version string
	Now     func() time.Time
	// Terminal says that a user reads Out; Colour that it may have colours.
	Terminal, Colour bool
	// Getenv reads a variable of the environment.
	Getenv func(string) string
}

// Run runs the command that args name and returns what to exit with. What went wrong
// stands in ErrOut.
func Run(ctx context.Context, args []string, env Env) Code {
	ctrllog.SetLogger(logr.Discard()) // the client's; what matters is returned
	root := New(env)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	code, tell := exitOf(err)
	if tell {
		_, _ = fmt.Fprintln(env.ErrOut, "error:", err)
	}
	return code
}

// New is kubectl reseller with all its commands.
func New(env Env) *cobra.Command {
	a := &access{Env: env, flags: genericclioptions.NewConfigFlags(true)}
	root := &cobra.Command{
		Use:   "kubectl-reseller",
		Short: "See and steer what the reseller operator keeps",
		Long: `See and steer the brokers that the reseller operator keeps as Kubernetes objects.

Exit codes: 0 done, or all is well; 1 something went wrong, and stderr says what;
3 it is your turn; 4 the operator or Cloudmore is at work. Commands that differ say so.`,
		Version:       env.Version,
		SilenceErrors: true, SilenceUsage: true,
		Annotations: map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl reseller"},
	}
	root.SetIn(env.In)
	root.SetOut(env.Out)
	root.SetErr(env.ErrOut)
	a.flags.AddFlags(root.PersistentFlags())
	root.AddCommand(
		newStatus(a), newReconcile(a), newSuspend(a), newResume(a), newResumeWrites(a), newAcceptList(a),
		newAdopt(a), newOrphan(a), newImport(a), newDiff(a), newAccept(a), newCorrect(a), newDoctor(a), newExplain(a), newRunbook(a),
	)
	return root
}
