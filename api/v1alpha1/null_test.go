package v1alpha1_test

import (
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// optional reports whether a field of spec may be left out of a sample as it is.
func optional(ctx SpecContext, valid func() *unstructured.Unstructured, path string) bool {
	GinkgoHelper()
	object := changes{path: absent}.applyTo(valid())
	object.SetNamespace("default")
	return server.Create(ctx, object, client.DryRunAll) == nil
}

func takingOver() *unstructured.Unstructured {
	return changes{"spec.brokerID": "4711"}.applyTo(validReseller())
}

var _ = Describe("null", func() {
	DescribeTable("means that an optional field is left out, however it is applied",
		func(ctx SpecContext, plural string, valid func() *unstructured.Unstructured, least int) {
			tested := 0
			for _, field := range schemaOf(plural) {
				if !isSpec(field.path) || strings.Contains(field.path, "[]") || !optional(ctx, valid, field.path) {
					continue
				}
				object := changes{field.path: nil}.applyTo(valid())
				object.SetNamespace("default")
				object.SetName("null")
				Expect(server.Create(ctx, object.DeepCopy(), client.DryRunAll)).To(Succeed(), field.path)
				Expect(server.Apply(ctx, client.ApplyConfigurationFromUnstructured(object.DeepCopy()),
					client.FieldOwner("gitops"), client.DryRunAll)).To(Succeed(), field.path)
				tested++
			}
			Expect(tested).To(BeNumerically(">=", least))
		},
		Entry("of a Reseller", "resellers", validReseller, 13),
		Entry("of a Reseller that takes a broker over", "resellers", takingOver, 28),
		Entry("of a Seller", "sellers", validSeller, 15),
		Entry("of a ClusterSeller", "clustersellers", validClusterSeller, 15),
	)

	It("is no value for a field that is required", func(ctx SpecContext) {
		for _, field := range append([]string{"contact", "address"}, requiredFields...) {
			path := "spec." + field
			object := changes{path: nil}.applyTo(validReseller())
			object.SetNamespace("default")
			want := []string{path + ": " + unlessObserved}
			Expect(faultsOf(server.Create(ctx, object.DeepCopy(), client.DryRunAll))).To(Equal(want))
			Expect(faultsOf(server.Apply(ctx, client.ApplyConfigurationFromUnstructured(object.DeepCopy()),
				client.FieldOwner("gitops"), client.DryRunAll))).To(Equal(want))
		}
	})

	It("is read as nothing", func(ctx SpecContext) {
		object := changes{"spec.vat": nil, "spec.suspend": nil, "spec.invoiceContact": nil, "spec.driftPolicy": nil}.applyTo(validReseller())
		object.SetNamespace(newNamespace(ctx))
		Expect(server.Apply(ctx, client.ApplyConfigurationFromUnstructured(object), client.FieldOwner("gitops"))).To(Succeed())
		read := &v1alpha1.Reseller{}
		Expect(server.Get(ctx, client.ObjectKeyFromObject(object), read)).To(Succeed())
		Expect(read.Spec).To(And(HaveField("VAT", BeNil()), HaveField("Suspend", BeNil()), HaveField("InvoiceContact", BeNil()), HaveField("DriftPolicy", BeEmpty())))
	})
})
