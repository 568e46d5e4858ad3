package config_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
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
})
