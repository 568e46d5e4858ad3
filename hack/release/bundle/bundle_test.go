package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/operator-framework/api/pkg/manifests"
	"github.com/operator-framework/api/pkg/validation"
	interfaces "github.com/operator-framework/api/pkg/validation/interfaces"
	rbacv1 "k8s.io/api/rbac/v1"
)

const root = "../../../"

// rendered is what Kustomize makes of config/manifests.
func rendered(t *testing.T) string {
	t.Helper()
	kustomize := root + "bin/tools/kustomize"
	if _, err := os.Stat(kustomize); err != nil {
		t.Fatal("run `make test`, which builds the tools first: ", err)
	}
	out, err := exec.Command(kustomize, "build", root+"config/manifests").CombinedOutput()
	if err != nil {
		t.Fatal(string(out))
	}
	return string(out)
}

// bundled writes the bundle of an input.
func bundled(t *testing.T, input string) (folder string, err error) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "bundle")
	return folder, run([]string{
		"--version", "v0.1.0", "--created", "2026-01-01T00:00:00Z", "--icon", root + "config/manifests/icon.svg", "--out", folder,
	}, strings.NewReader(input))
}

func loaded(t *testing.T, input string) *manifests.Bundle {
	t.Helper()
	folder, err := bundled(t, input)
	if err != nil {
		t.Fatal(err)
	}
	bundle, err := manifests.GetBundleFromDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	return bundle
}

// complaints are what the validators of OperatorHub say, warnings, too. One validator
// is left out because it pulls the image, and one warning because it takes every rule
// on events for one on their beta.
func complaints(bundle *manifests.Bundle) []string {
	var all []string
	for _, validator := range (interfaces.Validators{
		validation.ClusterServiceVersionValidator, validation.CustomResourceDefinitionValidator, validation.BundleValidator,
		validation.OperatorHubV2Validator, validation.StandardCapabilitiesValidator, validation.StandardCategoriesValidator,
		validation.ObjectValidator, validation.GoodPracticesValidator,
	}) {
		for _, result := range validator.Validate(bundle.ObjectsToValidate()...) {
			for _, complaint := range append(result.Errors, result.Warnings...) {
				if text := complaint.Error(); !strings.Contains(text, "Migrate the API(s) for events: ([") {
					all = append(all, text)
				}
			}
		}
	}
	return all
}

func TestOperatorHubTakesTheBundle(t *testing.T) {
	for _, complaint := range complaints(loaded(t, rendered(t))) {
		t.Error(complaint)
	}
}

// The validators are known to judge at all.
func TestOperatorHubRefusesABrokenBundle(t *testing.T) {
	for name, row := range map[string]struct{ from, to, want string }{
		"without a provider":                     {"    name: The reseller-operator authors\n    url:", "    url:", "csv.Spec.Provider.Name not specified"},
		"with an address that is none":           {"reseller-operator@users.noreply.github.com", "nobody", "Maintainers email nobody is invalid"},
		"with a level that is none":              {"capabilities: Basic Install", "capabilities: All of It", "capabilit"},
		"with a category that is none":           {"categories: Integration & Delivery", "categories: Resale", "categories"},
		"without requests of CPU and memory":     {"          requests:\n            cpu: 20m\n            ephemeral-storage: 64Mi\n            memory: 64Mi\n", "", "resource requests"},
		"without an example of an owned kind":    {"kind: ClusterSeller\nmetadata:\n  name: shared", "kind: Seller\nmetadata:\n  name: shared", "should have an example"},
		"with a version of Kubernetes not known": {"minKubeVersion: 1.31.0", "minKubeVersion: new", "MinKubeVersion"},
	} {
		t.Run(name, func(t *testing.T) {
			input := rendered(t)
			if !strings.Contains(input, row.from) {
				t.Fatalf("the manifests have no %q", row.from)
			}
			all := strings.Join(complaints(loaded(t, strings.Replace(input, row.from, row.to, 1))), "\n")
			if !strings.Contains(all, row.want) {
				t.Errorf("got %q, want %q", all, row.want)
			}
		})
	}
}

// rights are single permissions, such as "secrets get".
func rights(rules []rbacv1.PolicyRule) []string {
	var all []string
	for _, rule := range rules {
		for _, resource := range rule.Resources {
			for _, verb := range rule.Verbs {
				all = append(all, fmt.Sprint(rule.APIGroups, resource, " ", verb, rule.ResourceNames))
			}
		}
	}
	slices.Sort(all)
	return all
}

