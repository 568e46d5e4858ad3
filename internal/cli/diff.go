package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/admission"
)

// differ is the command diff.
type differ struct {
	*access
	files       []string
	output      string
	values      bool
	deleted     bool
	perSecond   float64
	rules       *admission.Rules
	client      client.WithWatch
	inNamespace string
	// accounts are those that were listed, by Seller; all are the Resellers of the cluster.
	accounts map[string]*foreseenAccount
	all      []v1alpha1.Reseller
}

func newDiff(a *access) *cobra.Command {
	d := &differ{access: a}
	cmd := &cobra.Command{
		Use:   "diff [-f FILE… | NAME…]",
		Short: "Show what the operator would do to brokers, before it does",
		Long: `Run the operator's own rules forward, with what the account shows now, and print what it would
create, change, adopt, delete or leave: for the manifests of files, for the Resellers that are named,
or for all of the namespace. Nothing is written, to Cloudmore or to the cluster. Each account is
listed once, with the credentials of its Seller's Secret, and a broker is read where the rules would
read it.

With -f, the spec of a file takes the place of the object's. The preview ends with the next write
of each object; it takes every call for successful, and lists for believed.

Exit codes: 0 nothing would change, and nobody has to act; 1 there is something; 2 something went wrong.`,
		Example: `  kubectl reseller diff -f partners/
  kubectl kustomize overlays/prod | kubectl reseller diff -f - -o markdown
  kubectl reseller diff abcdef --delete`,
		ValidArgsFunction: a.completeNames(resellerList),
		RunE: func(cmd *cobra.Command, names []string) error {
			err := d.run(cmd.Context(), names)
			if err != nil && !isOutcome(err) {
				return failure{err, diffFailed}
			}
			return err
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVarP(&d.files, "filename", "f", nil, "A `file` or folder with manifests; - reads them from stdin.")
	flags.StringVarP(&d.output, "output", "o", "table", "The `format`: table, json, yaml or markdown.")
	flags.BoolVar(&d.values, "show-values", false, "Show the values of personal data in json, yaml and markdown, too.")
	flags.BoolVar(&d.deleted, "delete", false, "Show what would become of the brokers if the objects were deleted.")
	flags.Float64Var(&d.perSecond, "rate", 5, "Calls per second; at most half of what the Seller permits, since the operator calls, too.")
	return cmd
}

// The codes of diff are those of kubectl diff.
const (
	diffFound  Code = 1
	diffFailed Code = 2
)

func (d *differ) run(ctx context.Context, names []string) error {
	switch {
	case !slices.Contains([]string{"table", "json", "yaml", "markdown"}, d.output):
		return fmt.Errorf("--output must be table, json, yaml or markdown, not %q", d.output)
	case len(d.files) > 0 && len(names) > 0:
		return errors.New("say files or names, not both")
	case d.perSecond <= 0:
		return errors.New("--rate must be more than 0")
	}
	var err error
	if d.client, d.inNamespace, err = d.access.client(); err != nil {
		return err
	}
	if d.rules, err = admission.New(); err != nil {
		return err
	}
	d.accounts = map[string]*foreseenAccount{}
	objects, err := d.objects(ctx, names)
	if err != nil {
		return err
	}
	found := &differences{Changes: []change{}}
	for i := range objects {
		if err := d.foresee(ctx, &objects[i], objects, found); err != nil {
			return fmt.Errorf("reseller/%s: %w", objects[i].Name, err)
		}
	}
	d.brakes(found)
	return d.show(found)
}

// objects are the Resellers to look at, as they would be.
func (d *differ) objects(ctx context.Context, names []string) ([]v1alpha1.Reseller, error) {
	if len(d.files) > 0 {
		return d.fromFiles(ctx)
	}
	if len(names) == 0 {
		return allResellers(ctx, d.client, d.inNamespace)
	}
	var all []v1alpha1.Reseller
	for _, name := range names {
		r := &v1alpha1.Reseller{}
		if err := d.client.Get(ctx, client.ObjectKey{Namespace: d.inNamespace, Name: name}, r); err != nil {
			return nil, explained(err)
		}
		all = append(all, *r)
	}
	return all, nil
}
