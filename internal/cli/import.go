package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/admission"
	"github.com/reseller-operator/reseller-operator/internal/broker"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore"
	"github.com/reseller-operator/reseller-operator/internal/fleet"
	"github.com/reseller-operator/reseller-operator/internal/onboard"
	"github.com/reseller-operator/reseller-operator/internal/plan"
)

// importer is the command import.
type importer struct {
	*access
	seller, to, mode, choose string
	apply, offline           bool
	endpoint, sellerID       string
	perSecond                float64
	output                   string
}

func newImport(a *access) *cobra.Command {
	i := &importer{access: a}
	cmd := &cobra.Command{
		Use:   "import (--to DIR | --apply)",
		Short: "Describe the brokers that no Reseller claims by manifests, or by objects",
		Long: `Read the account of a Seller, and write a manifest for each broker that no Reseller claims,
a kustomization.yaml and a report; or, with --apply, create the Resellers in the namespace. Nothing is
written to Cloudmore, and what is described changes nothing there: each Reseller names its broker by id,
and has its values as Cloudmore shows them. A value that admission would refuse is left out, and the
report proposes a correction. Brokers that DIR or the cluster describes already stay as they are there,
so an import that was stopped goes on where it ended.

The account is read with the credentials of the Seller's Secret, or with --offline with those
of the environment: ` + envUsername + `, ` + envPassword + `, ` + envClientSecret + ` and, where
it is another, ` + envClientID + `. A refused login is not tried again.

Exit codes: 0 all are described as they are; 1 something went wrong; 3 the report has values or
brokers for you to look at.`,
		Example: `  kubectl reseller import --seller main --to partners/
  kubectl reseller import --seller main --apply
  kubectl reseller import --seller main --to partners/ --mode manage --select "broker.address.countryCode == 'EE'"`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return i.run(cmd.Context()) },
	}
	flags := cmd.Flags()
	flags.StringVar(&i.seller, "seller", "main", "The Seller, or clusterseller/NAME, that the Resellers will name.")
	flags.StringVar(&i.to, "to", "", "The `directory` for the manifests; it is made.")
	flags.BoolVar(&i.apply, "apply", false, "Create the Resellers in the namespace, and write no files.")
	flags.StringVar(&i.mode, "mode", string(onboard.Observe), "observe: describe all fields and write none; manage: describe and manage all; ids: name the brokers, manage no field.")
	flags.StringVar(&i.choose, "select", "", "An `expression` of CEL that is true of the brokers to describe, such as broker.address.countryCode == 'EE'.")
	flags.BoolVar(&i.offline, "offline", false, "Ask no cluster: credentials are those of the environment, and only the brokers that DIR describes are known.")
	flags.StringVar(&i.endpoint, "endpoint", v1alpha1.DefaultEndpoint, "The `URL` of the seller API, with --offline.")
	flags.StringVar(&i.sellerID, "seller-id", "", "The `id` of the seller, with --offline.")
	flags.Float64Var(&i.perSecond, "rate", defaultRate, "Calls per second; at most half of what the Seller permits, since the operator calls, too.")
	flags.StringVarP(&i.output, "output", "o", "table", "The `format` of the report on stdout: table, json or yaml.")
	cmd.MarkFlagsOneRequired("to", "apply")
	cmd.MarkFlagsMutuallyExclusive("to", "apply")
	cmd.MarkFlagsMutuallyExclusive("apply", "offline")
	return cmd
}

func (i *importer) check() error {
	if !slices.Contains([]string{"table", "json", "yaml"}, i.output) {
		return fmt.Errorf("--output must be table, json or yaml, not %q", i.output)
	}
	if !slices.Contains([]onboard.Mode{onboard.Observe, onboard.Manage, onboard.IDs}, onboard.Mode(i.mode)) {
		return fmt.Errorf("--mode must be observe, manage or ids, not %q", i.mode)
	}
	if i.perSecond <= 0 {
		return errors.New("--rate must be more than 0")
	}
	return nil
}

