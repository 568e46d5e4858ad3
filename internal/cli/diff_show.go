package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/broker"
)

// brakes warns where more brokers would be changed than the brake of an account lets.
func (d *differ) brakes(found *differences) {
	for _, a := range d.accounts {
		brake, total := &a.seller.Settings().Brake, len(a.known.Brokers)
		if brake.Enabled != nil && !*brake.Enabled || brake.Percent == 0 { // a manifest that says nothing of it

			continue
		}
		most := max(int(brake.Minimum), total*int(brake.Percent)/100)
		if a.changes >= most {
			found.Warnings = append(found.Warnings, fmt.Sprintf("would change or delete %d of the %d brokers of %s: its brake halts writing at %d within %s",
				a.changes, total, account(a.ref), most, brake.Window.Duration))
		}
	}
	slices.Sort(found.Warnings)
}

// masked leaves out the values of personal data, as the field table has it; those of custom
// properties may be any.
func (d *differ) masked(found *differences) *differences {
	if d.values {
		return found
	}
	for i := range found.Changes {
		found.Changes[i].Says = or(found.Changes[i].note, found.Changes[i].Says)
		for n := range found.Changes[i].Fields {
			if f := &found.Changes[i].Fields[n]; personal(f.Field) {
				f.Have, f.Want = nil, nil
			}
		}
	}
	return found
}

func personal(path string) bool {
	for i := range broker.Fields {
		if f := &broker.Fields[i]; f.Spec() == path {
			return f.Personal
		}
	}
	return true
}

// show prints it, and exits with 1 where there is anything.
func (d *differ) show(found *differences) error {
	switch d.output {
	case "json", "yaml":
		if err := structured(d.Out, d.output, d.masked(found)); err != nil {
			return err
		}
	case "markdown":
		d.markdown(d.masked(found))
	default:
		d.print(found)
	}
	if len(found.Changes) > 0 {
		return outcome(diffFound)
	}
	return nil
}

// headline is what becomes of an object, in a line.
func (c *change) headline() string {
	what := string(c.Action)
	switch c.Action {
	case actionWait:
		what = "wait, " + c.Reason
	case actionUpdate, actionDelete, actionOrphan, actionAdopt:
		what += " broker " + c.BrokerID
	case actionCreate:
		what += " a broker"
	case actionNothing:
	}
	if c.Adopts && c.Action != actionAdopt {
		what = "adopt and " + what
	}
	return what
}

func (d *differ) print(found *differences) {
	colours := map[action]string{actionCreate: green, actionDelete: red, actionUpdate: yellow}
	for i := range found.Changes {
		c := &found.Changes[i]
		d.printf("%s/%s: %s\n", c.Namespace, c.Name, d.paint(colours[c.Action], c.headline()))
		var rows [][]string
		for _, f := range c.Fields {
			rows = append(rows, []string{"  " + f.Field, value(f.Have), "→ " + value(f.Want), string(f.Cause)})
		}
		table(d.Out, rows)
		if c.Says != "" {
			d.printf("  %s\n", c.Says)
		}
	}
	for _, warning := range found.Warnings {
		d.printf("%s\n", d.paint(red, warning))
	}
	d.printf("%s\n", found.sum())
}

func value(v *string) string {
	if v == nil {
		return "-"
	}
	return quoted(*v)
}

// sum is all in a line.
func (f *differences) sum() string {
	count := map[action]int{}
	for i := range f.Changes {
		count[f.Changes[i].Action]++
	}
	var parts []string
	for _, a := range []action{actionCreate, actionUpdate, actionDelete, actionAdopt, actionOrphan, actionWait} {
		if count[a] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", a, count[a]))
		}
	}
	return strings.Join(append(parts, fmt.Sprintf("unchanged %d", f.Unchanged)), ", ")
}

func (d *differ) markdown(found *differences) {
	d.printf("**%s**\n", found.sum())
	for _, warning := range found.Warnings {
		d.printf("\n> %s\n", warning)
	}
	if len(found.Changes) == 0 {
		return
	}
	d.printf("\n| Reseller | what | field | Cloudmore has | becomes |\n|---|---|---|---|---|\n")
	for i := range found.Changes {
		c := &found.Changes[i]
		name, what := c.Namespace+"/"+c.Name, c.headline()
		if c.Says != "" {
			what += ": " + c.Says
		}
		if len(c.Fields) == 0 {
			d.printf("| %s | %s | | | |\n", cell(name), cell(what))
		}
		for _, f := range c.Fields {
			have, want := "changed", "changed"
			if f.Have != nil || f.Want != nil {
				have, want = value(f.Have), value(f.Want)
			}
			d.printf("| %s | %s | %s | %s | %s |\n", cell(name), cell(what), cell(f.Field), cell(have), cell(want))
			name, what = "", ""
		}
	}
}

// cell is text in a table of markdown, where nothing of it means anything.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;", "`", "'", "[", `\[`, "@", "@\u200b").Replace(text)
}
