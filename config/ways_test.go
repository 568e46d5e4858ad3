package config_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
	"sigs.k8s.io/yaml"
)

const timeout = 60 * time.Second

// Each way of installing runs for itself: they all bring the CRDs, and a manager.
var _ = Describe("Installing", Ordered, ContinueOnFailure, Serial, func() {
	It("by Helm's own commands survives an upgrade, a lost leader, a way back and an uninstallation, with each broker once", survives, SpecTimeout(6*timeout))
	It("by Helm with a fake seller API beside it needs no account", demonstrates, SpecTimeout(3*timeout))
	DescribeTable("as the README says, by", func(ctx SpecContext, way, remove string) { asTheReadmeSays(ctx, way, remove) },
		Entry(nil, "Helm", "helm uninstall reseller-operator --namespace reseller-operator-system --wait", SpecTimeout(3*timeout)),
		Entry(nil, "Kustomize", "kubectl delete -k config/default", SpecTimeout(3*timeout)),
		Entry(nil, "One YAML file", "kubectl delete -f dist/install.yaml", SpecTimeout(3*timeout)),
	)

	It("by Kustomize runs a manager with just the rights it needs", func(ctx SpecContext) {
		rendered := render(ctx, "kustomize", "build", "default")
		apply(ctx, rendered)
		namespace := &corev1.Namespace{}
		one(rendered, "Namespace", namespace)
		Expect(namespace.Labels).To(HaveKeyWithValue("pod-security.kubernetes.io/enforce", "restricted"))
		deployment := deploymentOf(rendered)
		Expect(deployment.Namespace).To(Equal(namespace.Name))
		admitsPod(ctx, deployment)
		restricted(ctx, "partners-kustomize")
		manager := start(deployment)
		manager.leads(ctx)
		manager.lives(ctx, "partners-kustomize", true)
		manager.measures(ctx, "reseller-operator-metrics-reader")
		manager.usesItsRights(ctx, rendered)
	}, SpecTimeout(6*timeout))

	It("by Helm runs a manager with just the rights it needs", func(ctx SpecContext) {
		restricted(ctx, "by-helm")
		rendered := render(ctx, "helm", "template", "prod", "chart", "--namespace", "by-helm")
		apply(ctx, rendered)
		deployment := deploymentOf(rendered)
		admitsPod(ctx, deployment)
		restricted(ctx, "partners-helm")
		manager := start(deployment)
		manager.leads(ctx)
		manager.lives(ctx, "partners-helm", true)
		manager.measures(ctx, "prod-reseller-operator-metrics-reader")
		manager.usesItsRights(ctx, rendered)
	}, SpecTimeout(6*timeout))

	It("by Helm for some namespaces needs no right outside them", func(ctx SpecContext) {
		for _, name := range []string{"limited", "team-a", "team-b"} {
			restricted(ctx, name)
		}
		rendered := render(ctx, "helm", "template", "limited", "chart", "--namespace", "limited",
			"--set", "watchNamespaces={team-a,team-b}", "--set", "metrics.enabled=false")
		Expect(rendered).NotTo(ContainSubstring("kind: ClusterRole"))
		apply(ctx, rendered)
		deployment := deploymentOf(rendered)
		admitsPod(ctx, deployment)
		manager := start(deployment)
		manager.leads(ctx)
		manager.lives(ctx, "team-b", false)
		manager.usesItsRights(ctx, rendered)
	}, SpecTimeout(6*timeout))

	It("by Kustomize for one namespace needs no right outside it", func(ctx SpecContext) {
		rendered := render(ctx, "kustomize", "build", "overlays/namespaced")
		Expect(rendered).NotTo(Or(ContainSubstring("kind: ClusterRole"), ContainSubstring("kind: ValidatingAdmissionPolicy")))
		apply(ctx, rendered)
		deployment := deploymentOf(rendered)
		admitsPod(ctx, deployment)
		manager := start(deployment)
		manager.leads(ctx)
		manager.lives(ctx, deployment.Namespace, false)
		manager.usesItsRights(ctx, rendered)
	}, SpecTimeout(6*timeout))

	It("by Helm runs a manager that shows no secret, whatever the seller API answers", func(ctx SpecContext) {
		restricted(ctx, "talkative")
		rendered := render(ctx, "helm", "template", "talkative", "chart", "--namespace", "talkative", "--set", "logLevel=debug")
		apply(ctx, rendered)
		restricted(ctx, "partners-parrot")
		manager := start(deploymentOf(rendered))
		manager.leads(ctx)
		manager.measures(ctx, "talkative-reseller-operator-metrics-reader")
		manager.leaksNothing(ctx, "partners-parrot")
	}, SpecTimeout(6*timeout))

	DescribeTable("lets only the operator write status, and the operator nothing of a Secret but finalizers",
		func(ctx SpecContext, namespace, name string, args ...string) {
			restricted(ctx, namespace)
			rendered := render(ctx, name, args...)
			apply(ctx, rendered)
			guarded(ctx, deploymentOf(rendered))
		},
		Entry("by Kustomize", "reseller-operator-system", "kustomize", "build", "default"),
		Entry("by Helm", "by-helm", "helm", "template", "prod", "chart", "--namespace", "by-helm"),
	)

	It("takes all that Kustomize has for production, and the parts fit", func(ctx SpecContext) {
		_, err := envtest.InstallCRDs(env.Config, envtest.CRDInstallOptions{CRDs: foreignKinds()})
		Expect(err).NotTo(HaveOccurred())
		rendered := render(ctx, "kustomize", "build", "overlays/production")
		apply(ctx, rendered)
		deployment := deploymentOf(rendered)
		admitsPod(ctx, deployment)
		pod, service := deployment.Spec.Template, serviceOf(rendered)
		expectMetricsPort(service, pod)

		policy, budget := &networkingv1.NetworkPolicy{}, &policyv1.PodDisruptionBudget{}
		one(rendered, "NetworkPolicy", policy)
		one(rendered, "PodDisruptionBudget", budget)
		Expect(pod.Labels).To(matchAll(policy.Spec.PodSelector.MatchLabels))
		Expect(pod.Labels).To(matchAll(budget.Spec.Selector.MatchLabels))
		Expect(pod.Spec.TopologySpreadConstraints).To(HaveLen(1))
		Expect(pod.Labels).To(matchAll(pod.Spec.TopologySpreadConstraints[0].LabelSelector.MatchLabels))
		Expect(deployment.Spec.Replicas).To(HaveValue(BeEquivalentTo(2)))

		monitor, certificate := &unstructured.Unstructured{}, &unstructured.Unstructured{}
		one(rendered, "ServiceMonitor", monitor)
		one(rendered, "Certificate", certificate)
		Expect(service.Labels).To(matchAll(stringMap(monitor, "spec", "selector", "matchLabels")))
		Expect(monitor.GetNamespace()).To(Equal(service.Namespace))
		endpoints, _, err := unstructured.NestedSlice(monitor.Object, "spec", "endpoints")
		Expect(err).NotTo(HaveOccurred())
		names, _, err := unstructured.NestedStringSlice(certificate.Object, "spec", "dnsNames")
		Expect(err).NotTo(HaveOccurred())
		Expect(endpoints[0]).To(HaveKeyWithValue("tlsConfig", HaveKeyWithValue("serverName", names[0])))
		Expect(pod.Spec.Volumes).To(ContainElement(HaveField("Secret", HaveValue(HaveField("SecretName", certificate.Object["spec"].(map[string]any)["secretName"])))))
	}, SpecTimeout(2*timeout))

	DescribeTable("takes what Kustomize makes of", func(ctx SpecContext, folder string) {
		for _, obj := range objects(render(ctx, "kustomize", "build", folder)) {
			if obj.GetNamespace() == "" {
				obj.SetNamespace("default")
			}
			Expect(cluster.Apply(ctx, client.ApplyConfigurationFromUnstructured(obj), client.FieldOwner("test"), client.DryRunAll)).
				To(Succeed(), "%s %s", obj.GetKind(), obj.GetName())
		}
	},
		Entry("the CRDs alone", "crd"),
		Entry("the samples", "samples"),
	)

	DescribeTable("takes what the chart makes", func(ctx SpecContext, sets ...string) {
		restricted(ctx, "matrix")
		args := []string{"--namespace", "matrix"}
		for _, set := range sets {
			args = append(args, "--set", set)
		}
		render(ctx, "helm", append([]string{"lint", "chart", "--strict"}, args...)...)
		rendered := render(ctx, "helm", append([]string{"template", "x", "chart"}, args...)...)
		apply(ctx, rendered, client.DryRunAll)
		deployment := deploymentOf(rendered)
		admitsPod(ctx, deployment)
		if strings.Contains(rendered, "kind: Service\n") {
			expectMetricsPort(serviceOf(rendered), deployment.Spec.Template)
		}
	},
		Entry("of its defaults"),
		Entry("of a digest and two replicas", "image.digest=sha256:"+strings.Repeat("a", 64), "replicas=2"),
		Entry("with other endpoints", "allowedEndpoints={*.example.com},allowPrivateNetworks=true"),
		Entry("of namespaces, with metrics", "watchNamespaces={default,kube-public}"),
		Entry("without metrics and CRDs", "metrics.enabled=false", "crd.enabled=false"),
		Entry("with CRDs that go with it", "crd.keep=false"),
		Entry("with an account of somebody else", "serviceAccount.name=shared"),
		Entry("of flags, labels and places", "extraArgs={--workers=3}", "podAnnotations.a=b",
			"podAnnotations.kubectl\\.kubernetes\\.io/default-container=manager", "serviceAccount.annotations.a=b",
			"nodeSelector.disk=ssd", "tolerations[0].operator=Exists", "affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution=null",
			"imagePullSecrets[0].name=pull", "logFormat=console", "logLevel=debug", "resources.limits.cpu=1"),
	)

	It("is followed by what the chart's notes say", func(ctx SpecContext) {
		notes := render(ctx, "helm", "install", "prod", "chart", "--namespace", "matrix", "--dry-run=client", "--set", "watchNamespaces={team-a}")
		Expect(notes).To(ContainSubstring("kubectl -n team-a create secret generic cloudmore-api"))
		Expect(notes).To(ContainSubstring("kubectl -n team-a wait --for=condition=Ready reseller/"))
		manifests := regexp.MustCompile(`(?s)<<END\n(.*?)\nEND`).FindAllStringSubmatch(notes, -1)
		Expect(manifests).To(HaveLen(2))
		for _, manifest := range manifests {
			for _, obj := range objects(regexp.MustCompile(`<[^>]+>`).ReplaceAllString(manifest[1], "4711")) {
				obj.SetNamespace("team-a")
				Expect(cluster.Create(ctx, obj, client.DryRunAll)).To(Succeed())
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
	Entry("a part that it does not know", "image.name=x", "additional properties 'name' not allowed"),
	Entry("a digest that is none", "image.digest=latest", "image/digest"),
	Entry("replicas that are no number", "replicas=two", "replicas"),
	Entry("an argument that is no flag", "extraArgs={workers=3}", "extraArgs"),
	Entry("a log format that does not exist", "logFormat=xml", "logFormat"),
	Entry("a log level that does not exist", "logLevel=warn", "logLevel"),
	Entry("an endpoint that is no host", "allowedEndpoints={https://api.example.com}", "allowedEndpoints"),
	Entry("a namespace that can't be one", "watchNamespaces={Team A}", "watchNamespaces"),
)

var _ = Describe("The chart", func() {
	It("has the CRDs and rules of this folder", func() {
		crds, err := filepath.Glob("crd/bases/*.yaml")
		Expect(err).NotTo(HaveOccurred())
		Expect(filepath.Glob("chart/files/crds/*.yaml")).To(HaveLen(len(crds)))
		for _, path := range crds {
			Expect(content("chart/files/crds/" + filepath.Base(path))).To(Equal(content(path)))
		}
		var copied, original struct{ Rules any }
		Expect(yaml.Unmarshal(content("chart/files/rules.yaml"), &copied)).To(Succeed())
		Expect(yaml.Unmarshal(content("rbac/role.yaml"), &original)).To(Succeed())
		Expect(copied).To(Equal(original))
	})

	It("has the admission policies of this folder", func() {
		policies, err := filepath.Glob("chart/files/admission-policies/*.yaml")
		Expect(err).NotTo(HaveOccurred())
		Expect(policies).To(HaveLen(3))
		for _, path := range policies {
			Expect(content(path)).To(Equal(content("components/admission-policies/" + filepath.Base(path))))
		}
	})

	It("has the same Pod as Kustomize", func(ctx SpecContext) {
		chart := podOf(ctx, "helm", "template", "x", "chart")
		kustomize := podOf(ctx, "kustomize", "build", "default")
		Expect(chart.Containers[0].Args).To(ContainElements(kustomize.Containers[0].Args))
		for _, pod := range []*corev1.PodSpec{chart, kustomize} {
			pod.ServiceAccountName = ""
			pod.Containers[0].Args, pod.Containers[0].ImagePullPolicy = nil, ""
		}
		Expect(chart).To(Equal(kustomize))
	})
})

func content(path string) []byte {
	GinkgoHelper()
	b, err := os.ReadFile(path)
	Expect(err).NotTo(HaveOccurred())
	return b
}

func podOf(ctx context.Context, name string, args ...string) *corev1.PodSpec {
	GinkgoHelper()
	return &deploymentOf(render(ctx, name, args...)).Spec.Template.Spec
}

func serviceOf(rendered string) *corev1.Service {
	GinkgoHelper()
	service := &corev1.Service{}
	one(rendered, "Service", service)
	return service
}

// expectMetricsPort holds that the Service leads to the Pod's metrics.
func expectMetricsPort(service *corev1.Service, pod corev1.PodTemplateSpec) {
	GinkgoHelper()
	Expect(pod.Labels).To(matchAll(service.Spec.Selector))
	Expect(service.Spec.Ports).To(HaveLen(1))
	Expect(pod.Spec.Containers[0].Ports).To(ContainElement(HaveField("Name", service.Spec.Ports[0].TargetPort.StrVal)))
}

// matchAll matches labels that a selector selects.
func matchAll(selector map[string]string) OmegaMatcher {
	GinkgoHelper()
	Expect(selector).NotTo(BeEmpty())
	matchers := make([]OmegaMatcher, 0, len(selector))
	for key, value := range selector {
		matchers = append(matchers, HaveKeyWithValue(key, value))
	}
	return SatisfyAll(matchers...)
}

// stringMap is a map of strings in an object.
func stringMap(obj *unstructured.Unstructured, path ...string) map[string]string {
	GinkgoHelper()
	found, _, err := unstructured.NestedStringMap(obj.Object, path...)
	Expect(err).NotTo(HaveOccurred())
	return found
}

// foreignKinds stand for the kinds of the Prometheus operator and cert-manager.
func foreignKinds() []*apiextensionsv1.CustomResourceDefinition {
	var all []*apiextensionsv1.CustomResourceDefinition
	for kind, group := range map[string]string{
		"ServiceMonitor": "monitoring.coreos.com", "PrometheusRule": "monitoring.coreos.com",
		"Certificate": "cert-manager.io", "Issuer": "cert-manager.io",
	} {
		plural := strings.ToLower(kind) + "s"
		all = append(all, &apiextensionsv1.CustomResourceDefinition{
			ObjectMeta: metav1.ObjectMeta{Name: plural + "." + group},
			Spec: apiextensionsv1.CustomResourceDefinitionSpec{
				Group: group, Scope: apiextensionsv1.NamespaceScoped,
				Names: apiextensionsv1.CustomResourceDefinitionNames{Plural: plural, Kind: kind},
				Versions: []apiextensionsv1.CustomResourceDefinitionVersion{{
					Name: "v1", Served: true, Storage: true,
					Schema: &apiextensionsv1.CustomResourceValidation{OpenAPIV3Schema: &apiextensionsv1.JSONSchemaProps{
						Type: "object", XPreserveUnknownFields: ptr.To(true),
					}},
				}},
			},
		})
	}
	return all
}
