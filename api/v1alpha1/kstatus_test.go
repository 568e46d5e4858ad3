package v1alpha1_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// readAs is what kstatus, and with it Flux, Helm and `kustomize wait`, says
// about an object as the API server answers it.
func readAs(ctx SpecContext, object client.Object) status.Status {
	GinkgoHelper()
	answer := &unstructured.Unstructured{}
	answer.SetGroupVersionKind(object.GetObjectKind().GroupVersionKind())
	Expect(server.Get(ctx, client.ObjectKeyFromObject(object), answer)).To(Succeed())
	result, err := status.Compute(answer)
	Expect(err).NotTo(HaveOccurred())
	return result.Status
}

var _ = Describe("kstatus", func() {
	ready := condition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonInSync, "")
	creating := condition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonCreating, "")
	refused := condition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonRefused, "")
	suspended := condition(v1alpha1.ConditionSuspended, metav1.ConditionTrue, v1alpha1.ReasonSuspended, "")
	reconciling := condition(v1alpha1.ConditionReconciling, metav1.ConditionTrue, v1alpha1.ReasonCreating, "")
	stalled := condition(v1alpha1.ConditionStalled, metav1.ConditionTrue, v1alpha1.ReasonRefused, "")

	written := func(ctx SpecContext, conditions ...metav1.Condition) *v1alpha1.Reseller {
		GinkgoHelper()
		reseller := typedReseller(newNamespace(ctx), "abcdef")
		reseller.Finalizers = []string{v1alpha1.FinalizerReseller}
		Expect(server.Create(ctx, reseller)).To(Succeed())
		reseller.Status.ObservedGeneration = reseller.Generation
		reseller.SetConditions(conditions)
		Expect(server.Status().Update(ctx, reseller)).To(Succeed())
		reseller.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("Reseller"))
		return reseller
	}

	DescribeTable("reads a Reseller as",
		func(ctx SpecContext, want status.Status, conditions ...metav1.Condition) {
			Expect(readAs(ctx, written(ctx, conditions...))).To(Equal(want))
		},
		Entry("current when Ready", status.CurrentStatus, ready),
		Entry("current when Ready and suspended", status.CurrentStatus, ready, suspended),
		Entry("in progress when Reconciling", status.InProgressStatus, creating, reconciling),
		Entry("failed when Stalled", status.FailedStatus, refused, stalled),
	)

	It("reads a Reseller as in progress when Ready speaks of an older spec", func(ctx SpecContext) {
		reseller := written(ctx, ready)
		reseller.Spec.DriftPolicy = v1alpha1.DriftReport
		Expect(server.Update(ctx, reseller)).To(Succeed())
		reseller.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("Reseller"))
		Expect(readAs(ctx, reseller)).To(Equal(status.InProgressStatus))
	})

	It("reads a deleted Reseller as terminating", func(ctx SpecContext) {
		reseller := written(ctx, ready)
		Expect(server.Delete(ctx, reseller)).To(Succeed())
		Expect(readAs(ctx, reseller)).To(Equal(status.TerminatingStatus))
	})

	DescribeTable("reads an object that nobody has looked at yet as in progress",
		func(ctx SpecContext, valid func() *unstructured.Unstructured) {
			object := valid()
			object.SetNamespace(newNamespace(ctx))
			Expect(server.Create(ctx, object)).To(Succeed())
			DeferCleanup(func(ctx SpecContext) { Expect(server.Delete(ctx, object)).To(Succeed()) })
			Expect(readAs(ctx, object)).To(Equal(status.InProgressStatus))
		},
		Entry("a Reseller", validReseller),
		Entry("a Seller", validSeller),
		Entry("a ClusterSeller", validClusterSeller),
	)
})
