package config_test

import (
	"context"
	"fmt"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// guarded holds that the API server keeps the operator's account, and everybody
// else, from what the admission policies forbid. No manager runs meanwhile.
func guarded(ctx context.Context, d *appsv1.Deployment) {
	GinkgoHelper()
	operator := accountOf(d)
	secret := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: d.Namespace, GenerateName: "guarded-"},
		StringData: map[string]string{"password": "before"},
	}
	reseller := &v1alpha1.Reseller{}
	(&life{namespace: d.Namespace}).sample("reseller", reseller)
	reseller.Name, reseller.GenerateName = "", "guarded-"
	Expect(cluster.Create(ctx, secret)).To(Succeed())
	Expect(cluster.Create(ctx, reseller)).To(Succeed())
	patch := func(who client.Client, obj client.Object, body string) error {
		return who.Patch(ctx, obj.DeepCopyObject().(client.Object), client.RawPatch(types.MergePatchType, []byte(body)))
	}
	status := func(who client.Client, body string) error {
		return who.Status().Patch(ctx, reseller.DeepCopy(), client.RawPatch(types.MergePatchType, []byte(body)))
	}

	By("Secrets")
	n := 0
	Eventually(func() error { // policies take effect after a moment
		n++
		return patch(operator, secret, fmt.Sprintf(`{"stringData":{"password":"%d"}}`, n))
	}).WithContext(ctx).WithTimeout(timeout).Should(forbidden("the operator may change metadata.finalizers only"))
	for _, body := range []string{
		`{"data":null}`, `{"immutable":true}`, `{"metadata":{"labels":{"a":"b"}}}`, `{"metadata":{"annotations":{"a":"b"}}}`,
		`{"metadata":{"ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"x","uid":"x"}]}}`,
	} {
		Expect(patch(operator, secret, body)).To(forbidden("finalizers only"), body)
	}
	Expect(patch(operator, secret, `{"metadata":{"finalizers":["cloudmore.com/in-use"]}}`)).To(Succeed())
	Expect(patch(operator, secret, `{"metadata":{"finalizers":null}}`)).To(Succeed())
	Expect(patch(cluster, secret, `{"stringData":{"password":"after"}}`)).To(Succeed())

	By("status")
	Eventually(func() error { return status(cluster, `{"status":{"brokerID":"4711"}}`) }).WithContext(ctx).WithTimeout(timeout).
		Should(forbidden("only the operator writes status"))
	Expect(status(operator, `{"status":{"brokerID":"4711","origin":"Created","servicesActivated":true}}`)).To(Succeed())

	By("activated services")
	remove := func() error { return cluster.Delete(ctx, reseller.DeepCopy(), client.DryRunAll) }
	Eventually(remove).WithContext(ctx).WithTimeout(timeout).
		Should(forbidden(`services are activated for broker 4711, which would be deleted; set spec.deletionPolicy: Orphan to keep it, or the annotation cloudmore.com/force-delete: "4711" to delete it all the same`))
	for _, change := range []struct{ does, undo string }{
		{`{"spec":{"deletionPolicy":"Orphan"}}`, `{"spec":{"deletionPolicy":null}}`},
		{`{"spec":{"managementPolicy":"Observe"}}`, `{"spec":{"managementPolicy":null}}`},
		{`{"metadata":{"annotations":{"cloudmore.com/force-delete":"4711"}}}`, `{"metadata":{"annotations":{"cloudmore.com/force-delete":"4712"}}}`},
	} {
		Expect(patch(cluster, reseller, change.does)).To(Succeed())
		Expect(remove()).To(Succeed(), change.does)
		Expect(patch(cluster, reseller, change.undo)).To(Succeed())
		Expect(remove()).To(forbidden("services are activated"), change.undo)
	}
	Expect(status(operator, `{"status":{"origin":"Adopted"}}`)).To(Succeed())
	Expect(remove()).To(Succeed())
	Expect(patch(cluster, reseller, `{"spec":{"deletionPolicy":"Delete"}}`)).To(Succeed())
	Expect(remove()).To(forbidden("services are activated"))
	Expect(status(operator, `{"status":{"servicesActivated":false}}`)).To(Succeed())
	Expect(cluster.Delete(ctx, reseller)).To(Succeed())
}

// accountOf is a client with the rights of the account that a Deployment names.
func accountOf(d *appsv1.Deployment) client.Client {
	GinkgoHelper()
	user, err := env.AddUser(userOf(d.Namespace, &d.Spec.Template.Spec), nil)
	Expect(err).NotTo(HaveOccurred())
	c, err := client.New(user.Config(), client.Options{Scheme: cluster.Scheme()})
	Expect(err).NotTo(HaveOccurred())
	return c
}

// userOf is how the API server sees the account that a Deployment names.
func userOf(namespace string, pod *corev1.PodSpec) envtest.User {
	return envtest.User{
		Name:   "system:serviceaccount:" + namespace + ":" + pod.ServiceAccountName,
		Groups: []string{"system:serviceaccounts", "system:serviceaccounts:" + namespace, "system:authenticated"},
	}
}

// forbidden matches a refusal by admission that says why.
func forbidden(why string) OmegaMatcher {
	return And(MatchError(ContainSubstring(why)), Satisfy(apierrors.IsForbidden))
}
