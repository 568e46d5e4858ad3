package config_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"github.com/reseller-operator/reseller-operator/internal/controller/seller"
)

// clusterSample is a manifest of samples/cluster.
func clusterSample(g Gomega, name string) *unstructured.Unstructured {
	text, err := os.ReadFile("samples/cluster/" + name)
	g.Expect(err).NotTo(HaveOccurred())
	obj := &unstructured.Unstructured{}
	g.Expect(yaml.UnmarshalStrict(text, &obj.Object)).To(Succeed())
	return obj
}

func TestSamplesForAClusterFitTheChart(t *testing.T) {
	if testing.Short() {
		return // helm is built by make test
	}
	const images = "Deployment {.spec.template.spec.containers[*].image}"
	rendered := func(g Gomega, args ...string) string {
		out, err := helmTemplate(t, args...)
		g.Expect(err).NotTo(HaveOccurred(), out)
		return out
	}

	t.Run("without the internet: every image is the registry's, and calls go through the proxy", func(t *testing.T) {
		g := NewWithT(t)
		out := rendered(g, "--values", "samples/cluster/air-gap.yaml", "--set", "demo.enabled=true")
		g.Expect(found(g, out, images)).To(like("registry.example:5000/reseller-operator/reseller-operator:* registry.example:5000/reseller-operator/fake-cloudmore:*"))
		g.Expect(out).NotTo(ContainSubstring("ghcr.io"))
		g.Expect(found(g, out, "Deployment {.spec.template.spec.imagePullSecrets}")).To(Equal(`[{"name":"registry"}]`))
		g.Expect(found(g, out, "Deployment {.spec.template.spec.containers[0].env[*].name}")).To(Equal("HTTPS_PROXY NO_PROXY"))
	})
	t.Run("egress by name: it selects the Pods, and permits the hosts that the operator does", func(t *testing.T) {
		g := NewWithT(t)
		policy := clusterSample(g, "egress-fqdn.yaml")
		g.Expect(strings.Fields(printedOf(g, policy, "{.spec.egress[*].toFQDNs[*].matchName}"))).To(ConsistOf(seller.DefaultAllowedHosts))
		label := printedOf(g, policy, `{.spec.endpointSelector.matchLabels.app\.kubernetes\.io/name}`)
		g.Expect(found(g, rendered(g), `Deployment {.spec.template.metadata.labels.app\.kubernetes\.io/name}`)).To(Equal(label))
	})
	t.Run("signed images: it means the images, and who signs them", func(t *testing.T) {
		g := NewWithT(t)
		policy := clusterSample(g, "image-policy.yaml")
		pattern := printedOf(g, policy, "{.spec.rules[*].verifyImages[*].imageReferences[*]}")
		g.Expect(pattern).NotTo(BeEmpty())
		for image := range strings.FieldsSeq(found(g, rendered(g, "--set", "demo.enabled=true"), images)) {
			g.Expect(image).To(like(pattern))
		}
		releases, err := os.ReadFile("../docs/releases.md")
		g.Expect(err).NotTo(HaveOccurred())
		identity := regexp.MustCompile(`identity=(\S+)`).FindSubmatch(releases)
		g.Expect(string(identity[1])).To(like(printedOf(g, policy, "{.spec.rules[*].verifyImages[*].attestors[*].entries[*].keyless.subject}")))
		g.Expect(string(releases)).To(ContainSubstring("issuer=" + printedOf(g, policy, "{.spec.rules[*].verifyImages[*].attestors[*].entries[*].keyless.issuer}") + "\n"))
	})
}
