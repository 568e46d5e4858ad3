package config_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/gbytes"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
	"github.com/reseller-operator/reseller-operator/internal/cloudmore/fake"
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

// applied applies what was rendered by server-side apply, in the order given, and
// returns the Deployment.
func applied(ctx context.Context, rendered string) *appsv1.Deployment {
	GinkgoHelper()
	var deployment *appsv1.Deployment
	for _, obj := range objects(rendered) {
		Expect(cluster.Apply(ctx, client.ApplyConfigurationFromUnstructured(obj), client.FieldOwner("test"), client.ForceOwnership)).
			To(Succeed(), "%s %s", obj.GetKind(), obj.GetName())
		if obj.GetKind() == "Deployment" {
			deployment = &appsv1.Deployment{}
			Expect(runtime.DefaultUnstructuredConverter.FromUnstructured(obj.Object, deployment)).To(Succeed())
		}
	}
	return deployment
}

// restricted makes a namespace in which the API server admits only Pods of the
// restricted profile.
func restricted(ctx context.Context, name string) {
	GinkgoHelper()
	Expect(cluster.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: name, Labels: map[string]string{"pod-security.kubernetes.io/enforce": "restricted"},
	}})).To(Succeed())
}

// admitsPod has the API server decide on the Deployment's Pod.
func admitsPod(ctx context.Context, d *appsv1.Deployment) {
	GinkgoHelper()
	namespace := &corev1.Namespace{}
	Expect(cluster.Get(ctx, client.ObjectKey{Name: d.Namespace}, namespace)).To(Succeed())
	Expect(namespace.Labels).To(HaveKeyWithValue("pod-security.kubernetes.io/enforce", "restricted"))
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: d.Namespace, Name: "probe", Labels: d.Spec.Template.Labels},
		Spec:       *d.Spec.Template.Spec.DeepCopy(),
	}
	Expect(cluster.Create(ctx, pod, client.DryRunAll)).To(Succeed())
}

// run starts the manager with the Deployment's arguments, as the account that it
// names. Its ports become free ones; the lease's namespace and plain http to the
// fake are what a test outside a cluster needs besides.
func run(d *appsv1.Deployment) *gbytes.Buffer {
	GinkgoHelper()
	account := d.Spec.Template.Spec.ServiceAccountName
	user, err := env.AddUser(envtest.User{
		Name:   "system:serviceaccount:" + d.Namespace + ":" + account,
		Groups: []string{"system:serviceaccounts", "system:serviceaccounts:" + d.Namespace, "system:authenticated"},
	}, nil)
	Expect(err).NotTo(HaveOccurred())
	kubeconfig, err := user.KubeConfig()
	Expect(err).NotTo(HaveOccurred())
	path := filepath.Join(GinkgoT().TempDir(), "kubeconfig")
	Expect(os.WriteFile(path, kubeconfig, 0o600)).To(Succeed())

	args := []string{"--kubeconfig", path, "--leader-election-namespace", d.Namespace, "--allow-insecure-endpoints"}
	for _, arg := range d.Spec.Template.Spec.Containers[0].Args {
		args = append(args, strings.NewReplacer(":8443", "127.0.0.1:0", ":8081", "127.0.0.1:0").Replace(arg))
	}
	log := gbytes.NewBuffer()
	cmd := exec.Command(manager, args...)
	cmd.Stdout, cmd.Stderr = io.MultiWriter(log, GinkgoWriter), io.MultiWriter(log, GinkgoWriter)
	Expect(cmd.Start()).To(Succeed())
	DeferCleanup(func() {
		Expect(cmd.Process.Signal(os.Interrupt)).To(Succeed())
		Expect(cmd.Wait()).To(Succeed())
	})
	return log
}

// lives takes a Reseller from nothing to Ready and to nothing again, with the
// rights that the manager has, and holds that no call was denied.
func lives(ctx context.Context, namespace string, log *gbytes.Buffer) {
	GinkgoHelper()
	api, err := fake.New(fake.Options{})
	Expect(err).NotTo(HaveOccurred())
	endpoint, err := api.Start()
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(api.Close)

	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "cloudmore-api"}, StringData: map[string]string{
		v1alpha1.SecretKeyUsername: fake.DefaultUsername, v1alpha1.SecretKeyPassword: fake.DefaultPassword, v1alpha1.SecretKeyClientSecret: fake.DefaultClientSecret,
	}}
	Expect(cluster.Create(ctx, secret)).To(Succeed())
	for _, name := range []string{"seller", "reseller"} {
		content, err := os.ReadFile("samples/cloudmore_v1alpha1_" + name + ".yaml")
		Expect(err).NotTo(HaveOccurred())
		obj := objects(strings.ReplaceAll(string(content), v1alpha1.DefaultEndpoint, endpoint))[0]
		obj.SetNamespace(namespace)
		Expect(cluster.Create(ctx, obj)).To(Succeed())
	}
	reseller := &v1alpha1.Reseller{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "abcdef"}}
	Eventually(func(g Gomega) {
		g.Expect(cluster.Get(ctx, client.ObjectKeyFromObject(reseller), reseller)).To(Succeed())
		g.Expect(meta.IsStatusConditionTrue(reseller.Status.Conditions, v1alpha1.ConditionReady)).To(BeTrue(), "%+v", reseller.Status)
	}).WithContext(ctx).WithTimeout(timeout).Should(Succeed())
	Eventually(func(g Gomega) {
		events := &unstructured.UnstructuredList{}
		events.SetAPIVersion("events.k8s.io/v1")
		events.SetKind("EventList")
		g.Expect(cluster.List(ctx, events, client.InNamespace(namespace))).To(Succeed())
		g.Expect(events.Items).NotTo(BeEmpty())
	}).WithContext(ctx).WithTimeout(timeout).Should(Succeed())

	seller := &v1alpha1.Seller{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "main"}}
	Expect(cluster.Delete(ctx, seller)).To(Succeed())
	Expect(cluster.Delete(ctx, reseller)).To(Succeed())
	Expect(cluster.Delete(ctx, secret)).To(Succeed())
	for _, obj := range []client.Object{reseller, seller, secret} {
		Eventually(func() error { return cluster.Get(ctx, client.ObjectKeyFromObject(obj), obj) }).
			WithContext(ctx).WithTimeout(timeout).Should(MatchError(ContainSubstring("not found")), fmt.Sprintf("%T", obj))
	}
	Expect(api.Live()).To(BeEmpty())
	Expect(string(log.Contents())).NotTo(ContainSubstring("forbidden"))
}
