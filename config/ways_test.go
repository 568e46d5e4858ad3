package config_test

import (
	"os"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

const timeout = 60 * time.Second

// Each way of installing runs for itself: they all bring the CRDs, and a manager.
var _ = Describe("Installing", Ordered, Serial, func() {
	It("by Kustomize runs a manager with just the rights it needs", func(ctx SpecContext) {
		rendered, err := tool(ctx, "kustomize", "build", "default")
		Expect(err).NotTo(HaveOccurred(), rendered)
		deployment := applied(ctx, rendered)
		admitsPod(ctx, deployment)
		restricted(ctx, "partners-kustomize")
		lives(ctx, "partners-kustomize", run(deployment))
	}, SpecTimeout(4*timeout))

	It("by Helm runs a manager with just the rights it needs", func(ctx SpecContext) {
		restricted(ctx, "by-helm")
		rendered, err := tool(ctx, "helm", "template", "prod", "chart", "--namespace", "by-helm")
		Expect(err).NotTo(HaveOccurred(), rendered)
		deployment := applied(ctx, rendered)
		admitsPod(ctx, deployment)
		restricted(ctx, "partners-helm")
		lives(ctx, "partners-helm", run(deployment))
	}, SpecTimeout(4*timeout))

	It("by Helm for some namespaces needs no right outside them", func(ctx SpecContext) {
		restricted(ctx, "limited")
		restricted(ctx, "team-a")
		restricted(ctx, "team-b")
		rendered, err := tool(ctx, "helm", "template", "limited", "chart", "--namespace", "limited",
			"--set", "watchNamespaces={team-a,team-b}", "--set", "metrics.enabled=false")
		Expect(err).NotTo(HaveOccurred(), rendered)
		Expect(rendered).NotTo(ContainSubstring("kind: ClusterRole"))
		deployment := applied(ctx, rendered)
		admitsPod(ctx, deployment)
		lives(ctx, "team-b", run(deployment))
	}, SpecTimeout(4*timeout))

	It("takes every optional part and sample", func(ctx SpecContext) {
		monitor := &apiextensionsv1.CustomResourceDefinition{
			ObjectMeta: metav1.ObjectMeta{Name: "servicemonitors.monitoring.coreos.com"},
			Spec: apiextensionsv1.CustomResourceDefinitionSpec{
				Group: "monitoring.coreos.com", Scope: apiextensionsv1.NamespaceScoped,
				Names: apiextensionsv1.CustomResourceDefinitionNames{Plural: "servicemonitors", Kind: "ServiceMonitor"},
				Versions: []apiextensionsv1.CustomResourceDefinitionVersion{{
					Name: "v1", Served: true, Storage: true,
					Schema: &apiextensionsv1.CustomResourceValidation{OpenAPIV3Schema: &apiextensionsv1.JSONSchemaProps{
						Type: "object", XPreserveUnknownFields: ptr.To(true),
					}},
				}},
			},
		}
		_, err := envtest.InstallCRDs(env.Config, envtest.CRDInstallOptions{CRDs: []*apiextensionsv1.CustomResourceDefinition{monitor}})
		Expect(err).NotTo(HaveOccurred())
		Expect(cluster.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "system"}})).To(Succeed())
		for _, part := range []string{"crd", "prometheus", "network-policy", "samples"} {
			rendered, err := tool(ctx, "kustomize", "build", part)
			Expect(err).NotTo(HaveOccurred(), rendered)
			for _, obj := range objects(rendered) {
				if obj.GetNamespace() == "" {
					obj.SetNamespace("default")
				}
				Expect(cluster.Apply(ctx, client.ApplyConfigurationFromUnstructured(obj), client.FieldOwner("test"), client.DryRunAll)).
					To(Succeed(), "%s %s", obj.GetKind(), obj.GetName())
			}
		}
	}, SpecTimeout(timeout))
})

var _ = DescribeTable("The chart refuses", func(ctx SpecContext, value, says string) {
	out, err := tool(ctx, "helm", "template", "x", "chart", "--set", value)
	Expect(err).To(HaveOccurred())
	Expect(out).To(ContainSubstring(says))
},
	Entry("a value that it does not know", "replica=2", "additional properties 'replica' not allowed"),
	Entry("a digest that is none", "image.digest=latest", "digest"),
	Entry("an argument that is no flag", "extraArgs={workers=3}", "extraArgs"),
	Entry("a log format that does not exist", "logFormat=xml", "logFormat"),
	Entry("a namespace that can't be one", "watchNamespaces={Team A}", "watchNamespaces"),
)

var _ = DescribeTable("The chart renders what is applied", func(ctx SpecContext, sets ...string) {
	args := []string{"template", "x", "chart", "--namespace", "default"}
	for _, set := range sets {
		args = append(args, "--set", set)
	}
	rendered, err := tool(ctx, "helm", args...)
	Expect(err).NotTo(HaveOccurred(), rendered)
	for _, obj := range objects(rendered) {
		Expect(cluster.Apply(ctx, client.ApplyConfigurationFromUnstructured(obj), client.FieldOwner("test"), client.ForceOwnership, client.DryRunAll)).
			To(Succeed(), "%s %s", obj.GetKind(), obj.GetName())
	}
},
	Entry("with its defaults"),
	Entry("by digest, twice", "image.digest=sha256:"+strings.Repeat("a", 64), "replicas=2"),
	Entry("without metrics and CRDs", "metrics.enabled=false", "crd.enabled=false"),
	Entry("with an account of somebody else", "serviceAccount.name=shared"),
	Entry("with flags, labels and places", "extraArgs={--workers=3}", "podAnnotations.a=b", "nodeSelector.disk=ssd", "imagePullSecrets[0].name=pull"),
)

var _ = It("The chart has the CRDs and rules of config", func() {
	for copied, original := range map[string]string{
		"chart/files/crds/cloudmore.com_resellers.yaml":      "crd/bases/cloudmore.com_resellers.yaml",
		"chart/files/crds/cloudmore.com_sellers.yaml":        "crd/bases/cloudmore.com_sellers.yaml",
		"chart/files/crds/cloudmore.com_clustersellers.yaml": "crd/bases/cloudmore.com_clustersellers.yaml",
	} {
		is, err := os.ReadFile(copied)
		Expect(err).NotTo(HaveOccurred())
		want, err := os.ReadFile(original)
		Expect(err).NotTo(HaveOccurred())
		Expect(is).To(Equal(want), copied)
	}
})
