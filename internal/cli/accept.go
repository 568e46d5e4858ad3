package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// acceptor is the command accept.
type acceptor struct {
	*access
	waiting
	files, fields []string
	print         bool
}

func newAccept(a *access) *cobra.Command {
	c := &acceptor{access: a}
	cmd := &cobra.Command{
		Use:   "accept NAME | accept -f FILE… [NAME]",
		Short: "Write what the broker shows into the spec, or into its manifest: they were right",
		Long: `Take the values of status.drift into the spec of a Reseller, so that the broker is as described; with
-f into the manifests of files instead, of all their Resellers or of one: comments, order and quotes
stay as they are, and the cluster is not changed. For other ways to Git --print shows the patch, or
with -f the files, and changes nothing. For the other direction there is correct.`,
		Example: `  kubectl reseller accept abcdef --field spec.vat --wait
  kubectl reseller accept -f partners/
  kubectl reseller accept abcdef --print`,
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: a.completeNames(resellerList),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(c.files) > 0 && c.wait:
				return errors.New("--wait waits for an object, and -f changes files: leave one of them out")
			case len(c.files) > 0:
				return c.intoFiles(cmd.Context(), append(args, "")[0])
			case len(args) == 0:
				return errors.New("say NAME, or -f FILE")
			}
			return c.run(cmd.Context(), args[0])
		},
	}
	cmd.Flags().StringArrayVarP(&c.files, "filename", "f", nil, "A `file` or folder with manifests to write into.")
	cmd.Flags().StringSliceVar(&c.fields, "field", nil, "A `path` such as spec.contact.phone; left out, all that differ.")
	cmd.Flags().BoolVar(&c.print, "print", false, "Print what would be changed, and change nothing.")
	c.add(cmd)
	return cmd
}

func (c *acceptor) run(ctx context.Context, name string) error {
	t, r, err := c.findReseller(ctx, name)
	if err != nil {
		return err
	}
	chosen, err := chosenOf(r.Status.Drift, c.fields)
	if err != nil {
		return fmt.Errorf("%s: %w", t, err)
	}
	if len(chosen) == 0 {
		c.printf("%s: nothing differs\n", t)
		return nil
	}
	patch, err := json.MarshalIndent(map[string]any{"spec": specOf(r, chosen)}, "", "  ")
	if err != nil {
		return err
	}
	if c.print {
		c.printf("%s\n", patch)
		return nil
	}
	if err := c.edit(ctx, t, string(patch)); err != nil {
		return err
	}
	for _, d := range chosen {
		c.printf("%s: %s is now %s\n", t, d.Field, quoted(d.Observed))
	}
	if !c.wait {
		return nil
	}
	if err := c.await(ctx, t, looked(t.Object)); err != nil {
		return err
	}
	return c.tell(t)
}

// chosenOf are the differences in these fields, or in all where none is said.
func chosenOf(drift []v1alpha1.Drift, fields []string) ([]v1alpha1.Drift, error) {
	for _, field := range fields {
		if !slices.ContainsFunc(drift, func(d v1alpha1.Drift) bool { return d.Field == field }) {
			return nil, fmt.Errorf("%s does not differ; kubectl reseller status shows what does", field)
		}
	}
	var chosen []v1alpha1.Drift
	for _, d := range drift {
		if len(fields) > 0 && !slices.Contains(fields, d.Field) {
			continue
		}
		if utf8.RuneCountInString(d.Observed) >= v1alpha1.MaxObservedLength {
			return nil, fmt.Errorf("status does not show all of %s: copy it from the portal", d.Field)
		}
		chosen = append(chosen, d)
	}
	return chosen, nil
}

// specOf is the part of a spec that has what the broker shows.
func specOf(r *v1alpha1.Reseller, drift []v1alpha1.Drift) map[string]any {
	spec := map[string]any{}
	properties := slices.Clone(r.Spec.CustomProperties)
	for i := range drift {
		d := &drift[i]
		if n := slices.IndexFunc(properties, func(p v1alpha1.CustomProperty) bool { return broker.PropertyPath(string(p.ID)) == d.Field }); n >= 0 {
			properties[n].Value = &d.Observed
			spec["customProperties"] = properties
			continue
		}
		group, name, nested := strings.Cut(strings.TrimPrefix(d.Field, "spec."), ".")
		to := spec
		if nested {
			inner, _ := spec[group].(map[string]any)
			if inner == nil {
				inner = map[string]any{}
				spec[group] = inner
			}
			to = inner
		} else {
			name = group
		}
		to[name] = d.Observed
		if d.Field == "spec.allowCmpAccess" {
			to[name] = d.Observed == "true"
		}
	}
	return spec
}
