package main

import (
	"fmt"
	"strings"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

const sourceOfAnnotations = "api/v1alpha1/annotations.go"

const aboutAnnotations = "# Annotations and finalizers\n\nGenerated from " + sourceOfAnnotations + " by `make docs`. What a user asks for beside a spec stands in annotations: `kubectl annotate --overwrite <kind>/<name> <annotation>=<value>`, and with `<annotation>-` it is gone. Where a time is meant, `\"$(date -Is)\"` makes one.\n"

// annotations has a table of the annotations, and one of the finalizers.
func annotations() (string, error) {
	blocks, err := blocksOf(sourceOfAnnotations)
	words := []string{"<", "&lt;", "DefaultEndpoint", "`" + v1alpha1.DefaultEndpoint + "`"}
	for _, b := range blocks {
		for _, c := range b.constants {
			words = append(words, c.name, "`"+c.value+"`")
		}
	}
	page := aboutAnnotations
	for _, kind := range []string{"Annotation", "Finalizer"} {
		page += fmt.Sprintf("\n| %s | meaning |\n|---|---|\n", strings.ToLower(kind))
		for _, b := range blocks {
			for _, c := range b.constants {
				if strings.HasPrefix(c.name, kind) {
					meaning := strings.NewReplacer(words...).Replace(strings.TrimPrefix(c.about, c.name+" "))
					page += fmt.Sprintf("| `%s` | %s |\n", c.value, meaning)
				}
			}
		}
	}
	return page, err
}