// importPlan is an import before it begins.
type importPlan struct {
	account *sellerAccount
	client  *cloudmore.Client
	known   []onboard.Known
	options onboard.Options
	choice  *choice
	rules   *admission.Rules
	to      sink
}

func (i *importer) run(ctx context.Context) error {
	if err := i.check(); err != nil {
		return err
	}
	p, err := i.prepare(ctx)
	if err != nil {
		return err
	}
	listing, err := read(ctx, p.client.List)
	if err != nil {
		return said(err)
	}
	found := onboard.Sort(listing.Brokers, p.known)
	r := reportOf(&found, listing.Unreadable)
	brokers, err := i.details(ctx, p, found.Open, r)
	if err == nil {
		err = i.describe(ctx, p, brokers, r)
	}
	if err = errors.Join(err, p.to.finish(r)); err != nil {
		return err
	}
	return i.show(p.to, r)
}

func (i *importer) prepare(ctx context.Context) (*importPlan, error) {
	p := &importPlan{}
	namespace, err := i.locate(ctx, p)
	if err != nil {
		return nil, err
	}
	if p.choice, err = newChoice(i.choose); err != nil {
		return nil, err
	}
	if p.rules, err = admission.New(); err != nil {
		return nil, err
	}
	if !i.apply {
		if p.to, err = openFolder(i.to); err != nil {
			return nil, err
		}
	}
	p.known = append(p.known, p.to.known()...)
	p.options = onboard.Options{Namespace: namespace, Seller: p.account.ref, Mode: onboard.Mode(i.mode), Mark: p.account.mark}
	p.account.config.Gate = paced(i.perSecond, p.account.perSecond)
	p.client, err = cloudmore.New(p.account.config)
	return p, err
}

// locate finds the account, and what the cluster knows of its brokers.
func (i *importer) locate(ctx context.Context, p *importPlan) (namespace string, err error) {
	if i.offline {
		namespace, _, err = i.flags.ToRawKubeConfigLoader().Namespace()
		if err == nil {
			p.account, err = i.accountOfEnvironment(i.endpoint, i.sellerID, i.seller)
		}
		return namespace, err
	}
	t, err := i.find(ctx, i.seller, "seller")
	if err != nil {
		return "", err
	}
	if p.account, err = i.accountOf(ctx, t); err != nil {
		return "", err
	}
	p.to = &intoCluster{t.client, t.namespace}
	p.known, err = i.knownIn(ctx, t, p.account)
	return t.namespace, err
}

// knownIn are the Resellers of the account: those of all namespaces where the user may see
// them, else those of this one.
func (i *importer) knownIn(ctx context.Context, t *target, account *sellerAccount) ([]onboard.Known, error) {
	resellers, err := i.everyReseller(ctx, t.client, t.namespace)
	if err != nil {
		return nil, err
	}
	ref := fleet.Ref{Kind: account.ref.Kind, Namespace: t.scope(), Name: string(account.ref.Name)}
	var known []onboard.Known
	for n := range resellers {
		if r := &resellers[n]; !plan.Discovered(r) && sameAccount(r, ref, &account.config) {
			known = append(known, knownOf(r))
		}
	}
	return known, nil
}

func knownOf(r *v1alpha1.Reseller) onboard.Known {
	k := onboard.Known{Namespace: r.Namespace, Name: r.Name, BrokerID: broker.ID(or(r.Status.BrokerID, string(r.Spec.BrokerID)))}
	if number, domain := r.Spec.RegistrationNumber, r.Spec.Domain; number != nil && domain != nil {
		k.Identity, _ = broker.IdentityFrom(string(*number), string(*domain))
	}
	return k
}

// said has the API's own words in an error: a user reads them on a terminal.
func said(err error) error {
	var failure *broker.Failure
	if errors.As(err, &failure) {
		return fmt.Errorf("%w%s", err, strings.TrimPrefix(failure.Told(), failure.Error()))
	}
	return err
}
