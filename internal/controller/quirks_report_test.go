package controller_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	. "github.com/onsi/gomega"
)

// The table of what was tried, and with QUIRKS_UPDATE the file again.
var _ = ReportAfterSuite("the quirks", func(r Report) {
	if r.SuiteConfig.LabelFilter != "quirk" {
		return
	}
	outcome, seen := map[string]string{}, map[string]row{}
	for _, spec := range r.SpecReports {
		outcome[spec.LeafNodeText] = mark(spec)
		if len(spec.ReportEntries) > 0 {
			seen[spec.LeafNodeText] = row{}
			for _, e := range spec.ReportEntries {
				seen[spec.LeafNodeText][e.Name] = e.StringRepresentation()
			}
		}
	}
	fmt.Print(matrix(outcome) + inputs(outcome))
	if updating {
		Expect(os.WriteFile(rowsFile, []byte(rewritten(rowsFrom(rowsText), seen)), 0o600)).To(Succeed())
	}
})

// mark is how a spec went.
func mark(spec SpecReport) string {
	switch {
	case spec.State.Is(types.SpecStatePassed):
		return "ok"
	case spec.State.Is(types.SpecStateSkipped | types.SpecStatePending):
		return notTried
	default:
		return "FAILED"
	}
}

const notTried = "–"

// matrix has a line for each quirk, and a column for each operation.
func matrix(outcome map[string]string) string {
	var b strings.Builder
	line := func(name string, cell func(op string) string) {
		fmt.Fprintf(&b, "%-44s", name)
		for _, o := range operations {
			fmt.Fprintf(&b, "%-10s", cell(o.name))
		}
		b.WriteString("\n")
	}
	b.WriteString("\n")
	line("the API, and what of it is struck", func(op string) string { return op })
	for _, q := range quirks {
		line(q.name, func(op string) string {
			if !slices.Contains(q.strikes, op) {
				return ""
			}
			return cmp.Or(outcome[rowName(q, op)], notTried)
		})
	}
	return b.String()
}

// inputs has a line for each input that once went wrong.
func inputs(outcome map[string]string) string {
	var b strings.Builder
	b.WriteString("\nwhat went wrong before\n")
	for _, s := range seenBefore {
		all := map[string]bool{}
		for _, spec := range s.specs {
			all[cmp.Or(outcome[spec], notTried)] = true
		}
		fmt.Fprintf(&b, "%-64s%s\n", s.input, strings.Join(slices.Sorted(maps.Keys(all)), ", "))
	}
	return b.String()
}

// rewritten is the file with what was seen.
func rewritten(rows, seen map[string]row) string {
	var b strings.Builder
	for _, q := range quirks {
		for _, op := range q.strikes {
			name := rowName(q, op)
			r := rows[name]
			if s, told := seen[name]; told {
				r = s
			}
			if r != nil {
				fmt.Fprintf(&b, "%s\n  struck  %s\n  later   %s\n  healed  %s\n\n", name, r[struck], r[later], r[healed])
			}
		}
	}
	return b.String()
}
