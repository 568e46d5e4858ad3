package v1alpha1_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/envtest"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

// releases are the folders with what earlier versions put into clusters.
func releases() []string {
	folders, err := filepath.Glob("../../config/released/v*")
	if err != nil || len(folders) == 0 {
		panic("no releases in config/released")
	}
	return folders
}

// storedBy reads the objects as that release stored them.
func storedBy(folder string) []*unstructured.Unstructured {
	GinkgoHelper()
	content, err := os.ReadFile(filepath.Join(folder, "objects.yaml"))
	Expect(err).NotTo(HaveOccurred())
	var all []*unstructured.Unstructured
	for decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(content), 4096); ; {
		object := &unstructured.Unstructured{}
		if err = decoder.Decode(object); errors.Is(err, io.EOF) {
			return all
		}
		Expect(err).NotTo(HaveOccurred())
		all = append(all, object)
	}
}

// store creates an object and its status, refusing what the CRD does not know.
func store(ctx context.Context, to client.Client, object *unstructured.Unstructured) *unstructured.Unstructured {
	GinkgoHelper()
	kept := object.DeepCopy()
	Expect(to.Create(ctx, kept, client.FieldValidation(metav1.FieldValidationStrict))).To(Succeed(), object.GetName())
	kept.Object["status"] = object.DeepCopy().Object["status"]
	Expect(to.Status().Update(ctx, kept, client.FieldValidation(metav1.FieldValidationStrict))).To(Succeed(), object.GetName())
	return kept
}

// holds demands that the API server has all that was stored and nothing more, and
// that our types lose none of it.
func holds(ctx context.Context, from client.Client, object *unstructured.Unstructured) {
	GinkgoHelper()
	have := &unstructured.Unstructured{}
	have.SetGroupVersionKind(object.GroupVersionKind())
	Expect(from.Get(ctx, client.ObjectKeyFromObject(object), have)).To(Succeed())
	Expect(have.Object["spec"]).To(Equal(object.Object["spec"]), object.GetName())
	Expect(have.Object["status"]).To(Equal(object.Object["status"]), object.GetName())

	typed, err := server.Scheme().New(object.GroupVersionKind())
	Expect(err).NotTo(HaveOccurred())
	Expect(runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(have.Object, typed, true)).To(Succeed(), object.GetName())
	again, err := runtime.DefaultUnstructuredConverter.ToUnstructured(typed)
	Expect(err).NotTo(HaveOccurred())
	Expect(meaning(again["spec"])).To(Equal(meaning(have.Object["spec"])), object.GetName())
	Expect(meaning(again["status"])).To(Equal(meaning(have.Object["status"])), object.GetName())
}

// meaning is the value with durations written in one way: Go makes 1h0m0s of 1h.
func meaning(value any) any {
	switch value := value.(type) {
	case string:
		if d, err := time.ParseDuration(value); err == nil {
			return d
		}
	case map[string]any:
		all := map[string]any{}
		for name, field := range value {
			all[name] = meaning(field)
		}
		return all
	case []any:
		var all []any
		for _, item := range value {
			all = append(all, meaning(item))
		}
		return all
	}
	return value
}

// upgrade replaces the CRDs by today's, and waits until the API server goes by them:
// they get one more field to select by.
func upgrade(ctx context.Context, config *rest.Config, cluster client.Client) {
	GinkgoHelper()
	var crds []*apiextensionsv1.CustomResourceDefinition
	for _, plural := range plurals {
		crd := crdIn(crdDir, plural)
		version := &crd.Spec.Versions[0]
		version.SelectableFields = append(version.SelectableFields, apiextensionsv1.SelectableField{JSONPath: ".status.observedGeneration"})
		crds = append(crds, crd)
	}
	_, err := envtest.InstallCRDs(config, envtest.CRDInstallOptions{CRDs: crds, Scheme: server.Scheme(), MaxTime: within})
	Expect(err).NotTo(HaveOccurred())
	for _, list := range []client.ObjectList{&v1alpha1.ResellerList{}, &v1alpha1.SellerList{}, &v1alpha1.ClusterSellerList{}} {
		Eventually(cluster.List).WithContext(ctx).WithArguments(list, client.MatchingFields{"status.observedGeneration": "1"}).
			WithTimeout(within).Should(Succeed())
	}
}

var _ = Describe("Objects of a release", func() {
	for _, folder := range releases() {
		crds := filepath.Join(folder, "crds")

		It("name every field that it had: "+filepath.Base(folder), func() {
			named := map[string]bool{}
			for _, object := range storedBy(folder) {
				fieldsOf(object.Object, object.GetKind()+" ", named)
			}
			var missing []string
			for _, plural := range plurals {
				crd := crdIn(crds, plural)
				for _, field := range nodes("", *crd.Spec.Versions[0].Schema.OpenAPIV3Schema) {
					path := crd.Spec.Names.Kind + " " + field.path
					if root, _, _ := strings.Cut(field.path, "."); (root == "spec" || root == "status") && !named[path] {
						missing = append(missing, path)
					}
				}
			}
			Expect(missing).To(BeEmpty(), "no object in objects.yaml has these")
		})

		It("live on when the CRDs become today's: "+filepath.Base(folder), func(ctx SpecContext) {
			env := controlPlane(crds)
			config, err := env.Start()
			Expect(err).NotTo(HaveOccurred())
			DeferCleanup(env.Stop)
			cluster, err := client.New(config, client.Options{Scheme: server.Scheme()})
			Expect(err).NotTo(HaveOccurred())
			Expect(cluster.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "partners"}})).To(Succeed())
			for _, object := range storedBy(folder) {
				store(ctx, cluster, object)
			}
			upgrade(ctx, config, cluster)
			for _, object := range storedBy(folder) {
				holds(ctx, cluster, object)
			}
		})

		// As from a backup. An object that is there already may keep what a new rule
		// forbids; one that comes back may not.
		It("are taken again by today's: "+filepath.Base(folder), func(ctx SpecContext) {
			namespace := newNamespace(ctx)
			for _, object := range storedBy(folder) {
				if object.GetNamespace() == "" {
					object.SetName(namespace)
				} else {
					object.SetNamespace(namespace)
				}
				object.SetFinalizers(nil) // nobody is here to remove them
				store(ctx, server, object)
				holds(ctx, server, object)
			}
		})
	}
})

// fieldsOf notes the path of every field of a value, with [] for the items of a list.
func fieldsOf(value any, path string, into map[string]bool) {
	into[path] = true
	switch value := value.(type) {
	case map[string]any:
		for name, field := range value {
			separator := "."
			if strings.HasSuffix(path, " ") {
				separator = ""
			}
			fieldsOf(field, path+separator+name, into)
		}
	case []any:
		for _, item := range value {
			fieldsOf(item, path+"[]", into)
		}
	}
}
