package config_test

import (
	"os"
	"path/filepath"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// discovers runs a manager without the right to make Resellers, which a Seller asks for, and
// gives it then.
func discovers(ctx SpecContext) {
	const namespace = "partners-discovery"
	restricted(ctx, "discovery")
	restricted(ctx, namespace)
	chart := []string{"template", "discovery", "chart", "--namespace", "discovery", "--set", "metrics.enabled=false"}
	rendered := render(ctx, "helm", chart...)
	apply(ctx, rendered)
	manager := start(deploymentOf(rendered))
	manager.leads(ctx)
	l := &life{manager: manager, namespace: namespace}
	l.serve()
	used, _ := l.objects()
	seller := used[1].(*v1alpha1.Seller)
	seller.Spec.Discovery = &v1alpha1.Discovery{Policy: v1alpha1.DiscoveryObserve}
	seller.Spec.ObserveInterval = metav1.Duration{Duration: 10 * time.Second} // what was refused is tried as often
	l.api.Add(fake.Broker{Name: "Acme", RegistrationNumber: "4711", Domain: "acme.example"})
	for _, obj := range used {
		Expect(cluster.Create(ctx, obj)).To(Succeed())
	}
	found := func(g Gomega) *v1alpha1.DiscoveryStatus {
		g.Expect(cluster.Get(ctx, client.ObjectKeyFromObject(seller), seller)).To(Succeed())
		return seller.Status.Discovery
	}
	Eventually(found).WithContext(ctx).WithTimeout(timeout).Should(HaveValue(HaveField("Problem", ContainSubstring("set discovery.enabled of the chart"))))

	apply(ctx, render(ctx, "helm", append(chart, "--set", "discovery.enabled=true")...))
	Eventually(found).WithContext(ctx).WithTimeout(timeout).Should(HaveValue(Equal(v1alpha1.DiscoveryStatus{Objects: 1})))

	By("turning it off, which has what it made go")
	Expect(cluster.Patch(ctx, seller, client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"discovery":null}}`)))).To(Succeed())
	Eventually(func(g Gomega) {
		made := &v1alpha1.ResellerList{}
		g.Expect(cluster.List(ctx, made, client.InNamespace(namespace))).To(Succeed())
		g.Expect(made.Items).To(BeEmpty())
	}).WithContext(ctx).WithTimeout(timeout).Should(Succeed())
	for _, obj := range used {
		Expect(cluster.Delete(ctx, obj)).To(Succeed())
	}
	l.await(ctx, used, gone)
}

var _ = DescribeTable("The component of discovery gives the right to make Resellers, and no other, to", func(ctx SpecContext, components string) {
	folder := GinkgoT().TempDir()
	base, err := filepath.Abs(".")
	Expect(err).NotTo(HaveOccurred())
	base, err = filepath.Rel(folder, base)
	Expect(err).NotTo(HaveOccurred())
	built := func(components string) []rbacv1.PolicyRule {
		text := "resources: [" + filepath.Join(base, "base") + "]\ncomponents: [" + components + "]\n"
		Expect(os.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte(text), 0o600)).To(Succeed())
		for _, obj := range objects(render(ctx, "kustomize", "build", "--load-restrictor", "LoadRestrictionsNone", folder)) {
			if obj.GetName() == "reseller-operator-manager-role" {
				role := &rbacv1.ClusterRole{}
				Expect(runtime.DefaultUnstructuredConverter.FromUnstructured(obj.Object, role)).To(Succeed())
				return role.Rules
			}
		}
		return nil
	}
	path := filepath.Join(base, "components")
	without := ""
	if components != "" {
		without = filepath.Join(path, components)
	}
	rights := append(built(without), rbacv1.PolicyRule{APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"resellers"}, Verbs: []string{"create", "delete"}})
	with := filepath.Join(path, "discovery")
	if without != "" {
		with += ", " + without
	}
	Expect(built(with)).To(ConsistOf(rights))
},
	Entry("an operator of the whole cluster", ""),
	Entry("one of its own namespace", "namespaced"),
)