func TestTheBundleGivesTheRightsOfTheManifests(t *testing.T) {
	input := rendered(t)
	spec := loaded(t, input).CSV.Spec.InstallStrategy.StrategySpec
	inNamespaces, inCluster := spec.Permissions[0].Rules, spec.ClusterPermissions[0].Rules

	p, err := read(strings.NewReader(input))
	if err != nil {
		t.Fatal(err)
	}
	var want []rbacv1.PolicyRule
	for _, role := range p.rights {
		want = append(want, role.Rules...)
	}
	if len(p.rights) != 3 { // of the manager, of leader election, of who may read metrics
		t.Errorf("the manager has %d roles", len(p.rights))
	}
	if got := rights(append(slices.Clone(inNamespaces), inCluster...)); !slices.Equal(got, rights(want)) {
		t.Errorf("got %q, want %q", got, rights(want))
	}
	for _, right := range rights(inCluster) {
		if strings.Contains(right, "secrets") || strings.Contains(right, "]resellers") || strings.Contains(right, "]sellers") {
			t.Errorf("%s: in every namespace, whichever are watched", right)
		}
	}
}

func TestTheBundleRunsTheDeploymentOfTheManifests(t *testing.T) {
	csv := loaded(t, rendered(t)).CSV
	manager := csv.Spec.InstallStrategy.StrategySpec.DeploymentSpecs[0].Spec.Template.Spec.Containers[0]
	out, err := exec.Command(root+"bin/tools/kustomize", "build", root+"config/base").Output()
	if err != nil {
		t.Fatal(err)
	}
	p, err := read(bytes.NewReader(append(out, []byte("---\napiVersion: operators.coreos.com/v1alpha1\nkind: ClusterServiceVersion\nmetadata: {name: none}\nspec: {displayName: none, install: {strategy: deployment}}\n")...)))
	if err != nil {
		t.Fatal(err)
	}
	base := p.deployment.Spec.Template.Spec.Containers[0]
	if want := append(slices.Clone(base.Args), "--watch-namespaces=$(TARGET_NAMESPACES)"); !slices.Equal(manager.Args, want) {
		t.Errorf("arguments %q, want %q", manager.Args, want)
	}
	if manager.Env[0].Name != "TARGET_NAMESPACES" || manager.Env[0].ValueFrom.FieldRef.FieldPath != "metadata.annotations['olm.targetNamespaces']" {
		t.Errorf("%+v: not the namespaces of the OperatorGroup", manager.Env)
	}
	if manager.Image != base.Image || csv.Annotations["containerImage"] != base.Image {
		t.Errorf("image %s, annotation %s, want %s", manager.Image, csv.Annotations["containerImage"], base.Image)
	}
	for _, mode := range csv.Spec.InstallModes {
		if !mode.Supported {
			t.Errorf("%s: --watch-namespaces can do it", mode.Type)
		}
	}
	if len(csv.Spec.InstallModes) != 4 || csv.Spec.CustomResourceDefinitions.Owned[0].Description == "" {
		t.Errorf("%+v", csv.Spec)
	}
}

func TestWhatTheBundleCannotSayIsAnError(t *testing.T) {
	for name, row := range map[string]struct{ from, to, want string }{
		"an object with no place in it":    {"apiVersion: v1\nkind: Namespace", "apiVersion: v1\nkind: ConfigMap", "what becomes of it in a bundle?"},
		"a word that OLM does not know":    {"  maturity: alpha", "  ripeness: alpha", "unknown field"},
		"manifests without the Deployment": {"apiVersion: apps/v1\nkind: Deployment", "apiVersion: v1\nkind: Namespace", "lacks"},
	} {
		t.Run(name, func(t *testing.T) {
			input := rendered(t)
			if !strings.Contains(input, row.from) {
				t.Fatalf("the manifests have no %q", row.from)
			}
			_, err := bundled(t, strings.Replace(input, row.from, row.to, 1))
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want %q", err, row.want)
			}
		})
	}
}

// What the chart asks of a cluster, the bundle asks, too.
func TestTheBundleAsksForTheKubernetesOfTheChart(t *testing.T) {
	chart, err := os.ReadFile(root + "config/chart/Chart.yaml")
	if err != nil {
		t.Fatal(err)
	}
	csv := loaded(t, rendered(t)).CSV
	if !strings.Contains(string(chart), `kubeVersion: ">=`+csv.Spec.MinKubeVersion+"-0\"") {
		t.Errorf("minKubeVersion %s is not what the chart says", csv.Spec.MinKubeVersion)
	}
}
