package config_test

import (
	"context"
	"os"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/utils/ptr"
	"sigs.k8s.io/controller-runtime/pkg/envtest"
)

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

// fitTogether holds that the API server admits the Pod, and that what selects it does.
func fitTogether(ctx context.Context, rendered string) {
	GinkgoHelper()
	deployment := deploymentOf(rendered)
	admitsPod(ctx, deployment)
	pod := deployment.Spec.Template
	for _, obj := range objects(rendered) {
		switch obj.GetKind() {
		case "Service":
			expectMetricsPort(serviceOf(rendered), pod)
		case "ServiceMonitor":
			Expect(serviceOf(rendered).Labels).To(matchAll(stringMap(obj, "spec", "selector", "matchLabels")))
		case "NetworkPolicy":
			Expect(pod.Labels).To(matchAll(stringMap(obj, "spec", "podSelector", "matchLabels")))
		case "PodDisruptionBudget":
			Expect(pod.Labels).To(matchAll(stringMap(obj, "spec", "selector", "matchLabels")))
			Expect(deployment.Spec.Replicas).To(HaveValue(BeNumerically(">", 1)), "or no eviction succeeds")
		}
	}
	for _, constraint := range pod.Spec.TopologySpreadConstraints {
		if constraint.LabelSelector != nil {
			Expect(pod.Labels).To(matchAll(constraint.LabelSelector.MatchLabels))
		}
	}
}

// installForeignKinds has the cluster know what other operators bring.
func installForeignKinds() {
	GinkgoHelper()
	_, err := envtest.InstallCRDs(env.Config, envtest.CRDInstallOptions{CRDs: foreignKinds(), MaxTime: timeout})
	Expect(err).NotTo(HaveOccurred())
}

// foreignKinds represent the kinds of the Prometheus operator and cert-manager.
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
