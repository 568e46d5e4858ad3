package v1alpha1_test

import (
	"path/filepath"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/reseller-operator/reseller-operator/api/v1alpha1"
)

var _ = Describe("The samples", func() {
	files, err := filepath.Glob(filepath.Join(sampleDir, "cloudmore_*.yaml"))
	if err != nil || len(files) == 0 {
		panic("no samples in " + sampleDir)
	}
	for _, file := range files {
		It("are accepted, with every field known: "+filepath.Base(file), func(ctx SpecContext) {
			object := sample(filepath.Base(file))
			object.SetNamespace("default")
			Expect(server.Create(ctx, object, client.DryRunAll, client.FieldValidation(metav1.FieldValidationStrict))).To(Succeed())
		})
	}
})

var _ = Describe("A Seller that says only what is required", func() {
	It("gets the documented defaults", func(ctx SpecContext) {
		seller := validSeller()
		seller.Object["spec"] = map[string]any{
			"sellerID":             "5f0c8a4e-0000-4000-8000-000000000001",
			"credentialsSecretRef": map[string]any{"name": "cloudmore-api"},
		}
		seller.SetNamespace(newNamespace(ctx))
		Expect(server.Create(ctx, seller)).To(Succeed())
		Expect(seller.Object["spec"]).To(Equal(map[string]any{
			"sellerID":             "5f0c8a4e-0000-4000-8000-000000000001",
			"credentialsSecretRef": map[string]any{"name": "cloudmore-api"},
			"endpoint":             v1alpha1.DefaultEndpoint,
			"observeInterval":      "5m",
			"detailInterval":       "1h",
			"rateLimit":            map[string]any{"requestsPerSecond": int64(10), "burst": int64(20), "maxInFlight": int64(8)},
			"creation":             map[string]any{"deadline": "60s", "commitBound": "4m", "listLag": "30s", "onUnknown": "Retry"},
			"brake":                map[string]any{"enabled": true, "percent": int64(20), "minimum": int64(50), "window": "10m"},
			"secretProtection":     "Finalizer",
		}))
	})

	It("gets them from a Go client that leaves the fields at zero, too", func(ctx SpecContext) {
		seller := &v1alpha1.Seller{
			ObjectMeta: metav1.ObjectMeta{Name: "main", Namespace: newNamespace(ctx)},
			Spec: v1alpha1.SellerSpec{
				SellerSettings:       v1alpha1.SellerSettings{SellerID: "1"},
				CredentialsSecretRef: v1alpha1.SecretReference{Name: "cloudmore-api"},
			},
		}
		Expect(server.Create(ctx, seller)).To(Succeed())
		Expect(seller.Spec.ObserveInterval.Duration.String()).To(Equal("5m0s"))
		Expect(seller.Spec.Brake.Enabled).To(HaveValue(BeTrue()))
		Expect(server.Update(ctx, seller)).To(Succeed(), "and what a Go client writes is accepted")
	})
})
