package v1alpha1_test

import (
	"fmt"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

var _ = Describe("A value that is too long", func() {
	DescribeTable("is refused wherever it stands in spec",
		func(ctx SpecContext, plural string, valid func() *unstructured.Unstructured, strings int) {
			tested := 0
			for _, field := range schemaOf(plural) {
				if field.Type != "string" || field.MaxLength == nil || !isSpec(field.path) {
					continue
				}
				path, limit := firstItem(field.path), *field.MaxLength
				object := changes{path: longer(limit)}.applyTo(valid())
				object.SetNamespace("default")
				err := server.Create(ctx, object, client.DryRunAll)
				Expect(faultsOf(err)).To(ContainElement(fmt.Sprintf(
					"%s: Too long: may not be more than %d bytes", path, limit)), plural)
				tested++
			}
			Expect(tested).To(Equal(strings))
		},
		Entry("of a Reseller", "resellers", validReseller, 25),
		Entry("of a Seller", "sellers", validSeller, 13),
		Entry("of a ClusterSeller", "clustersellers", validClusterSeller, 15),
	)
})

func isSpec(path string) bool { return strings.HasPrefix(path, "spec.") && isOurs(path) }

func firstItem(path string) string { return strings.ReplaceAll(path, "[]", "[0]") }

func longer(limit int64) string { return strings.Repeat("a", int(limit)+1) }

var _ = Describe("Custom properties", func() {
	create := func(ctx SpecContext, properties []any) []string {
		reseller := changes{"spec.customProperties": properties}.applyTo(validReseller())
		reseller.SetNamespace("default")
		return faultsOf(server.Create(ctx, reseller, client.DryRunAll))
	}

	It("are refused beyond the 64th", func(ctx SpecContext) {
		var properties []any
		for i := range 65 {
			properties = append(properties, map[string]any{"id": fmt.Sprint(i), "value": "x"})
		}
		Expect(create(ctx, properties[:64])).To(Equal([]string{"<nil>"}))
		Expect(create(ctx, properties)).To(ContainElement("spec.customProperties: Too many: 65: must have at most 64 items"))
	})

	It("are refused when one stands there twice", func(ctx SpecContext) {
		twice := []any{map[string]any{"id": "segment", "value": "gold"}, map[string]any{"id": "segment", "value": "lead"}}
		Expect(create(ctx, twice)).To(Equal([]string{`spec.customProperties[1]: Duplicate value: {"id":"segment"}`}))
	})

	It("are refused without an id", func(ctx SpecContext) {
		Expect(create(ctx, []any{map[string]any{"value": "gold"}})).To(ContainElement("spec.customProperties[0].id: Required value"))
	})
})
