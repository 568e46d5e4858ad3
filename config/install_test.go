package config_test

import (
	"context"
	"errors"
	"io"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// objects reads the documents of a rendered stream.
func objects(rendered string) []*unstructured.Unstructured {
	GinkgoHelper()
	var all []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(strings.NewReader(rendered), 4096)
	for {
		obj := &unstructured.Unstructured{}
		err := decoder.Decode(obj)
		if errors.Is(err, io.EOF) {
			return all
		}
		Expect(err).NotTo(HaveOccurred())
		if len(obj.Object) > 0 {
			all = append(all, obj)
		}
	}
}

// one reads the rendered object of a kind, of which there must be one.
func one(rendered, kind string, into any) {
	GinkgoHelper()
	var found []*unstructured.Unstructured
	for _, obj := range objects(rendered) {
		if obj.GetKind() == kind {
			found = append(found, obj)
		}
	}
	Expect(found).To(HaveLen(1), kind)
	if generic, ok := into.(*unstructured.Unstructured); ok {
		*generic = *found[0]
		return
	}
	Expect(runtime.DefaultUnstructuredConverter.FromUnstructured(found[0].Object, into)).To(Succeed())
}

// deploymentOf is the rendered Deployment.
func deploymentOf(rendered string) *appsv1.Deployment {
	GinkgoHelper()
	d := &appsv1.Deployment{}
	one(rendered, "Deployment", d)
	return d
}

// apply applies what was rendered by server-side apply, in the order given.
func apply(ctx context.Context, rendered string, options ...client.ApplyOption) {
	GinkgoHelper()
	options = append(options, client.FieldOwner("kubectl"), client.ForceOwnership) // whom kubectl, in other specs, does not conflict with
	for _, obj := range objects(rendered) {
		Eventually(func() error { return cluster.Apply(ctx, client.ApplyConfigurationFromUnstructured(obj), options...) }).
			WithContext(ctx).WithTimeout(timeout).Should(Succeed(), "%s %s", obj.GetKind(), obj.GetName()) // a kind is known a moment after its CRD
		if obj.GetKind() == "ValidatingAdmissionPolicyBinding" { // or it would hold for the next way, too
			DeferCleanup(func(ctx SpecContext) { unbind(ctx, obj) })
		}
	}
}

// unbind removes a policy's binding, and waits until the API server does not hold to
// it any more: that of status shows it, which lets nobody else write.
func unbind(ctx context.Context, binding client.Object) {
	GinkgoHelper()
	err := cluster.Delete(ctx, binding)
	if apierrors.IsNotFound(err) {
		return // it was applied for a try only
	}
	Expect(err).NotTo(HaveOccurred())
	if !strings.HasSuffix(binding.GetName(), "writes-status") {
		return
	}
	probe := &v1alpha1.Reseller{}
	(&life{namespace: "default"}).sample("reseller", probe)
	probe.Name, probe.GenerateName = "", "probe-"
	Expect(cluster.Create(ctx, probe)).To(Succeed())
	Eventually(func() error {
		return cluster.Status().Patch(ctx, probe, client.RawPatch(types.MergePatchType, []byte(`{"status":{"origin":"Created"}}`)))
	}).WithContext(ctx).WithTimeout(timeout).Should(Succeed())
	Expect(cluster.Delete(ctx, probe)).To(Succeed())
}

// restricted sees to a namespace in which the API server admits only Pods of the
// restricted profile.
func restricted(ctx context.Context, name string) {
	GinkgoHelper()
	err := cluster.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: name, Labels: map[string]string{"pod-security.kubernetes.io/enforce": "restricted"},
	}})
	Expect(client.IgnoreAlreadyExists(err)).To(Succeed())
}

// admitsPod has the API server decide on the Deployment's Pod, and on one that
// asks for a bit more, so that it is known to decide at all.
func admitsPod(ctx context.Context, d *appsv1.Deployment) {
	GinkgoHelper()
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: d.Namespace, Name: "probe", Labels: d.Spec.Template.Labels, Annotations: d.Spec.Template.Annotations},
		Spec:       *d.Spec.Template.Spec.DeepCopy(),
	}
	loose := pod.DeepCopy()
	Expect(cluster.Create(ctx, pod, client.DryRunAll)).To(Succeed())

	loose.Spec.Containers[0].SecurityContext = nil
	err := cluster.Create(ctx, loose, client.DryRunAll)
	Expect(apierrors.IsForbidden(err)).To(BeTrue(), "%v", err)
	Expect(err).To(MatchError(ContainSubstring("violates PodSecurity")))
}
