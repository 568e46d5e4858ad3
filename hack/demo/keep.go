package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// sample is the Reseller that scenes are made of.
const sample = "cloudmore_v1alpha1_reseller.yaml"

// scenes are what is left to look at: a Reseller, how its manifest differs from the
// sample, and what it shows.
var scenes = []struct {
	name, number string
	replace      []string
	reason       string
}{
	{"in-sync", "523456781", nil, "InSync"},
	{"refused", "523456782", []string{"id: segment", "id: region"}, "Refused"},
	{"drifted", "523456783", []string{"spec:\n", "spec:\n  driftPolicy: Report\n"}, "InSync"},
	{"suspended", "523456784", []string{"spec:\n", "spec:\n  suspend: true\n"}, "Suspended"},
	{"exists-already", "223456789", nil, "SimilarBrokerExists"},
	{"no-seller", "523456785", []string{"name: main", "name: mian"}, "SellerNotFound"},
}

// keep sets scenes, prints how to look at them, and waits for Ctrl-C.
func (d *demo) keep(ctx context.Context) error {
	fmt.Printf("\n%s\n", d.bold("Left to look at"))
	for _, scene := range scenes {
		replace := append([]string{"abcdef", scene.name, "ABCDEF", scene.name, "123456789", scene.number}, scene.replace...)
		if err := d.apply(ctx, sample, replace...); err != nil {
			return err
		}
	}
	for _, scene := range scenes {
		if err := d.ready(ctx, scene.name, scene.reason); err != nil {
			return err
		}
	}
	if err := d.drift(ctx, "drifted"); err != nil {
		return err
	}
	d.kubectl(ctx, "get", "resellers,sellers")
	d.printNext()
	<-ctx.Done()
	return nil
}

// drift renames the broker of a Reseller in the portal, and waits until that is seen.
func (d *demo) drift(ctx context.Context, name string) error {
	id := d.field(ctx, "reseller/"+name, ".status.brokerID")
	if err := d.account(ctx, http.MethodPatch, "brokers/"+id, map[string]string{"name": "Renamed in the Portal"}, nil); err != nil {
		return err
	}
	if out, err := d.quietly(ctx, nil, "annotate", "--overwrite", "seller", "main", "cloudmore.com/reconcile-requested-at=drift"); err != nil {
		return fmt.Errorf("%s: %w", out, err)
	}
	return d.ready(ctx, name, "DriftReported")
}

// printNext prints the commands to go on with.
func (d *demo) printNext() {
	fmt.Print(strings.NewReplacer("KUBECONFIG_PATH", d.plane.Kubeconfig, "KUBECTL", d.plane.Kubectl, "API", d.api,
		"METRICS", "http://"+d.metrics+"/metrics", "LOG", d.logFile.Name()).Replace(`
Everything is left running; Ctrl-C ends it. In another shell:

  export KUBECONFIG=KUBECONFIG_PATH
  alias kubectl=KUBECTL

  kubectl get resellers -o wide                 # every state, and what to do
  kubectl describe reseller refused
  kubectl get reseller drifted -o jsonpath='{.status.drift}'
  kubectl patch reseller suspended --type=merge -p '{"spec":{"suspend":false}}'
  kubectl annotate reseller exists-already cloudmore.com/create-despite=7d2f6c1a-0000-4000-8000-000000004711
  curl -s METRICS | grep ^reseller_operator     # what Prometheus would see
  curl -s API/_fake/history | head              # every call that Cloudmore got (docs/fake-cloudmore.md)
  tail -f LOG

docs/troubleshooting.md has each reason and what to do.
`))
}
