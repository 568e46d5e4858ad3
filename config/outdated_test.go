package config_test

import (
	"errors"
	"os/exec"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gbytes"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// refusesOlderCRDs starts this version where the CRDs stayed those of an earlier one: it
// says what they lack, touches nothing, and starts once they are there.
func refusesOlderCRDs(ctx SpecContext, folder string) {
	l := left(ctx, folder)
	var kept []*unstructured.Unstructured
	for _, obj := range l.stored(folder) {
		if obj.GetKind() == "Reseller" {
			store(ctx, obj, &v1alpha1.Reseller{})
			kept = append(kept, obj)
		}
	}
	restricted(ctx, "outdated")
	rendered := render(ctx, "helm", "template", "outdated", "chart", "--namespace", "outdated", "--set", "crd.enabled=false", "--set", "metrics.enabled=false", "--set", "admissionPolicies.enabled=false")
	apply(ctx, rendered)
	deployment := deploymentOf(rendered)

	By("starting this version without its CRDs")
	before := versionsOf(ctx, kept)
	manager := launch(GinkgoT().TempDir(), deployment.Namespace, &deployment.Spec.Template.Spec)
	Eventually(manager.ended).WithContext(ctx).WithTimeout(timeout).Should(BeClosed())
	var exit *exec.ExitError
	Expect(errors.As(manager.err, &exit)).To(BeTrue(), "%v", manager.err)
	Expect(manager.log).To(gbytes.Say(`"level":"error".*the CRD resellers.cloudmore.com lacks .*status.applied.*kubectl apply --server-side -k`))
	Expect(versionsOf(ctx, kept)).To(Equal(before))
	Expect(l.api.History()).To(BeEmpty())

	for _, obj := range kept {
		Expect(cluster.Patch(ctx, obj, client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`)))).To(Succeed())
		Expect(client.IgnoreNotFound(cluster.Delete(ctx, obj))).To(Succeed())
	}

	By("installing them, as it says")
	apply(ctx, render(ctx, "kustomize", "build", "crd"))
	start(deployment).leads(ctx)
}

// awaitsCRDs starts the manager where there are no CRDs yet: it is alive, not ready, says
// what it waits for, and goes on when they come.
func awaitsCRDs(ctx SpecContext) {
	withoutCRDs(ctx)
	restricted(ctx, "early")
	rendered := render(ctx, "helm", "template", "early", "chart", "--namespace", "early", "--set", "crd.enabled=false", "--set", "metrics.enabled=false", "--set", "admissionPolicies.enabled=false")
	apply(ctx, rendered)
	deployment := deploymentOf(rendered)
	manager := start(deployment)
	Eventually(manager.log).WithTimeout(timeout).Should(gbytes.Say(`waiting for the CRDs to be installed.*resellers.cloudmore.com`))
	Eventually(manager.answers).WithArguments("/healthz").WithTimeout(timeout).Should(Equal(200))
	Expect(manager.answers("/readyz")).To(Equal(503))
	apply(ctx, render(ctx, "kustomize", "build", "crd"))
	manager.leads(ctx)
	Eventually(manager.answers).WithArguments("/readyz").WithTimeout(timeout).Should(Equal(200))
	Expect(manager.ended).NotTo(BeClosed())
}

// versionsOf are the versions that the API server has of objects.
func versionsOf(ctx SpecContext, all []*unstructured.Unstructured) map[string]string {
	GinkgoHelper()
	versions := map[string]string{}
	for _, obj := range all {
		have := obj.DeepCopy()
		Expect(cluster.Get(ctx, client.ObjectKeyFromObject(obj), have)).To(Succeed())
		versions[obj.GetName()] = have.GetResourceVersion()
	}
	return versions
}
