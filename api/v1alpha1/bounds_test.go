package v1alpha1_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// atMost is what a longer value than that is refused with.
func atMost(characters int) string {
	return fmt.Sprintf("must be at most %d characters long", characters)
}

// bounds is how a rule says what is too long, itself or in its message.
var bounds = regexp.MustCompile(`(?:size\(self\) <=|at most) ([0-9]+)\b`)

// tooLong is a value of a field that is too long.
func tooLong(path string, limit int) refusal {
	value := longer(limit)
	return refusal{
		of:     path + " of " + strconv.Itoa(len(value)) + " characters",
		change: changes{path: value},
		want:   []string{path + ": Invalid value: " + quoted(value) + ": " + atMost(limit)},
	}
}

var _ = Describe("A value that is too long", func() {
	DescribeTable("is refused wherever it stands in spec, and hides no other fault",
		func(ctx SpecContext, plural string, valid func() *unstructured.Unstructured, count int) {
			tested := 0
			for _, field := range schemaOf(plural) {
				if field.Type != "string" || !isSpec(field.path) {
					continue
				}
				path := firstItem(field.path)
				value := longer(limitOf(field))
				object := changes{path: value}.applyTo(whole(valid()))
				object.SetNamespace("default")
				faults := faultsOf(server.Create(ctx, object, client.DryRunAll))
				Expect(faults).To(ContainElement(HavePrefix(path+": Invalid value: "+quoted(value)+": must ")), plural)
				Expect(faults).NotTo(ContainElement(ContainSubstring("were not checked")), path)
				tested++
			}
			Expect(tested).To(Equal(count))
		},
		Entry("of a Reseller", "resellers", validReseller, 30),
		Entry("of a Seller", "sellers", validSeller, 20),
		Entry("of a ClusterSeller", "clustersellers", validClusterSeller, 23),
	)
})

// limitOf is how long the value of a field may be, by its rules; where none tells, it
// is one of a few short words or numbers.
func limitOf(field node) int {
	for _, rule := range field.XValidations {
		if limit := bounds.FindStringSubmatch(rule.Rule + " " + rule.Message); limit != nil {
			n, err := strconv.Atoi(limit[1])
			Expect(err).NotTo(HaveOccurred())
			return n
		}
	}
	return 16
}

// whole has the optional blocks of a Seller, too.
func whole(object *unstructured.Unstructured) *unstructured.Unstructured {
	if object.GetKind() == "Reseller" {
		return object
	}
	return withOptions(object)
}

func isSpec(path string) bool { return strings.HasPrefix(path, "spec.") && isOurs(path) }

func firstItem(path string) string { return strings.ReplaceAll(path, "[]", "[0]") }

func longer(limit int) string { return strings.Repeat("a", limit+1) }

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
