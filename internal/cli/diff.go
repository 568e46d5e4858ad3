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
	kustomize   string
	prune       string
	output      string
	values      bool
	deleted     bool
	offline     bool
	endpoint    string
	sellerID    string
	perSecond   float64
	rules       *admission.Rules
	client      client.WithWatch
	inNamespace string
	// accounts are those that were listed, by Seller; all are the Resellers of the cluster,
	// beside those that are looked at, as they would be; sellers are those of the files.
	accounts map[string]*foreseenAccount
	all      []v1alpha1.Reseller
	beside   []v1alpha1.Reseller
	sellers  []v1alpha1.SellerObject
}

func newDiff(a *access) *cobra.Command {
	d := &differ{access: a}
	cmd := &cobra.Command{
		Use:   "diff [-f FILE… | -k DIR | NAME…]",
		Short: "Show what the operator would do to brokers, before it does",
		Long: `Run the operator's own rules forward, with what the account shows now, and print what it would
create, change, adopt, delete or leave: for the manifests of files, for the Resellers that are named,
or for all of the namespace. Nothing is written, to Cloudmore or to the cluster. Each account is
listed once, with the credentials of its Seller's Secret, and a broker is read where the rules would
read it.

With -f or -k, the spec of a manifest takes the place of the object's; with --prune-selector, what the
label selector finds in the namespace and the manifests lack is shown as deleted. The preview ends with
the next write of each object; it takes every call for successful, and lists for believed.

With --offline no cluster is asked: credentials are those of the environment, as for import, and Sellers
those of the manifests, or the one of --seller-id. Only manifests are known then: a broker that a
Reseller created, and no spec.brokerID names, is shown as one that would have to be adopted.

Exit codes: 0 nothing would change, and nobody has to act; 1 there is something; 2 something went wrong.`,
		Example: `  kubectl reseller diff -f partners/
  kubectl reseller diff -k overlays/prod --prune-selector team=partners -o markdown
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
	flags.StringVarP(&d.kustomize, "kustomize", "k", "", "A `directory` with a kustomization.")
	flags.StringVar(&d.prune, "prune-selector", "", "A label `selector`: the Resellers of the namespace that it selects and the manifests lack are shown as deleted.")
	flags.BoolVar(&d.offline, "offline", false, "Ask no cluster: credentials are those of the environment, and only the manifests are known.")
	flags.StringVar(&d.endpoint, "endpoint", v1alpha1.DefaultEndpoint, "The `URL` of the seller API, with --offline.")
	flags.StringVar(&d.sellerID, "seller-id", "", "The `id` of the seller, with --offline, for Sellers that the manifests lack.")
	flags.StringVarP(&d.output, "output", "o", "table", "The `format`: table, json, yaml or markdown.")
	flags.BoolVar(&d.values, "show-values", false, "Show the values of personal data in json, yaml and markdown, too.")
	flags.BoolVar(&d.deleted, "delete", false, "Show what would become of the brokers if the objects were deleted.")
	flags.Float64Var(&d.perSecond, "rate", defaultRate, "Calls per second; at most half of what the Seller permits, since the operator calls, too.")
	return cmd
}

// The codes of diff are those of kubectl diff.
const (
	diffFound  Code = 1
	diffFailed Code = 2
)

func (d *differ) run(ctx context.Context, names []string) error {
	if err := d.check(names); err != nil {
		return err
	}
	err := d.connect()
	if err != nil {
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
	gone, err := d.pruned(ctx, objects)
	if err != nil {
		return err
	}
	d.beside = objects
	found := &differences{Changes: []change{}}
	for i := range objects {
		if err := d.foresee(ctx, &objects[i], d.deleted, found); err != nil {
			return fmt.Errorf("reseller/%s: %w", objects[i].Name, err)
		}
	}
	for i := range gone {
		if err := d.foresee(ctx, &gone[i], true, found); err != nil {
			return fmt.Errorf("reseller/%s: %w", gone[i].Name, err)
		}
	}
	d.brakes(found)
	return d.show(found)
}

func (d *differ) check(names []string) error {
	manifests := len(d.files) > 0 || d.kustomize != ""
	switch {
	case !slices.Contains([]string{"table", "json", "yaml", "markdown"}, d.output):
		return fmt.Errorf("--output must be table, json, yaml or markdown, not %q", d.output)
	case manifests && len(names) > 0:
		return errors.New("say files or names, not both")
	case !manifests && (d.offline || d.prune != ""):
		return errors.New("--offline and --prune-selector need manifests: say -f or -k")
	case d.offline && d.prune != "":
		return errors.New("--prune-selector asks the cluster, and --offline does not: leave one of them out")
	case d.perSecond <= 0:
		return errors.New("--rate must be more than 0")
	}
	return nil
}

// connect finds the cluster and the namespace; offline only that.
func (d *differ) connect() (err error) {
	if d.offline {
		d.inNamespace, _, err = d.flags.ToRawKubeConfigLoader().Namespace()
		return err
	}
	d.client, d.inNamespace, err = d.access.client()
	return err
}

// objects are the Resellers to look at, as they would be.
func (d *differ) objects(ctx context.Context, names []string) ([]v1alpha1.Reseller, error) {
	if len(d.files) > 0 || d.kustomize != "" {
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
