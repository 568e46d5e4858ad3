package config_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// textIn is the text at a path of an object.
func textIn(obj *unstructured.Unstructured, path string) string {
	GinkgoHelper()
	text, _, err := unstructured.NestedString(obj.Object, strings.Split(path, ".")...)
	Expect(err).NotTo(HaveOccurred())
	return text
}

var _ = Describe("Names that Kustomize gives", func() {
	It("are followed by the references of Sellers and Resellers", func(ctx SpecContext) {
		found, namespaces := map[string]string{}, map[string]string{}
		resellers := map[string]*unstructured.Unstructured{}
		var sellers []*unstructured.Unstructured
		for _, obj := range objects(render(ctx, "kustomize", "build", "samples/kustomize")) {
			switch obj.GetKind() {
			case "Reseller":
				resellers[textIn(obj, "spec.sellerRef.kind")] = obj
			case "Seller", "ClusterSeller":
				sellers = append(sellers, obj)
			}
			found[obj.GetKind()], namespaces[obj.GetKind()] = obj.GetName(), obj.GetNamespace()
		}
		Expect(found["Seller"]).To(Equal("dev-main-eu"))
		Expect(found["Secret"]).To(MatchRegexp(`^dev-cloudmore-api-eu-[a-z0-9]{10}$`))
		Expect(textIn(resellers[""], "spec.sellerRef.name")).To(Equal(found["Seller"]))
		Expect(textIn(resellers["ClusterSeller"], "spec.sellerRef.name")).To(Equal(found["ClusterSeller"]))
		Expect(sellers).To(HaveLen(2))
		for _, seller := range sellers {
			Expect(textIn(seller, "spec.credentialsSecretRef.name")).To(Equal(found["Secret"]), seller.GetKind())
			Expect(textIn(seller, "spec.caBundleRef.name")).To(Equal(found["ConfigMap"]), seller.GetKind())
			if seller.GetKind() == "ClusterSeller" {
				Expect(textIn(seller, "spec.credentialsSecretRef.namespace")).To(Equal(namespaces["Secret"]))
			}
		}
	})
})
