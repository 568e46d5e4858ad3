package cli

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// finding is one thing that was looked at.
type finding struct {
	Part string `json:"part"`
	// State is good, broken, or unknown where it can't be looked at or is not known yet.
	State linkState `json:"state"`
	Says  string    `json:"says"`
	// Remedy is what to do; "" where there is nothing to do.
	Remedy string `json:"remedy,omitempty"`
}

// chapter are the findings about one thing.
type chapter struct {
	About    string    `json:"about"`
	Findings []finding `json:"findings"`
}

func (s *chapter) good(part, format string, args ...any) {
	s.Findings = append(s.Findings, finding{part, good, fmt.Sprintf(format, args...), ""})
}

func (s *chapter) unknown(part, format string, args ...any) {
	s.Findings = append(s.Findings, finding{part, unknown, fmt.Sprintf(format, args...), ""})
}

func (s *chapter) broken(part, remedy, format string, args ...any) {
	s.Findings = append(s.Findings, finding{part, broken, fmt.Sprintf(format, args...), remedy})
}

// doctor is the command of that name.
type doctor struct {
	*access
	operatorNamespace, output string
	upgrade                   bool
}

func newDoctor(a *access) *cobra.Command {
	d := &doctor{access: a}
	cmd := &cobra.Command{
		Use:   "doctor [[KIND/]SELLER…]",
		Short: "Look for what is wrong with the installation and its accounts",
		Long: `Look at the cluster, the operator, and the Sellers that are named, or all of the namespace: CRDs,
clocks, rights, leader, admission policies, metrics; the keys of each Secret, whether it permits the
endpoint, TLS, login, list, and the right to write. A line for each: ✔ fine, ✘ wrong, with what to do,
or ? where it can't be known, because you lack the right to look or nothing has tried it yet.

Policies are tried by dry runs of writes that they must refuse. Nothing is written, to Cloudmore or
to the cluster. For each account one login and one list are made, from where you are; none where the
operator was refused a login, or got no verdict, and no second one with credentials that were refused.

With --upgrade, run the next version's command before the next version's operator: what its rules would
send for the Resellers that are stored now. A broker is read by its own call where the list shows only a
part of it.

Exit codes: 0 nothing is wrong; 1 there is no cluster to look at; 3 something is wrong.`,
		Example:           "  kubectl reseller doctor\n  kubectl reseller doctor --upgrade\n  kubectl reseller doctor clusterseller/shared -o json",
		ValidArgsFunction: a.completeNames(sellerList),
		RunE:              func(cmd *cobra.Command, words []string) error { return d.run(cmd.Context(), words) },
	}
	cmd.Flags().StringVar(&d.operatorNamespace, "operator-namespace", "", "The `namespace` of the operator; left out, it is looked for.")
	cmd.Flags().StringVarP(&d.output, "output", "o", "table", "The `format`: table, json or yaml.")
	cmd.Flags().BoolVar(&d.upgrade, "upgrade", false, "Say what this version would send for what is stored now.")
	return cmd
}

// examination is one run of it.
type examination struct {
	*doctor
	target
	cluster  *cluster
	operator *manager
	// refused are credentials that were refused in this run, by what they are.
	refused map[string]bool
}

func (d *doctor) run(ctx context.Context, words []string) error {
	if !slices.Contains([]string{"table", "json", "yaml"}, d.output) {
		return fmt.Errorf("--output must be table, json or yaml, not %q", d.output)
	}
	e := &examination{doctor: d, refused: map[string]bool{}}
	var err error
	if e.cluster, err = d.connect(ctx); err != nil {
		return err
	}
	e.client, e.namespace = e.cluster.client, e.cluster.namespace
	sections := []*chapter{e.examineCluster(ctx), e.examineOperator(ctx)}
	sellers, err := e.sellers(ctx, words)
	if err != nil {
		return err
	}
	for _, seller := range sellers {
		sections = append(sections, e.examineSeller(ctx, seller))
	}
	return d.show(sections)
}

// sellers are those that are named, or those of the namespace.
func (e *examination) sellers(ctx context.Context, words []string) ([]v1alpha1.SellerObject, error) {
	var found []v1alpha1.SellerObject
	for _, word := range words {
		t, err := e.find(ctx, word, "seller")
		if err != nil {
			return nil, err
		}
		seller, ok := t.Object.(v1alpha1.SellerObject)
		if !ok {
			return nil, fmt.Errorf("%s has no account: name a Seller, or clusterseller/NAME", t)
		}
		found = append(found, seller)
	}
	if len(words) > 0 {
		return found, nil
	}
	var own v1alpha1.SellerList
	_ = e.client.List(ctx, &own, client.InNamespace(e.namespace)) // the section of the cluster says why there are none
	for i := range own.Items {
		found = append(found, &own.Items[i])
	}
	return found, nil
}

// show prints all, and exits by whether anything is wrong.
func (d *doctor) show(sections []*chapter) error {
	wrong := 0
	for _, s := range sections {
		for _, f := range s.Findings {
			if f.State == broken {
				wrong++
			}
		}
	}
	if d.output != "table" {
		if err := structured(d.Out, d.output, map[string]any{"sections": sections, "wrong": wrong}); err != nil {
			return err
		}
	} else {
		d.print(sections, wrong)
	}
	if wrong > 0 {
		return outcome(YourTurn)
	}
	return nil
}

func (d *doctor) print(sections []*chapter, wrong int) {
	signs := map[linkState]string{good: d.paint(green, "✔"), broken: d.paint(red, "✘"), unknown: d.paint(yellow, "?")}
	for _, s := range sections {
		d.printf("%s\n", s.About)
		for _, f := range s.Findings {
			d.printf("  %s %s: %s\n", signs[f.State], f.Part, f.Says)
			if f.Remedy != "" {
				d.printf("      → %s\n", f.Remedy)
			}
		}
		d.printf("\n")
	}
	if wrong == 0 {
		d.printf("Nothing is wrong.\n")
		return
	}
	d.printf("Wrong: %d.\n", wrong)
}
