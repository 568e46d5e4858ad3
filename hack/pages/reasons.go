package main

import (
	"fmt"
	"strings"

	"github.com/reseller-operator/reseller-operator/internal/plan"
)

const sourceOfReasons = "api/v1alpha1/conditions.go"

const aboutReasons = "# What status says\n\nGenerated from " + sourceOfReasons + " by `make docs`; the reason stands in the condition `Ready`, and whose turn it is in `status.turn`: of the operator, which goes on automatically; of Cloudmore, which has to answer again; yours, where `Ready` says what to do; or nobody's, because all is as it is wanted.\n"

// reasons has a section for each block of constants, a row for each reason, and whose turn it
// is while Ready has it.
func reasons() (string, error) {
	blocks, err := blocksOf(sourceOfReasons)
	if err != nil {
		return "", err
	}
	page := aboutReasons
	for _, b := range blocks {
		title, more, _ := strings.Cut(b.about, ". ")
		page += fmt.Sprintf("\n## %s\n", strings.TrimSuffix(title, "."))
		if more != "" {
			page += fmt.Sprintf("\n%s\n", more)
		}
		rows, err := tableOfReasons(b.constants, strings.HasPrefix(title, "Reasons of a "))
		if err != nil {
			return "", err
		}
		page += rows
	}
	return page, nil
}

// tableOfReasons has a row for each constant: its value, whose turn it is, if that is asked,
// and its comment without "ReasonX means that".
func tableOfReasons(constants []constant, turns bool) (string, error) {
	table := "\n| name | meaning |\n|---|---|\n"
	if turns {
		table = "\n| name | turn | meaning |\n|---|---|---|\n"
	}
	for _, c := range constants {
		meaning, err := c.meaning()
		if err != nil {
			return "", err
		}
		meaning = strings.TrimPrefix(meaning, "means that ")
		if turns {
			turn := plan.Turn(c.value)
			if turn == "" {
				return "", fmt.Errorf("nobody says whose turn it is with %s", c.value)
			}
			meaning = string(turn) + " | " + meaning
		}
		table += fmt.Sprintf("| `%s` | %s |\n", c.value, meaning)
	}
	return table, nil
}
