package config_test

import (
	"fmt"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// atRest are the Resellers of a release with a broker and nothing to do: those that
// it kept, and of the one that it created more, under both policies.
func atRest(stored []*unstructured.Unstructured) []*unstructured.Unstructured {
	GinkgoHelper()
	var all []*unstructured.Unstructured
	for _, obj := range stored {
		if obj.GetKind() == "Reseller" && slices.Contains([]string{"created", "adopted", "observed"}, obj.GetName()) {
			all = append(all, obj)
		}
	}
	Expect(all).To(HaveLen(3))
	created := all[0]
	for i, policy := range []string{"Correct", "Correct", "Report"} {
		name, number := fmt.Sprintf("%s-%d", strings.ToLower(policy), i), fmt.Sprintf("20000000%d", i)
		obj := created.DeepCopy()
		obj.SetName(name)
		for value, path := range map[string]string{
			name + ".example": "spec.domain", number: "spec.registrationNumber", policy: "spec.driftPolicy",
			"ca55e534-bb1f-493a-ba0b-905b7e01936" + number[8:]: "status.brokerID",
		} {
			Expect(unstructured.SetNestedField(obj.Object, value, strings.Split(path, ".")...)).To(Succeed())
		}
		Expect(unstructured.SetNestedStringMap(obj.Object, map[string]string{
			"domain": name + ".example", "registrationNumber": number, "name": "Created Company",
		}, "status", "broker")).To(Succeed())
		unstructured.RemoveNestedField(obj.Object, "status", "drift")
		all = append(all, obj)
	}
	return all
}

// rests starts this version on what an earlier one left healthy: it reads all of it
// and writes nothing.
func rests(ctx SpecContext, folder string) {
	l := left(ctx, folder)
	stored := l.stored(folder)
	var resellers []client.Object
	for _, obj := range atRest(stored) {
		resellers = append(resellers, store(ctx, obj, &v1alpha1.Reseller{}))
	}
	seller := stored[slices.IndexFunc(stored, func(obj *unstructured.Unstructured) bool { return obj.GetName() == "main" })]
	account := store(ctx, seller, &v1alpha1.Seller{})
	l.brokers(resellers)

	By("starting this version, and asking for a look at each")
	l.upgrade(ctx)
	l.await(ctx, resellers, l.ready)
	for _, obj := range append(slices.Clone(resellers), account) {
		Expect(cluster.Patch(ctx, obj, client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"annotations":{"cloudmore.com/reconcile-requested-at":"after"}}}`)))).To(Succeed())
	}
	l.await(ctx, []client.Object{account}, func(g Gomega, obj client.Object, err error) {
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(obj.(*v1alpha1.Seller).Status.LastHandledReconcileAt).To(Equal("after"))
	})
	l.await(ctx, resellers, func(g Gomega, obj client.Object, err error) {
		l.ready(g, obj, err)
		g.Expect(obj.(*v1alpha1.Reseller).Status.LastHandledReconcileAt).To(Equal("after"))
	})
	for _, op := range []fake.Operation{fake.OpCreate, fake.OpUpdate, fake.OpDelete} {
		Expect(l.api.Calls(op)).To(BeZero(), "%s", op)
	}
	Expect(l.api.Calls(fake.OpGet)).To(BeNumerically(">=", len(resellers)), "each was read")
	for _, obj := range append(resellers, account) {
		Expect(cluster.Delete(ctx, obj)).To(Succeed())
	}
	l.await(ctx, append(resellers, account), gone)
}
