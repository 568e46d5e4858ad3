package config_test

import (
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
)

// brokers are those of the Resellers that a release left, as their specs have them and
// as Cloudmore spells that: of two the operator that wrote them did not yet know the id.
func (l *life) brokers(resellers []client.Object) {
	GinkgoHelper()
	for _, obj := range resellers {
		reseller := obj.(*v1alpha1.Reseller)
		broker := fake.Broker{Name: reseller.Name, RegistrationNumber: "1", Domain: reseller.Name + ".example"}
		spec, err := json.Marshal(shown(reseller))
		Expect(err).NotTo(HaveOccurred())
		Expect(json.Unmarshal(spec, &broker)).To(Succeed(), "a spec says what the API says")
		if creation := reseller.Status.Creation; creation != nil { // by the mark that the Seller asks for
			broker.CustomProperties = append(broker.CustomProperties, fake.CustomProperty{
				ID: "k8s-owner", Value: "prod-eu/partners/" + reseller.Name + "/" + creation.Attempt,
			})
		}
		l.api.Seed(fake.Record{ID: reseller.Status.BrokerID, Broker: broker})
	}
}

// shown is a Reseller's spec with the values that its status shows otherwise.
func shown(reseller *v1alpha1.Reseller) any {
	GinkgoHelper()
	object, err := runtime.DefaultUnstructuredConverter.ToUnstructured(reseller)
	Expect(err).NotTo(HaveOccurred())
	for _, other := range reseller.Status.Normalized {
		Expect(unstructured.SetNestedField(object, other.Observed, strings.Split(other.Field, ".")...)).To(Succeed())
	}
	for _, other := range reseller.Status.Drift {
		Expect(unstructured.SetNestedField(object, other.Observed, strings.Split(other.Field, ".")...)).To(Succeed())
	}
	return object["spec"]
}

// takesOver starts this version on what an earlier one stored: in the middle of
// creates, of a delete, and at rest.
func takesOver(ctx SpecContext, folder string) {
	l := left(ctx, folder)
	var resellers, sellers []client.Object
	for _, obj := range l.stored(folder) {
		if obj.GetKind() == "Reseller" {
			resellers = append(resellers, store(ctx, obj, &v1alpha1.Reseller{}))
		} else if obj.GetName() == "main" {
			sellers = append(sellers, store(ctx, obj, &v1alpha1.Seller{}))
		}
	}
	l.brokers(resellers)
	deleting := resellers[slices.IndexFunc(resellers, func(obj client.Object) bool { return obj.GetName() == "deleting" })]
	Expect(cluster.Delete(ctx, deleting)).To(Succeed())

	By("starting this version")
	l.upgrade(ctx)
	l.await(ctx, []client.Object{deleting}, gone)
	before := map[string]string{}
	for _, obj := range resellers {
		before[obj.GetName()] = obj.(*v1alpha1.Reseller).Status.BrokerID
	}
	rest := slices.DeleteFunc(resellers, func(obj client.Object) bool { return obj == deleting })
	l.await(ctx, rest, l.ready)
	for _, obj := range rest {
		status := obj.(*v1alpha1.Reseller).Status
		Expect(status.BrokerID).NotTo(BeEmpty(), obj.GetName())
		Expect(before[obj.GetName()]).To(BeElementOf("", status.BrokerID), obj.GetName())
	}
	Expect(l.api.Calls(fake.OpCreate)).To(BeZero())
	Expect(l.api.Commits(fake.OpDelete)).To(Equal(1))
	Expect(l.api.Live()).To(HaveLen(len(rest)))

	for _, obj := range slices.Concat(rest, sellers) {
		Expect(cluster.Delete(ctx, obj)).To(Succeed())
	}
	l.await(ctx, slices.Concat(rest, sellers), gone)
}

// left is a cluster with the CRDs of an earlier version, and an account.
func left(ctx context.Context, folder string) *life {
	GinkgoHelper()
	withoutCRDs(ctx)
	_, err := envtest.InstallCRDs(env.Config, envtest.CRDInstallOptions{Paths: []string{filepath.Join(folder, "crds")}, MaxTime: timeout})
	Expect(err).NotTo(HaveOccurred())
	l := &life{namespace: "partners"}
	l.serve()
	restricted(ctx, l.namespace)
	secret := l.credentials("cloudmore-api")
	Expect(cluster.Create(ctx, secret)).To(Succeed())
	DeferCleanup(func(ctx SpecContext) { Expect(client.IgnoreNotFound(cluster.Delete(ctx, secret))).To(Succeed()) })
	return l
}

// stored are the objects of a release, for the fake's account and with short bounds.
func (l *life) stored(folder string) []*unstructured.Unstructured {
	GinkgoHelper()
	return objects(strings.NewReplacer(v1alpha1.DefaultEndpoint, l.endpoint, "listLag: 30s", "listLag: 1s", "commitBound: 4m", "commitBound: 5s", "deadline: 60s", "deadline: 5s").
		Replace(string(content(filepath.Join(folder, "objects.yaml")))))
}

// upgrade installs this version and starts it, with some more arguments.
func (l *life) upgrade(ctx context.Context, args ...string) {
	GinkgoHelper()
	rendered := render(ctx, "kustomize", "build", "default")
	apply(ctx, rendered)
	deployment := deploymentOf(rendered)
	manager := &deployment.Spec.Template.Spec.Containers[0]
	manager.Args = append(manager.Args, args...)
	l.manager = start(deployment)
}

// store stores an object with its status, and returns it typed.
func store(ctx context.Context, obj client.Object, typed client.Object) client.Object {
	GinkgoHelper()
	kept := obj.DeepCopyObject().(client.Object)
	Expect(cluster.Create(ctx, kept)).To(Succeed())
	obj.SetResourceVersion(kept.GetResourceVersion())
	obj.SetUID(kept.GetUID())
	Expect(cluster.Status().Update(ctx, obj)).To(Succeed())
	Expect(cluster.Get(ctx, client.ObjectKeyFromObject(obj), typed)).To(Succeed())
	return typed
}
