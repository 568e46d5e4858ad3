package config_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

var _ = Describe("A second release", func() {
	It("for other namespaces has no name of the first", func(ctx SpecContext) {
		names := map[string]string{}
		for _, team := range []string{"red", "blue"} {
			for _, obj := range objects(render(ctx, "helm", "template", "reseller-operator", "chart", "--namespace", team+"-system",
				"--set", "watchNamespaces={"+team+"}", "--set", "crd.enabled=false")) {
				Expect(obj.GetKind()).NotTo(HavePrefix("ValidatingAdmissionPolicy"), "its account is none that the other policy knows")
				name := obj.GetKind() + " " + obj.GetNamespace() + "/" + obj.GetName()
				Expect(names).NotTo(HaveKey(name))
				names[name] = team
				if obj.GetNamespace() != "" {
					Expect(obj.GetNamespace()).To(HavePrefix(team))
				}
			}
		}
		Expect(names).To(HaveKey("ClusterRole /red-system-reseller-operator-metrics-reader"))
	})

	DescribeTable("on the Resellers of the first is refused, and told which release has them",
		func(ctx SpecContext, first, second, has string) {
			releases := map[string]*release{}
			kubeconfig := kubeconfigOf(GinkgoT().TempDir(), envtest.User{Name: "admin", Groups: []string{"system:masters"}})
			for _, namespace := range []string{"beside-one", "beside-two", "team-beside", "team-other"} {
				removed(ctx, namespace)
				restricted(ctx, namespace)
				releases[namespace] = &release{namespace: namespace, kubeconfig: kubeconfig}
			}
			chart := func(command, watched string) []string {
				return []string{
					command, "reseller-operator", "chart", "--set-json", "watchNamespaces=[" + watched + "]",
					"--set", "crd.enabled=false", "--set", "admissionPolicies.enabled=false",
				}
			}
			out, err := releases["beside-one"].helm(ctx, chart("install", first)...)
			Expect(err).NotTo(HaveOccurred(), out)
			DeferCleanup(func(ctx SpecContext) {
				out, err := releases["beside-one"].helm(ctx, "uninstall", "reseller-operator")
				Expect(err).NotTo(HaveOccurred(), out)
			})

			out, err = releases["beside-two"].helm(ctx, append(chart("install", second), "--dry-run=server")...)
			Expect(err).To(HaveOccurred())
			Expect(out).To(ContainSubstring("watchNamespaces: release reseller-operator of namespace beside-one watches " + has + " already"))
			out, err = releases["beside-one"].helm(ctx, append(chart("upgrade", first), "--dry-run=server")...)
			Expect(err).NotTo(HaveOccurred(), out)
			if first != "" {
				out, err = releases["beside-two"].helm(ctx, append(chart("install", `"team-other"`), "--dry-run=server")...)
				Expect(err).NotTo(HaveOccurred(), out)
			}
		},
		Entry("of the whole cluster, as the first is", "", "", "all namespaces"),
		Entry("of the whole cluster beside one for a namespace", `"team-beside"`, "", "team-beside"),
		Entry("for the same namespace", `"team-beside"`, `"team-other", "team-beside"`, "team-beside"),
	)
})
