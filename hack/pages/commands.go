package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/reseller-operator/reseller-operator/internal/cli"
)

// commands has a section for each command of kubectl reseller.
func commands() (string, error) {
	var page strings.Builder
	page.WriteString(aboutCommands)
	root := cli.New(cli.Env{})
	fmt.Fprintf(&page, "%s\n", root.Long)
	for _, cmd := range root.Commands() {
		section(&page, cmd)
	}
	return page.String(), nil
}

const aboutCommands = `# kubectl reseller

Generated from internal/cli by ` + "`make docs`" + `. A plugin of kubectl: put the binary ` + "`kubectl-reseller`" + ` of a [release](releases.md), or of ` + "`make build`" + `, into your ` + "`PATH`" + `. Cluster, user and namespace are chosen as for kubectl (` + "`--context`, `--as`, `--namespace`" + `). Colours are for terminals; ` + "`NO_COLOR`" + ` switches them off. For completion in kubectl put a script ` + "`kubectl_complete-reseller`" + ` with the line ` + "`kubectl reseller __complete \"$@\"`" + ` into your ` + "`PATH`" + `.

It may do what you may do: it has no rights of its own.

| command | rights |
|---|---|
| ` + "`status`" + ` | get and list ` + "`resellers`, `sellers`" + `; where you have them, get ` + "`clustersellers`, `secrets`" + ` (whether they exist; values are not shown) and list ` + "`events`" + ` |
| ` + "`reconcile`, `suspend`, `resume`, `adopt`, `accept`, `correct`" + ` | get and patch what they name; with ` + "`--wait`" + `, and for ` + "`correct`" + ` always, list and watch it; ` + "`accept -f`" + ` get ` + "`resellers`" + ` only |
| ` + "`orphan`" + ` | get, list, watch, patch and delete ` + "`resellers`" + ` |
| ` + "`resume-writes`, `accept-list`" + ` | get and patch ` + "`sellers` or `clustersellers`" + `; with ` + "`--wait`" + ` list and watch them |
| ` + "`import`" + ` | get the Seller and its Secret, list ` + "`resellers`" + `, of all namespaces where you have that; with ` + "`--offline`" + ` none, and no cluster |
| ` + "`diff`" + ` | get Sellers and their Secrets, get and list ` + "`resellers`" + `, of all namespaces where you have that |
| ` + "`doctor`" + ` | what it looks at where you have the right, and ` + "`?`" + ` where not: of the cluster get ` + "`customresourcedefinitions`" + `, list ` + "`leases`, `deployments`, `services`, `validatingadmissionpolicybindings`, `servicemonitors`, `podmonitors`" + `, create ` + "`subjectaccessreviews`" + `, impersonate the operator; of the namespace get and list ` + "`sellers`, `resellers`" + `, get ` + "`secrets`" + `, and for dry runs patch ` + "`sellers/status`, `resellers/status`" + ` and delete ` + "`resellers`" + ` |
| ` + "`explain`, `runbook`" + ` | none, and no cluster |

`

func section(page *strings.Builder, cmd *cobra.Command) {
	fmt.Fprintf(page, "\n## %s\n\n%s.\n\n```text\nkubectl reseller %s\n```\n\n%s\n", cmd.Name(), cmd.Short, cmd.Use, cmd.Long)
	if cmd.Example != "" {
		fmt.Fprintf(page, "\n```sh\n%s\n```\n", strings.ReplaceAll(strings.TrimPrefix(cmd.Example, "  "), "\n  ", "\n"))
	}
	flags := cmd.LocalNonPersistentFlags()
	if !flags.HasAvailableFlags() {
		return
	}
	page.WriteString("\n| flag | meaning | default |\n|---|---|---|\n")
	flags.VisitAll(func(f *pflag.Flag) {
		name, usage := pflag.UnquoteUsage(f)
		flag := "--" + f.Name
		if f.Shorthand != "" {
			flag = "-" + f.Shorthand + ", " + flag
		}
		if name != "" {
			flag += "=" + name
		}
		standard := "–"
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" {
			standard = "`" + f.DefValue + "`"
		}
		fmt.Fprintf(page, "| `%s` | %s | %s |\n", flag, usage, standard)
	})
}
