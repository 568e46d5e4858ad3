package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

const aboutFlags = `# Flags of the manager

Generated from ` + "`manager --help`" + ` by ` + "`make docs`" + `. The [values of the chart](../config/chart/README.md) set most of them; ` + "`extraArgs`" + ` has room for the others.

| flag | meaning | default |
|---|---|---|
`

const besideFlags = `
## Environment

| variable | meaning |
|---|---|
| ` + "`HTTPS_PROXY`, `NO_PROXY`" + ` | the proxy for calls to the seller API, and the hosts that are called without it; one that is no URL stops the start |
| ` + "`SSL_CERT_FILE`, `SSL_CERT_DIR`" + ` | authorities to trust in place of the system's; a Seller's CA bundle comes before them |
| ` + "`GOMEMLIMIT`" + ` | Go's soft memory limit, in place of 90 % of the container's |
| ` + "`OTEL_EXPORTER_OTLP_ENDPOINT`" + ` and others of OpenTelemetry | the collector that [traces](traces.md) are sent to; without it none are made |
| ` + "`KUBECONFIG`" + ` | the cluster, for a manager that runs outside it and has no ` + "`--kubeconfig`" + ` |
`

// flagRow is one flag as --help prints it: a line with its name and the name of its value, and
// one with its meaning and its default, if that is not empty.
var flagRow = regexp.MustCompile(`(?m)^  -(\S+)(?: (\S+))?\n    \t(.+?)(?: \(default (.+)\))?$`)

// flags has a table of what the manager's --help prints, which is read from standard input.
func flags() (string, error) {
	read, err := io.ReadAll(os.Stdin)
	if err != nil {
		return "", err
	}
	help := string(read)
	rows := flagRow.FindAllStringSubmatch(help, -1)
	if len(rows) == 0 || len(rows) != strings.Count(help, "\n  -") {
		return "", errors.New("this is not what --help prints")
	}
	var page strings.Builder
	page.WriteString(aboutFlags)
	for _, r := range rows {
		name, standard := "--"+r[1], "–"
		if r[2] != "" {
			name += "=" + r[2]
		}
		if r[4] != "" {
			standard = "`" + r[4] + "`"
		}
		fmt.Fprintf(&page, "| `%s` | %s | %s |\n", name, r[3], standard)
	}
	page.WriteString(besideFlags)
	return page.String(), nil
}
