package admission

import (
	"testing"

	. "github.com/onsi/gomega"
)

func TestRefusals(t *testing.T) {
	g := NewWithT(t)
	rules, err := New()
	g.Expect(err).NotTo(HaveOccurred())
	reseller := func(spec map[string]any) map[string]any {
		spec["sellerRef"] = map[string]any{"name": "main", "kind": "Seller"}
		return map[string]any{"apiVersion": "cloudmore.com/v1alpha1", "kind": "Reseller", "metadata": map[string]any{"name": "acme"}, "spec": spec}
	}
	g.Expect(rules.Refusals(reseller(map[string]any{"brokerID": "4711"}))).To(BeEmpty())
	g.Expect(rules.Refusals(reseller(map[string]any{
		"brokerID": "4711", "domain": "müller.example", "contact": map[string]any{"phonePrefix": "+372", "phone": "+372 5"},
		"customProperties": []any{map[string]any{"id": "a b", "value": "x"}},
	}))).To(ConsistOf(
		HaveField("Path", "spec.domain"),
		And(HaveField("Path", "spec.contact.phonePrefix"), HaveField("Says", ContainSubstring("such as 372"))),
		HaveField("Path", "spec.contact.phone"),
		HaveField("Path", "spec.customProperties[0].id"),
	))
	g.Expect(rules.Refusals(reseller(map[string]any{}))).NotTo(BeEmpty(), "a broker that is made needs its fields")
	g.Expect(rules.Refusals(reseller(map[string]any{"brokerID": "4711", "name": ""}))).To(ConsistOf(HaveField("Path", "spec.name")), "the schema refuses what no rule does")
}
